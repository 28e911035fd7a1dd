import type { Part, Word } from "./ast.ts";
import { evaluateArithmetic } from "./arithmetic.ts";

export interface Expander {
  variable(name: string): string | undefined;
  assign(name: string, value: string): void;
  readonly positional: readonly string[];
  /** Outputs of the command substitutions, in the order in which they stand. */
  nextCapture(): string;
  /** Names that a pattern matches; [] where none does. */
  glob(pattern: string): readonly string[];
}

/** Words after expansion and field splitting: one word may become none or many. */
export function expandWords(words: readonly Word[], world: Expander): readonly string[] {
  return words.flatMap((word) => expandWord(word, world));
}

function expandWord(word: Word, world: Expander): readonly string[] {
  const fields: string[] = [];
  let current: string | null = null;
  let globbing = false;
  const append = (text: string): void => void (current = (current ?? "") + text);
  const close = (): void => {
    if (current === null) return;
    const names = globbing ? world.glob(current) : [];
    fields.push(...(names.length > 0 ? names : [current]));
    current = null;
    globbing = false;
  };
  for (const part of word) {
    if (part.p === "text") {
      if (!part.quoted && /[*?[]/.test(part.text)) globbing = true;
      append(part.text);
      continue;
    }
    if (part.p === "var" && part.name === "@" && part.quoted) {
      for (const [index, value] of world.positional.entries()) {
        if (index > 0) close();
        append(value);
      }
      continue;
    }
    const value = partValue(part, world);
    if (part.quoted) {
      append(value);
      continue;
    }
    const pieces = value.split(/[ \t\n]+/);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) close();
      if (piece !== "") append(piece);
    }
  }
  close();
  return fields;
}

/** A word where no splitting happens: assignments, redirection targets, case subjects. */
export function expandToText(word: Word, world: Expander): string {
  return word.map((part) => (part.p === "text" ? part.text : partValue(part, world))).join("");
}

function partValue(part: Exclude<Part, { p: "text" }>, world: Expander): string {
  if (part.p === "command") return world.nextCapture().replace(/\n+$/, "");
  if (part.p === "arith") return String(evaluateArithmetic(expandToText(part.expression, world), (name) => world.variable(name) ?? "0"));
  const value = world.variable(part.name);
  const argument = (): string => expandToText(part.arg, world);
  switch (part.op) {
    case "": return value ?? "";
    case "length": return String((value ?? "").length);
    case "-": return value ?? argument();
    case ":-": return value === undefined || value === "" ? argument() : value;
    case "=": case ":=": {
      if (value !== undefined && (part.op === "=" || value !== "")) return value;
      const fallback = argument();
      world.assign(part.name, fallback);
      return fallback;
    }
    case "+": return value === undefined ? "" : argument();
    case ":+": return value === undefined || value === "" ? "" : argument();
    case "#": case "##": return cutFront(value ?? "", argument(), part.op === "##");
    case "%": case "%%": return cutBack(value ?? "", argument(), part.op === "%%");
    default: return value ?? "";
  }
}

function cutFront(value: string, pattern: string, longest: boolean): string {
  for (let i = 0; i <= value.length; i++) {
    const length = longest ? value.length - i : i;
    if (matchesGlob(pattern, value.slice(0, length))) return value.slice(length);
  }
  return value;
}

function cutBack(value: string, pattern: string, longest: boolean): string {
  for (let i = 0; i <= value.length; i++) {
    const start = longest ? i : value.length - i;
    if (matchesGlob(pattern, value.slice(start))) return value.slice(0, start);
  }
  return value;
}

/** Shell patterns: * ? [abc] [!abc] [a-z]. Without backtracking over more than the last star. */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    const set = pattern[p] === "[" ? readSet(pattern, p) : null;
    if (pattern[p] === "*") {
      star = p++;
      mark = t;
    } else if (set !== null && set.has(text[t] ?? "")) {
      p = set.end;
      t += 1;
    } else if (set === null && (pattern[p] === "?" || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}

function readSet(pattern: string, at: number): { readonly end: number; has(char: string): boolean } | null {
  const close = pattern.indexOf("]", at + 2);
  if (close < 0) return null;
  const negated = pattern[at + 1] === "!" || pattern[at + 1] === "^";
  const body = pattern.slice(at + (negated ? 2 : 1), close);
  return {
    end: close + 1,
    has(char) {
      let found = false;
      for (let i = 0; i < body.length; i++) {
        if (body[i + 1] === "-" && i + 2 < body.length) {
          if (char >= (body[i] ?? "") && char <= (body[i + 2] ?? "")) found = true;
          i += 2;
        } else if (body[i] === char) found = true;
      }
      return found !== negated;
    },
  };
}
