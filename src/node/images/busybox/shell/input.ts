import type { ProgramContext } from "../../program.ts";
import { ShellSyntaxError, type ShellNode } from "./ast.ts";
import { parseScript } from "./parser.ts";
import type { ShellState, Thread } from "./state.ts";
import { writeFd } from "./fds.ts";

/** Thrown by a look at standard input of which there is no more yet: the command waits and begins anew. */
export class InputAwaited extends Error {}

const longestInput = 4_194_304;

/** What a thread's standard input leads to; null: nothing is there to read. */
export function inletOf(state: ShellState, thread: Thread, fd = 0): { text: string; readonly ended: boolean } | null {
  const target = thread.fds[fd];
  if (target?.to === "stdin") return state.input;
  return target?.to === "pipe" ? (state.pipes[target.id] ?? null) : null;
}

/** All of standard input, once it has ended. */
export function wholeInput(state: ShellState, thread: Thread): string {
  const inlet = inletOf(state, thread);
  if (inlet === null) return "";
  if (!inlet.ended) throw new InputAwaited();
  const { text } = inlet;
  inlet.text = "";
  return text;
}

/** The next line without its end; null at the end of the input. */
export function nextLine(state: ShellState, thread: Thread, fd = 0, end = "\n"): { readonly text: string; readonly whole: boolean } | null {
  const inlet = inletOf(state, thread, fd);
  if (inlet === null) return null;
  const { text, ended } = inlet;
  const at = text.indexOf(end);
  if (at < 0 && !ended) throw new InputAwaited();
  if (text === "") return null;
  inlet.text = at < 0 ? "" : text.slice(at + end.length);
  return { text: at < 0 ? text : text.slice(0, at), whole: at >= 0 };
}

/** More of the input has come; null: its end. */
export function addInput(state: ShellState, text: string | null): void {
  if (state.input === null || state.input.ended) return;
  if (text === null) state.input.ended = true;
  else if (state.input.text.length < longestInput) state.input.text += text;
}

/** The next command of a shell that reads commands: "wait" for more, "end" of them. */
export function nextCommand(state: ShellState, main: Thread, name: string, ctx: ProgramContext): ShellNode | "wait" | "end" {
  const input = state.input;
  if (input === null) return "end";
  for (;;) {
    let end = input.text.indexOf("\n");
    if (end < 0 && !(input.ended && input.text !== "")) {
      if (!input.ended) prompt(state, main, name, ctx, "");
      return input.ended ? "end" : "wait";
    }
    for (;;) {
      const whole = end < 0 ? input.text : input.text.slice(0, end + 1);
      const next = end < 0 ? -1 : input.text.indexOf("\n", end + 1);
      const isLast = next < 0 && (input.ended || end < 0) && whole.length === input.text.length;
      try {
        const node = parseScript(whole);
        input.text = input.text.slice(whole.length);
        if (state.reads === "prompted") state.reads = "commands";
        if (whole.trim() === "") break;
        return node;
      } catch (error) {
        if (!(error instanceof ShellSyntaxError)) throw error;
        if (error.message.includes("end of file") && next >= 0) {
          end = next;
          continue;
        }
        if (error.message.includes("end of file") && !isLast) {
          if (state.reads === "prompted") state.reads = "commands";
          prompt(state, main, name, ctx, "> ");
          return "wait";
        }
        input.text = input.text.slice(whole.length);
        if (state.reads === "prompted") state.reads = "commands";
        writeFd(state, main, ctx, 2, `sh: syntax error: ${error.message}\n`);
        main.status = 2;
        break;
      }
    }
  }
}

function prompt(state: ShellState, main: Thread, name: string, ctx: ProgramContext, more: string): void {
  if (ctx.stdin !== "terminal" || state.reads === "prompted") return;
  state.reads = "prompted";
  const bash = `root@${ctx.hostname}:${main.cwd}# `;
  writeFd(state, main, ctx, 1, more !== "" ? more : name.endsWith("bash") ? bash : `${main.cwd} # `);
}
