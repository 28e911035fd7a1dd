import { isBeside, pidOf } from "../applets/processes.ts";
import { resolvePath } from "../../../runtime/fileSystem.ts";
import { evaluateArithmetic } from "./arithmetic.ts";
import type { CommandIo, CommandResult } from "./commandIo.ts";
import { leaveLoop, leaveShell, unwind } from "./frames.ts";
import { launchers } from "./launchers.ts";
import { readLine, readLines } from "./reading.ts";
import type { Shell } from "./shell.ts";
import type { ShellOptions, Thread } from "./state.ts";
import { assignTo, variableOf, withoutVariable } from "./variables.ts";

export type Outcome = CommandResult | "handled";
export type Builtin = (shell: Shell, thread: Thread, words: readonly string[], io: CommandIo) => Outcome;

/** Commands that act on the shell itself; null: this is none of them. */
export function runBuiltin(shell: Shell, thread: Thread, words: readonly string[], io: CommandIo): Outcome | null {
  const name = words[0] ?? "";
  const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  return builtin === undefined ? null : builtin(shell, thread, words, io);
}

function exportAll(shell: Shell, thread: Thread, words: readonly string[], io: CommandIo): Outcome {
  if (words.length === 1 || words[1] === "-p") {
    for (const name of [...shell.state.exported].sort()) {
      const value = variableOf(shell.state, thread, name);
      if (value !== undefined) io.out(`export ${name}='${value}'\n`);
    }
    return 0;
  }
  const removes = words[1] === "-n";
  for (const word of words.slice(removes ? 2 : 1)) {
    const name = set(thread, word);
    if (removes) shell.state.exported = shell.state.exported.filter((each) => each !== name);
    else if (!shell.state.exported.includes(name)) shell.state.exported = [...shell.state.exported, name];
  }
  return 0;
}

/** NAME or NAME=value; the name. */
function set(thread: Thread, word: string): string {
  const equals = word.indexOf("=");
  if (equals > 0) assignTo(thread, word.slice(0, equals), word.slice(equals + 1));
  return equals > 0 ? word.slice(0, equals) : word;
}

/** Of local and declare: until the function's end. */
function local(_shell: Shell, thread: Thread, words: readonly string[]): Outcome {
  const call = thread.stack.findLast((frame) => frame.f === "call");
  for (const word of words.slice(1)) {
    if (word.startsWith("-")) {
      if (word.includes("A")) for (const name of words.slice(2)) thread.vars = { ...thread.vars, [`${name}[]`]: "" };
      continue;
    }
    const name = word.split("=")[0] ?? word;
    if (call?.f === "call" && !Object.hasOwn(call.locals, name)) call.locals = { ...call.locals, [name]: Object.hasOwn(thread.vars, name) ? (thread.vars[name] ?? "") : null };
    if (word.includes("=")) set(thread, word);
    else if (call?.f === "call" && Object.hasOwn(thread.vars, name) && !Object.hasOwn(thread.vars, `${name}[]`)) thread.vars = withoutVariable(thread.vars, name);
  }
  return 0;
}

const optionLetters: Readonly<Record<string, keyof ShellOptions>> = { e: "e", u: "u", x: "x", f: "f" };
const optionNames: Readonly<Record<string, keyof ShellOptions>> = { errexit: "e", nounset: "u", xtrace: "x", noglob: "f", pipefail: "pipefail" };

function setOptions(shell: Shell, thread: Thread, words: readonly string[], io: CommandIo): Outcome {
  if (words.length === 1) {
    for (const name of Object.keys(thread.vars).sort()) io.out(`${name}='${thread.vars[name] ?? ""}'\n`);
    return 0;
  }
  let at = 1;
  for (; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--" || !/^[-+][a-zA-Z]/.test(word)) break;
    const on = word.startsWith("-");
    for (const letter of word.slice(1)) {
      const name = letter === "o" ? optionNames[words[++at] ?? ""] : optionLetters[letter];
      if (name !== undefined) shell.state.options = { ...shell.state.options, [name]: on };
    }
  }
  if (at < words.length) thread.positional = [thread.positional[0] ?? "sh", ...words.slice(words[at] === "--" ? at + 1 : at)];
  return 0;
}

const signalNumbers: Readonly<Record<string, string>> = { "0": "EXIT", "1": "HUP", "2": "INT", "3": "QUIT", "9": "KILL", "10": "USR1", "12": "USR2", "13": "PIPE", "15": "TERM" };

export function signalName(text: string): string {
  const bare = text.replace(/^SIG/, "").toUpperCase();
  return signalNumbers[bare] ?? bare;
}

function trap(shell: Shell, _thread: Thread, words: readonly string[], io: CommandIo): Outcome {
  const [, command, ...signals] = words;
  if (command === undefined) {
    for (const [signal, text] of Object.entries(shell.state.traps)) io.out(`trap -- '${text}' ${signal}\n`);
    return 0;
  }
  const resets = command === "-" || signals.length === 0;
  for (const signal of signals.length === 0 ? [command] : signals) {
    const name = signalName(signal);
    const others = Object.fromEntries(Object.entries(shell.state.traps).filter(([each]) => each !== name));
    shell.state.traps = resets ? others : { ...others, [name]: command };
  }
  return 0;
}

function kill(shell: Shell, _thread: Thread, words: readonly string[], io: CommandIo): Outcome {
  let signal = "TERM";
  let status = 0;
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "-l") {
      io.out("HUP INT QUIT KILL USR1 USR2 PIPE TERM\n");
      return 0;
    }
    if (word === "-s" || word === "-n") signal = signalName(words[++at] ?? "TERM");
    else if (at === 1 && word.startsWith("-") && word !== "--") signal = word === "-0" ? "0" : signalName(word.slice(1));
    else if (word !== "--" && !killOne(shell, Number(word.replace(/^%/, "")), signal, io)) {
      io.err(`sh: can't kill pid ${word}: No such process\n`);
      status = 1;
    }
  }
  return status;
}

/** By the shell's own number of a job, or by that which ps shows; beside the container's own program that one has the first. */
export function killOne(shell: Shell, id: number, signal: string, io: CommandIo): boolean {
  const { ctx } = io;
  const shared = ctx.sharedPids;
  if (id === (shared?.own ?? 1) && isBeside(ctx) && ctx.signalMain !== undefined) {
    if (signal !== "0") ctx.signalMain(`SIG${signal}`);
    return true;
  }
  if (shared?.others.some(({ pid }) => pid === id) === true) {
    if (signal !== "0") ctx.signalOther?.(id, `SIG${signal}`);
    return true;
  }
  return shell.kill(id, signal, ctx) || shell.kill(id - pidOf(ctx, 0), signal, ctx);
}

function waitFor(shell: Shell, thread: Thread, words: readonly string[]): Outcome {
  const ids = words.slice(1).filter((word) => /^%?[0-9]+$/.test(word)).map((word) => Number(word.replace("%", "")));
  if (ids.length > 0) return { kind: "jobs", ids };
  return shell.state.threads.some((each) => each.parent === thread.id && each.role === "job") ? { kind: "jobs", ids: null } : 0;
}

/** command -v, type, which: where a name leads. */
function whereIs(shell: Shell, thread: Thread, words: readonly string[], io: CommandIo): Outcome {
  let status = 0;
  for (const name of words.slice(1)) {
    if (name.startsWith("-")) continue;
    const found = shell.find(thread, name, io.ctx);
    if (found === null) {
      status = words[0] === "type" ? 127 : 1;
      if (words[0] === "type") io.err(`sh: type: ${name}: not found\n`);
    } else io.out(words[0] === "type" ? `${name} is ${found === name ? "a shell builtin" : found}\n` : `${found}\n`);
  }
  return status;
}

function getopts(shell: Shell, thread: Thread, words: readonly string[], io: CommandIo): Outcome {
  const [, spec = "", name = "opt", ...given] = words;
  const args = given.length > 0 ? given : thread.positional.slice(1);
  let index = Number(variableOf(shell.state, thread, "OPTIND") ?? "1");
  const place = Number(variableOf(shell.state, thread, "OPTPLACE") ?? "1");
  const word = args[index - 1] ?? "";
  if (!/^-[^-]/.test(word)) {
    if (word === "--") index += 1;
    assignTo(thread, "OPTIND", String(index));
    assignTo(thread, name, "?");
    return 1;
  }
  const letter = word[place] ?? "";
  const known = spec.indexOf(letter);
  const last = place + 1 >= word.length;
  assignTo(thread, "OPTPLACE", last ? "1" : String(place + 1));
  if (last) index += 1;
  if (known < 0 || letter === ":") {
    if (!spec.startsWith(":")) io.err(`sh: illegal option -${letter}\n`);
    assignTo(thread, "OPTARG", letter);
    assignTo(thread, name, "?");
  } else {
    if (spec[known + 1] === ":") {
      assignTo(thread, "OPTARG", last ? (args[index - 1] ?? "") : word.slice(place + 1));
      if (last) index += 1;
      else index += 1;
      assignTo(thread, "OPTPLACE", "1");
    }
    assignTo(thread, name, letter);
  }
  assignTo(thread, "OPTIND", String(index));
  return 0;
}

const builtins: Readonly<Record<string, Builtin>> = {
  ...launchers,
  cd: (shell, thread, words, io) => {
    const wanted = words[1] === "-" ? (variableOf(shell.state, thread, "OLDPWD") ?? "/") : (words[1] ?? variableOf(shell.state, thread, "HOME") ?? "/");
    const target = resolvePath(wanted, thread.cwd);
    if (target !== "/" && !io.ctx.isFolder(target)) {
      io.err(`sh: cd: can't cd to ${wanted}: ${io.ctx.readFile(target) === null ? "No such file or directory" : "Not a directory"}\n`);
      return 1;
    }
    assignTo(thread, "OLDPWD", thread.cwd);
    thread.cwd = target;
    if (words[1] === "-") io.out(`${target}\n`);
    return 0;
  },
  export: exportAll,
  local, declare: local, typeset: local,
  readonly: (_shell, thread, words) => {
    for (const word of words.slice(1)) if (!word.startsWith("-")) set(thread, word);
    return 0;
  },
  unset: (shell, thread, words) => {
    for (const word of words.slice(1)) {
      if (word === "-v" || word === "-f") continue;
      if (words[1] === "-f") shell.state.functions = Object.fromEntries(Object.entries(shell.state.functions).filter(([name]) => name !== word));
      else thread.vars = withoutVariable(thread.vars, word);
    }
    return 0;
  },
  set: setOptions,
  shopt: () => 0, umask: (_shell, _thread, words, io) => { if (words.length === 1) io.out("0022\n"); return 0; }, ulimit: (_shell, _thread, _words, io) => { io.out("unlimited\n"); return 0; }, hash: () => 0, jobs: (shell, thread, _words, io) => {
    for (const job of shell.state.threads) if (job.role === "job" && job.parent === thread.id) io.out(`[${job.id}]+  Running                 ${job.name}\n`);
    return 0;
  },
  shift: (_shell, thread, words) => {
    const count = Number(words[1] ?? "1");
    if (count >= thread.positional.length) return 1;
    thread.positional = [thread.positional[0] ?? "sh", ...thread.positional.slice(1 + count)];
    return 0;
  },
  read: readLine, mapfile: readLines, readarray: readLines,
  exit: (shell, thread, words) => {
    const status = words[1] === undefined ? thread.status : Number(words[1]) & 0xff;
    // Only a subshell or a substitution around it survives an exit; a shell that reads commands reads no more.
    if (leaveShell(shell.state, thread) && thread.id === 1 && shell.state.reads !== "no") shell.state.input = null;
    return status;
  },
  return: (shell, thread, words) => {
    const status = words[1] === undefined ? thread.status : Number(words[1]) & 0xff;
    const call = thread.stack.findLastIndex((frame) => frame.f === "call");
    unwind(shell.state, thread, call < 0 ? 0 : call + 1);
    return status;
  },
  break: (shell, thread, words) => {
    leaveLoop(shell.state, thread, Number(words[1] ?? "1"), false);
    return "handled";
  },
  continue: (shell, thread, words) => {
    leaveLoop(shell.state, thread, Number(words[1] ?? "1"), true);
    return "handled";
  },
  wait: waitFor, kill, trap,
  killall: (shell, _thread, words, io) => killNamed(shell, words, io), pkill: (shell, _thread, words, io) => killNamed(shell, words, io),
  eval: (shell, thread, words, io) => {
    shell.pushScript(thread, words.slice(1).join(" "), io.ctx);
    return "handled";
  },
  exec: (shell, thread, words, io) => {
    const top = thread.stack[thread.stack.length - 1];
    if (words.length === 1) {
      // What it redirects stays so.
      if (top?.f === "fds") thread.stack.pop();
      return 0;
    }
    thread.stack = thread.stack.filter((frame) => frame.f === "capture" || frame.f === "subshell");
    if (thread.id === 1 && shell.state.reads !== "no") shell.state.reads = "no";
    shell.runCommand(thread, words[1] === "-a" ? words.slice(3) : words.slice(1), io.ctx);
    return "handled";
  },
  command: (shell, thread, words, io) => {
    if (words[1] === "-v" || words[1] === "-V") return whereIs(shell, thread, words.slice(1), io);
    shell.runCommand(thread, words.slice(1), io.ctx);
    return "handled";
  },
  builtin: (shell, thread, words, io) => {
    shell.runCommand(thread, words.slice(1), io.ctx);
    return "handled";
  },
  type: whereIs, which: whereIs,
  getopts,
  let: (shell, thread, words) => {
    let value = 0;
    for (const word of words.slice(1)) value = evaluateArithmetic(word, { get: (name) => variableOf(shell.state, thread, name) ?? "0", set: (name, text) => assignTo(thread, name, text) });
    return value === 0 ? 1 : 0;
  },
  alias: (shell, _thread, words, io) => {
    for (const word of words.slice(1)) {
      const equals = word.indexOf("=");
      if (equals > 0) shell.state.aliases = { ...shell.state.aliases, [word.slice(0, equals)]: word.slice(equals + 1) };
    }
    if (words.length === 1) for (const [name, text] of Object.entries(shell.state.aliases)) io.out(`alias ${name}='${text}'\n`);
    return 0;
  },
  unalias: (shell, _thread, words) => {
    shell.state.aliases = Object.fromEntries(Object.entries(shell.state.aliases).filter(([name]) => !words.includes(name)));
    return 0;
  },
};

function killNamed(shell: Shell, words: readonly string[], io: CommandIo): Outcome {
  const flag = words.find((word) => /^-[A-Z0-9]/.test(word));
  const signal = flag === undefined ? "TERM" : flag === "-0" ? "0" : signalName(flag.slice(1));
  const names = words.slice(1).filter((word) => !word.startsWith("-"));
  let hit = false;
  for (const name of names) {
    const is = (command: string): boolean => (command.split(" ")[0] ?? "").split("/").pop() === name || (words[0] === "pkill" && words.includes("-f") && command.includes(name));
    if (isBeside(io.ctx) && io.ctx.mainCommand.some((word) => (word.split("/").pop() ?? "") === name)) hit = killOne(shell, io.ctx.sharedPids?.own ?? 1, signal, io) || hit;
    for (const { pid, command } of io.ctx.sharedPids?.others ?? []) if (is(command.replace(/: .*/, ""))) hit = killOne(shell, pid, signal, io) || hit;
    for (const thread of [...shell.state.threads]) if (thread.wait !== null && is(thread.name)) hit = shell.kill(thread.id, signal, io.ctx) || hit;
  }
  if (!hit && words[0] === "killall" && !words.includes("-q")) io.err(`killall: ${names[0] ?? ""}: no process killed\n`);
  return hit ? 0 : 1;
}

export const builtinNames: readonly string[] = Object.keys(builtins);
