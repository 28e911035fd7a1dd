import { dropPipes } from "./fds.ts";
import type { Frame, ShellState, Thread } from "./state.ts";
import { withoutVariable } from "./variables.ts";

type Closing = Extract<Frame, { readonly f: "capture" | "fds" | "subshell" | "call" | "temps" | "status" }>;

/** Takes off what a substitution, a redirection, a subshell or a call had put on; the frame itself is off the stack. */
export function endFrame(state: ShellState, thread: Thread, frame: Closing): void {
  switch (frame.f) {
    case "capture": {
      const text = state.pipes[frame.pipe]?.text ?? "";
      dropPipes(state, [frame.pipe]);
      [thread.vars, thread.cwd, thread.fds] = [frame.vars, frame.cwd, frame.fds];
      const below = thread.stack[thread.stack.length - 1];
      if (below !== undefined && "captures" in below) below.captures = { ...below.captures, [frame.n]: text };
      return;
    }
    case "fds":
      thread.fds = frame.fds;
      return dropPipes(state, frame.made);
    case "subshell":
      [thread.vars, thread.cwd] = [frame.vars, frame.cwd];
      return;
    case "call":
      thread.positional = frame.positional;
      return putBack(thread, frame.locals);
    case "temps":
      return putBack(thread, frame.saved);
    case "status":
      thread.status = frame.status;
  }
}

function putBack(thread: Thread, values: Readonly<Record<string, string | null>>): void {
  for (const [name, value] of Object.entries(values)) thread.vars = value === null ? withoutVariable(thread.vars, name) : { ...thread.vars, [name]: value };
}

/** Cuts the stack down to `size` frames, taking off what they had put on. */
export function unwind(state: ShellState, thread: Thread, size: number): void {
  while (thread.stack.length > size) {
    const frame = thread.stack.pop() as Frame;
    if (frame.f === "fds" || frame.f === "subshell" || frame.f === "call" || frame.f === "temps" || frame.f === "capture") endFrame(state, thread, frame);
  }
}

/** As `exit` does: to the end of the innermost subshell or substitution, else of the thread. True where the whole thread ends. */
export function leaveShell(state: ShellState, thread: Thread): boolean {
  const inner = thread.stack.findLastIndex((frame) => frame.f === "subshell" || frame.f === "capture");
  unwind(state, thread, inner < 0 ? 0 : inner + 1);
  return inner < 0;
}

/** Inside a condition a failure does not end a `set -e` script. */
export function isTested(thread: Thread): boolean {
  return thread.tested || thread.stack.some((frame) => (frame.f === "while" && frame.phase === "test") || (frame.f === "if" && frame.i >= 0 && frame.i % 2 === 0) || (frame.f === "andor" && frame.i < frame.node.rest.length) || (frame.f === "pipe" && frame.node.negate));
}

/** break and continue: unwinds to the n-th loop outward. */
export function leaveLoop(state: ShellState, thread: Thread, levels: number, again: boolean): void {
  let left = Math.max(1, levels);
  for (let at = thread.stack.length - 1; at >= 0; at--) {
    const frame = thread.stack[at] as Frame;
    if (frame.f === "call" || frame.f === "capture") break;
    if (frame.f !== "while" && frame.f !== "for") continue;
    left -= 1;
    if (left > 0) continue;
    unwind(state, thread, again ? at + 1 : at);
    if (again && frame.f === "while") frame.phase = "body";
    thread.status = 0;
    return;
  }
  thread.status = 0;
}
