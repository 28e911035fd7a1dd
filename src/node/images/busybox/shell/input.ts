import type { ProgramContext } from "../../program.ts";
import { ShellSyntaxError, type ShellNode } from "./ast.ts";
import { parseScript } from "./parser.ts";
import type { ShellState, Thread } from "./state.ts";
import { writeStream } from "./streams.ts";

/** Thrown by a look at standard input of which there is no more yet: the command waits and begins anew. */
export class InputAwaited extends Error {}

const longestInput = 4_194_304;

/** All of standard input, once it has ended. */
export function wholeInput(state: ShellState): string {
  if (state.input === null) return "";
  if (!state.input.ended) throw new InputAwaited();
  const { text } = state.input;
  state.input.text = "";
  return text;
}

/** The next line without its end; null at the end of the input. */
export function nextLine(state: ShellState): string | null {
  if (state.input === null) return null;
  const { text, ended } = state.input;
  const end = text.indexOf("\n");
  if (end < 0 && !ended) throw new InputAwaited();
  if (text === "") return null;
  state.input.text = end < 0 ? "" : text.slice(end + 1);
  return end < 0 ? text : text.slice(0, end);
}

/** More of the input has come; null: its end. */
export function addInput(state: ShellState, text: string | null): void {
  if (state.input === null || state.input.ended) return;
  if (text === null) state.input.ended = true;
  else if (state.input.text.length < longestInput) state.input.text += text;
}

/** A cat of the input hands on what is there. */
export function passOn(state: ShellState, thread: Thread, ctx: ProgramContext): void {
  const { wait } = thread;
  if (wait?.kind !== "input" || wait.words[0] !== "cat" || wait.words.slice(1).some((word) => word !== "-") || state.input === null) return;
  if (state.input.text !== "") writeStream(state, thread, ctx, "out", state.input.text);
  state.input.text = "";
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
        writeStream(state, main, ctx, "err", `sh: syntax error: ${error.message}\n`);
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
  writeStream(state, main, ctx, "out", more !== "" ? more : name.endsWith("bash") ? bash : `${main.cwd} # `);
}
