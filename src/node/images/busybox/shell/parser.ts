import { ShellSyntaxError, type Assignment, type CondItem, type Redirect, type ShellNode, type Word } from "./ast.ts";
import { tokenize, type Token } from "./tokens.ts";
import { readWord, type ParseInner } from "./words.ts";

const deepest = 64;
const declarations = ["export", "local", "readonly", "declare", "typeset"];

/** sh with what people use of bash: lists, pipes, if, while, until, for, case, functions, groups, redirections, arrays, [[ ]] and (( )). Throws ShellSyntaxError. */
export function parseScript(text: string): ShellNode {
  let commands = 0;
  const parse = (inner: string, depth: number): ShellNode => {
    if (depth > deepest) throw new ShellSyntaxError("nested too deeply");
    const within: ParseInner = { script: (script) => parse(script, depth + 1), number: () => (commands += 1), nested: 0 };
    const parser = new Parser(tokenize(inner, within), within, depth);
    const list = parser.list([]);
    parser.expectEnd();
    return list;
  };
  return parse(text, 0);
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #parse: ParseInner;
  #at = 0;
  #depth: number;

  constructor(tokens: readonly Token[], parse: ParseInner, depth: number) {
    this.#tokens = tokens;
    this.#parse = parse;
    this.#depth = depth;
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
    while (this.#op("|") || this.#op("|&")) {
      if (this.#op("|&")) parts.push({ t: "group", body: parts.pop() as ShellNode, subshell: false, redirects: [{ fd: 2, op: ">&", target: [{ p: "text", text: "1", quoted: false }] }] });
      this.#at += 1;
      this.#skipLines();
      parts.push(this.#command());
    }
    return parts.length === 1 && !negate ? (parts[0] as ShellNode) : { t: "pipe", parts, negate };
  }

  #command(): ShellNode {
    this.#depth += 1;
    if (this.#depth > deepest) throw new ShellSyntaxError("nested too deeply");
    const node = this.#nested();
    this.#depth -= 1;
    return node;
  }

  #nested(): ShellNode {
    const token = this.#peek();
    if (token.k === "arith") {
      this.#at += 1;
      return { t: "arith", expression: this.#expression(token.text) };
    }
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
        case "[[": return this.#condition();
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
    const assigns: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    let declares = false;
    for (;;) {
      const token = this.#peek();
      if (token.k === "redirect" || token.k === "heredoc") {
        redirects.push(this.#redirect());
        continue;
      }
      if (token.k === "array") {
        const name = token.raw.replace(/\+?=$/, "");
        // declare -a x=(...), local x=(...): the command's word is the name alone.
        if (words.length > 0) words.push([{ p: "text", text: name, quoted: true }]);
        assigns.push({ name, index: null, append: token.raw.endsWith("+="), value: token.words, array: true });
      } else if (token.k === "word") {
        const assignment = words.length === 0 ? this.#assignment(token) : null;
        if (assignment !== null) assigns.push(assignment);
        // export X=$(date): as in an assignment, what comes out is not split.
        else words.push(declares && /^[A-Za-z_][A-Za-z0-9_]*=/.test(token.raw) ? token.word.map((part) => ({ ...part, quoted: true })) : token.word);
        if (words.length === 1) declares = declarations.includes(token.raw);
      } else {
        break;
      }
      this.#at += 1;
    }
    if (words.length === 0 && assigns.length === 0 && redirects.length === 0) throw this.#unexpected();
    return { t: "simple", assigns, words, redirects };
  }

  #assignment(token: Extract<Token, { k: "word" }>): Assignment | null {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)(\[[^\]]*\])?(\+?)=/.exec(token.raw);
    if (match === null) return null;
    const [whole, name = "", bracket, plus] = match;
    const index = bracket === undefined ? null : readWord(bracket.slice(1, -1), 0, this.#parse, "").word;
    return { name, index, append: plus === "+", value: readWord(token.raw.slice(whole.length), 0, this.#parse, "").word, array: false };
  }

  #expression(text: string): Word {
    return readWord(text, 0, this.#parse, "").word;
  }

  #condition(): ShellNode {
    this.#at += 1;
    const items: CondItem[] = [];
    for (let token = this.#peek(); ; token = this.#peek()) {
      if (token.k === "word" && token.raw === "]]") break;
      if (token.k === "op") items.push({ op: token.op });
      else if (token.k === "word") items.push(/^(!|=~|==?|!=|-[a-zA-Z]{1,2})$/.test(token.raw) ? { op: token.raw } : { word: token.word });
      else throw this.#unexpected("]]");
      this.#at += 1;
    }
    this.#at += 1;
    return { t: "cond", items };
  }

  #redirects(): readonly Redirect[] {
    const redirects: Redirect[] = [];
    while (this.#peek().k === "redirect" || this.#peek().k === "heredoc") redirects.push(this.#redirect());
    return redirects;
  }

  #redirect(): Redirect {
    const token = this.#peek();
    this.#at += 1;
    if (token.k === "heredoc") return { fd: token.fd, op: "<<", target: token.word };
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
    const head = this.#peek();
    if (head.k === "arith") return this.#counted(head.text);
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

  /** for ((a; b; c)): a, and a loop while b with c at its end. */
  #counted(text: string): ShellNode {
    this.#at += 1;
    const [first = "", test = "", step = ""] = text.split(";");
    while (this.#op(";") || this.#op("\n")) this.#at += 1;
    const { body, redirects } = this.#isWord("{") ? { body: this.#group(), redirects: [] } : this.#doBody();
    const arith = (expression: string): ShellNode => ({ t: "arith", expression: this.#expression(expression.trim() === "" ? "1" : expression) });
    const loop: ShellNode = { t: "while", until: false, test: arith(test), body, step: arith(step), redirects };
    return { t: "list", items: [{ node: arith(first), background: false }, { node: loop, background: false }] };
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
