import { resolvePath } from "../../../runtime/fileSystem.ts";
import type { ProgramContext } from "../../program.ts";
import { matchesGlob, type Expander } from "./expand.ts";
import type { ShellState, Thread } from "./state.ts";

/** A variable or special parameter; undefined where it is not set. */
export function variableOf(state: ShellState, thread: Thread, name: string): string | undefined {
  switch (name) {
    case "?": return String(thread.status);
    case "$": return "1";
    case "!": return String(state.lastJob);
    case "#": return String(Math.max(0, thread.positional.length - 1));
    case "@": case "*": return thread.positional.slice(1).join(" ");
    case "-": return "";
    case "PWD": return thread.cwd;
    case "RANDOM": return undefined;
    default: return /^[0-9]+$/.test(name) ? thread.positional[Number(name)] : Object.hasOwn(thread.vars, name) ? thread.vars[name] : undefined;
  }
}

export function expanderFor(state: ShellState, thread: Thread, ctx: ProgramContext, captures: string[]): Expander {
  return {
    variable: (name) => (name === "RANDOM" ? String(ctx.random.fork("sh").int(0, 32_767)) : variableOf(state, thread, name)),
    assign: (name, value) => void (thread.vars = { ...thread.vars, [name]: value }),
    positional: thread.positional.slice(1),
    nextCapture: () => captures.shift() ?? "",
    glob: (pattern) => {
      const slash = pattern.lastIndexOf("/");
      const folder = slash < 0 ? "" : pattern.slice(0, slash + 1);
      const names = ctx.listFiles(resolvePath(folder === "" ? "." : folder, thread.cwd)).filter((name) => !name.startsWith(".") && matchesGlob(pattern.slice(slash + 1), name));
      return names.map((name) => `${folder}${name}`);
    },
  };
}
