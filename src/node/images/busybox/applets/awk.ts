import type { Applet, CommandIo } from "../shell/commandIo.ts";
import { Regex, RegexError } from "../shell/regex.ts";
import { AwkError, parseAwk, type AwkProgram, type Expr, type Stmt } from "./awkParser.ts";
import { complain, fileText, linesOf, readOptions } from "./options.ts";
import { formatted, unescape } from "./output.ts";

/** Numbers, texts, and texts that came from outside and count as numbers where they look like some. */
type Value = number | string | { readonly given: string };
type Jump = "next" | "break" | "continue" | "exit" | "return" | null;

const mostSteps = 1_000_000;
const deepestCalls = 200;

/** awk over texts. NOT IMPLEMENTED: getline, output to commands, RS other than a line, srand, exp, log, sin, cos, atan2. */
class Awk {
  readonly #program: AwkProgram;
  readonly #io: CommandIo;
  readonly #vars = new Map<string, Value>([["FS", " "], ["OFS", " "], ["ORS", "\n"], ["RS", "\n"], ["NR", 0], ["NF", 0], ["FNR", 0], ["SUBSEP", "\u001c"], ["FILENAME", ""]]);
  readonly #arrays = new Map<string, Map<string, Value>>();
  readonly #regexes = new Map<string, Regex>();
  readonly #ranges = new Set<number>();
  readonly #written = new Set<string>();
  #locals: Map<string, Value | Map<string, Value>>[] = [];
  #fields: string[] = [""];
  #steps = 0;
  #out = "";
  #returned: Value = "";
  #exited = false;
  exitCode = 0;

  constructor(program: AwkProgram, io: CommandIo) {
    this.#program = program;
    this.#io = io;
    const env = this.#array("ENVIRON");
    for (const [name, value] of Object.entries(io.variables)) env.set(name, { given: value });
  }

  set(name: string, value: string): void {
    this.#vars.set(name, { given: value });
  }

  run(texts: () => readonly { readonly name: string; readonly text: string }[]): void {
    const { rules } = this.#program;
    for (const rule of rules) if (rule.when === "BEGIN" && rule.body !== null && !this.#exited && this.#do(rule.body) === "exit") this.#exited = true;
    if (!this.#exited && rules.some((rule) => rule.when !== "BEGIN")) this.#records(texts());
    for (const rule of rules) if (rule.when === "END" && rule.body !== null && this.#do(rule.body) === "exit") break;
    this.#flush();
  }

  #records(texts: readonly { readonly name: string; readonly text: string }[]): void {
    let total = 0;
    for (const { name, text } of texts) {
      this.#vars.set("FILENAME", name);
      for (const [at, line] of linesOf(text).entries()) {
        total += 1;
        this.#vars.set("NR", total);
        this.#vars.set("FNR", at + 1);
        this.#setRecord(line);
        if (this.#rules()) return void (this.#exited = true);
      }
    }
  }

  /** True where the program exits. */
  #rules(): boolean {
    for (const [at, rule] of this.#program.rules.entries()) {
      if (rule.when !== "each") continue;
      if (rule.until === null ? rule.test !== null && !truth(this.#value(rule.test)) : !this.#inRange(at, rule.test, rule.until)) continue;
      if (rule.body === null) {
        this.#print(`${this.#fields[0] ?? ""}\n`);
        continue;
      }
      const jump = this.#do(rule.body);
      if (jump === "exit") return true;
      if (jump === "next") return false;
    }
    return false;
  }

  #inRange(at: number, from: Expr | null, until: Expr): boolean {
    if (!this.#ranges.has(at)) {
      if (from === null || !truth(this.#value(from))) return false;
      this.#ranges.add(at);
    }
    if (truth(this.#value(until))) this.#ranges.delete(at);
    return true;
  }

  #setRecord(line: string): void {
    const separator = text(this.#vars.get("FS") ?? " ");
    let parts: readonly string[];
    if (separator === " ") parts = line.split(/[ \t\n]+/).filter((part) => part !== "");
    else if (line === "") parts = [];
    else if (separator.length === 1 || separator === "\\|") parts = line.split(separator === "\\|" ? "|" : separator);
    else parts = this.#splitBy(line, separator);
    this.#fields = [line, ...parts];
    this.#vars.set("NF", parts.length);
  }

  #splitBy(line: string, separator: string): readonly string[] {
    const parts: string[] = [];
    const regex = this.#regex(separator);
    let from = 0;
    for (let match = regex.exec(line); match !== null && match.end > match.start; match = regex.exec(line, from)) {
      parts.push(line.slice(from, match.start));
      from = match.end;
    }
    return [...parts, line.slice(from)];
  }

  #regex(pattern: string): Regex {
    const known = this.#regexes.get(pattern);
    if (known !== undefined) return known;
    const regex = new Regex(pattern, true);
    this.#regexes.set(pattern, regex);
    return regex;
  }

  #print(more: string): void {
    this.#out += more;
    if (this.#out.length > 8_192) this.#flush();
  }

  #flush(): void {
    if (this.#out !== "") this.#io.out(this.#out);
    this.#out = "";
  }

  // ── Statements ───────────────────────────────────────────────────────────

  #do(statement: Stmt): Jump {
    if (++this.#steps > mostSteps) throw new AwkError("the program does not end");
    switch (statement.s) {
      case "block":
        for (const each of statement.body) {
          const jump = this.#do(each);
          if (jump !== null) return jump;
        }
        return null;
      case "expr":
        this.#value(statement.of);
        return null;
      case "print":
        this.#printTo(statement);
        return null;
      case "if":
        return truth(this.#value(statement.test)) ? this.#do(statement.yes) : statement.no === null ? null : this.#do(statement.no);
      case "while": {
        for (let first = !statement.first; first || truth(this.#value(statement.test)); first = false) {
          const jump = this.#do(statement.body);
          if (jump === "break") break;
          if (jump !== null && jump !== "continue") return jump;
        }
        return null;
      }
      case "for": {
        if (statement.start !== null) this.#do(statement.start);
        for (; statement.test === null || truth(this.#value(statement.test)); statement.step === null ? null : this.#do(statement.step)) {
          const jump = this.#do(statement.body);
          if (jump === "break") break;
          if (jump !== null && jump !== "continue") return jump;
        }
        return null;
      }
      case "each":
        for (const key of [...this.#array(statement.array).keys()]) {
          this.#set(statement.name, { given: key });
          const jump = this.#do(statement.body);
          if (jump === "break") break;
          if (jump !== null && jump !== "continue") return jump;
        }
        return null;
      case "delete":
        if (statement.index === null) this.#array(statement.name).clear();
        else this.#array(statement.name).delete(this.#key(statement.index));
        return null;
      case "exit":
        if (statement.value !== null) this.exitCode = number(this.#value(statement.value)) & 0xff;
        return "exit";
      case "return":
        this.#returned = statement.value === null ? "" : this.#value(statement.value);
        return "return";
      default:
        return statement.s;
    }
  }

  #printTo(statement: Extract<Stmt, { s: "print" }>): void {
    const values = statement.args.map((each) => this.#value(each));
    const line = statement.formatted
      ? this.#format(values)
      : (values.length === 0 ? (this.#fields[0] ?? "") : values.map(text).join(text(this.#vars.get("OFS") ?? " "))) + text(this.#vars.get("ORS") ?? "\n");
    if (statement.to === null) return this.#print(line);
    const file = text(this.#value(statement.to.file));
    if (file === "/dev/stderr") return this.#io.err(line);
    if (file === "/dev/stdout") return this.#print(line);
    const path = this.#io.resolve(file);
    const before = statement.to.append || this.#written.has(path) ? (this.#io.ctx.readFile(path) ?? "") : "";
    this.#written.add(path);
    this.#io.ctx.tryWriteFile(path, (before + line).slice(-262_144));
  }

  #format(values: readonly Value[]): string {
    let rest = values.slice(1);
    return formatted(text(values[0] ?? ""), () => {
      const [value = "", ...others] = rest;
      rest = others;
      return text(value);
    });
  }

  // ── Expressions ──────────────────────────────────────────────────────────

  #array(name: string): Map<string, Value> {
    const local = this.#locals[this.#locals.length - 1]?.get(name);
    if (local instanceof Map) return local;
    let array = this.#arrays.get(name);
    if (array === undefined) {
      array = new Map();
      this.#arrays.set(name, array);
    }
    return array;
  }

  #key(index: readonly Expr[]): string {
    return index.map((each) => text(this.#value(each))).join("\u001c");
  }

  #set(name: string, value: Value): void {
    const locals = this.#locals[this.#locals.length - 1];
    if (locals?.has(name) === true) locals.set(name, value);
    else this.#vars.set(name, value);
    if (name === "NF") {
      this.#fields = this.#fields.slice(0, number(value) + 1);
      this.#rebuild();
    }
  }

  #rebuild(): void {
    this.#fields[0] = this.#fields.slice(1).join(text(this.#vars.get("OFS") ?? " "));
  }

  #assign(to: Expr, value: Value): Value {
    if (to.e === "field") {
      const index = number(this.#value(to.index));
      if (index === 0) this.#setRecord(text(value));
      else if (index > 0 && index < 10_000) {
        while (this.#fields.length <= index) this.#fields.push("");
        this.#fields[index] = text(value);
        this.#vars.set("NF", this.#fields.length - 1);
        this.#rebuild();
      }
    } else if (to.e === "name") {
      if (to.index === null) this.#set(to.name, value);
      else this.#array(to.name).set(this.#key(to.index), value);
    }
    return value;
  }

  #value(expr: Expr): Value {
    if (++this.#steps > mostSteps) throw new AwkError("the program does not end");
    switch (expr.e) {
      case "number": return expr.value;
      case "text": return expr.value;
      case "regex": return this.#regex(expr.pattern).test(this.#fields[0] ?? "") ? 1 : 0;
      case "field": return { given: this.#fields[number(this.#value(expr.index))] ?? "" };
      case "name": {
        if (expr.index !== null) return this.#array(expr.name).get(this.#key(expr.index)) ?? { given: "" };
        const local = this.#locals[this.#locals.length - 1]?.get(expr.name);
        if (local !== undefined && !(local instanceof Map)) return local;
        return this.#vars.get(expr.name) ?? { given: "" };
      }
      case "in": return this.#array(expr.name).has(this.#key(expr.key)) ? 1 : 0;
      case "choose": return truth(this.#value(expr.test)) ? this.#value(expr.yes) : this.#value(expr.no);
      case "unary": {
        const value = this.#value(expr.of);
        return expr.op === "!" ? (truth(value) ? 0 : 1) : expr.op === "-" ? -number(value) : number(value);
      }
      case "step": {
        const before = number(this.#value(expr.of));
        this.#assign(expr.of, before + (expr.op === "++" ? 1 : -1));
        return expr.before ? before + (expr.op === "++" ? 1 : -1) : before;
      }
      case "assign": {
        const value = this.#value(expr.value);
        return this.#assign(expr.to, expr.op === "" ? value : calculate(expr.op, number(this.#value(expr.to)), number(value)));
      }
      case "binary": return this.#binary(expr.op, expr.left, expr.right);
      case "call": return this.#call(expr.name, expr.args);
    }
  }

  #binary(op: string, left: Expr, right: Expr): Value {
    if (op === "&&") return truth(this.#value(left)) && truth(this.#value(right)) ? 1 : 0;
    if (op === "||") return truth(this.#value(left)) || truth(this.#value(right)) ? 1 : 0;
    const a = this.#value(left);
    if (op === "~" || op === "!~") return this.#regex(right.e === "regex" ? right.pattern : text(this.#value(right))).test(text(a)) === (op === "~") ? 1 : 0;
    const b = this.#value(right);
    if (op === " ") {
      const joined = text(a) + text(b);
      if (joined.length > 1_048_576) throw new AwkError("out of memory");
      return joined;
    }
    if (/^[<>=!]/.test(op)) {
      const order = isNumber(a) && isNumber(b) ? number(a) - number(b) : text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0;
      const holds = ({ "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0, "==": order === 0, "!=": order !== 0 } as Readonly<Record<string, boolean>>)[op];
      return holds === true ? 1 : 0;
    }
    return calculate(op, number(a), number(b));
  }

  #call(name: string, args: readonly Expr[]): Value {
    const own = this.#program.functions.get(name);
    if (own !== undefined) {
      if (this.#locals.length > deepestCalls) throw new AwkError("function calls nested too deeply");
      const locals = new Map<string, Value | Map<string, Value>>();
      for (const [at, param] of own.params.entries()) {
        const arg = args[at];
        const isArray = arg?.e === "name" && arg.index === null && (this.#arrays.has(arg.name) || this.#locals[this.#locals.length - 1]?.get(arg.name) instanceof Map);
        locals.set(param, arg === undefined ? { given: "" } : isArray && arg.e === "name" ? this.#array(arg.name) : this.#value(arg));
      }
      this.#locals.push(locals);
      this.#returned = "";
      this.#do(own.body);
      this.#locals.pop();
      return this.#returned;
    }
    const value = (at: number): Value => (args[at] === undefined ? "" : this.#value(args[at]));
    switch (name) {
      case "length": {
        const [arg] = args;
        if (arg?.e === "name" && arg.index === null && this.#arrays.has(arg.name)) return this.#array(arg.name).size;
        return (arg === undefined ? (this.#fields[0] ?? "") : text(this.#value(arg))).length;
      }
      case "substr": {
        const from = Math.round(number(value(1)));
        const subject = text(value(0));
        const end = args[2] === undefined ? subject.length + 1 : from + Math.round(number(value(2)));
        return subject.slice(Math.max(0, from - 1), Math.max(0, end - 1));
      }
      case "index": return text(value(0)).indexOf(text(value(1))) + 1;
      case "tolower": return text(value(0)).toLowerCase();
      case "toupper": return text(value(0)).toUpperCase();
      case "sprintf": return this.#format(args.map((each) => this.#value(each)));
      case "int": return Math.trunc(number(value(0)));
      case "sqrt": return Math.sqrt(number(value(0)));
      case "rand": return this.#io.ctx.random.fork("awk").int(0, 999_999_999) / 1_000_000_000;
      case "srand": return 0;
      case "systime": return Math.floor((this.#io.ctx.epochUs + this.#io.ctx.clock()) / 1_000_000);
      case "match": {
        const found = this.#regex(this.#pattern(args[1])).exec(text(value(0)));
        this.#vars.set("RSTART", found === null ? 0 : found.start + 1);
        this.#vars.set("RLENGTH", found === null ? -1 : found.end - found.start);
        return found === null ? 0 : found.start + 1;
      }
      case "split": {
        const target = args[1]?.e === "name" ? this.#array(args[1].name) : new Map<string, Value>();
        const subject = text(value(0));
        const separator = args[2] === undefined ? text(this.#vars.get("FS") ?? " ") : this.#pattern(args[2]);
        const parts = separator === " " ? subject.split(/[ \t\n]+/).filter((part) => part !== "") : subject === "" ? [] : separator.length <= 1 ? subject.split(separator) : this.#splitBy(subject, separator);
        target.clear();
        for (const [at, part] of parts.entries()) target.set(String(at + 1), { given: part });
        return parts.length;
      }
      case "sub": case "gsub": return this.#substitute(this.#pattern(args[0]), text(value(1)), args[2] ?? { e: "field", index: { e: "number", value: 0 } }, name === "gsub");
      case "close": case "fflush": return 0;
      default: throw new AwkError(["system", "exp", "log", "sin", "cos", "atan2"].includes(name) ? `${name}() is not simulated` : `calling undefined function ${name}`);
    }
  }

  #pattern(expr: Expr | undefined): string {
    return expr === undefined ? "" : expr.e === "regex" ? expr.pattern : text(this.#value(expr));
  }

  #substitute(pattern: string, by: string, to: Expr, all: boolean): number {
    const subject = text(this.#value(to));
    let out = "";
    let from = 0;
    let count = 0;
    while (from <= subject.length) {
      const match = this.#regex(pattern).exec(subject, from);
      if (match === null) break;
      count += 1;
      out += subject.slice(from, match.start) + by.replace(/\\\\&|\\&|&/g, (mark) => (mark === "&" ? (match.groups[0] ?? "") : "&"));
      from = match.end;
      if (match.end === match.start) out += subject[from++] ?? "";
      if (!all) break;
    }
    if (count > 0) this.#assign(to, out + subject.slice(from));
    return count;
  }
}

function calculate(op: string, left: number, right: number): number {
  switch (op) {
    case "+": return left + right;
    case "-": return left - right;
    case "*": return left * right;
    case "/": if (right === 0) throw new AwkError("division by zero"); return left / right;
    case "%": if (right === 0) throw new AwkError("division by zero"); return left % right;
    default: return power(left, right);
  }
}

/** Whole exponents only: others are not the same on every machine. */
function power(base: number, exponent: number): number {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 1_024) throw new AwkError("powers that are no whole numbers are not simulated");
  let value = 1;
  for (let left = Math.abs(exponent); left > 0; left--) value *= base;
  return exponent < 0 ? 1 / value : value;
}

const numeric = /^\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\s*$/;

function isNumber(value: Value): boolean {
  return typeof value === "number" || (typeof value === "object" && (value.given === "" || numeric.test(value.given)));
}

function number(value: Value): number {
  if (typeof value === "number") return value;
  return Number(/^\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?/.exec(typeof value === "string" ? value : value.given)?.[0] ?? "0");
}

function text(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "object") return value.given;
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function truth(value: Value): boolean {
  if (typeof value === "string") return value !== "";
  if (typeof value === "number") return value !== 0;
  return numeric.test(value.given) ? Number(value.given) !== 0 : value.given !== "";
}

function awk(io: CommandIo): number {
  const { given, words } = readOptions(io.args, ["F", "v", "f"]);
  const file = given.get("f");
  const source = file === undefined ? words[0] : (fileText(io, file) ?? undefined);
  if (source === undefined) return complain(io, "no program given");
  const files = file === undefined ? words.slice(1) : words;
  try {
    const program = parseAwk(source);
    // Before anything else: what waits for its input begins anew.
    const input = files.length === 0 && program.rules.some((rule) => rule.when !== "BEGIN") ? io.input : "";
    const machine = new Awk(program, io);
    const separator = given.get("F");
    if (separator !== undefined) machine.set("FS", separator === "t" ? "\t" : unescape(separator));
    for (const pair of (given.get("v") ?? "").split("\n")) if (pair.includes("=")) machine.set(pair.slice(0, pair.indexOf("=")), unescape(pair.slice(pair.indexOf("=") + 1)));
    let failed = false;
    machine.run(() => (files.length === 0 ? [{ name: "", text: input }] : files.flatMap((name) => {
      const content = fileText(io, name);
      failed ||= content === null;
      return content === null ? [] : [{ name, text: content }];
    })));
    return failed ? 2 : machine.exitCode;
  } catch (error) {
    if (!(error instanceof AwkError) && !(error instanceof RegexError)) throw error;
    return complain(io, error.message);
  }
}

export const awkApplets: Readonly<Record<string, Applet>> = { awk: { run: awk } };
