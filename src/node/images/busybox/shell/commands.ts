import { appletNamed, applets } from "../applets/index.ts";
import { resolvePath } from "../../../runtime/fileSystem.ts";
import type { ProgramContext } from "../../program.ts";
import type { Assignment } from "./ast.ts";
import { builtinNames, runBuiltin } from "./builtins.ts";
import type { CommandResult } from "./commandIo.ts";
import { evaluateCondition } from "./conditions.ts";
import { arithmetic, expandToText, expandWords, indexOf, type Expander } from "./expand.ts";
import { openRedirects, writeFd } from "./fds.ts";
import { InputAwaited, inletOf } from "./input.ts";
import type { Shell } from "./shell.ts";
import type { Frame, Thread } from "./state.ts";
import { assignTo, expanderFor, variableOf, withoutVariable } from "./variables.ts";

/** A simple command: its words are expanded, its redirections opened, and it runs. */
export function simple(shell: Shell, thread: Thread, frame: Extract<Frame, { f: "simple" }>, ctx: ProgramContext): void {
  const { state } = shell;
  const { node } = frame;
  const expander = expanderFor(state, thread, ctx, frame.captures);
  if (node.t === "arith") {
    const value = arithmetic(node.expression, expander);
    expander.settle();
    thread.stack.pop();
    thread.status = value !== 0 ? 0 : 1;
    thread.spared = false;
    return;
  }
  if (node.t === "cond") {
    const holds = evaluateCondition(node.items, expander, ctx, thread.cwd);
    expander.settle();
    for (const [index, group] of (holds.groups ?? []).entries()) assignTo(thread, `BASH_REMATCH[${index}]`, group);
    thread.stack.pop();
    thread.status = holds.error !== null ? 2 : holds.value ? 0 : 1;
    if (holds.error !== null) writeFd(state, thread, ctx, 2, `sh: ${holds.error}\n`);
    thread.spared = false;
    return;
  }
  const assigned = node.assigns.map((each) => valuesOf(each, expander));
  const words = expandWords(node.words, expander);
  for (const { target } of node.redirects) expandToText(target, expander);
  expander.settle();
  thread.stack.pop();
  thread.spared = false;
  const isDeclaration = words[0] === "local" || words[0] === "declare" || words[0] === "typeset" || words[0] === "readonly" || words[0] === "export";
  if (state.options.x && (words.length > 0 || node.assigns.length > 0)) trace(shell, thread, node.assigns, assigned, words, ctx);
  if (words.length === 0) {
    for (const [at, each] of node.assigns.entries()) assign(thread, each, assigned[at] ?? []);
    if (Object.keys(frame.captures).length === 0) thread.status = 0;
    if (node.redirects.length > 0 && openRedirects(state, thread, node.redirects, expander, ctx) && Object.keys(frame.captures).length === 0) readInto(shell, thread, node.redirects, ctx);
    return;
  }
  if (node.redirects.length > 0 && !openRedirects(state, thread, node.redirects, expander, ctx)) return;
  if (node.assigns.length > 0 && !isDeclaration) {
    const { vars } = thread;
    thread.stack.push({ f: "temps", saved: Object.fromEntries(node.assigns.map(({ name }) => [name, Object.hasOwn(vars, name) ? (vars[name] ?? "") : null])) });
    for (const [at, each] of node.assigns.entries()) {
      assign(thread, each, assigned[at] ?? []);
      if (!state.exported.includes(each.name)) state.exported = [...state.exported, each.name];
    }
  }
  runCommand(shell, thread, words, ctx);
  if (isDeclaration) for (const [at, each] of node.assigns.entries()) assign(thread, each, assigned[at] ?? []);
}

/** $(< file): a redirection alone inside a substitution hands on what it reads. */
function readInto(shell: Shell, thread: Thread, redirects: readonly { readonly op: string; readonly fd: number }[], ctx: ProgramContext): void {
  thread.status = 0;
  if (redirects.length !== 1 || redirects[0]?.op !== "<" || redirects[0].fd !== 0) return;
  const below = thread.stack.slice(0, -1).findLast((frame) => frame.f !== "list");
  if (below?.f === "capture") writeFd(shell.state, thread, ctx, 1, inletOf(shell.state, thread)?.text ?? "");
}

interface Value {
  readonly key: string;
  readonly value: string;
}

function valuesOf(assignment: Assignment, expander: Expander): readonly Value[] {
  const { name, value, append } = assignment;
  if (assignment.array) {
    const from = append ? expander.keys(name).length : 0;
    let at = from;
    return expandWords(value as Parameters<typeof expandWords>[0], expander).map((text) => {
      const keyed = /^\[([^\]]*)\]=(.*)$/s.exec(text);
      return keyed === null ? { key: `${name}[${at++}]`, value: text } : { key: `${name}[${keyed[1] ?? ""}]`, value: keyed[2] ?? "" };
    });
  }
  const key = assignment.index === null ? name : `${name}[${indexOf(assignment.index, name, expander)}]`;
  const text = expandToText(value as Parameters<typeof expandToText>[0], expander);
  return [{ key, value: append ? (expander.variable(key) ?? "") + text : text }];
}

function assign(thread: Thread, assignment: Assignment, values: readonly Value[]): void {
  if (assignment.array && !assignment.append) thread.vars = withoutVariable(thread.vars, assignment.name);
  for (const { key, value } of values) assignTo(thread, key, value);
}

function trace(shell: Shell, thread: Thread, assigns: readonly Assignment[], values: readonly (readonly Value[])[], words: readonly string[], ctx: ProgramContext): void {
  const quote = (word: string): string => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  const set = assigns.map((each, at) => (each.array ? `${each.name}=(${(values[at] ?? []).map(({ value }) => quote(value)).join(" ")})` : `${each.name}=${quote(values[at]?.[0]?.value ?? "")}`));
  writeFd(shell.state, thread, ctx, 2, `${variableOf(shell.state, thread, "PS4") ?? "+ "}${[...set, ...words.map(quote)].join(" ")}\n`);
}

/** Runs a command's words: a function, a command of the shell, one of busybox', another program of the image, or a script file. */
export function runCommand(shell: Shell, thread: Thread, words: readonly string[], ctx: ProgramContext): void {
  try {
    command(shell, thread, words, ctx);
  } catch (error) {
    if (!(error instanceof InputAwaited)) throw error;
    thread.wait = { kind: "input", words, seen: inletOf(shell.state, thread)?.text.length ?? 0 };
  }
}

const cheap = ["echo", "printf", "test", "[", "true", "false", ":", "pwd"];

/** Where a name leads: itself for what the shell does, a path for programs; null: nowhere. */
export function commandExists(shell: Shell, thread: Thread, name: string, ctx: ProgramContext): string | null {
  if (Object.hasOwn(shell.state.functions, name) || builtinNames.includes(name)) return name;
  if (appletNamed(name) !== null || shell.ownProgram(name) !== null) return name.includes("/") ? name : `/bin/${name}`;
  return name.includes("/") && ctx.readFile(resolvePath(name, thread.cwd)) !== null ? name : null;
}

function command(shell: Shell, thread: Thread, words: readonly string[], ctx: ProgramContext): void {
  const { state } = shell;
  const name = words[0] ?? "";
  const alias = Object.hasOwn(state.aliases, name) ? state.aliases[name] : undefined;
  if (alias !== undefined && alias !== "" && alias.split(" ")[0] !== name) return command(shell, thread, [...alias.split(/\s+/), ...words.slice(1)], ctx);
  const body = Object.hasOwn(state.functions, name) ? state.functions[name] : undefined;
  if (body !== undefined) {
    thread.stack.push({ f: "call", positional: thread.positional, locals: {} }, { f: "node", node: body });
    thread.positional = [thread.positional[0] ?? "sh", ...words.slice(1)];
    return;
  }
  if (name === "") {
    if (words.length > 0) notFound(shell, thread, name, ctx);
    return;
  }
  const own = shell.ownProgram(name);
  if (own !== null) return shell.startProgram(thread, own, words.slice(1), ctx);
  const built = runBuiltin(shell, thread, words, shell.io(thread, words, ctx));
  if (built !== null) return finish(thread, built);
  thread.name = words.join(" ").slice(0, 200);
  const applet = appletNamed(name);
  // A process of its own costs more than what the shell does itself.
  if (applet !== null && !cheap.includes(applet)) state.debt.steps += 20;
  if (applet !== null) return finish(thread, applets[applet]?.run(shell.io(thread, [applet, ...words.slice(1)], ctx)) ?? 127);
  const file = name.includes("/") ? ctx.readFile(resolvePath(name, thread.cwd)) : null;
  if (file !== null) {
    thread.stack.push({ f: "call", positional: thread.positional, locals: {} }, { f: "subshell", vars: thread.vars, cwd: thread.cwd });
    thread.positional = words;
    return shell.pushScript(thread, file, ctx);
  }
  if (shell.takesAll) {
    writeFd(state, thread, ctx, 2, `[orrery] ${name} is not simulated in this image: taken as done\n`);
    thread.status = 0;
    return;
  }
  notFound(shell, thread, name, ctx);
}

function notFound(shell: Shell, thread: Thread, name: string, ctx: ProgramContext): void {
  const { state } = shell;
  writeFd(state, thread, ctx, 2, state.bash ? `${thread.positional[0] ?? "bash"}: line 1: ${name}: ${name.includes("/") ? "No such file or directory" : "command not found"}\n` : `${thread.positional[0] ?? "sh"}: ${name}: not found\n`);
  thread.status = 127;
}

export function finish(thread: Thread, result: CommandResult | "handled"): void {
  if (result === "handled") return;
  if (typeof result === "number") {
    thread.status = result & 0xff;
    thread.wait = null;
  } else thread.wait = result;
}
