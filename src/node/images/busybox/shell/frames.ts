import type { Frame, Thread } from "./state.ts";

type Closing = Extract<Frame, { readonly f: "capture" | "streams" | "subshell" | "call" }>;

/** Takes off what a substitution, a redirection, a subshell or a call had put on; the frame itself is off the stack. */
export function endFrame(thread: Thread, frame: Closing): void {
  const below = thread.stack[thread.stack.length - 1];
  switch (frame.f) {
    case "capture": {
      const text = thread.streams.pop()?.text ?? "";
      thread.vars = frame.vars;
      thread.cwd = frame.cwd;
      if (below !== undefined && "captures" in below) below.captures.push(text);
      return;
    }
    case "streams": {
      const ended = thread.streams.pop();
      if (below?.f === "pipe" && ended?.out.to === "buffer") below.piped = ended.text;
      return;
    }
    case "subshell":
      thread.vars = frame.vars;
      thread.cwd = frame.cwd;
      return;
    case "call":
      thread.positional = frame.positional;
      return;
  }
}
