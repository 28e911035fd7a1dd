import { decodeBase64, encodeBase64 } from "../../kinds/base64.ts";
import { Pipe } from "./pipe.ts";
import { fileName, type Program, type ProgramContext } from "./program.ts";

// The few programs of the shell, each as POSIX or GNU has it as far as it goes; what it does not take is refused by name.

class UsageError extends Error {}

/** Short flags: letters of `known` are set, those followed by ":" take a value. */
function options(args: readonly string[], known: string): { readonly has: (letter: string) => boolean; readonly value: (letter: string) => string | undefined; readonly rest: readonly string[] } {
  const flags = new Map<string, string>();
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    if (word === "--") {
      rest.push(...args.slice(at + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-" || word.startsWith("--")) {
      if (word.startsWith("--")) throw new UsageError(`unrecognized option '${word}'`);
      rest.push(word);
      continue;
    }
    for (let letter = 1; letter < word.length; letter++) {
      const flag = word.charAt(letter);
      const place = known.indexOf(flag);
      if (place < 0 && /\d/.test(flag) && known.includes("#")) {
        flags.set("n", word.slice(letter));
        break;
      }
      if (place < 0) throw new UsageError(`invalid option -- '${flag}'`);
      if (known.charAt(place + 1) !== ":") {
        flags.set(flag, "");
        continue;
      }
      const value = word.slice(letter + 1) || args[++at];
      if (value === undefined) throw new UsageError(`option requires an argument -- '${flag}'`);
      flags.set(flag, value);
      break;
    }
  }
  return { has: (letter) => flags.has(letter), value: (letter) => flags.get(letter), rest };
}

/** Each input of a filter: the files named, or what is piped in. */
async function* inputs({ shell, input, err }: ProgramContext, program: string, files: readonly string[]): AsyncGenerator<{ readonly name: string; readonly pipe: Pipe }> {
  if (files.length === 0) yield { name: "-", pipe: input };
  for (const file of files) {
    const text = file === "-" ? null : shell.host.files.read(fileName(file));
    if (text === null && file !== "-") {
      err(`${program}: ${file}: No such file or directory\n`);
      continue;
    }
    const pipe = text === null ? input : new Pipe();
    if (text !== null) {
      pipe.write(text);
      pipe.end();
    }
    yield { name: file, pipe };
  }
}

async function allLines(context: ProgramContext, program: string, files: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const { pipe } of inputs(context, program, files)) for (let line = await pipe.line(); line !== null; line = await pipe.line()) lines.push(line);
  return lines;
}

const cat: Program = async (context, args) => {
  const { has, rest } = options(args, "n");
  let number = 0;
  for await (const { pipe } of inputs(context, "cat", rest)) {
    if (has("n")) for (let line = await pipe.line(); line !== null; line = await pipe.line()) context.out(`${String(++number).padStart(6)}\t${line}\n`);
    else for (let text = await pipe.read(); text !== null; text = await pipe.read()) context.out(text);
  }
  return rest.some((file) => file !== "-" && context.shell.host.files.read(fileName(file)) === null) ? 1 : 0;
};

/** A pattern of grep as one of JavaScript's: basic ones have their brackets the other way round. */
function patternOf(text: string, extended: boolean, fixed: boolean): string {
  if (text.length > 500) throw new UsageError("a pattern is limited to 500 characters here");
  if (fixed) return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (/\([^)]*[+*][^)]*\)[+*{]/.test(text)) throw new UsageError("nested repetitions are not taken here");
  return extended ? text : text.replace(/\\?[+?(){}|]/g, (one) => (one.startsWith("\\") ? one.slice(1) : `\\${one}`));
}

const grep: Program = async (context, args) => {
  const { has, value, rest } = options(args, "ivncEFowqlA:B:C:re:");
  const [first, ...files] = has("e") ? [value("e") ?? "", ...rest] : rest;
  if (first === undefined) throw new UsageError("usage: grep [-ivncEFowql] PATTERN [FILE]...");
  const source = patternOf(first, has("E"), has("F"));
  let pattern: RegExp;
  try {
    pattern = new RegExp(has("w") ? `\\b(?:${source})\\b` : source, has("i") ? "gi" : "g");
  } catch {
    throw new UsageError(`invalid pattern: ${first}`);
  }
  const after = Number(value("A") ?? value("C") ?? 0);
  const before = Number(value("B") ?? value("C") ?? 0);
  const paint = (line: string) => (context.toTerminal && !has("v") ? line.replace(pattern, (found) => (found === "" ? "" : `\u001b[1;31m${found}\u001b[0m`)) : line);
  let matched = false;
  for await (const { name, pipe } of inputs(context, "grep", files)) {
    let number = 0;
    let count = 0;
    let due = 0;
    let printed = 0;
    const kept: string[] = [];
    const prefix = files.length > 1 ? `${name}:` : "";
    for (let line = await pipe.line(); line !== null; line = await pipe.line()) {
      number++;
      pattern.lastIndex = 0;
      const hit = pattern.test(line) !== has("v");
      if (hit) {
        matched = true;
        count++;
        if (has("q")) return 0;
        if (has("c") || has("l")) continue;
        if (before + after > 0 && printed > 0 && number - kept.length - 1 > printed) context.out("--\n");
        kept.forEach((one, at) => context.out(`${has("n") ? `${number - kept.length + at}-` : ""}${one}\n`));
        kept.length = 0;
        pattern.lastIndex = 0;
        const number2 = has("n") ? `${number}:` : "";
        if (has("o")) for (const [found] of line.matchAll(pattern)) context.out(`${prefix}${number2}${found}\n`);
        else context.out(`${prefix}${number2}${paint(line)}\n`);
        due = after;
        printed = number;
      } else if (due > 0) {
        due--;
        printed = number;
        context.out(`${prefix}${has("n") ? `${number}-` : ""}${line}\n`);
      } else if (before > 0) {
        kept.push(line);
        if (kept.length > before) kept.shift();
      }
    }
    if (has("c")) context.out(`${prefix}${count}\n`);
    if (has("l") && count > 0) context.out(`${name}\n`);
  }
  return matched ? 0 : 1;
};

const head: Program = async (context, args) => {
  const { value, rest } = options(args, "n:#");
  const most = Number(value("n") ?? 10);
  for await (const { pipe } of inputs(context, "head", rest)) {
    for (let count = 0; count < most; count++) {
      const line = await pipe.line();
      if (line === null) break;
      context.out(`${line}\n`);
    }
  }
  return 0;
};

const tail: Program = async (context, args) => {
  const { value, rest } = options(args, "n:#f");
  const amount = value("n") ?? "10";
  const lines = await allLines(context, "tail", rest);
  context.out((amount.startsWith("+") ? lines.slice(Number(amount) - 1) : lines.slice(-Math.max(0, Number(amount)) || lines.length)).map((line) => `${line}\n`).join(""));
  return 0;
};

const wc: Program = async (context, args) => {
  const { has, rest } = options(args, "lwc");
  const all = !has("l") && !has("w") && !has("c");
  for await (const { name, pipe } of inputs(context, "wc", rest)) {
    const text = await pipe.all();
    const counts = [...(all || has("l") ? [text.split("\n").length - 1] : []), ...(all || has("w") ? [text.split(/\s+/).filter((word) => word !== "").length] : []), ...(all || has("c") ? [new TextEncoder().encode(text).length] : [])];
    context.out(`${counts.length === 1 ? String(counts[0]) : counts.map((count) => String(count).padStart(7)).join(" ")}${name === "-" ? "" : ` ${name}`}\n`);
  }
  return 0;
};

const sort: Program = async (context, args) => {
  const { has, value, rest } = options(args, "rnuk:");
  const key = Number.parseInt(value("k") ?? "0", 10);
  const of = (line: string) => (key > 0 ? (line.trim().split(/\s+/)[key - 1] ?? "") : line);
  const sorted = (await allLines(context, "sort", rest)).sort((a, b) => (has("n") ? Number.parseFloat(of(a)) - Number.parseFloat(of(b)) || 0 : of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0));
  if (has("r")) sorted.reverse();
  context.out((has("u") ? [...new Set(sorted)] : sorted).map((line) => `${line}\n`).join(""));
  return 0;
};

const uniq: Program = async (context, args) => {
  const { has, rest } = options(args, "c");
  const lines = await allLines(context, "uniq", rest);
  for (let at = 0; at < lines.length; ) {
    let end = at;
    while (lines[end] === lines[at] && end < lines.length) end++;
    context.out(`${has("c") ? `${String(end - at).padStart(7)} ` : ""}${lines[at]}\n`);
    at = end;
  }
  return 0;
};

const cut: Program = async (context, args) => {
  const { value, rest } = options(args, "d:f:c:");
  const ranges = (value("f") ?? value("c") ?? "").split(",").map((range) => {
    const [from = "", to = from] = range.split("-");
    return { from: Number(from || 1), to: range.endsWith("-") ? Infinity : Number(to) };
  });
  const inRange = (_: string, at: number) => ranges.some(({ from, to }) => at + 1 >= from && at + 1 <= to);
  const delimiter = value("d") ?? "\t";
  for (const line of await allLines(context, "cut", rest)) context.out(`${value("c") === undefined ? (line.includes(delimiter) ? line.split(delimiter).filter(inRange).join(delimiter) : line) : [...line].filter(inRange).join("")}\n`);
  return 0;
};

const ls: Program = ({ shell, out, err, toTerminal }, args) => {
  const { has, rest } = options(args, "la1");
  const names = [...shell.host.files.names()].sort();
  const asked = rest.map(fileName).filter((name) => name !== "" && name !== "." && name !== "/workspace");
  const missing = asked.filter((name) => !names.includes(name));
  for (const name of missing) err(`ls: cannot access '${name}': No such file or directory\n`);
  const shown = asked.length === 0 ? names : names.filter((name) => asked.includes(name));
  if (has("l")) out(shown.map((name) => `-rw-r--r-- 1 kubernetes-admin kubernetes-admin ${String(new TextEncoder().encode(shell.host.files.read(name) ?? "").length).padStart(6)} ${name}\n`).join(""));
  else if (shown.length > 0) out(toTerminal && !has("1") ? `${shown.join("  ")}\n` : shown.map((name) => `${name}\n`).join(""));
  return missing.length > 0 ? 2 : 0;
};

const watch: Program = async (context, args) => {
  let seconds = 2;
  let rest = args;
  while (rest[0]?.startsWith("-") === true) {
    const [flag = "", value] = rest;
    const inline = /^(?:-n|--interval=)(\d+(?:\.\d+)?)$/.exec(flag)?.[1];
    if (inline !== undefined) {
      seconds = Number(inline);
      rest = rest.slice(1);
    } else if (flag === "-n" || flag === "--interval") {
      seconds = Number(value);
      rest = rest.slice(2);
    } else if (flag === "-t" || flag === "--no-title" || flag === "-d") rest = rest.slice(1);
    else throw new UsageError(`invalid option '${flag}'`);
  }
  if (rest.length === 0 || !(seconds >= 0.1)) throw new UsageError("usage: watch [-n SECONDS] COMMAND");
  const line = rest.length === 1 ? (rest[0] ?? "") : rest.map((word) => (/^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
  while (!context.interrupt.done) {
    let text = "";
    const take = (more: string) => void (text += more);
    await context.shell.run(line, context.interrupt, { out: take, err: take }, false);
    if (context.interrupt.done) break;
    context.out(`${context.toTerminal ? "\u001b[H\u001b[2J" : ""}Every ${seconds.toFixed(1)}s: ${line}\n\n${text}`);
    await context.shell.host.sleep(seconds, context.interrupt);
  }
  return 0;
};

const xargs: Program = async (context, args) => {
  // Flags end at the first word that is none and no flag's value: what follows is the command's own.
  const start = args.findIndex((arg, at) => !arg.startsWith("-") && !["-n", "-I"].includes(args[at - 1] ?? ""));
  const { value } = options(start < 0 ? args : args.slice(0, start), "n:I:rt");
  const command = start < 0 ? [] : args.slice(start);
  const [name = "echo", ...fixed] = command;
  const text = await context.input.all();
  const place = value("I");
  const items = place === undefined ? text.split(/\s+/).filter((word) => word !== "") : text.split("\n").filter((line) => line !== "");
  const size = place !== undefined ? 1 : Number(value("n") ?? (items.length || 1));
  let code = 0;
  for (let at = 0; at < items.length && !context.interrupt.done; at += size) {
    const part = items.slice(at, at + size);
    const words = place === undefined ? [...fixed, ...part] : fixed.map((word) => word.replaceAll(place, part[0] ?? ""));
    const empty = new Pipe();
    empty.end();
    code = (await context.shell.program(name, words, { ...context, input: empty })) || code;
  }
  return code;
};

function unescape(text: string): string {
  return text.replace(/\\([ntr\\0e])/g, (_, letter: string) => ({ n: "\n", t: "\t", r: "\r", "\\": "\\", "0": "\0", e: "\u001b" })[letter] ?? letter);
}

const plainPrograms: Readonly<Record<string, Program>> = {
  cat, grep, head, tail, wc, sort, uniq, cut, ls, watch, xargs,
  echo: ({ out }, args) => {
    let rest = args;
    let flags = "";
    while (/^-[neE]+$/.test(rest[0] ?? "")) {
      flags += rest[0] ?? "";
      rest = rest.slice(1);
    }
    const text = rest.join(" ");
    out(`${flags.includes("e") ? unescape(text) : text}${flags.includes("n") ? "" : "\n"}`);
    return 0;
  },
  printf: ({ out }, [format = "", ...args]) => {
    let next = 0;
    out(unescape(format).replace(/%[-0-9]*([sd%])/g, (_, kind: string) => (kind === "%" ? "%" : (args[next++] ?? ""))));
    return 0;
  },
  tee: async ({ shell, input, out, err }, args) => {
    const { has, rest } = options(args, "a");
    let text = "";
    for (let more = await input.read(); more !== null; more = await input.read()) {
      text += more;
      out(more);
    }
    let code = 0;
    for (const file of rest) {
      const refused = shell.host.files.write(fileName(file), (has("a") ? (shell.host.files.read(fileName(file)) ?? "") : "") + text);
      if (refused === null) continue;
      err(`tee: ${file}: ${refused}\n`);
      code = 1;
    }
    return code;
  },
  base64: async (context, args) => {
    const { has, rest } = options(args, "dw:");
    for await (const { pipe } of inputs(context, "base64", rest)) {
      const text = await pipe.all();
      context.out(has("d") ? decodeBase64(text.trim()) : `${encodeBase64(text)}\n`);
    }
    return 0;
  },
  clear: ({ shell }) => {
    shell.host.clear();
    return 0;
  },
  history: ({ shell, out }) => {
    out(shell.host.history.map((line, at) => `${String(at + 1).padStart(5)}  ${line}\n`).join(""));
    return 0;
  },
  export: ({ shell }, args) => {
    for (const arg of args) if (arg.includes("=")) shell.variables.set(arg.slice(0, arg.indexOf("=")), arg.slice(arg.indexOf("=") + 1));
    return 0;
  },
  unset: ({ shell }, args) => {
    for (const arg of args) shell.variables.delete(arg);
    return 0;
  },
  env: ({ shell, out }) => {
    out([...shell.variables].map(([name, value]) => `${name}=${value}\n`).join(""));
    return 0;
  },
  sleep: async ({ shell, interrupt }, [amount = ""]) => {
    const seconds = Number.parseFloat(amount) * ({ m: 60, h: 3600 }[amount.slice(-1)] ?? 1);
    if (!Number.isFinite(seconds)) throw new UsageError(`invalid time interval '${amount}'`);
    await shell.host.sleep(seconds, interrupt);
    return 0;
  },
  date: ({ shell, out }) => {
    out(`${new Date(shell.host.nowMs()).toUTCString().replace("GMT", "UTC")}\n`);
    return 0;
  },
  pwd: ({ out }) => {
    out("/workspace\n");
    return 0;
  },
  cd: ({ err }, [to = "/workspace"]) => {
    if (["/workspace", ".", "~", "/workspace/", "./"].includes(to)) return 0;
    err(`sh: cd: ${to}: No such file or directory\n`);
    return 1;
  },
  rm: ({ shell, err }, args) => {
    const { has, rest } = options(args, "rf");
    const missing = rest.filter((file) => !shell.host.files.remove(fileName(file)));
    if (has("f")) return 0;
    for (const file of missing) err(`rm: cannot remove '${file}': No such file or directory\n`);
    return missing.length > 0 ? 1 : 0;
  },
  cp: (context, args) => copy(context, args, "cp"),
  mv: (context, args) => copy(context, args, "mv"),
  touch: ({ shell, err }, args) => {
    for (const file of args.map(fileName)) {
      const refused = shell.host.files.read(file) === null ? shell.host.files.write(file, "") : null;
      if (refused !== null) err(`touch: ${file}: ${refused}\n`);
    }
    return 0;
  },
  true: () => 0,
  false: () => 1,
  ":": () => 0,
  help: ({ out }) => {
    out(`This terminal has kubectl (also as k), and over the workspace's files: ${programNames.filter((name) => name !== ":").join(" ")}.\nPipes, ;, &&, ||, quotes, $variables, $(commands) and redirects into files work; loops and jobs do not.\nTab completes, arrows up and down go through the history, Ctrl-C stops, Ctrl-L clears.\n`);
    return 0;
  },
};

function copy({ shell, err }: ProgramContext, args: readonly string[], program: "cp" | "mv"): number {
  const [from, to, more] = args;
  if (from === undefined || to === undefined || more !== undefined) throw new UsageError(`usage: ${program} FROM TO`);
  const text = shell.host.files.read(fileName(from));
  if (text === null) {
    err(`${program}: cannot stat '${from}': No such file or directory\n`);
    return 1;
  }
  const refused = shell.host.files.write(fileName(to), text);
  if (refused !== null) {
    err(`${program}: ${to}: ${refused}\n`);
    return 1;
  }
  if (program === "mv") shell.host.files.remove(fileName(from));
  return 0;
}

/** Usage errors in the words of the program. */
function guarded(name: string, program: Program): Program {
  return async (context, args) => {
    try {
      return await program(context, args);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      context.err(`${name}: ${error.message}\n`);
      return 2;
    }
  };
}

export const programs: Readonly<Record<string, Program>> = Object.fromEntries(Object.entries(plainPrograms).map(([name, program]) => [name, guarded(name, program)]));
export const programNames: readonly string[] = Object.keys(plainPrograms).sort();
