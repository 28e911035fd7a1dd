import type { Builtin } from "./builtins.ts";
import { secondsOf } from "./durations.ts";
import { commandNode, type ShellNode } from "./ast.ts";

const mostCommands = 1_000;

const nested: Builtin = (shell, thread, words, io) => {
  const flag = words.findIndex((word) => /^-[a-z]*c$/.test(word));
  const file = words.slice(1).find((word) => !word.startsWith("-"));
  const text = flag >= 0 ? (words[flag + 1] ?? "") : file === undefined ? io.input : io.ctx.readFile(io.resolve(file));
  const name = (words[0] ?? "sh").split("/").pop() ?? "sh";
  if (text === null) {
    io.err(`${name}: can't open '${file ?? ""}': No such file or directory\n`);
    return 127;
  }
  thread.stack.push({ f: "call", positional: thread.positional, locals: {} }, { f: "subshell", vars: thread.vars, cwd: thread.cwd });
  thread.positional = flag >= 0 ? [words[flag + 2] ?? name, ...words.slice(flag + 3)] : file === undefined ? [name] : words.slice(words.indexOf(file));
  thread.spared = false;
  const errexit = words.slice(1, flag < 0 ? words.length : flag + 1).some((word) => /^-[a-z]*e/.test(word));
  shell.pushScript(thread, (errexit ? "set -e\n" : "") + text, io.ctx);
  return "handled";
};

const source: Builtin = (shell, thread, words, io) => {
  const text = io.ctx.readFile(io.resolve(words[1] ?? ""));
  if (text === null) {
    io.err(`sh: .: can't open '${words[1] ?? ""}': No such file or directory\n`);
    return 1;
  }
  shell.pushScript(thread, text, io.ctx);
  return "handled";
};

/** A command that runs in another's surroundings: the words from there on. */
function passes(rest: (words: readonly string[]) => number): Builtin {
  return (shell, thread, words, io) => {
    shell.runCommand(thread, words.slice(rest(words)), io.ctx);
    return "handled";
  };
}

/** The first word after the options; `taking`: options with a value. */
function afterOptions(words: readonly string[], taking: readonly string[]): number {
  let at = 1;
  while ((words[at] ?? "").startsWith("-")) at += taking.includes(words[at] ?? "") ? 2 : 1;
  return at;
}

/** timeout [-t] seconds command: its own thread, which a timer ends. */
const timeout: Builtin = (shell, thread, words, io) => {
  let at = 1;
  let seconds: number | null = null;
  for (; (words[at] ?? "").startsWith("-"); at++) {
    if (words[at] === "-t") seconds = secondsOf(words[++at] ?? "");
    else if (words[at] === "-s" || words[at] === "-k") at += 1;
  }
  if (seconds === null) seconds = secondsOf(words[at++] ?? "");
  if (seconds === null || words[at] === undefined) {
    io.err(`timeout: invalid number '${words[at - 1] ?? ""}'\n`);
    return 1;
  }
  const child = shell.fork(thread, "part", commandNode(words.slice(at)), {});
  if (child === null) {
    io.err("timeout: can't fork: Resource temporarily unavailable\n");
    return 1;
  }
  io.ctx.setTimer(`sh/kill/${child.id}`, Math.max(1, Math.round(seconds * 1_000_000)));
  thread.stack.push({ f: "pipe", node: { t: "pipe", parts: [], negate: false }, ids: [child.id] });
  return { kind: "parts", ids: [child.id] };
};

/** xargs [-n count] [-I mark] [-0] command: once for all words of the input, or for so many each time. */
const xargs: Builtin = (_shell, thread, words, io) => {
  let most = Number.POSITIVE_INFINITY;
  let mark = "";
  let separator: RegExp = /\s+/;
  let at = 1;
  for (; (words[at] ?? "").startsWith("-"); at++) {
    const word = words[at] ?? "";
    if (word === "-n" || word === "-L" || word === "-P") {
      const value = Number(words[++at] ?? "1");
      if (word !== "-P") most = Math.max(1, value);
    } else if (/^-n[0-9]+$/.test(word)) most = Number(word.slice(2));
    else if (word.startsWith("-I")) mark = word.length > 2 ? word.slice(2) : (words[++at] ?? "{}");
    else if (word === "-0") separator = /\0/;
  }
  const command = words[at] === undefined ? ["echo"] : words.slice(at);
  const items = io.input.split(mark === "" ? separator : "\n").map((item) => (mark === "" ? item.replace(/^(["'])(.*)\1$/, "$2") : item.trim())).filter((item) => item !== "");
  const lists: (readonly string[])[] = [];
  if (mark !== "") for (const item of items) lists.push(command.map((word) => word.replaceAll(mark, item)));
  else for (let from = 0; from < items.length || (from === 0 && !words.includes("-r")); from += Math.min(most, items.length || 1)) lists.push([...command, ...items.slice(from, from + Math.min(most, items.length || 1))]);
  runAll(thread, lists.slice(0, mostCommands));
  return "handled";
};

function runAll(thread: Parameters<Builtin>[1], lists: readonly (readonly string[])[]): void {
  thread.status = 0;
  thread.stack.push({ f: "node", node: { t: "list", items: lists.map((words): { node: ShellNode; background: boolean } => ({ node: commandNode(words), background: false })) } });
}

/** env [-i] NAME=value command; alone it prints the environment. */
const env: Builtin = (shell, thread, words, io) => {
  let at = 1;
  const set: Record<string, string> = {};
  for (; at < words.length; at++) {
    const word = words[at] ?? "";
    const equals = word.indexOf("=");
    if (word === "-u") at += 1;
    else if (equals > 0) set[word.slice(0, equals)] = word.slice(equals + 1);
    else if (!word.startsWith("-")) break;
  }
  if (at >= words.length) {
    const all = words.includes("-i") ? set : { ...io.variables, ...set };
    for (const key of Object.keys(all)) io.out(`${key}=${all[key] ?? ""}\n`);
    return 0;
  }
  thread.stack.push({ f: "subshell", vars: thread.vars, cwd: thread.cwd });
  thread.vars = { ...thread.vars, ...set };
  shell.state.exported = [...new Set([...shell.state.exported, ...Object.keys(set)])];
  shell.runCommand(thread, words.slice(at), io.ctx);
  return "handled";
};

/** find path -name x -type f -exec command {} ; */
const findExec: Builtin = (shell, thread, words, io) => {
  const exec = words.indexOf("-exec");
  if (exec < 0) return shell.applet("find", thread, words, io.ctx);
  const end = words.findIndex((word, at) => at > exec && (word === ";" || word === "+"));
  const found = shell.collect("find", thread, words.slice(0, exec), io.ctx).split("\n").filter((path) => path !== "");
  const command = words.slice(exec + 1, end < 0 ? words.length : end);
  const lists = words[end] === "+" ? [command.flatMap((word) => (word === "{}" ? found : [word]))] : found.map((path) => command.map((word) => word.replaceAll("{}", path)));
  runAll(thread, lists.slice(0, mostCommands));
  return "handled";
};

/** Commands that start other commands. */
export const launchers: Readonly<Record<string, Builtin>> = {
  sh: nested, "/bin/sh": nested, "/usr/bin/sh": nested, ash: nested, "/bin/ash": nested, bash: nested, "/bin/bash": nested, "/usr/bin/bash": nested, dash: nested,
  ".": source, source,
  busybox: passes(() => 1),
  nohup: passes(() => 1), setsid: passes((words) => afterOptions(words, [])), time: passes((words) => afterOptions(words, [])), stdbuf: passes((words) => afterOptions(words, ["-o", "-i", "-e"])), tini: passes((words) => afterOptions(words, [])), "dumb-init": passes((words) => afterOptions(words, [])),
  nice: passes((words) => afterOptions(words, ["-n"])), ionice: passes((words) => afterOptions(words, ["-c", "-n"])), sudo: passes((words) => afterOptions(words, ["-u"])), chroot: passes(() => 2), gosu: passes(() => 2), "su-exec": passes(() => 2),
  timeout, xargs, env, "/usr/bin/env": env, find: findExec,
};
