import { QueryError } from "./syntax.ts";

export interface Token {
  readonly type: "number" | "duration" | "string" | "name" | "symbol" | "end";
  /** Of a string: its value. */
  readonly text: string;
  /** Of a number its value, of a duration microseconds. */
  readonly value: number;
  readonly column: number;
}

const longestQuery = 2000;

const space = /[ \t\r\n]+|#[^\n]*/y;
const duration = /(?:[0-9]+(?:ms|[smhdwy]))+(?![a-zA-Z0-9_])/y;
const number = /0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const name = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const symbol = /=~|!~|==|!=|<=|>=|[-+*/%^<>=(){}[\],@]/y;

const unitUs: Readonly<Record<string, number>> = { ms: 1e3, s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6, w: 604_800e6, y: 31_536_000e6 };
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "'": "'" };

/** The parts of a query, and its end. */
export function tokensOf(query: string): readonly Token[] {
  if (query.length > longestQuery) throw new QueryError(`the query is longer than ${longestQuery} characters`, longestQuery + 1);
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(query)?.[0] ?? null;
  };
  while (at < query.length) {
    const skipped = match(space);
    if (skipped !== null) {
      at += skipped.length;
      continue;
    }
    const column = at + 1;
    const quote = query[at] ?? "";
    if (quote === '"' || quote === "'" || quote === "`") {
      const { text, end } = stringAt(query, at);
      tokens.push({ type: "string", text, value: 0, column });
      at = end;
      continue;
    }
    let text = match(duration);
    if (text !== null) tokens.push({ type: "duration", text, value: durationUs(text), column });
    else if ((text = match(number)) !== null) tokens.push({ type: "number", text, value: Number(text), column });
    else if ((text = match(name)) !== null) tokens.push({ type: "name", text, value: 0, column });
    else if ((text = match(symbol)) !== null) tokens.push({ type: "symbol", text, value: 0, column });
    else throw new QueryError(`unexpected character: ${JSON.stringify(quote)}`, column);
    at += text.length;
  }
  tokens.push({ type: "end", text: "", value: 0, column: query.length + 1 });
  return tokens;
}

function stringAt(query: string, start: number): { readonly text: string; readonly end: number } {
  const quote = query[start] ?? "";
  let text = "";
  for (let at = start + 1; at < query.length; at++) {
    const each = query[at] ?? "";
    if (each === quote) return { text, end: at + 1 };
    if (each !== "\\" || quote === "`") {
      text += each;
      continue;
    }
    at++;
    const meant = Object.hasOwn(escapes, query[at] ?? "") ? escapes[query[at] ?? ""] : undefined;
    if (meant === undefined) throw new QueryError(`unknown escape sequence \\${query[at] ?? ""} in a string`, at);
    text += meant;
  }
  throw new QueryError("unterminated quoted string", start + 1);
}

function durationUs(text: string): number {
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/([0-9]+)(ms|[smhdwy])/g)) sum += Number(count) * (unitUs[unit ?? ""] ?? 0);
  return sum;
}
