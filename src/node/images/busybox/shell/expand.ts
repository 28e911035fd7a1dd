import { compareText } from "../../../../base/compareText.ts";
import type { Part, ShellNode, Word } from "./ast.ts";
import { evaluateArithmetic } from "./arithmetic.ts";
import { literal, matchesGlob, withoutMarks } from "./glob.ts";

export interface Expander {
  variable(name: string): string | undefined;
  assign(name: string, value: string): void;
  /** The keys of an array, in order; [] where the name is none. */
  keys(name: string): readonly string[];
  readonly positional: readonly string[];
  readonly ifs: string;
  /** bash's {a,b} and {1..5}. */
  readonly braces: boolean;
  /** Output of the command substitution so numbered. Throws CaptureNeeded where it has not run yet. */
  capture(n: number, script: ShellNode): string;
  /** Names that a pattern matches; [] where none does. */
  glob(pattern: string): readonly string[];
  /** `set -u`: a variable that must be set is not. Throws. */
  unset(name: string): string;
}

/** A substitution whose command must run before the word can be expanded. */
export class CaptureNeeded extends Error {
  readonly n: number;
  readonly script: ShellNode;
  constructor(n: number, script: ShellNode) {
    super("a command runs first");
    this.n = n;
    this.script = script;
  }
}

/** Ends the command with a message: `${x:?message}`, set -u, a word that grew too long. */
export class ExpansionError extends Error {}

const longestWord = 1_048_576;
const mostWords = 20_000;

/** Words after expansion and field splitting: one word may become none or many. */
export function expandWords(words: readonly Word[], world: Expander): readonly string[] {
  const all: string[] = [];
  for (const word of words) {
    for (const each of world.braces ? braceExpand(word) : [word]) all.push(...expandWord(each, world));
    if (all.length > mostWords) throw new ExpansionError("Argument list too long");
  }
  return all;
}

function expandWord(word: Word, world: Expander): readonly string[] {
  const fields: string[] = [];
  let current: string | null = null;
  let pattern = "";
  let globbing = false;
  const append = (text: string, quoted: boolean): void => {
    current = (current ?? "") + text;
    if (current.length > longestWord) throw new ExpansionError("out of memory");
    pattern += quoted ? literal(text) : text;
    if (!quoted && /[*?[]/.test(text)) globbing = true;
  };
  const close = (): void => {
    if (current === null) return;
    const names = globbing ? world.glob(pattern) : [];
    fields.push(...(names.length > 0 ? names : [current]));
    [current, pattern, globbing] = [null, "", false];
  };
  for (const [at, part] of word.entries()) {
    if (part.p === "text") {
      append(at === 0 && !part.quoted ? tilde(part.text, world) : part.text, part.quoted);
      continue;
    }
    const argument = part.p === "var" && !part.quoted ? argumentOf(part, world) : null;
    if (argument !== null) {
      // ${x:-"a b" c}: what is quoted in there stays whole.
      const inner = expandWord(argument, world);
      for (const [index, piece] of inner.entries()) {
        if (index > 0) close();
        append(piece, true);
      }
      continue;
    }
    const list = listOf(part, world);
    if (list !== null && part.quoted && list.each) {
      for (const [index, value] of list.values.entries()) {
        if (index > 0) close();
        append(value, true);
      }
      continue;
    }
    const value = list === null ? partValue(part, world) : list.values.join(list.each ? " " : world.ifs.slice(0, 1));
    if (part.quoted) {
      append(value, true);
      continue;
    }
    const pieces = world.ifs === "" ? [value] : splitFields(value, world.ifs);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) close();
      if (piece !== "") append(piece, false);
    }
  }
  close();
  return fields;
}

/** The word that stands in for a variable: of ${x-word} and ${x+word}; null: the variable itself does, or nothing. */
function argumentOf(part: Extract<Part, { p: "var" }>, world: Expander): Word | null {
  if (!/^:?[-+]$/.test(part.op) || part.index !== undefined || part.name === "@" || part.name === "*") return null;
  const value = world.variable(part.name);
  const empty = value === undefined || (part.op.startsWith(":") && value === "");
  return empty === part.op.endsWith("-") ? part.arg : null;
}

/** Splits at IFS: runs of white space are one separator, other characters are each. */
export function splitFields(value: string, ifs: string): readonly string[] {
  if (ifs === " \t\n") return value.split(/[ \t\n]+/);
  const fields = [""];
  let spaced = false;
  for (const char of value) {
    if (!ifs.includes(char)) {
      fields[fields.length - 1] += char;
      spaced = false;
    } else if (!/[ \t\n]/.test(char)) fields.push("");
    else if (!spaced) {
      fields.push("");
      spaced = true;
    }
  }
  return fields;
}

function tilde(text: string, world: Expander): string {
  return text === "~" || text.startsWith("~/") ? `${world.variable("HOME") ?? "/root"}${text.slice(1)}` : text;
}

/** $@, $*, ${name[@]} and ${!name[@]} as lists; null: it is one value. */
function listOf(part: Exclude<Part, { p: "text" }>, world: Expander): { readonly values: readonly string[]; readonly each: boolean } | null {
  if (part.p !== "var" || (part.op !== "" && part.op !== ":" && part.op !== "keys")) return null;
  const first = part.index?.length === 1 ? part.index[0] : undefined;
  const whole = first?.p === "text" && (first.text === "@" || first.text === "*") ? first.text : part.name === "@" || part.name === "*" ? part.name : null;
  if (whole === null) return null;
  const isArray = part.index !== undefined;
  let values = !isArray ? world.positional : world.keys(part.name).map((key) => (part.op === "keys" ? key : (world.variable(`${part.name}[${key}]`) ?? "")));
  if (part.op === ":") {
    const from = arithmetic(part.arg, world) - (isArray ? 0 : 1);
    const count = part.arg2 === undefined ? values.length : arithmetic(part.arg2, world);
    values = values.slice(Math.max(0, from), Math.max(0, from) + count);
  }
  return { values, each: whole === "@" };
}

/** A word where no splitting happens: assignments, redirection targets, case subjects. */
export function expandToText(word: Word, world: Expander): string {
  let text = "";
  for (const [at, part] of word.entries()) text += part.p === "text" ? (at === 0 && !part.quoted ? tilde(part.text, world) : part.text) : partValue(part, world);
  if (text.length > longestWord) throw new ExpansionError("out of memory");
  return text;
}

/** A word as a pattern: what was quoted stands for itself. */
export function expandToPattern(word: Word, world: Expander): string {
  return word.map((part) => (part.p === "text" ? (part.quoted ? literal(part.text) : part.text) : part.quoted ? literal(partValue(part, world)) : partValue(part, world))).join("");
}

export function arithmetic(expression: Word, world: Expander): number {
  return evaluateArithmetic(expandToText(expression, world), {
    get: (name) => world.variable(name) ?? "0",
    set: (name, value) => world.assign(name, value),
  });
}

function partValue(part: Exclude<Part, { p: "text" }>, world: Expander): string {
  if (part.p === "command") return world.capture(part.n, part.script).replace(/\n+$/, "");
  if (part.p === "arith") return String(arithmetic(part.expression, world));
  const list = listOf(part, world);
  if (list !== null) return list.values.join(" ");
  const name = part.index === undefined ? part.name : `${part.name}[${indexOf(part.index, part.name, world)}]`;
  if (part.op === "length" && (part.name === "@" || part.name === "*")) return String(world.positional.length);
  if (part.op === "length" && part.index !== undefined && /\[[@*]\]$/.test(name)) return String(world.keys(part.name).length);
  const value = world.variable(name);
  const argument = (): string => expandToText(part.arg, world);
  switch (part.op) {
    case "": return value ?? world.unset(name);
    case "length": return String((value ?? "").length);
    case "indirect": return world.variable(value ?? "") ?? "";
    case "-": return value ?? argument();
    case ":-": return value === undefined || value === "" ? argument() : value;
    case "=": case ":=": {
      if (value !== undefined && (part.op === "=" || value !== "")) return value;
      const fallback = argument();
      world.assign(name, fallback);
      return fallback;
    }
    case "+": return value === undefined ? "" : argument();
    case ":+": return value === undefined || value === "" ? "" : argument();
    case "?": case ":?": {
      if (value !== undefined && (part.op === "?" || value !== "")) return value;
      throw new ExpansionError(`${name}: ${argument() || "parameter not set"}`);
    }
    case "#": case "##": return cutFront(value ?? "", expandToPattern(part.arg, world), part.op === "##");
    case "%": case "%%": return cutBack(value ?? "", expandToPattern(part.arg, world), part.op === "%%");
    case ":": {
      const text = value ?? "";
      const offset = arithmetic(part.arg, world);
      const from = offset < 0 ? Math.max(0, text.length + offset) : offset;
      const length = part.arg2 === undefined ? text.length : arithmetic(part.arg2, world);
      return length < 0 ? text.slice(from, text.length + length) : text.slice(from, from + length);
    }
    case "^": return (value ?? "").slice(0, 1).toUpperCase() + (value ?? "").slice(1);
    case "^^": return (value ?? "").toUpperCase();
    case ",": return (value ?? "").slice(0, 1).toLowerCase() + (value ?? "").slice(1);
    case ",,": return (value ?? "").toLowerCase();
    default: return part.op.startsWith("/") ? replaced(value ?? "", part.op, expandToPattern(part.arg, world), part.arg2 === undefined ? "" : expandToText(part.arg2, world)) : (value ?? "");
  }
}

/** The key that an index names: a number for ordinary arrays, the text itself for those that have other keys. */
export function indexOf(index: Word, name: string, world: Expander): string {
  const text = expandToText(index, world);
  if (text === "@" || text === "*" || world.variable(`${name}[${text}]`) !== undefined || world.variable(`${name}[]`) !== undefined) return text;
  const number = evaluateArithmetic(text, { get: (each) => world.variable(each) ?? "0", set: (each, value) => world.assign(each, value) });
  return String(number < 0 ? number + world.keys(name).length : number);
}

/** Keys as "name[key]" stand for an array's elements: numbers by size, others by name. */
export function sortedKeys(vars: Readonly<Record<string, string>>, name: string): readonly string[] {
  const prefix = `${name}[`;
  const keys: string[] = [];
  for (const key in vars) if (key.startsWith(prefix) && key !== `${prefix}]`) keys.push(key.slice(prefix.length, -1));
  const numbers = keys.every((key) => /^[0-9]+$/.test(key));
  return keys.sort((a, b) => (numbers ? Number(a) - Number(b) : compareText(a, b)));
}

/** At most this much work for one pattern: longer texts are taken as they are. */
const longestMatched = 4_096;

function replaced(value: string, op: string, pattern: string, by: string): string {
  if (pattern === "" || value.length > longestMatched) return pattern === "" ? value : value.split(withoutMarks(pattern)).join(by);
  if (op === "/#" || op === "/%") {
    const rest = op === "/#" ? cutFront(value, pattern, true) : cutBack(value, pattern, true);
    return rest === value ? value : op === "/#" ? by + rest : rest + by;
  }
  if (!/[*?[\\]/.test(pattern)) return op === "//" ? value.split(pattern).join(by) : value.replace(pattern, () => by);
  let out = "";
  let at = 0;
  while (at < value.length) {
    let length = value.length - at;
    while (length > 0 && !matchesGlob(pattern, value.slice(at, at + length))) length -= 1;
    if (length === 0) {
      out += value[at++] ?? "";
      continue;
    }
    out += by;
    at += length;
    if (op !== "//") return out + value.slice(at);
  }
  return out;
}

function cutFront(value: string, pattern: string, longest: boolean): string {
  if (!/[*?[]/.test(pattern)) return value.startsWith(withoutMarks(pattern)) ? value.slice(withoutMarks(pattern).length) : value;
  for (let i = 0; i <= value.length && i <= longestMatched; i++) {
    const length = longest ? value.length - i : i;
    if (matchesGlob(pattern, value.slice(0, length))) return value.slice(length);
  }
  return value;
}

function cutBack(value: string, pattern: string, longest: boolean): string {
  if (!/[*?[]/.test(pattern)) return value.endsWith(withoutMarks(pattern)) ? value.slice(0, value.length - withoutMarks(pattern).length) : value;
  for (let i = 0; i <= value.length && i <= longestMatched; i++) {
    const start = longest ? i : value.length - i;
    if (matchesGlob(pattern, value.slice(start))) return value.slice(0, start);
  }
  return value;
}

/** {a,b} and {1..3} in unquoted text, as bash does before all else. */
function braceExpand(word: Word, depth = 0): readonly Word[] {
  for (const [at, part] of word.entries()) {
    if (part.p !== "text" || part.quoted || depth > 8) continue;
    const match = /\{([^{}]*)\}/.exec(part.text);
    const items = match === null ? null : itemsOf(match[1] ?? "");
    if (match === null || items === null) continue;
    const before = part.text.slice(0, match.index);
    const after = part.text.slice(match.index + match[0].length);
    return items.flatMap((item) => braceExpand([...word.slice(0, at), { ...part, text: before + item + after }, ...word.slice(at + 1)], depth + 1));
  }
  return [word];
}

function itemsOf(text: string): readonly string[] | null {
  const range = /^(-?[0-9]{1,9})\.\.(-?[0-9]{1,9})(?:\.\.(-?[0-9]{1,9}))?$/.exec(text);
  if (range === null) return text.includes(",") ? text.split(",") : null;
  const [from, to, step] = [Number(range[1]), Number(range[2]), Math.abs(Number(range[3] ?? "1")) || 1];
  const width = /^-?0[0-9]/.test(range[1] ?? "") ? (range[1] ?? "").length : 0;
  const items: string[] = [];
  for (let value = from; (from <= to ? value <= to : value >= to) && items.length < mostWords; value += from <= to ? step : -step) items.push(String(value).padStart(width, "0"));
  return items;
}
