import { goQuote } from "./goFormat.ts";
import { isQualifiedName, isValidLabelValue } from "./names.ts";
import type { LabelSelector } from "./objectMeta.ts";

// Follows apimachinery/pkg/labels/selector.go and pkg/apis/meta/v1/helpers.go.

export type SelectorOperator = "in" | "notin" | "=" | "==" | "!=" | "gt" | "lt" | "exists" | "!";
export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}
/** Plain data. Requirements are ANDed; `nothing` matches no object at all. */
export interface Selector {
  readonly requirements: readonly Requirement[];
  readonly nothing: boolean;
}
export type Labels = Readonly<Record<string, string>>;

/** A selector that does not parse; the message is the API's. */
export class SelectorError extends Error {}

export const everything: Selector = { requirements: [], nothing: false };
export const nothing: Selector = { requirements: [], nothing: true };

const int64Text = /^[+-]?[0-9]+$/;
function parseInt64(text: string): bigint | null {
  if (!int64Text.test(text)) return null;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value : null;
}

function requirementMatches(requirement: Requirement, labels: Labels): boolean {
  const value: unknown = labels[requirement.key];
  const present = typeof value === "string";
  switch (requirement.operator) {
    case "in": case "=": case "==":
      return present && requirement.values.includes(value);
    case "notin": case "!=":
      return !present || !requirement.values.includes(value);
    case "exists":
      return present;
    case "!":
      return !present;
    case "gt": case "lt": {
      const have = present ? parseInt64(value) : null;
      const want = parseInt64(requirement.values[0] ?? "");
      if (have === null || want === null) return false;
      return requirement.operator === "gt" ? have > want : have < want;
    }
  }
}

const noLabels: Labels = {};

/** Whether the labels satisfy every requirement. */
export function matches(selector: Selector, labels: Labels | undefined): boolean {
  if (selector.nothing) return false;
  const have = labels ?? noLabels;
  for (const requirement of selector.requirements) if (!requirementMatches(requirement, have)) return false;
  return true;
}

/** A plain map selector: every pair must be there. An empty map matches everything. */
export function matchesMap(selector: Labels, labels: Labels | undefined): boolean {
  const have = labels ?? noLabels;
  for (const key in selector) if (have[key] !== selector[key]) return false;
  return true;
}

const byKey = (a: Requirement, b: Requirement): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** A map as a selector (Service.spec.selector). */
export function selectorFromMap(labels: Labels): Selector {
  return { requirements: Object.keys(labels).sort().map((key) => ({ key, operator: "=", values: [labels[key] ?? ""] })), nothing: false };
}

const selectorCache = new WeakMap<LabelSelector, Selector>();
const expressionOperators: Readonly<Record<string, SelectorOperator>> = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "!" };

/** null or undefined selects nothing, {} everything. Throws SelectorError for an operator that does not exist. */
export function selectorFromLabelSelector(labelSelector: LabelSelector | null | undefined): Selector {
  if (labelSelector === null || labelSelector === undefined) return nothing;
  const cached = selectorCache.get(labelSelector);
  if (cached !== undefined) return cached;
  const requirements: Requirement[] = [];
  const labels = labelSelector.matchLabels ?? {};
  for (const key of Object.keys(labels).sort()) requirements.push(newRequirement(key, "=", [labels[key] ?? ""]));
  for (const expression of labelSelector.matchExpressions ?? []) {
    const operator = expressionOperators[expression.operator];
    if (operator === undefined) throw new SelectorError(`${goQuote(expression.operator)} is not a valid label selector operator`);
    requirements.push(newRequirement(expression.key, operator, expression.values ?? []));
  }
  const selector: Selector = requirements.length === 0 ? everything : { requirements: requirements.sort(byKey), nothing: false };
  selectorCache.set(labelSelector, selector);
  return selector;
}

function newRequirement(key: string, operator: SelectorOperator, values: readonly string[]): Requirement {
  const errors: string[] = [];
  const keyErrors = isQualifiedName(key);
  if (keyErrors.length > 0) errors.push(`key: Invalid value: ${goQuote(key)}: ${keyErrors.join("; ")}`);
  const invalidValues = (detail: string): void => {
    errors.push(`values: Invalid value: ${values.length === 0 ? "null" : JSON.stringify(values)}: ${detail}`);
  };
  if (operator === "in" || operator === "notin") {
    if (values.length === 0) invalidValues("for 'in', 'notin' operators, values set can't be empty");
  } else if (operator === "exists" || operator === "!") {
    if (values.length !== 0) invalidValues("values set must be empty for exists and does not exist");
  } else if (operator === "gt" || operator === "lt") {
    if (values.length !== 1) invalidValues("for 'Gt', 'Lt' operators, exactly one value is required");
    values.forEach((value, at) => {
      if (parseInt64(value) === null) errors.push(`values[${at}]: Invalid value: ${goQuote(value)}: for 'Gt', 'Lt' operators, the value must be an integer`);
    });
  } else if (values.length !== 1) invalidValues("exact-match compatibility requires one single value");
  values.forEach((value, at) => {
    const valueErrors = isValidLabelValue(value);
    if (valueErrors.length > 0) errors.push(`values[${at}][${key}]: Invalid value: ${goQuote(value)}: ${valueErrors.join("; ")}`);
  });
  if (errors.length > 0) throw new SelectorError(errors.length === 1 ? (errors[0] ?? "") : `[${errors.join(", ")}]`);
  return { key, operator, values };
}

// ── The text form: "app=web,tier in (a,b),!legacy" ───────────────────────────

type Token = { readonly type: "symbol" | "identifier" | "keyword" | "end" | "error"; readonly text: string };
const special = "=!(),><";
const symbols: ReadonlySet<string> = new Set([")", ",", "!", "==", "=", ">", "!=", "(", "<"]);
const endToken: Token = { type: "end", text: "" };

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === " " || char === "\t" || char === "\r" || char === "\n") {
      at++;
    } else if (special.includes(char)) {
      // The longest run of special characters that is a symbol.
      let taken = "";
      let symbol = "";
      while (at + taken.length < text.length && special.includes(text.charAt(at + taken.length))) {
        taken += text.charAt(at + taken.length);
        if (symbols.has(taken)) symbol = taken;
        else if (symbol !== "") break;
      }
      if (symbol === "") return [...tokens, { type: "error", text: `error expected: keyword found '${taken}'` }];
      tokens.push({ type: "symbol", text: symbol });
      at += symbol.length;
    } else {
      let end = at;
      while (end < text.length && !special.includes(text.charAt(end)) && !" \t\r\n".includes(text.charAt(end))) end++;
      const word = text.slice(at, end);
      tokens.push({ type: word === "in" || word === "notin" ? "keyword" : "identifier", text: word });
      at = end;
    }
  }
  return tokens;
}

class SelectorParser {
  private readonly tokens: readonly Token[];
  private at = 0;
  constructor(text: string) {
    this.tokens = tokenize(text);
  }
  private peek(): Token {
    return this.tokens[this.at] ?? endToken;
  }
  private take(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }
  /** As a key or a value, "in" and "notin" are ordinary words. */
  private static isWord(token: Token): boolean {
    return token.type === "identifier" || token.type === "keyword";
  }
  private static is(token: Token, symbol: string): boolean {
    return token.type === "symbol" && token.text === symbol;
  }

  parse(): readonly Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const token = this.peek();
      if (token.type === "end") return requirements;
      if (!SelectorParser.isWord(token) && !SelectorParser.is(token, "!")) throw new SelectorError(`found '${token.text}', expected: !, identifier, or 'end of string'`);
      try {
        requirements.push(this.requirement());
      } catch (error) {
        throw error instanceof SelectorError ? new SelectorError(`unable to parse requirement: ${error.message}`) : error;
      }
      const after = this.take();
      if (after.type === "end") return requirements;
      if (!SelectorParser.is(after, ",")) throw new SelectorError(`found '${after.text}', expected: ',' or 'end of string'`);
      const next = this.peek();
      if (!SelectorParser.isWord(next) && !SelectorParser.is(next, "!")) throw new SelectorError(`found '${next.text}', expected: identifier after ','`);
    }
  }

  private requirement(): Requirement {
    let token = this.take();
    const negated = SelectorParser.is(token, "!");
    if (negated) token = this.take();
    if (!SelectorParser.isWord(token)) throw new SelectorError(`found '${token.text}', expected: identifier`);
    const key = token.text;
    const keyErrors = isQualifiedName(key);
    if (keyErrors.length > 0) throw new SelectorError(`<nil>: Invalid value: ${goQuote(key)}: ${keyErrors.join("; ")}`);
    if (negated) return newRequirement(key, "!", []);
    const next = this.peek();
    if (next.type === "end" || SelectorParser.is(next, ",")) return newRequirement(key, "exists", []);
    const operator = this.operator();
    return newRequirement(key, operator, operator === "in" || operator === "notin" ? this.values() : this.exactValue());
  }

  private operator(): SelectorOperator {
    const token = this.take();
    if (token.type === "keyword") return token.text === "in" ? "in" : "notin";
    if (token.type === "symbol") {
      if (token.text === "=" || token.text === "==" || token.text === "!=") return token.text;
      if (token.text === ">") return "gt";
      if (token.text === "<") return "lt";
    }
    throw new SelectorError(`found '${token.text}', expected: in, notin, =, ==, !=, gt, lt`);
  }

  private values(): readonly string[] {
    const open = this.take();
    if (!SelectorParser.is(open, "(")) throw new SelectorError(`found '${open.text}' expected: '('`);
    const first = this.peek();
    if (SelectorParser.is(first, ")")) {
      this.take();
      // "in ()" asks for the empty value, as upstream's parser has it.
      return [""];
    }
    if (!SelectorParser.isWord(first) && !SelectorParser.is(first, ",")) throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`);
    const values = this.list();
    const close = this.take();
    if (!SelectorParser.is(close, ")")) throw new SelectorError(`found '${close.text}', expected: ')'`);
    return [...values].sort();
  }

  private list(): ReadonlySet<string> {
    const values = new Set<string>();
    for (;;) {
      const token = this.take();
      if (SelectorParser.isWord(token)) {
        values.add(token.text);
        const next = this.peek();
        if (SelectorParser.is(next, ",")) continue;
        if (SelectorParser.is(next, ")")) return values;
        throw new SelectorError(`found '${next.text}', expected: ',' or ')'`);
      }
      if (!SelectorParser.is(token, ",")) throw new SelectorError(`found '${token.text}', expected: ',', or identifier`);
      if (values.size === 0) values.add("");
      const next = this.peek();
      if (SelectorParser.is(next, ")")) {
        values.add("");
        return values;
      }
      if (SelectorParser.is(next, ",")) {
        this.take();
        values.add("");
      }
    }
  }

  private exactValue(): readonly string[] {
    const next = this.peek();
    if (next.type === "end" || SelectorParser.is(next, ",")) return [""];
    const token = this.take();
    if (SelectorParser.isWord(token)) return [token.text];
    throw new SelectorError(`found '${token.text}', expected: identifier`);
  }
}

const parsedCache = new Map<string, Selector>();
const parsedCacheLimit = 512;

/** Parses the text form; throws SelectorError with upstream's message. */
export function parseSelector(text: string): Selector {
  const cached = parsedCache.get(text);
  if (cached !== undefined) return cached;
  const requirements = [...new SelectorParser(text).parse()].sort(byKey);
  const selector: Selector = requirements.length === 0 ? everything : { requirements, nothing: false };
  if (parsedCache.size >= parsedCacheLimit) parsedCache.clear();
  parsedCache.set(text, selector);
  return selector;
}

/** The value that the selector demands of a label, where it demands exactly one. */
export function requiredValue(selector: Selector, key: string): string | null {
  const requirement = selector.requirements.find((each) => each.key === key);
  if (requirement === undefined || requirement.values.length !== 1) return null;
  return requirement.operator === "in" || requirement.operator === "=" || requirement.operator === "==" ? (requirement.values[0] ?? null) : null;
}

/** "app=web,tier in (a,b)": what status.selector of a Scale shows. */
export function selectorText(selector: Selector): string {
  return selector.requirements.map(requirementText).join(",");
}
function requirementText(requirement: Requirement): string {
  const values = [...requirement.values].sort().join(",");
  switch (requirement.operator) {
    case "!": return `!${requirement.key}`;
    case "exists": return requirement.key;
    case "in": case "notin": return `${requirement.key} ${requirement.operator} (${values})`;
    case "gt": return `${requirement.key}>${values}`;
    case "lt": return `${requirement.key}<${values}`;
    default: return `${requirement.key}${requirement.operator}${values}`;
  }
}

/** Upstream's FormatLabels and labels.Set.String: "a=1,b=2", sorted. */
export function labelsText(labels: Labels | undefined): string {
  if (labels === undefined) return "";
  return Object.keys(labels).sort().map((key) => `${key}=${labels[key] ?? ""}`).join(",");
}
