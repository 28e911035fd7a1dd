import { ShellSyntaxError, type Redirect, type Word } from "./ast.ts";
import { closing, operators, readBody, readWord, type ParseInner } from "./words.ts";

export type Token =
  | { readonly k: "word"; readonly word: Word; readonly raw: string }
  /** name=( ... ); `raw` is what stands before the parenthesis. */
  | { readonly k: "array"; readonly raw: string; readonly words: readonly Word[] }
  | { readonly k: "arith"; readonly text: string }
  | { readonly k: "op"; readonly op: string }
  | { readonly k: "redirect"; readonly fd: number; readonly op: Redirect["op"] }
  | { readonly k: "heredoc"; readonly fd: number; readonly word: Word }
  | { readonly k: "end" };

interface Heredoc {
  readonly index: number;
  readonly fd: number;
  readonly end: string;
  readonly literal: boolean;
  readonly tabs: boolean;
}

const operatorList = ["&&", "||", ";;", "|&", ";", "&", "|", "(", ")", "\n"] as const;
const redirectPattern = /^([0-9]?)(&>>|&>|<<<|<<-?|>>|>\||>&|<&|<>|<|>)/;
/** After these a command may begin, where (( is arithmetic and not two subshells. */
const openers = ["if", "then", "else", "elif", "do", "while", "until", "!", "{", "for"];

/** A script's tokens. Throws ShellSyntaxError, with "end of file" in it where more text could help. */
export function tokenize(text: string, parse: ParseInner): readonly Token[] {
  const tokens: Token[] = [];
  const heredocs: Heredoc[] = [];
  let inCondition = false;
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? "";
    if (char === " " || char === "\t" || char === "\r") {
      at += 1;
      continue;
    }
    if (char === "\\" && text[at + 1] === "\n") {
      at += 2;
      continue;
    }
    if (char === "#") {
      while (at < text.length && text[at] !== "\n") at += 1;
      continue;
    }
    if (inCondition) {
      const operator = ["&&", "||", "(", ")", "<", ">", "\n"].find((candidate) => text.startsWith(candidate, at));
      if (operator !== undefined) {
        if (operator !== "\n") tokens.push({ k: "op", op: operator });
        at += operator.length;
        continue;
      }
      const last = tokens[tokens.length - 1];
      const { word, end } = last?.k === "word" && last.raw === "=~" ? readPattern(text, at, parse) : readWord(text, at, parse);
      const raw = text.slice(at, end);
      tokens.push({ k: "word", word, raw });
      inCondition = raw !== "]]";
      at = end;
      continue;
    }
    if (text.startsWith("((", at) && startsCommand(tokens)) {
      const end = closing(text, at);
      if (text[end - 1] === ")") {
        tokens.push({ k: "arith", text: text.slice(at + 2, end - 1) });
        at = end + 1;
        continue;
      }
    }
    const redirect = redirectPattern.exec(text.slice(at, at + 4));
    const operator = operatorList.find((candidate) => text.startsWith(candidate, at));
    if (redirect !== null) {
      at = readRedirect(text, at, redirect, tokens, heredocs, parse);
    } else if (operator !== undefined) {
      tokens.push({ k: "op", op: operator });
      at += operator.length;
      if (operator === "\n") at = readHeredocs(text, at, heredocs.splice(0), tokens, parse);
    } else {
      const { word, end } = readWord(text, at, parse);
      if (end === at) throw new ShellSyntaxError(`unexpected "${char}"`);
      const raw = text.slice(at, end);
      at = end;
      if (text[at] === "(" && /^[A-Za-z_][A-Za-z0-9_]*\+?=$/.test(raw)) at = readArray(text, at, raw, tokens, parse);
      else tokens.push({ k: "word", word, raw });
      inCondition = raw === "[[";
    }
  }
  if (heredocs.length > 0) readHeredocs(text, at, heredocs, tokens, parse);
  return tokens;
}

function startsCommand(tokens: readonly Token[]): boolean {
  const last = tokens[tokens.length - 1];
  return last === undefined || (last.k === "op" && last.op !== ")") || (last.k === "word" && openers.includes(last.raw));
}

function readRedirect(text: string, start: number, match: RegExpExecArray, tokens: Token[], heredocs: Heredoc[], parse: ParseInner): number {
  let at = start + match[0].length;
  const op = match[2] ?? ">";
  const fd = match[1] === "" ? (op.startsWith("<") ? 0 : 1) : Number(match[1]);
  if (!op.startsWith("<<")) {
    tokens.push({ k: "redirect", fd, op: (op === ">|" ? ">" : op === "<>" ? "<" : op) as Redirect["op"] });
    return at;
  }
  while (text[at] === " " || text[at] === "\t") at += 1;
  const { word, end } = readWord(text, at, parse);
  if (op === "<<<") {
    tokens.push({ k: "heredoc", fd, word: [...word.map((part) => ({ ...part, quoted: true })), { p: "text", text: "\n", quoted: true }] });
    return end;
  }
  heredocs.push({ index: tokens.length, fd, end: word.map((part) => (part.p === "text" ? part.text : "")).join(""), literal: word.some((part) => part.quoted), tabs: op === "<<-" });
  tokens.push({ k: "heredoc", fd, word: [] });
  return end;
}

function readHeredocs(text: string, start: number, heredocs: readonly Heredoc[], tokens: Token[], parse: ParseInner): number {
  let at = start;
  for (const { index, fd, end, literal, tabs } of heredocs) {
    let body = "";
    let closed = false;
    while (at < text.length) {
      const stop = text.indexOf("\n", at);
      const whole = stop < 0 ? text.slice(at) : text.slice(at, stop);
      const line = tabs ? whole.replace(/^\t+/, "") : whole;
      at = stop < 0 ? text.length : stop + 1;
      closed = line.replace(/\r$/, "") === end;
      if (closed) break;
      body += `${line}\n`;
    }
    if (!closed && !text.endsWith("\n")) throw new ShellSyntaxError(`unexpected end of file (expecting "${end}")`);
    tokens[index] = { k: "heredoc", fd, word: literal ? [{ p: "text", text: body, quoted: true }] : readBody(body, parse) };
  }
  return at;
}

function readArray(text: string, open: number, raw: string, tokens: Token[], parse: ParseInner): number {
  const words: Word[] = [];
  let at = open + 1;
  for (;;) {
    while (/[\s]/.test(text[at] ?? "")) at += 1;
    if (at >= text.length) throw new ShellSyntaxError("unexpected end of file (expecting \")\")");
    if (text[at] === "#") {
      while (at < text.length && text[at] !== "\n") at += 1;
      continue;
    }
    if (text[at] === ")") break;
    const { word, end } = readWord(text, at, parse);
    if (end === at) throw new ShellSyntaxError(`unexpected "${text[at] ?? ""}"`);
    words.push(word);
    at = end;
  }
  tokens.push({ k: "array", raw, words });
  return at + 1;
}

/** The right side of =~: parentheses and bars belong to it. */
function readPattern(text: string, start: number, parse: ParseInner): { readonly word: Word; readonly end: number } {
  const parts: Word[number][] = [];
  let at = start;
  while (at < text.length && !/\s/.test(text[at] ?? "")) {
    const { word, end } = readWord(text, at, parse);
    parts.push(...word);
    at = end;
    while (operators.slice(3).includes(text[at] ?? " ")) parts.push({ p: "text", text: text[at++] ?? "", quoted: false });
  }
  // A backslash in a pattern is the pattern's own.
  return { word: parts.map((part) => (part.p === "text" && part.quoted && part.text.length === 1 && /[^A-Za-z0-9\s]/.test(part.text) ? { ...part, text: `\\${part.text}` } : part)), end: at };
}
