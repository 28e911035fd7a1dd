import { deepEqual } from "../base/deepEqual.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";

// Follows client-go/util/jsonpath: the templates of `kubectl -o jsonpath=`.
//   {.items[*].metadata.name}  {range .items[*]}{.metadata.name}{"\n"}{end}  {.a['b','c']}  {.l[-1:]}  {.l[?(@.x=="y")].z}  {..name}

type Step =
  | { readonly type: "field"; readonly name: string }
  | { readonly type: "wildcard" }
  | { readonly type: "descend" }
  | { readonly type: "slice"; readonly start: number | null; readonly end: number | null; readonly step: number | null; readonly single: boolean }
  | { readonly type: "union"; readonly paths: readonly (readonly Step[])[] }
  | { readonly type: "filter"; readonly left: Operand; readonly operator: Operator | null; readonly right: Operand | null };
type Operator = "==" | "!=" | "<" | "<=" | ">" | ">=";
type Operand = { readonly type: "path"; readonly steps: readonly Step[] } | { readonly type: "value"; readonly value: Json };
type Node =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "path"; readonly fromRoot: boolean; readonly steps: readonly Step[] }
  | { readonly type: "range"; readonly fromRoot: boolean; readonly steps: readonly Step[]; readonly body: readonly Node[] };

export type JsonPathResult = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

class JsonPathError extends Error {}

/** Evaluates a template. A key that is not there prints nothing with `allowMissingKeys`, as kubectl does. */
export function evaluateJsonPath(template: string, data: Json, allowMissingKeys: boolean): JsonPathResult {
  try {
    return { ok: true, text: print(new Parser(template).template(), data, data, allowMissingKeys) };
  } catch (error) {
    if (error instanceof JsonPathError) return { ok: false, message: error.message };
    throw error;
  }
}

function print(nodes: readonly Node[], root: Json, current: Json, allowMissing: boolean): string {
  let out = "";
  for (const node of nodes) {
    if (node.type === "text") out += node.text;
    else {
      const found = walk(node.steps, node.fromRoot ? root : current, allowMissing);
      if (node.type === "path") out += found.map(printed).join(" ");
      else for (const each of found) out += print(node.body, root, each, allowMissing);
    }
  }
  return out;
}
function printed(value: Json): string {
  if (typeof value === "string") return value;
  return value === null ? "" : JSON.stringify(value);
}

function walk(steps: readonly Step[], start: Json, allowMissing: boolean): readonly Json[] {
  let values: readonly Json[] = [start];
  steps.forEach((step, at) => {
    if (step.type === "descend") {
      const next = steps[at + 1];
      values = values.flatMap(descendants).filter((value) => next?.type !== "field" || (isJsonObject(value) && Object.hasOwn(value, next.name)));
    } else if (step.type === "union") {
      // Path by path, not value by value.
      const inputs = values;
      values = step.paths.flatMap((path) => inputs.flatMap((value) => walk(path, value, allowMissing)));
    } else values = values.flatMap((value) => apply(step, value, allowMissing));
  });
  return values;
}

function descendants(value: Json): readonly Json[] {
  return [value, ...childrenOf(value).flatMap(descendants)];
}
function childrenOf(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  return isJsonObject(value) ? Object.keys(value).sort().map((key) => value[key] ?? null) : [];
}

function apply(step: Exclude<Step, { type: "descend" | "union" }>, value: Json, allowMissing: boolean): readonly Json[] {
  switch (step.type) {
    case "field": {
      // A field of a list is that of each of its items only through [*].
      const found = isJsonObject(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined;
      if (found !== undefined) return [found];
      if (allowMissing) return [];
      throw new JsonPathError(`${step.name} is not found`);
    }
    case "wildcard": return childrenOf(value);
    case "slice": return Array.isArray(value) ? slice(value as readonly Json[], step, allowMissing) : wrongType(value, "array or slice", allowMissing);
    case "filter": return Array.isArray(value) ? (value as readonly Json[]).filter((item) => holds(step, item)) : wrongType(value, "array or slice", allowMissing);
  }
}
function wrongType(value: Json, wanted: string, allowMissing: boolean): readonly Json[] {
  if (allowMissing && value === null) return [];
  throw new JsonPathError(`${JSON.stringify(value)} is not ${wanted}`);
}

function slice(items: readonly Json[], step: Extract<Step, { type: "slice" }>, allowMissing: boolean): readonly Json[] {
  const size = items.length;
  const place = (at: number): number => (at < 0 ? at + size : at);
  if (step.single) {
    const at = place(step.start ?? 0);
    const item = items[at];
    if (at >= 0 && item !== undefined) return [item];
    if (allowMissing && size === 0) return [];
    throw new JsonPathError(`array index out of bounds: index ${step.start ?? 0}, length ${size}`);
  }
  const start = Math.max(place(step.start ?? 0), 0);
  const end = Math.min(step.end === null ? size : place(step.end), size);
  const by = step.step ?? 1;
  if (by <= 0) throw new JsonPathError("step must be > 0");
  const out: Json[] = [];
  for (let at = start; at < end; at += by) out.push(items[at] ?? null);
  return out;
}

function holds(filter: Extract<Step, { type: "filter" }>, item: Json): boolean {
  const left = operand(filter.left, item);
  if (filter.operator === null || filter.right === null) return left.length > 0;
  const right = operand(filter.right, item);
  const [a] = left;
  const [b] = right;
  if (a === undefined || b === undefined) return false;
  switch (filter.operator) {
    case "==": return deepEqual(a, b);
    case "!=": return !deepEqual(a, b);
    default: return ordered(a, b, filter.operator);
  }
}
function ordered(a: Json, b: Json, operator: Operator): boolean {
  const comparable = (typeof a === "number" && typeof b === "number") || (typeof a === "string" && typeof b === "string");
  if (!comparable) throw new JsonPathError(`incompatible types for comparison`);
  const less = a < b;
  return operator === "<" ? less : operator === "<=" ? less || a === b : operator === ">" ? !less && a !== b : !less;
}
function operand(operand: Operand, item: Json): readonly Json[] {
  return operand.type === "value" ? [operand.value] : walk(operand.steps, item, true);
}

const operators = ["==", "!=", "<=", ">=", "<", ">"] as const;
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "'": "'" };

class Parser {
  private readonly text: string;
  private at = 0;
  constructor(text: string) {
    this.text = text;
  }

  template(): readonly Node[] {
    const nodes = this.nodes(false);
    if (this.at < this.text.length) throw new JsonPathError("not in range, nothing to end");
    return nodes;
  }

  /** Up to {end} inside a range, to the end of the text outside. */
  private nodes(inRange: boolean): readonly Node[] {
    const out: Node[] = [];
    while (this.at < this.text.length) {
      const open = this.text.indexOf("{", this.at);
      const text = this.text.slice(this.at, open < 0 ? undefined : open);
      if (text !== "") out.push({ type: "text", text });
      if (open < 0) {
        this.at = this.text.length;
        break;
      }
      const start = open + 1;
      this.at = start;
      this.space();
      if (this.word("end")) {
        this.closeBrace();
        if (inRange) return out;
        throw new JsonPathError("not in range, nothing to end");
      }
      if (this.word("range")) {
        this.space();
        const path = this.path();
        this.closeBrace();
        out.push({ type: "range", ...path, body: this.nodes(true) });
      } else if (this.peek() === '"' || this.peek() === "'") {
        out.push({ type: "text", text: this.quoted() });
        this.closeBrace();
      } else {
        out.push({ type: "path", ...this.path() });
        this.closeBrace();
      }
    }
    if (inRange) throw new JsonPathError("unterminated range");
    return out;
  }

  private peek(): string {
    return this.text.charAt(this.at);
  }
  private space(): void {
    while (this.peek() === " ") this.at++;
  }
  private word(word: string): boolean {
    if (!this.text.startsWith(word, this.at) || /[A-Za-z0-9_]/.test(this.text.charAt(this.at + word.length))) return false;
    this.at += word.length;
    return true;
  }
  private expect(char: string, message: string): void {
    this.space();
    if (this.peek() !== char) throw new JsonPathError(message);
    this.at++;
  }
  private closeBrace(): void {
    this.expect("}", this.at >= this.text.length ? "unclosed action" : `unrecognized character in action: U+${this.text.charCodeAt(this.at).toString(16).toUpperCase().padStart(4, "0")} '${this.peek()}'`);
  }

  private path(): { readonly fromRoot: boolean; readonly steps: readonly Step[] } {
    const fromRoot = this.peek() === "$";
    if (fromRoot || this.peek() === "@") this.at++;
    return { fromRoot, steps: this.steps() };
  }

  private steps(): readonly Step[] {
    const out: Step[] = [];
    for (;;) {
      const char = this.peek();
      if (char === ".") {
        this.at++;
        if (this.peek() === ".") {
          this.at++;
          out.push({ type: "descend" });
        }
        if (this.peek() === "[") continue;
        if (this.peek() === "*") {
          this.at++;
          out.push({ type: "wildcard" });
          continue;
        }
        const name = this.name();
        if (name !== "") out.push({ type: "field", name });
      } else if (char === "[") out.push(this.bracket());
      else if (out.length === 0 && /[A-Za-z0-9_-]/.test(char)) out.push({ type: "field", name: this.name() });
      else return out;
    }
  }

  /** A backslash takes the next character as it is: {.metadata.labels.a\.b}. */
  private name(): string {
    let name = "";
    while (this.at < this.text.length) {
      const char = this.peek();
      if (char === "\\") {
        name += this.text.charAt(this.at + 1);
        this.at += 2;
      } else if (/[\s.[\]{}()$@"'=!<>,:?*|&]/.test(char)) break;
      else {
        name += char;
        this.at++;
      }
    }
    return name;
  }

  private quoted(): string {
    const quote = this.peek();
    let out = "";
    for (this.at++; this.peek() !== quote; this.at++) {
      if (this.at >= this.text.length) throw new JsonPathError("unterminated quoted string");
      if (this.peek() === "\\") this.at++;
      const char = this.peek();
      out += this.text.charAt(this.at - 1) === "\\" ? (escapes[char] ?? `\\${char}`) : char;
    }
    this.at++;
    return out;
  }

  private bracket(): Step {
    this.at++;
    this.space();
    if (this.peek() === "*") {
      this.at++;
      this.expect("]", "unterminated array");
      return { type: "wildcard" };
    }
    if (this.peek() === "?") return this.filter();
    if (this.peek() === "'" || this.peek() === '"') return this.keys();
    return this.indexes();
  }

  /** A quoted key is a path itself: ['metadata.name']; a dot that belongs to the key is escaped. */
  private keys(): Step {
    const paths: (readonly Step[])[] = [];
    do {
      if (paths.length > 0) this.at++;
      this.space();
      const end = this.text.indexOf(this.peek(), this.at + 1);
      if (this.peek() !== "'" && this.peek() !== '"') throw new JsonPathError("unterminated array");
      if (end < 0) throw new JsonPathError("unterminated quoted string");
      paths.push(new Parser(`.${this.text.slice(this.at + 1, end)}`).steps());
      this.at = end + 1;
      this.space();
    } while (this.peek() === ",");
    this.expect("]", "unterminated array");
    return { type: "union", paths };
  }

  private indexes(): Step {
    const paths: Step[] = [];
    do {
      if (paths.length > 0) this.at++;
      const parts: (number | null)[] = [this.number()];
      while (this.peek() === ":") {
        this.at++;
        parts.push(this.number());
      }
      const [start = null, end = null, step = null] = parts;
      if (parts.length > 3 || (parts.length === 1 && start === null)) throw new JsonPathError(`invalid array index ${this.text.slice(this.text.lastIndexOf("[", this.at), this.at + 1)}`);
      paths.push({ type: "slice", start, end, step, single: parts.length === 1 });
      this.space();
    } while (this.peek() === ",");
    this.expect("]", "unterminated array");
    const [only] = paths;
    return paths.length === 1 && only !== undefined ? only : { type: "union", paths: paths.map((path) => [path]) };
  }
  private number(): number | null {
    this.space();
    const found = /^[-+]?[0-9]+/.exec(this.text.slice(this.at, this.at + 12))?.[0];
    if (found === undefined) return null;
    this.at += found.length;
    return Number(found);
  }

  private filter(): Step {
    this.at++;
    this.expect("(", "unterminated filter");
    const left = this.operand();
    this.space();
    const operator = operators.find((each) => this.text.startsWith(each, this.at)) ?? null;
    if (operator !== null) this.at += operator.length;
    const right = operator === null ? null : this.operand();
    this.expect(")", "unterminated filter");
    this.expect("]", "unclosed array expect ]");
    return { type: "filter", left, operator, right };
  }

  private operand(): Operand {
    this.space();
    if (this.peek() === "@") {
      this.at++;
      return { type: "path", steps: this.steps() };
    }
    if (this.peek() === "'" || this.peek() === '"') return { type: "value", value: this.quoted() };
    if (this.word("true")) return { type: "value", value: true };
    if (this.word("false")) return { type: "value", value: false };
    const number = /^[-+]?[0-9]+(\.[0-9]+)?/.exec(this.text.slice(this.at, this.at + 40))?.[0];
    if (number === undefined) return { type: "path", steps: this.steps() };
    this.at += number.length;
    return { type: "value", value: Number(number) };
  }
}

/** The values of one path, for sorting (`--sort-by`) and columns (`custom-columns`). */
export function jsonPathValues(path: string, data: JsonObject): readonly Json[] | null {
  try {
    const [node] = new Parser(path.startsWith("{") ? path : `{${path.startsWith(".") || path.startsWith("[") ? "" : "."}${path}}`).template();
    return node?.type === "path" ? walk(node.steps, data, true) : null;
  } catch (error) {
    if (error instanceof JsonPathError) return null;
    throw error;
  }
}
