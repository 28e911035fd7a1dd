/** A query that cannot be read or computed, and where in it: the first character is column 1. */
export class QueryError extends Error {
  readonly column: number;

  constructor(message: string, column: number) {
    super(message);
    this.column = column;
  }
}

export interface Matcher {
  readonly label: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  readonly value: string;
  readonly column: number;
}

/** Which labels two sides must share, or a group keeps. */
export interface Grouping {
  /** "on" and "by": these labels; else all but these. */
  readonly only: boolean;
  readonly labels: readonly string[];
}

export interface Matching extends Grouping {
  /** The side of which many may fit one of the other. */
  readonly many: "left" | "right" | null;
  /** Labels taken from the side of one. */
  readonly include: readonly string[];
}

export type Expression =
  | { readonly type: "number"; readonly value: number; readonly column: number }
  | { readonly type: "selector"; readonly matchers: readonly Matcher[]; /** Of a range vector; null: an instant vector. */ readonly rangeUs: number | null; readonly column: number }
  | { readonly type: "negate"; readonly of: Expression; readonly column: number }
  | { readonly type: "call"; readonly name: string; readonly args: readonly Expression[]; readonly column: number }
  | { readonly type: "aggregate"; readonly op: string; readonly grouping: Grouping; readonly of: Expression; readonly parameter: Expression | null; readonly column: number }
  | { readonly type: "binary"; readonly op: string; readonly left: Expression; readonly right: Expression; readonly bool: boolean; readonly matching: Matching; readonly column: number };

export type ValueType = "scalar" | "instant vector" | "range vector";

/** What makes one value of many, by groups. */
export const aggregations: ReadonlySet<string> = new Set(["sum", "avg", "min", "max", "count", "topk", "bottomk"]);

interface Signature {
  readonly takes: readonly ValueType[];
  readonly gives: ValueType;
  /** So many at the end may be left out. */
  readonly optional?: number;
}

/** What each function takes and gives. To add one: its line here, and its rule in evaluate.ts or rates.ts. */
export const functions: ReadonlyMap<string, Signature> = new Map<string, Signature>([
  ...["rate", "irate", "increase", "delta", "changes", "resets", "avg_over_time", "min_over_time", "max_over_time", "sum_over_time", "count_over_time", "last_over_time"].map((name): [string, Signature] => [name, { takes: ["range vector"], gives: "instant vector" }]),
  ...["abs", "ceil", "floor", "sort", "sort_desc", "absent"].map((name): [string, Signature] => [name, { takes: ["instant vector"], gives: "instant vector" }]),
  ["round", { takes: ["instant vector", "scalar"], gives: "instant vector", optional: 1 }],
  ["clamp_min", { takes: ["instant vector", "scalar"], gives: "instant vector" }],
  ["clamp_max", { takes: ["instant vector", "scalar"], gives: "instant vector" }],
  ["histogram_quantile", { takes: ["scalar", "instant vector"], gives: "instant vector" }],
  ["scalar", { takes: ["instant vector"], gives: "scalar" }],
  ["vector", { takes: ["scalar"], gives: "instant vector" }],
  ["time", { takes: [], gives: "scalar" }],
]);

/** What an expression will be, known before it is computed. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.type) {
    case "number":
      return "scalar";
    case "selector":
      return expression.rangeUs === null ? "instant vector" : "range vector";
    case "negate":
      return typeOf(expression.of);
    case "call":
      return functions.get(expression.name)?.gives ?? "instant vector";
    case "aggregate":
      return "instant vector";
    case "binary":
      return typeOf(expression.left) === "scalar" && typeOf(expression.right) === "scalar" ? "scalar" : "instant vector";
  }
}
