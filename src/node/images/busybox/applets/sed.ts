import type { Applet, CommandIo } from "../shell/commandIo.ts";
import { Regex, RegexError } from "../shell/regex.ts";
import { complain, fileText, linesOf, readOptions } from "./options.ts";

type Address = { readonly at: "line"; readonly line: number } | { readonly at: "last" } | { readonly at: "match"; readonly regex: Regex } | { readonly at: "after"; readonly lines: number };

interface Command {
  readonly from: Address | null;
  readonly to: Address | null;
  readonly negated: boolean;
  readonly letter: string;
  readonly regex: Regex | null;
  /** Replacement, inserted text, label or file. */
  readonly text: string;
  readonly flags: string;
  /** Of "{": the command after the "}" that closes it. */
  end: number;
}

class SedError extends Error {}

const mostSteps = 500_000;

/** Reads a script: one list of commands, groups as jumps. Throws SedError and RegexError. */
function parse(script: string, extended: boolean): readonly Command[] {
  const commands: Command[] = [];
  const open: number[] = [];
  let at = 0;
  let last: Regex | null = null;
  const delimited = (mark: string): string => {
    let text = "";
    for (; at < script.length && script[at] !== mark; at++) {
      if (script[at] === "\\" && at + 1 < script.length) {
        at += 1;
        text += script[at] === mark ? mark : `\\${script[at] ?? ""}`;
      } else if (script[at] === "[" && script.indexOf("]", at + 2) > 0 && mark !== "[") {
        const end = script.indexOf("]", at + 2);
        text += script.slice(at, end + 1);
        at = end;
      } else text += script[at] ?? "";
    }
    if (at >= script.length) throw new SedError("unterminated address regex or s command");
    at += 1;
    return text;
  };
  const regexOf = (pattern: string, fold = false): Regex => {
    if (pattern !== "") last = new Regex(pattern, extended, fold);
    if (last === null) throw new SedError("no previous regexp");
    return last;
  };
  const address = (): Address | null => {
    const number = /^[0-9]+/.exec(script.slice(at, at + 10))?.[0];
    if (number !== undefined) {
      at += number.length;
      return { at: "line", line: Number(number) };
    }
    if (script[at] === "$") {
      at += 1;
      return { at: "last" };
    }
    if (script[at] === "+") {
      const lines = /^\+[0-9]+/.exec(script.slice(at, at + 10))?.[0] ?? "+0";
      at += lines.length;
      return { at: "after", lines: Number(lines) };
    }
    if (script[at] !== "/" && script[at] !== "\\") return null;
    if (script[at] === "\\") at += 1;
    const mark = script[at++] ?? "/";
    const pattern = delimited(mark);
    const fold = script[at] === "I";
    if (fold) at += 1;
    return { at: "match", regex: regexOf(pattern, fold) };
  };
  while (at < script.length) {
    if (/[\s;]/.test(script[at] ?? "")) {
      at += 1;
      continue;
    }
    if (script[at] === "#") {
      while (at < script.length && script[at] !== "\n") at += 1;
      continue;
    }
    const from = address();
    let to: Address | null = null;
    if (from !== null && script[at] === ",") {
      at += 1;
      to = address();
    }
    while (script[at] === " ") at += 1;
    const negated = script[at] === "!";
    if (negated) at += 1;
    while (script[at] === " ") at += 1;
    const letter = script[at++] ?? "";
    let regex: Regex | null = null;
    let text = "";
    let flags = "";
    if (letter === "s" || letter === "y") {
      const mark = script[at++] ?? "/";
      const pattern = delimited(mark);
      text = delimited(mark);
      flags = /^[0-9gpIie]*/.exec(script.slice(at, at + 16))?.[0] ?? "";
      at += flags.length;
      if (letter === "s") regex = regexOf(pattern, /[Ii]/.test(flags));
      else flags = pattern;
    } else if (letter === "a" || letter === "i" || letter === "c") {
      while (/[ \t\\\n]/.test(script[at] ?? "x")) at += 1;
      const end = script.indexOf("\n", at);
      text = script.slice(at, end < 0 ? script.length : end);
      at = end < 0 ? script.length : end;
    } else if (/[:btTrw]/.test(letter)) {
      const end = /[;\n}]/.exec(script.slice(at));
      const stop = end === null || letter === "r" || letter === "w" ? (script.indexOf("\n", at) < 0 ? script.length : script.indexOf("\n", at)) : at + end.index;
      text = script.slice(at, stop).trim();
      at = stop;
    } else if (letter === "{") open.push(commands.length);
    else if (letter === "}") {
      const start = open.pop();
      if (start === undefined) throw new SedError("unexpected }");
      (commands[start] as Command).end = commands.length;
      continue;
    } else if (letter === "q") {
      text = /^ *[0-9]+/.exec(script.slice(at, at + 10))?.[0] ?? "";
      at += text.length;
    } else if (!"pdDPnNgGhHx=lF".includes(letter) || letter === "") throw new SedError(`unsupported command ${letter}`);
    commands.push({ from, to, negated, letter, regex, text, flags, end: 0 });
  }
  if (open.length > 0) throw new SedError("unmatched {");
  return commands;
}

/** & and \1 in a replacement, \U and the like left aside. */
function replacement(text: string, groups: readonly (string | undefined)[]): string {
  let out = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "&") out += groups[0] ?? "";
    else if (char !== "\\") out += char;
    else {
      const next = text[++at] ?? "";
      out += /[0-9]/.test(next) ? (groups[Number(next)] ?? "") : next === "n" ? "\n" : next === "t" ? "\t" : next;
    }
  }
  return out;
}

function substitute(line: string, command: Command): string | null {
  const which = Number(/[0-9]+/.exec(command.flags)?.[0] ?? "1");
  const all = command.flags.includes("g");
  let out = "";
  let from = 0;
  let count = 0;
  let done = false;
  while (from <= line.length) {
    const match = command.regex?.exec(line, from) ?? null;
    if (match === null) break;
    count += 1;
    const replaces = count >= which && (all || count === which);
    done ||= replaces;
    out += line.slice(from, match.start) + (replaces ? replacement(command.text, match.groups) : line.slice(match.start, match.end));
    from = match.end;
    if (match.end === match.start) {
      out += line[from] ?? "";
      from += 1;
    }
    if (!all && count >= which) break;
  }
  return done ? out + line.slice(from) : null;
}

interface Output {
  text: string;
  quit: number | null;
}

/** Runs a script over lines; what it prints. */
function execute(commands: readonly Command[], lines: readonly string[], silent: boolean, output: Output, readFile: (path: string) => string): void {
  const ranges = new Map<number, number>();
  let hold = "";
  let steps = 0;
  for (let index = 0; index < lines.length && output.quit === null; index++) {
    let space = lines[index] ?? "";
    let deleted = false;
    let substituted = false;
    let appended = "";
    const matches = (address: Address): boolean => (address.at === "line" ? address.line === index + 1 : address.at === "last" ? index === lines.length - 1 : address.at === "match" && address.regex.test(space));
    const chosen = (command: Command, at: number): boolean => {
      if (command.from === null) return true;
      if (command.to === null) return matches(command.from);
      const until = ranges.get(at);
      if (until === undefined) {
        if (!matches(command.from)) return false;
        const { to } = command;
        if (to.at === "after") ranges.set(at, index + 1 + to.lines);
        else if (to.at !== "line" || to.line > index + 1) ranges.set(at, to.at === "line" ? to.line : Number.POSITIVE_INFINITY);
        return true;
      }
      const ends = Number.isFinite(until) ? index + 1 >= until : matches(command.to);
      if (ends) ranges.delete(at);
      return !Number.isFinite(until) || index + 1 <= until;
    };
    for (let at = 0; at < commands.length; at++) {
      if (++steps > mostSteps) throw new SedError("the script does not end");
      const command = commands[at] as Command;
      if (chosen(command, at) === command.negated) {
        if (command.letter === "{") at = command.end - 1;
        continue;
      }
      switch (command.letter) {
        case "s": {
          const next = substitute(space, command);
          if (next === null) break;
          substituted = true;
          space = next.slice(0, 262_144);
          if (command.flags.includes("p")) output.text += `${space}\n`;
          break;
        }
        case "y": space = [...space].map((char) => { const place = command.flags.indexOf(char); return place < 0 ? char : (command.text[place] ?? char); }).join(""); break;
        case "p": output.text += `${space}\n`; break;
        case "P": output.text += `${space.split("\n")[0] ?? ""}\n`; break;
        case "d": deleted = true; at = commands.length; break;
        case "D": deleted = !space.includes("\n"); space = space.slice(space.indexOf("\n") + 1); at = deleted ? commands.length : -1; break;
        case "=": output.text += `${index + 1}\n`; break;
        case "a": appended += `${replacement(command.text, [])}\n`; break;
        case "r": appended += readFile(command.text); break;
        case "i": output.text += `${replacement(command.text, [])}\n`; break;
        case "c": if (command.to === null || !ranges.has(at)) output.text += `${replacement(command.text, [])}\n`; deleted = true; at = commands.length; break;
        case "n": case "N":
          if (index + 1 >= lines.length) {
            at = commands.length;
            break;
          }
          if (command.letter === "n" && !silent) output.text += `${space}\n`;
          index += 1;
          space = command.letter === "n" ? (lines[index] ?? "") : `${space}\n${lines[index] ?? ""}`;
          break;
        case "g": space = hold; break;
        case "G": space += `\n${hold}`; break;
        case "h": hold = space; break;
        case "H": hold += `\n${space}`; break;
        case "x": [space, hold] = [hold, space]; break;
        case "b": at = jump(commands, command.text); break;
        case "t": if (substituted) at = jump(commands, command.text); substituted = false; break;
        case "T": if (!substituted) at = jump(commands, command.text); substituted = false; break;
        case "q": output.quit = Number(command.text.trim() || "0"); at = commands.length; break;
      }
    }
    if (!deleted && !silent) output.text += `${space}\n`;
    output.text += appended;
    if (output.text.length > 1_048_576) throw new SedError("output too long");
  }
}

function jump(commands: readonly Command[], label: string): number {
  if (label === "") return commands.length;
  const at = commands.findIndex((command) => command.letter === ":" && command.text === label);
  if (at < 0) throw new SedError(`can't find label for jump to '${label}'`);
  return at;
}

function sed(io: CommandIo): number {
  const options = readOptions(io.args.map((arg) => (/^-i./.test(arg) && !arg.startsWith("-in") ? "-i" : arg)), ["e", "f", "expression"]);
  const { given } = options;
  const scripts = given.get("e") ?? given.get("expression");
  const file = given.get("f");
  const [first, ...rest] = options.words;
  const script = scripts ?? (file === undefined ? first : (fileText(io, file) ?? undefined));
  const files = scripts !== undefined || file !== undefined ? options.words : rest;
  if (script === undefined) return complain(io, "no script given");
  const silent = given.has("n") || given.has("quiet");
  try {
    const commands = parse(script, given.has("E") || given.has("r"));
    const read = (path: string): string => io.ctx.readFile(io.resolve(path)) ?? "";
    if (given.has("i") || given.has("in-place")) {
      let status = 0;
      for (const name of files) {
        const text = fileText(io, name);
        if (text === null) {
          status = 1;
          continue;
        }
        const output: Output = { text: "", quit: null };
        execute(parse(script, given.has("E") || given.has("r")), linesOf(text), silent, output, read);
        const problem = io.ctx.tryWriteFile(io.resolve(name), output.text);
        if (problem !== null) status = complain(io, `${name}: ${problem}`, 4);
      }
      return status;
    }
    let lines: readonly string[] = [];
    let status = 0;
    for (const name of files.length === 0 ? ["-"] : files) {
      const text = fileText(io, name);
      if (text === null) status = 1;
      else lines = [...lines, ...linesOf(text)];
    }
    const output: Output = { text: "", quit: null };
    execute(commands, lines, silent, output, read);
    io.out(output.text);
    return output.quit ?? status;
  } catch (error) {
    if (!(error instanceof SedError) && !(error instanceof RegexError)) throw error;
    return complain(io, error.message);
  }
}

export const sedApplets: Readonly<Record<string, Applet>> = { sed: { run: sed } };
