/** awk's programs as trees. */
export type Expr =
  | { readonly e: "number"; readonly value: number }
  | { readonly e: "text"; readonly value: string }
  | { readonly e: "regex"; readonly pattern: string }
  | { readonly e: "field"; readonly index: Expr }
  | { readonly e: "name"; readonly name: string; readonly index: readonly Expr[] | null }
  | { readonly e: "unary"; readonly op: string; readonly of: Expr }
  | { readonly e: "binary"; readonly op: string; readonly left: Expr; readonly right: Expr }
  | { readonly e: "assign"; readonly op: string; readonly to: Expr; readonly value: Expr }
  | { readonly e: "step"; readonly op: "++" | "--"; readonly before: boolean; readonly of: Expr }
  | { readonly e: "choose"; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly e: "in"; readonly key: readonly Expr[]; readonly name: string }
  | { readonly e: "call"; readonly name: string; readonly args: readonly Expr[] };

export type Stmt =
  | { readonly s: "expr"; readonly of: Expr }
  | { readonly s: "print"; readonly formatted: boolean; readonly args: readonly Expr[]; readonly to: { readonly append: boolean; readonly file: Expr } | null }
  | { readonly s: "block"; readonly body: readonly Stmt[] }
  | { readonly s: "if"; readonly test: Expr; readonly yes: Stmt; readonly no: Stmt | null }
  | { readonly s: "while"; readonly test: Expr; readonly body: Stmt; readonly first: boolean }
  | { readonly s: "for"; readonly start: Stmt | null; readonly test: Expr | null; readonly step: Stmt | null; readonly body: Stmt }
  | { readonly s: "each"; readonly name: string; readonly array: string; readonly body: Stmt }
  | { readonly s: "delete"; readonly name: string; readonly index: readonly Expr[] | null }
  | { readonly s: "next" | "break" | "continue" }
  | { readonly s: "exit" | "return"; readonly value: Expr | null };

export interface Rule {
  readonly when: "BEGIN" | "END" | "each";
  readonly test: Expr | null;
  readonly until: Expr | null;
  readonly body: Stmt | null;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, { readonly params: readonly string[]; readonly body: Stmt }>;
}

export class AwkError extends Error {}

interface Token {
  readonly k: "number" | "text" | "regex" | "name" | "call" | "op" | "line" | "end";
  readonly v: string;
  readonly spaced: boolean;
}

const symbols = ["&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "==", "<=", ">=", "!=", ">>", "!~", "{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", ">", "<", "?", ":", "~", "$", "=", "|"];
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "/": "/", a: "\u0007" };
const keywords = ["BEGIN", "END", "function", "func", "if", "else", "while", "for", "do", "break", "continue", "next", "exit", "return", "delete", "in", "print", "printf", "getline"];
const deepest = 60;

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let spaced = false;
  const push = (k: Token["k"], v: string): void => {
    tokens.push({ k, v, spaced });
    spaced = false;
  };
  while (at < text.length) {
    const char = text[at] ?? "";
    if (char === " " || char === "\t" || char === "\r" || (char === "\\" && text[at + 1] === "\n")) {
      at += char === "\\" ? 2 : 1;
      spaced = true;
    } else if (char === "#") {
      while (at < text.length && text[at] !== "\n") at += 1;
    } else if (char === "\n") {
      at += 1;
      push("line", "\n");
    } else if (char === '"') {
      let value = "";
      for (at += 1; at < text.length && text[at] !== '"'; at++) value += text[at] === "\\" ? (escapes[text[++at] ?? ""] ?? `\\${text[at] ?? ""}`) : (text[at] ?? "");
      if (at >= text.length) throw new AwkError("unterminated string");
      at += 1;
      push("text", value);
    } else if (char === "/" && startsRegex(tokens[tokens.length - 1])) {
      let value = "";
      for (at += 1; at < text.length && text[at] !== "/"; at++) {
        if (text[at] === "\\" && text[at + 1] === "/") at += 1;
        else if (text[at] === "\\") value += text[at++] ?? "";
        value += text[at] ?? "";
      }
      if (at >= text.length) throw new AwkError("unterminated regexp");
      at += 1;
      push("regex", value);
    } else {
      const number = /^([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?/.exec(text.slice(at, at + 40))?.[0];
      const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.slice(at, at + 100))?.[0];
      const symbol = symbols.find((candidate) => text.startsWith(candidate, at));
      const found = number ?? name ?? symbol;
      if (found === undefined) throw new AwkError(`unexpected character '${char}'`);
      at += found.length;
      push(number !== undefined ? "number" : name !== undefined ? (text[at] === "(" && !keywords.includes(name) ? "call" : "name") : "op", found);
    }
  }
  return tokens;
}

function startsRegex(last: Token | undefined): boolean {
  if (last === undefined || last.k === "line") return true;
  if (last.k === "op") return last.v !== ")" && last.v !== "]" && last.v !== "$" && last.v !== "++" && last.v !== "--";
  return last.k === "name" && keywords.includes(last.v);
}

/** Throws AwkError. */
export function parseAwk(text: string): AwkProgram {
  return new Parser(tokenize(text)).program();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  /** Inside print's list a ">" is a redirection. */
  #inPrint = false;
  #inFor = false;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  program(): AwkProgram {
    const rules: Rule[] = [];
    const functions = new Map<string, { readonly params: readonly string[]; readonly body: Stmt }>();
    for (this.#lines(); this.#peek().k !== "end"; this.#lines()) {
      if (this.#word("function") || this.#word("func")) {
        const name = this.#next().v;
        const params: string[] = [];
        this.#eat("(");
        while (!this.#take(")")) {
          params.push(this.#next().v);
          this.#take(",");
        }
        this.#lines();
        functions.set(name, { params, body: this.#block() });
        continue;
      }
      const when = this.#word("BEGIN") ? "BEGIN" : this.#word("END") ? "END" : "each";
      const test = when === "each" && !this.#is("{") ? this.#expr() : null;
      const until = test !== null && this.#take(",") ? this.#expr() : null;
      rules.push({ when, test, until, body: this.#is("{") ? this.#block() : null });
    }
    return { rules, functions };
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { k: "end", v: "", spaced: false };
  }
  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }
  #is(op: string): boolean {
    return this.#peek().k === "op" && this.#peek().v === op;
  }
  #take(op: string): boolean {
    if (!this.#is(op)) return false;
    this.#at += 1;
    return true;
  }
  #eat(op: string): void {
    if (!this.#take(op)) throw new AwkError(`syntax error near '${this.#peek().v}' (expecting '${op}')`);
  }
  #word(name: string): boolean {
    if (this.#peek().k !== "name" || this.#peek().v !== name) return false;
    this.#at += 1;
    return true;
  }
  #lines(): void {
    while (this.#peek().k === "line" || this.#is(";")) this.#at += 1;
  }

  #block(): Stmt {
    this.#eat("{");
    const body: Stmt[] = [];
    for (this.#lines(); !this.#take("}"); this.#lines()) {
      if (this.#peek().k === "end") throw new AwkError("unexpected end of program");
      body.push(this.#statement());
    }
    return { s: "block", body };
  }

  #statement(): Stmt {
    if ((this.#depth += 1) > deepest) throw new AwkError("nested too deeply");
    const statement = this.#simple();
    this.#depth -= 1;
    return statement;
  }

  #simple(): Stmt {
    if (this.#is("{")) return this.#block();
    if (this.#word("if")) {
      this.#eat("(");
      const test = this.#expr();
      this.#eat(")");
      this.#lines();
      const yes = this.#statement();
      const back = this.#at;
      this.#lines();
      if (this.#word("else")) {
        this.#lines();
        return { s: "if", test, yes, no: this.#statement() };
      }
      this.#at = back;
      return { s: "if", test, yes, no: null };
    }
    if (this.#word("while")) {
      this.#eat("(");
      const test = this.#expr();
      this.#eat(")");
      this.#lines();
      return { s: "while", test, body: this.#statement(), first: true };
    }
    if (this.#word("do")) {
      this.#lines();
      const body = this.#statement();
      this.#lines();
      this.#word("while");
      this.#eat("(");
      const test = this.#expr();
      this.#eat(")");
      return { s: "while", test, body, first: false };
    }
    if (this.#word("for")) return this.#for();
    if (this.#word("break")) return { s: "break" };
    if (this.#word("continue")) return { s: "continue" };
    if (this.#word("next")) return { s: "next" };
    if (this.#word("exit")) return { s: "exit", value: this.#ends() ? null : this.#expr() };
    if (this.#word("return")) return { s: "return", value: this.#ends() ? null : this.#expr() };
    if (this.#word("delete")) {
      const name = this.#next().v;
      return { s: "delete", name, index: this.#take("[") ? this.#until("]") : null };
    }
    if (this.#word("print")) return this.#print(false);
    if (this.#word("printf")) return this.#print(true);
    return { s: "expr", of: this.#expr() };
  }

  #ends(): boolean {
    const token = this.#peek();
    return token.k === "line" || token.k === "end" || (token.k === "op" && (token.v === ";" || token.v === "}"));
  }

  #for(): Stmt {
    this.#eat("(");
    const [variable, word, array, close] = [0, 1, 2, 3].map((offset) => this.#tokens[this.#at + offset]);
    if (variable?.k === "name" && word?.v === "in" && array?.k === "name" && close?.v === ")") {
      this.#at += 4;
      this.#lines();
      return { s: "each", name: variable.v, array: array.v, body: this.#statement() };
    }
    this.#inFor = true;
    const start = this.#is(";") ? null : this.#simple();
    this.#eat(";");
    const test = this.#is(";") ? null : this.#expr();
    this.#eat(";");
    const step = this.#is(")") ? null : this.#simple();
    this.#eat(")");
    this.#inFor = false;
    this.#lines();
    return { s: "for", start, test, step, body: this.#statement() };
  }

  #print(formatted: boolean): Stmt {
    const args: Expr[] = [];
    this.#inPrint = true;
    while (!this.#ends() && !this.#is(">") && !this.#is(">>") && !this.#is("|")) {
      if (this.#is("(") && args.length === 0) {
        const back = this.#at;
        this.#at += 1;
        this.#inPrint = false;
        const list = this.#until(")");
        this.#inPrint = true;
        if (this.#ends() || this.#is(">") || this.#is(">>") || this.#is("|")) {
          args.push(...list);
          break;
        }
        this.#at = back;
      }
      args.push(this.#expr());
      if (!this.#take(",")) break;
    }
    this.#inPrint = false;
    if (this.#is("|")) throw new AwkError("output to commands is not simulated");
    const append = this.#is(">>");
    return { s: "print", formatted, args, to: this.#take(">") || this.#take(">>") ? { append, file: this.#binary(2) } : null };
  }

  #until(close: string): readonly Expr[] {
    const list: Expr[] = [];
    while (!this.#take(close)) {
      while (this.#peek().k === "line") this.#at += 1;
      list.push(this.#expr());
      if (!this.#take(",") && !this.#is(close)) throw new AwkError(`syntax error near '${this.#peek().v}'`);
    }
    return list;
  }

  #expr(): Expr {
    if ((this.#depth += 1) > deepest) throw new AwkError("nested too deeply");
    const value = this.#ternary();
    const op = this.#peek();
    const assigns = op.k === "op" && /^([-+*/%^])?=$/.test(op.v);
    if (assigns && value.e !== "name" && value.e !== "field") throw new AwkError("assignment to what is no variable");
    if (assigns) this.#at += 1;
    const whole: Expr = assigns ? { e: "assign", op: op.v.slice(0, -1), to: value, value: this.#expr() } : value;
    this.#depth -= 1;
    return whole;
  }

  #ternary(): Expr {
    const test = this.#binary(0);
    if (!this.#take("?")) return test;
    const yes = this.#expr();
    this.#eat(":");
    return { e: "choose", test, yes, no: this.#expr() };
  }

  /** || && in ~ comparison concatenation + * : loosest first. */
  #binary(level: number): Expr {
    if (level === 7) return this.#power();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.#peek();
      if (level === 2 && token.k === "name" && token.v === "in" && !this.#inFor) {
        this.#at += 1;
        left = { e: "in", key: [left], name: this.#next().v };
      } else if (level === 4) {
        const joins = token.k === "number" || token.k === "text" || token.k === "call" || (token.k === "name" && !keywords.includes(token.v)) || (token.k === "op" && (token.v === "$" || token.v === "(" || token.v === "!"));
        if (!joins) return left;
        left = { e: "binary", op: " ", left, right: this.#binary(5) };
      } else {
        const operators = [["||"], ["&&"], ["~", "!~"], this.#inPrint ? ["<", "<=", ">=", "==", "!="] : ["<", "<=", ">", ">=", "==", "!="], [], ["+", "-"], ["*", "/", "%"]][level] ?? [];
        if (token.k !== "op" || !operators.includes(token.v)) return left;
        this.#at += 1;
        while (level < 2 && this.#peek().k === "line") this.#at += 1;
        left = { e: "binary", op: token.v, left, right: this.#binary(level + 1) };
      }
    }
  }

  #power(): Expr {
    if ((this.#depth += 1) > deepest * 4) throw new AwkError("nested too deeply");
    const power = this.#signed();
    this.#depth -= 1;
    return power;
  }

  #signed(): Expr {
    if (this.#take("!")) return { e: "unary", op: "!", of: this.#power() };
    if (this.#take("-")) return { e: "unary", op: "-", of: this.#power() };
    if (this.#take("+")) return { e: "unary", op: "+", of: this.#power() };
    const base = this.#postfix();
    return this.#take("^") ? { e: "binary", op: "^", left: base, right: this.#power() } : base;
  }

  #postfix(): Expr {
    for (const op of ["++", "--"] as const) if (this.#take(op)) return { e: "step", op, before: true, of: this.#primary() };
    const value = this.#primary();
    if (value.e === "name" || value.e === "field") for (const op of ["++", "--"] as const) if (this.#take(op)) return { e: "step", op, before: false, of: value };
    return value;
  }

  #primary(): Expr {
    const token = this.#next();
    if (token.k === "number") return { e: "number", value: Number(token.v) };
    if (token.k === "text") return { e: "text", value: token.v };
    if (token.k === "regex") return { e: "regex", pattern: token.v };
    if (token.k === "call") {
      this.#eat("(");
      return { e: "call", name: token.v, args: this.#outOfPrint(() => this.#until(")")) };
    }
    if (token.k === "name" && !keywords.includes(token.v)) return { e: "name", name: token.v, index: this.#take("[") ? this.#outOfPrint(() => this.#until("]")) : null };
    if (token.k === "op" && token.v === "$") return { e: "field", index: this.#take("++") ? { e: "step", op: "++", before: true, of: this.#primary() } : this.#take("-") ? { e: "unary", op: "-", of: this.#primary() } : this.#primary() };
    if (token.k === "op" && token.v === "(") {
      const list = this.#outOfPrint(() => this.#until(")"));
      if (list.length > 1 && this.#word("in")) return { e: "in", key: list, name: this.#next().v };
      if (list.length === 1) return list[0] as Expr;
    }
    throw new AwkError(`syntax error near '${token.v === "\n" ? "end of line" : token.v}'`);
  }

  #outOfPrint<T>(read: () => T): T {
    const [print, loop] = [this.#inPrint, this.#inFor];
    [this.#inPrint, this.#inFor] = [false, false];
    const value = read();
    [this.#inPrint, this.#inFor] = [print, loop];
    return value;
  }
}
