// Follows prometheus' promql/parser: precedence, types and what errors say. Columns are of the first line's beginning.
import { aggregations, functions, QueryError, typeOf, type Expression, type Grouping, type Matcher, type Matching, type ValueType } from "./syntax.ts";
import { tokensOf, type Token } from "./tokens.ts";

/** How tightly an operator binds; those of the last are read from the right. */
const powers: ReadonlyMap<string, number> = new Map([
  ["or", 1], ["and", 2], ["unless", 2], ["==", 3], ["!=", 3], ["<=", 3], ["<", 3], [">=", 3], [">", 3], ["+", 4], ["-", 4], ["*", 5], ["/", 5], ["%", 5], ["^", 7],
]);
const negationPower = 6;
const comparisons: ReadonlySet<string> = new Set(["==", "!=", "<=", "<", ">=", ">"]);
const setOperators: ReadonlySet<string> = new Set(["and", "or", "unless"]);
const deepest = 64;

const everything: Matching = { only: false, labels: [], many: null, include: [] };

/** Reads a query. Throws QueryError. */
export function parseQuery(query: string): Expression {
  return new Parser(tokensOf(query)).whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    if (this.#peek().type === "end") throw new QueryError("no expression found in input", 1);
    const expression = this.#expression(0);
    if (this.#peek().type !== "end") throw this.#unexpected("");
    return expression;
  }

  #peek(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.type !== "end") this.#at++;
    return token;
  }

  #is(text: string): boolean {
    const { type } = this.#peek();
    return (type === "symbol" || type === "name") && this.#peek().text === text;
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string, where: string): void {
    if (!this.#accept(text)) throw this.#unexpected(where, `"${text}"`);
  }

  #unexpected(where: string, expected = ""): QueryError {
    const { type, text, column } = this.#peek();
    const found = type === "end" ? "end of input" : type === "string" ? `string ${JSON.stringify(text)}` : `${type === "name" ? "identifier " : ""}"${text}"`;
    return new QueryError(`unexpected ${found}${where === "" ? "" : ` in ${where}`}${expected === "" ? "" : `, expected ${expected}`}`, column);
  }

  #expression(least: number): Expression {
    if (++this.#depth > deepest) throw new QueryError("the query is nested too deeply", this.#peek().column);
    let left = this.#prefixed();
    for (;;) {
      const { text, type, column } = this.#peek();
      const power = type === "symbol" || type === "name" ? powers.get(text) : undefined;
      if (power === undefined || power <= least) break;
      this.#at++;
      const bool = comparisons.has(text) && this.#accept("bool");
      const matching = this.#matching(text);
      const right = this.#expression(text === "^" ? power - 1 : power);
      left = checkedBinary({ type: "binary", op: text, left, right, bool, matching, column });
    }
    this.#depth--;
    return left;
  }

  #prefixed(): Expression {
    const { column } = this.#peek();
    if (this.#accept("+")) return this.#expression(negationPower);
    if (this.#accept("-")) {
      const of = this.#expression(negationPower);
      if (typeOf(of) === "range vector") throw new QueryError("unary expression only allowed on expressions of type scalar or instant vector, got range vector", column);
      return of.type === "number" ? { ...of, value: -of.value, column } : { type: "negate", of, column };
    }
    return this.#ranged(this.#primary());
  }

  #primary(): Expression {
    const { type, text, value, column } = this.#peek();
    if (this.#accept("(")) {
      const inside = this.#expression(0);
      this.#expect(")", "parentheses");
      return inside;
    }
    if (this.#is("{")) return this.#selector("", column);
    if (type === "number") {
      this.#at++;
      return { type: "number", value, column };
    }
    if (type === "string") throw new QueryError("a string alone is not simulated as a query", column);
    if (type !== "name") throw this.#unexpected("");
    this.#at++;
    const lower = text.toLowerCase();
    if (aggregations.has(lower) && (this.#is("(") || this.#is("by") || this.#is("without"))) return this.#aggregate(lower, column);
    if (this.#is("(")) return this.#call(text, column);
    if (lower === "inf" || lower === "nan") return { type: "number", value: lower === "inf" ? Infinity : NaN, column };
    if (powers.has(text) || text === "by" || text === "without" || text === "bool") throw new QueryError(`unexpected "${text}"`, column);
    return this.#selector(text, column);
  }

  #selector(name: string, column: number): Expression {
    const matchers: Matcher[] = name === "" ? [] : [{ label: "__name__", op: "=", value: name, column }];
    if (this.#accept("{")) {
      while (!this.#is("}")) {
        matchers.push(this.#matcher());
        if (!this.#accept(",")) break;
      }
      this.#expect("}", "label matching");
    }
    if (!matchers.some(({ op, value }) => (op === "=" && value !== "") || (op === "=~" && value !== "" && value !== ".*"))) throw new QueryError("vector selector must contain at least one non-empty matcher", column);
    return { type: "selector", matchers, rangeUs: null, column };
  }

  #matcher(): Matcher {
    const label = this.#next();
    if (label.type === "string") return { label: "__name__", op: "=", value: label.text, column: label.column };
    if (label.type !== "name") {
      this.#at--;
      throw this.#unexpected("label matching", "identifier");
    }
    const { text: op, type } = this.#peek();
    if (type !== "symbol" || (op !== "=" && op !== "!=" && op !== "=~" && op !== "!~")) throw this.#unexpected("label matching", 'one of "=", "!=", "=~", "!~"');
    this.#at++;
    const value = this.#peek();
    if (value.type !== "string") throw this.#unexpected("label matching", "string");
    this.#at++;
    return { label: label.text, op, value: value.text, column: value.column };
  }

  /** [5m] behind a selector, and what may stand there upstream but is not simulated. */
  #ranged(expression: Expression): Expression {
    const { column } = this.#peek();
    let ranged = expression;
    if (this.#accept("[")) {
      const length = this.#next();
      if (length.type !== "duration" || length.value <= 0) throw new QueryError("a positive duration is needed in a range, such as 5m", length.column);
      if (this.#peek().text.startsWith(":")) throw new QueryError("subqueries are not simulated", this.#peek().column);
      this.#expect("]", "range");
      if (expression.type !== "selector" || expression.rangeUs !== null) throw new QueryError("ranges only allowed for vector selectors", column);
      ranged = { ...expression, rangeUs: length.value };
    }
    if (this.#is("offset") || this.#is("@")) throw new QueryError(`"${this.#peek().text}" is not simulated`, this.#peek().column);
    return ranged;
  }

  #labels(where: string): readonly string[] {
    const labels: string[] = [];
    this.#expect("(", where);
    while (!this.#is(")")) {
      const label = this.#peek();
      if (label.type !== "name") throw this.#unexpected(where, "label");
      this.#at++;
      labels.push(label.text);
      if (!this.#accept(",")) break;
    }
    this.#expect(")", where);
    return labels;
  }

  #grouping(): Grouping | null {
    if (this.#accept("by")) return { only: true, labels: this.#labels("grouping opts") };
    if (this.#accept("without")) return { only: false, labels: this.#labels("grouping opts") };
    return null;
  }

  #aggregate(op: string, column: number): Expression {
    const before = this.#grouping();
    const args = this.#arguments("aggregation");
    const grouping = before ?? this.#grouping() ?? { only: true, labels: [] };
    const takesNumber = op === "topk" || op === "bottomk";
    if (args.length !== (takesNumber ? 2 : 1)) throw new QueryError(`wrong number of arguments for aggregate expression provided, expected ${takesNumber ? 2 : 1}, got ${args.length}`, column);
    const [of, parameter] = takesNumber ? [args[1], args[0]] : [args[0], null];
    if (parameter !== null && parameter !== undefined) expectType(parameter, "scalar", "aggregation parameter");
    expectType(of as Expression, "instant vector", "aggregation expression");
    return { type: "aggregate", op, grouping, of: of as Expression, parameter: parameter ?? null, column };
  }

  #call(name: string, column: number): Expression {
    const known = functions.get(name);
    if (known === undefined) throw new QueryError(aggregations.has(name.toLowerCase()) ? `unexpected "${name}"` : `function "${name}" is not there, or not simulated`, column);
    const args = this.#arguments("call");
    const { takes, optional = 0 } = known;
    if (args.length > takes.length || args.length < takes.length - optional) throw new QueryError(`expected ${optional > 0 ? "at most " : ""}${takes.length} argument(s) in call to "${name}", got ${args.length}`, column);
    for (const [index, arg] of args.entries()) expectType(arg, takes[index] as ValueType, `call to function "${name}"`);
    return { type: "call", name, args, column };
  }

  #arguments(where: string): readonly Expression[] {
    const args: Expression[] = [];
    this.#expect("(", where);
    while (!this.#is(")")) {
      args.push(this.#expression(0));
      if (!this.#accept(",")) break;
    }
    this.#expect(")", where);
    return args;
  }

  #matching(op: string): Matching {
    const { column } = this.#peek();
    const only = this.#accept("on");
    if (!only && !this.#accept("ignoring")) return everything;
    const labels = this.#labels("grouping opts");
    const left = this.#accept("group_left");
    if (!left && !this.#accept("group_right")) return { only, labels, many: null, include: [] };
    if (setOperators.has(op)) throw new QueryError(`no grouping allowed for "${op}" operation`, column);
    return { only, labels, many: left ? "left" : "right", include: this.#is("(") ? this.#labels("grouping opts") : [] };
  }
}

function expectType(expression: Expression, expected: ValueType, where: string): void {
  const found = typeOf(expression);
  if (found !== expected) throw new QueryError(`expected type ${expected} in ${where}, got ${found}`, expression.column);
}

function checkedBinary(expression: Extract<Expression, { type: "binary" }>): Expression {
  const { op, left, right, bool, column } = expression;
  const types = [typeOf(left), typeOf(right)];
  if (types.includes("range vector")) throw new QueryError("binary expression must contain only scalar and instant vector types", column);
  const scalars = types.filter((type) => type === "scalar").length;
  if (scalars > 0 && setOperators.has(op)) throw new QueryError(`set operator "${op}" not allowed in binary scalar expression`, column);
  if (scalars === 2 && comparisons.has(op) && !bool) throw new QueryError("comparisons between scalars must use BOOL modifier", column);
  return expression;
}
