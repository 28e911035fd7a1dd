import { resolvePath } from "../../../runtime/fileSystem.ts";
import type { ProgramContext } from "../../program.ts";
import { CaptureNeeded, ExpansionError, sortedKeys, type Expander } from "./expand.ts";
import { literal, matchesGlob, withoutMarks } from "./glob.ts";
import type { Captures, ShellState, Thread } from "./state.ts";

const longestValue = 1_048_576;

/** A variable or special parameter; undefined where it is not set. Arrays' elements are "name[key]", their first is `name` too. */
export function variableOf(state: ShellState, thread: Thread, name: string): string | undefined {
  switch (name) {
    case "?": return String(thread.status);
    case "$": return "1";
    case "BASHPID": return String(thread.id);
    case "!": return state.lastJob === 0 ? "" : String(state.lastJob);
    case "#": return String(Math.max(0, thread.positional.length - 1));
    case "@": case "*": return thread.positional.slice(1).join(" ");
    case "-": return Object.entries(state.options).filter(([key, on]) => on && key.length === 1).map(([key]) => key).join("");
    case "PWD": return thread.cwd;
    default:
      if (/^[0-9]+$/.test(name)) return thread.positional[Number(name)];
      if (Object.hasOwn(thread.vars, name)) return thread.vars[name];
      if (name.endsWith("[0]") && Object.hasOwn(thread.vars, name.slice(0, -3))) return thread.vars[name.slice(0, -3)];
      return Object.hasOwn(thread.vars, `${name}[0]`) ? thread.vars[`${name}[0]`] : undefined;
  }
}

/** Sets a variable; the first element of an array and the plain name are one. */
export function assignTo(thread: Thread, name: string, value: string): void {
  if (value.length > longestValue) throw new ExpansionError("out of memory");
  const key = Object.hasOwn(thread.vars, `${name}[0]`) ? `${name}[0]` : name;
  thread.vars = { ...thread.vars, [key]: value };
}

/** The variables without one, its elements included. */
export function withoutVariable(vars: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(vars).filter(([key]) => key !== name && !key.startsWith(`${name}[`)));
}

/** What the commands of a thread get as their environment. */
export function environmentOf(state: ShellState, thread: Thread): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const name of state.exported) {
    const value = variableOf(state, thread, name);
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** Assignments of an expansion wait in `assigned` until it has come through: one that needs a substitution first is made again. */
export function expanderFor(state: ShellState, thread: Thread, ctx: ProgramContext, captures: Captures): Expander & { settle(): void } {
  const assigned = new Map<string, string>();
  const unset = (name: string): string => {
    if (state.options.u && name !== "@" && name !== "*") throw new ExpansionError(`${name}: parameter not set`);
    return "";
  };
  return {
    variable: (name) => {
      const fresh = assigned.get(name);
      if (fresh !== undefined) return fresh;
      if (name === "RANDOM") return String(ctx.random.fork("sh").int(0, 32_767));
      if (name === "SECONDS") return String(Math.floor(ctx.clock() / 1_000_000));
      if (name === "HOSTNAME" && state.bash) return variableOf(state, thread, name) ?? ctx.hostname;
      return variableOf(state, thread, name);
    },
    assign: (name, value) => void assigned.set(name, value),
    keys: (name) => {
      const keys = sortedKeys(thread.vars, name);
      return keys.length === 0 && Object.hasOwn(thread.vars, name) ? ["0"] : keys;
    },
    settle: () => {
      for (const [name, value] of assigned) assignTo(thread, name, value);
    },
    positional: thread.positional.slice(1),
    ifs: Object.hasOwn(thread.vars, "IFS") ? (thread.vars["IFS"] ?? "") : " \t\n",
    braces: state.bash,
    capture: (n, script) => {
      const text = captures[n];
      if (text === undefined) throw new CaptureNeeded(n, script);
      return text;
    },
    glob: (pattern) => (state.options.f ? [] : globNames(pattern, thread, ctx)),
    unset,
  };
}

const mostFolders = 2_000;

/** File names that a pattern matches, folder by folder. */
function globNames(pattern: string, thread: Thread, ctx: ProgramContext): readonly string[] {
  const parts = pattern.split("/");
  let found = [pattern.startsWith("/") ? "/" : ""];
  for (const [at, part] of parts.entries()) {
    if (part === "" && at < parts.length - 1) continue;
    const next: string[] = [];
    for (const folder of found.slice(0, mostFolders)) {
      const prefix = folder === "" || folder.endsWith("/") ? folder : `${folder}/`;
      if (!/[*?[]/.test(part)) {
        const path = prefix + withoutMarks(part);
        const full = resolvePath(path, thread.cwd);
        if (at < parts.length - 1 || ctx.readFile(full) !== null || ctx.isFolder(full)) next.push(path);
        continue;
      }
      for (const name of ctx.listFiles(resolvePath(folder === "" ? "." : folder, thread.cwd))) if ((!name.startsWith(".") || part.startsWith(".")) && matchesGlob(part, name)) next.push(prefix + name);
    }
    found = next;
  }
  return found.filter((path) => literal(path) !== pattern);
}
