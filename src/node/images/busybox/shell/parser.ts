import { ShellSyntaxError, type Redirect, type ShellNode, type Word } from "./ast.ts";
import { readWord } from "./words.ts";

type Token =
  | { readonly k: "word"; readonly word: Word; readonly raw: string }
  | { readonly k: "op"; readonly op: string }
  | { readonly k: "redirect"; readonly fd: number; readonly op: Redirect["op"] }
  | { readonly k: "heredoc"; readonly word: Word }
  | { readonly k: "end" };

const operatorList = ["&&", "||", ";;", ";", "&", "|", "(", ")", "\n"] as const;
const deepest = 64;

/** POSIX sh with the common parts: lists, pipes, if, while, until, for, case, functions, groups, redirections. Throws ShellSyntaxError. */
export function parseScript(text: string, depth = 0): ShellNode {
  if (depth > deepest) throw new ShellSyntaxError("nested too deeply");
  const parser = new Parser(tokenize(text, depth));
  const list = parser.list([]);
  parser.expectEnd();
  return list;
}

function tokenize(text: string, depth: number): readonly Token[] {
  const parse = (inner: string): ShellNode => parseScript(inner, depth + 1);
  const tokens: Token[] = [];
  const heredocs: { readonly index: number; readonly end: string; readonly literal: boolean }[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? "";
    if (char === " " || char === "\t" || char === "\r") {
      at += 1;
    } else if (char === "\\" && text[at + 1] === "\n") {
      at += 2;
    } else if (char === "#") {
      while (at < text.length && text[at] !== "\n") at += 1;
    } else {
      const redirect = /^([0-9]?)(<<-?|>>|>&|<|>)/.exec(text.slice(at, at + 4));
      const operator = operatorList.find((candidate) => text.startsWith(candidate, at));
      if (redirect !== null) {
        at += redirect[0].length;
        const op = redirect[2] ?? ">";
        if (op.startsWith("<<")) {
          while (text[at] === " ") at += 1;
          const { word, end } = readWord(text, at, parse);
          heredocs.push({ index: tokens.length, end: word.map((part) => (part.p === "text" ? part.text : "")).join(""), literal: word.some((part) => part.quoted) });
          tokens.push({ k: "heredoc", word: [] });
          at = end;
        } else {
          tokens.push({ k: "redirect", fd: redirect[1] === "" ? (op === "<" ? 0 : 1) : Number(redirect[1]), op: op as Redirect["op"] });
        }
      } else if (operator !== undefined) {
        tokens.push({ k: "op", op: operator });
        at += operator.length;
        if (operator === "\n") at = readHeredocs(text, at, heredocs.splice(0), tokens, parse);
      } else {
        const { word, end } = readWord(text, at, parse);
        if (end === at) throw new ShellSyntaxError(`unexpected "${char}"`);
        tokens.push({ k: "word", word, raw: text.slice(at, end) });
        at = end;
      }
    }
  }
  return tokens;
}

function readHeredocs(text: string, start: number, heredocs: readonly { readonly index: number; readonly end: string; readonly literal: boolean }[], tokens: Token[], parse: (inner: string) => ShellNode): number {
  let at = start;
  for (const { index, end, literal } of heredocs) {
    let body = "";
    for (;;) {
      if (at >= text.length) break;
      const stop = text.indexOf("\n", at);
      const line = stop < 0 ? text.slice(at) : text.slice(at, stop);
      at = stop < 0 ? text.length : stop + 1;
      if (line.trim() === end) break;
      body += `${line}\n`;
    }
    const word = literal ? [{ p: "text" as const, text: body, quoted: true }] : readWord(body, 0, parse, "").word.map((part) => ({ ...part, quoted: true }));
    tokens[index] = { k: "heredoc", word };
  }
  return at;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  list(stops: readonly string[]): ShellNode {
    const items: { node: ShellNode; background: boolean }[] = [];
    for (;;) {
      while (this.#op(";") || this.#op("\n")) this.#at += 1;
      if (this.#peek().k === "end" || this.#isStop(stops)) break;
      const node = this.#andOr();
      const background = this.#op("&");
      if (background) this.#at += 1;
      items.push({ node, background });
      if (!background && !this.#op(";") && !this.#op("\n") && this.#peek().k !== "end" && !this.#isStop(stops)) throw this.#unexpected();
    }
    return { t: "list", items };
  }

  expectEnd(): void {
    if (this.#peek().k !== "end") throw this.#unexpected();
  }

  #andOr(): ShellNode {
    const first = this.#pipeline();
    const rest: { op: "&&" | "||"; node: ShellNode }[] = [];
    while (this.#op("&&") || this.#op("||")) {
      const op = this.#op("&&") ? "&&" : "||";
      this.#at += 1;
      this.#skipLines();
      rest.push({ op, node: this.#pipeline() });
    }
    return rest.length === 0 ? first : { t: "andor", first, rest };
  }

  #pipeline(): ShellNode {
    let negate = false;
    while (this.#isWord("!")) {
      negate = !negate;
      this.#at += 1;
    }
    const parts = [this.#command()];
    while (this.#op("|")) {
      this.#at += 1;
      this.#skipLines();
      parts.push(this.#command());
    }
    return parts.length === 1 && !negate ? (parts[0] as ShellNode) : { t: "pipe", parts, negate };
  }

  #command(): ShellNode {
    const token = this.#peek();
    if (token.k === "op" && token.op === "(") {
      this.#at += 1;
      const body = this.list([")"]);
      this.#eatOp(")");
      return { t: "group", body, subshell: true, redirects: this.#redirects() };
    }
    if (token.k === "word") {
      switch (token.raw) {
        case "{": return this.#group();
        case "if": return this.#if();
        case "while": case "until": return this.#while(token.raw === "until");
        case "for": return this.#for();
        case "case": return this.#case();
        case "function": {
          this.#at += 1;
          const name = this.#eatWord();
          if (this.#op("(")) {
            this.#at += 1;
            this.#eatOp(")");
          }
          this.#skipLines();
          return { t: "function", name, body: this.#command() };
        }
      }
      const next = this.#tokens[this.#at + 1];
      const after = this.#tokens[this.#at + 2];
      if (next?.k === "op" && next.op === "(" && after?.k === "op" && after.op === ")") {
        this.#at += 3;
        this.#skipLines();
        return { t: "function", name: token.raw, body: this.#command() };
      }
    }
    return this.#simple();
  }

  #simple(): ShellNode {
    const assigns: { name: string; value: Word }[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.k === "redirect" || token.k === "heredoc") {
        redirects.push(this.#redirect());
      } else if (token.k === "word") {
        const assignment = words.length === 0 ? /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(token.raw) : null;
        const name = assignment?.[1];
        if (name !== undefined) assigns.push({ name, value: withoutPrefix(token.word, name.length + 1) });
        else words.push(token.word);
        this.#at += 1;
      } else {
        break;
      }
    }
    if (words.length === 0 && assigns.length === 0 && redirects.length === 0) throw this.#unexpected();
    return { t: "simple", assigns, words, redirects };
  }

  #redirects(): readonly Redirect[] {
    const redirects: Redirect[] = [];
    while (this.#peek().k === "redirect" || this.#peek().k === "heredoc") redirects.push(this.#redirect());
    return redirects;
  }

  #redirect(): Redirect {
    const token = this.#peek();
    this.#at += 1;
    if (token.k === "heredoc") return { fd: 0, op: "<<", target: token.word };
    const target = this.#peek();
    if (token.k !== "redirect" || target.k !== "word") throw this.#unexpected();
    this.#at += 1;
    return { fd: token.fd, op: token.op, target: target.word };
  }

  #group(): ShellNode {
    this.#at += 1;
    const body = this.list(["}"]);
    this.#eatKeyword("}");
    return { t: "group", body, subshell: false, redirects: this.#redirects() };
  }

  #if(): ShellNode {
    const clauses: { test: ShellNode; body: ShellNode }[] = [];
    let otherwise: ShellNode | null = null;
    do {
      this.#at += 1;
      const test = this.list(["then"]);
      this.#eatKeyword("then");
      clauses.push({ test, body: this.list(["elif", "else", "fi"]) });
    } while (this.#isWord("elif"));
    if (this.#isWord("else")) {
      this.#at += 1;
      otherwise = this.list(["fi"]);
    }
    this.#eatKeyword("fi");
    return { t: "if", clauses, otherwise, redirects: this.#redirects() };
  }

  #while(until: boolean): ShellNode {
    this.#at += 1;
    const test = this.list(["do"]);
    return { t: "while", until, test, ...this.#doBody() };
  }

  #doBody(): { readonly body: ShellNode; readonly redirects: readonly Redirect[] } {
    this.#eatKeyword("do");
    const body = this.list(["done"]);
    this.#eatKeyword("done");
    return { body, redirects: this.#redirects() };
  }

  #for(): ShellNode {
    this.#at += 1;
    const name = this.#eatWord();
    this.#skipLines();
    let words: Word[] | null = null;
    if (this.#isWord("in")) {
      this.#at += 1;
      words = [];
      for (let token = this.#peek(); token.k === "word"; token = this.#peek()) {
        words.push(token.word);
        this.#at += 1;
      }
    }
    while (this.#op(";") || this.#op("\n")) this.#at += 1;
    return { t: "for", name, words, ...this.#doBody() };
  }

  #case(): ShellNode {
    this.#at += 1;
    const subject = this.#peek();
    if (subject.k !== "word") throw this.#unexpected();
    this.#at += 1;
    this.#skipLines();
    this.#eatKeyword("in");
    const clauses: { patterns: Word[]; body: ShellNode }[] = [];
    for (;;) {
      while (this.#op("\n")) this.#at += 1;
      if (this.#isWord("esac")) break;
      if (this.#op("(")) this.#at += 1;
      const patterns: Word[] = [];
      for (;;) {
        const token = this.#peek();
        if (token.k !== "word") throw this.#unexpected();
        patterns.push(token.word);
        this.#at += 1;
        if (!this.#op("|")) break;
        this.#at += 1;
      }
      this.#eatOp(")");
      clauses.push({ patterns, body: this.list([";;", "esac"]) });
      if (this.#op(";;")) this.#at += 1;
    }
    this.#eatKeyword("esac");
    return { t: "case", word: subject.word, clauses, redirects: this.#redirects() };
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { k: "end" };
  }

  #op(op: string): boolean {
    const token = this.#peek();
    return token.k === "op" && token.op === op;
  }

  #isWord(raw: string): boolean {
    const token = this.#peek();
    return token.k === "word" && token.raw === raw;
  }

  #isStop(stops: readonly string[]): boolean {
    return stops.some((stop) => this.#op(stop) || this.#isWord(stop));
  }

  #eatOp(op: string): void {
    if (!this.#op(op)) throw this.#unexpected(op);
    this.#at += 1;
  }

  #eatKeyword(raw: string): void {
    if (!this.#isWord(raw)) throw this.#unexpected(raw);
    this.#at += 1;
  }

  #eatWord(): string {
    const token = this.#peek();
    if (token.k !== "word") throw this.#unexpected();
    this.#at += 1;
    return token.raw;
  }

  #skipLines(): void {
    while (this.#op("\n")) this.#at += 1;
  }

  #unexpected(wanted = ""): ShellSyntaxError {
    const token = this.#peek();
    const found = token.k === "word" ? `"${token.raw}"` : token.k === "op" ? (token.op === "\n" ? "newline" : `"${token.op}"`) : token.k === "end" ? "end of file" : "redirection";
    return new ShellSyntaxError(`unexpected ${found}${wanted === "" ? "" : ` (expecting "${wanted}")`}`);
  }
}

/** The value of "NAME=value" once "NAME=" is cut off its first part. */
function withoutPrefix(word: Word, length: number): Word {
  const first = word[0];
  if (first === undefined || first.p !== "text") return word;
  const rest = first.text.slice(length);
  return rest === "" ? word.slice(1) : [{ ...first, text: rest }, ...word.slice(1)];
}
