import { QueryError, type Expression } from "./syntax.ts";
import { Grouper, keyOf, labelOf, nameLabel, type Element, type Vector } from "./vectors.ts";

type Binary = Extract<Expression, { readonly type: "binary" }>;

const arithmetic: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ["+", (a, b) => a + b], ["-", (a, b) => a - b], ["*", (a, b) => a * b], ["/", (a, b) => a / b], ["%", (a, b) => a % b], ["^", (a, b) => a ** b],
]);
const comparison: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ["==", (a, b) => a === b], ["!=", (a, b) => a !== b], ["<", (a, b) => a < b], ["<=", (a, b) => a <= b], [">", (a, b) => a > b], [">=", (a, b) => a >= b],
]);

/** Of two numbers. Null: a comparison that does not hold, which leaves nothing; one that holds leaves the left side. */
function compute({ op, bool }: Binary, a: number, b: number): number | null {
  const compares = comparison.get(op);
  if (compares === undefined) return (arithmetic.get(op) as (a: number, b: number) => number)(a, b);
  const holds = compares(a, b);
  return bool ? Number(holds) : holds ? a : null;
}

/** A binary expression with the groupers of its sides, kept from step to step. */
export class BinaryOperator {
  readonly #expression: Binary;
  readonly #matched: Grouper;
  readonly #unnamed = new Grouper((name) => name !== nameLabel);
  /** A comparison leaves a series what it is; all else makes another of it. */
  readonly #keepsName: boolean;

  constructor(expression: Binary) {
    this.#expression = expression;
    this.#matched = Grouper.of(expression.matching);
    this.#keepsName = comparison.has(expression.op) && !expression.bool;
  }

  scalars(a: number, b: number): number {
    return compute(this.#expression, a, b) ?? NaN;
  }

  /** A vector and a number, which stands left or right. */
  withScalar(vector: Vector, scalar: number, side: "left" | "right"): Vector {
    const made: Element[] = [];
    for (const { labels, value } of vector) {
      const result = side === "left" ? compute(this.#expression, scalar, value) : compute(this.#expression, value, scalar);
      if (result !== null) made.push({ labels: this.#keepsName ? labels : this.#unnamed.of(labels).labels, value: this.#keepsName ? value : result });
    }
    return made;
  }

  vectors(left: Vector, right: Vector): Vector {
    const { op } = this.#expression;
    const keys = (vector: Vector): ReadonlySet<string> => new Set(vector.map(({ labels }) => this.#matched.of(labels).key));
    if (op === "and" || op === "unless") {
      const there = keys(right);
      return left.filter(({ labels }) => there.has(this.#matched.of(labels).key) === (op === "and"));
    }
    if (op === "or") {
      const there = keys(left);
      return [...left, ...right.filter(({ labels }) => !there.has(this.#matched.of(labels).key))];
    }
    return this.#match(left, right);
  }

  #match(left: Vector, right: Vector): Vector {
    const { many } = this.#expression.matching;
    const ones = new Map<string, Element>();
    for (const element of many === "right" ? left : right) {
      const { key } = this.#matched.of(element.labels);
      if (ones.has(key)) throw new QueryError(`found duplicate series for the match group on the ${many === "right" ? "left" : "right"} hand-side of the operation; many-to-many matching not allowed: matching labels must be unique on one side`, this.#expression.column);
      ones.set(key, element);
    }
    const made: Element[] = [];
    const seen = new Set<string>();
    for (const element of many === "right" ? right : left) {
      const { key } = this.#matched.of(element.labels);
      const one = ones.get(key);
      if (one === undefined) continue;
      const [a, b] = many === "right" ? [one, element] : [element, one];
      const value = compute(this.#expression, a.value, b.value);
      if (value === null) continue;
      const labels = this.#resultLabels(element, one);
      const made_ = keyOf(labels);
      if (seen.has(made_)) throw new QueryError(many === null ? "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)" : "multiple matches for labels: grouping labels must ensure unique matches", this.#expression.column);
      seen.add(made_);
      made.push({ labels, value });
    }
    return made;
  }

  #resultLabels(element: Element, one: Element): Element["labels"] {
    const { many, include, only, labels: ignored } = this.#expression.matching;
    const own = this.#keepsName ? element.labels : this.#unnamed.of(element.labels).labels;
    if (many === null) return only || !this.#keepsName ? this.#matched.of(element.labels).labels : own.filter(([name]) => !ignored.includes(name));
    if (include.length === 0) return own;
    const taken = include.map((name) => [name, labelOf(one.labels, name)] as const).filter(([, value]) => value !== "");
    return [...own.filter(([name]) => !include.includes(name)), ...taken].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
