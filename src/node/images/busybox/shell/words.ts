import { ShellSyntaxError, type Part, type ShellNode, type Word } from "./ast.ts";
import { readBraces } from "./braces.ts";

/** Parses the script inside $( ) or ` `, and numbers it. */
export interface ParseInner {
  script(text: string): ShellNode;
  /** How deep words stand in words at present. */
  nested: number;
  number(): number;
}

const deepest = 100;
export const operators = " \t\n;&|<>()";

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\u0007", b: "\b", e: "\u001b", "\\": "\\", "'": "'", '"': '"' };

/** Reads one word from `at`: quotes, variables, substitutions. The end is at the first character that cannot belong to it. */
export function readWord(text: string, start: number, parse: ParseInner, stops = operators): { readonly word: Word; readonly end: number } {
  if (parse.nested >= deepest) throw new ShellSyntaxError("nested too deeply");
  parse.nested += 1;
  const read = readParts(text, start, parse, stops);
  parse.nested -= 1;
  return read;
}

function readParts(text: string, start: number, parse: ParseInner, stops: string): { readonly word: Word; readonly end: number } {
  const parts: Part[] = [];
  let plain = "";
  let at = start;
  const flush = (): void => {
    if (plain !== "") parts.push({ p: "text", text: plain, quoted: false });
    plain = "";
  };
  while (at < text.length) {
    const char = text[at] ?? "";
    if (char === "\\") {
      if (text[at + 1] === "\n") {
        at += 2;
        continue;
      }
      flush();
      parts.push({ p: "text", text: text[at + 1] ?? "\\", quoted: true });
      at += 2;
    } else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) throw new ShellSyntaxError("unterminated quoted string");
      flush();
      parts.push({ p: "text", text: text.slice(at + 1, end), quoted: true });
      at = end + 1;
    } else if (char === "$" && text[at + 1] === "'") {
      flush();
      at = readEscaped(text, at + 2, parts);
    } else if (char === '"') {
      flush();
      at = readDoubleQuoted(text, at + 1, parse, parts);
    } else if (char === "$" || char === "`") {
      flush();
      at = readDollar(text, at, parse, parts, false);
    } else if (stops.includes(char)) {
      break;
    } else {
      plain += char;
      at += 1;
    }
  }
  flush();
  return { word: parts, end: at };
}

/** The text of a here-document: only $, ` and \ mean something, quotes stand for themselves. */
export function readBody(text: string, parse: ParseInner): Word {
  const parts: Part[] = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? "";
    if (char === "\\" && "$`\\\n".includes(text[at + 1] ?? "x")) {
      if (text[at + 1] !== "\n") plain += text[at + 1] ?? "";
      at += 2;
    } else if (char === "$" || char === "`") {
      if (plain !== "") parts.push({ p: "text", text: plain, quoted: true });
      plain = "";
      at = readDollar(text, at, parse, parts, true);
    } else {
      plain += char;
      at += 1;
    }
  }
  if (plain !== "") parts.push({ p: "text", text: plain, quoted: true });
  return parts;
}

/** $'...' */
function readEscaped(text: string, start: number, parts: Part[]): number {
  let plain = "";
  let at = start;
  while (at < text.length && text[at] !== "'") {
    if (text[at] !== "\\") {
      plain += text[at++] ?? "";
      continue;
    }
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(text.slice(at + 1, at + 4))?.[1];
    plain += hex === undefined ? (escapes[text[at + 1] ?? ""] ?? `\\${text[at + 1] ?? ""}`) : String.fromCharCode(Number.parseInt(hex, 16));
    at += hex === undefined ? 2 : 2 + hex.length;
  }
  if (at >= text.length) throw new ShellSyntaxError("unterminated quoted string");
  parts.push({ p: "text", text: plain, quoted: true });
  return at + 1;
}

function readDoubleQuoted(text: string, start: number, parse: ParseInner, parts: Part[]): number {
  let plain = "";
  let at = start;
  let any = false;
  const flush = (): void => {
    if (plain !== "") parts.push({ p: "text", text: plain, quoted: true });
    any ||= plain !== "";
    plain = "";
  };
  while (at < text.length && text[at] !== '"') {
    const char = text[at] ?? "";
    if (char === "\\" && '$`"\\\n'.includes(text[at + 1] ?? "x")) {
      if (text[at + 1] !== "\n") plain += text[at + 1] ?? "";
      at += 2;
    } else if (char === "$" || char === "`") {
      flush();
      any = true;
      at = readDollar(text, at, parse, parts, true);
    } else {
      plain += char;
      at += 1;
    }
  }
  if (at >= text.length) throw new ShellSyntaxError("unterminated quoted string");
  flush();
  if (!any) parts.push({ p: "text", text: "", quoted: true });
  return at + 1;
}

function readDollar(text: string, at: number, parse: ParseInner, parts: Part[], quoted: boolean): number {
  if (text[at] === "`") {
    let end = at + 1;
    while (end < text.length && text[end] !== "`") end += text[end] === "\\" ? 2 : 1;
    if (end >= text.length) throw new ShellSyntaxError("unterminated `");
    parts.push({ p: "command", n: parse.number(), script: parse.script(text.slice(at + 1, end).replace(/\\([`\\$])/g, "$1")), quoted });
    return end + 1;
  }
  if (text.startsWith("$((", at)) {
    const end = closing(text, at + 1);
    if (text[end - 1] === ")") {
      parts.push({ p: "arith", expression: readWord(text.slice(at + 3, end - 1), 0, parse, "").word, quoted });
      return end + 1;
    }
  }
  if (text.startsWith("$(", at)) {
    const end = closing(text, at + 1);
    parts.push({ p: "command", n: parse.number(), script: parse.script(text.slice(at + 2, end)), quoted });
    return end + 1;
  }
  if (text[at + 1] === "{") return readBraces(text, at + 2, (piece) => readWord(piece, 0, parse, "").word, parts, quoted);
  const name = /^([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])/.exec(text.slice(at + 1, at + 129))?.[0];
  if (name === undefined) {
    parts.push({ p: "text", text: "$", quoted });
    return at + 1;
  }
  parts.push({ p: "var", name, quoted, op: "", arg: [] });
  return at + 1 + name.length;
}

/** Index of the parenthesis that closes the one at `open`. */
export function closing(text: string, open: number, level = 0): number {
  if (level > deepest) throw new ShellSyntaxError("nested too deeply");
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at += 1;
    else if (char === "'") at = skip(text, at, "'", level);
    else if (char === '"') at = skip(text, at, '"', level);
    else if (char === "(") depth += 1;
    else if (char === ")" && --depth === 0) return at;
  }
  throw new ShellSyntaxError("unexpected end of file (expecting \")\")");
}

function skip(text: string, at: number, quote: string, level: number): number {
  for (let next = at + 1; next < text.length; next++) {
    if (text[next] === "\\" && quote === '"') next += 1;
    else if (text[next] === quote) return next;
    else if (quote === '"' && text.startsWith("$(", next)) next = closing(text, next + 1, level + 1);
  }
  throw new ShellSyntaxError("unterminated quoted string");
}
