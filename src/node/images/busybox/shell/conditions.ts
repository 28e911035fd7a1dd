import { resolvePath } from "../../../runtime/fileSystem.ts";
import type { ProgramContext } from "../../program.ts";
import type { CondItem } from "./ast.ts";
import { evaluateArithmetic } from "./arithmetic.ts";
import { expandToPattern, expandToText, type Expander } from "./expand.ts";
import { matchesGlob } from "./glob.ts";
import { Regex, RegexError } from "./regex.ts";

const mostItems = 400;

type Files = Pick<ProgramContext, "readFile" | "isFolder">;

/** `test -x path` and its like. */
export function testFile(operator: string, path: string, files: Files): boolean {
  const content = files.readFile(path);
  switch (operator) {
    case "-e": case "-r": case "-w": case "-x": case "-O": case "-G": return content !== null || files.isFolder(path);
    case "-f": return content !== null;
    case "-d": return content === null && files.isFolder(path);
    case "-s": return (content ?? "") !== "" || files.isFolder(path);
    default: return false;
  }
}

/** Operators between two texts; null: it is none. */
export function compare(operator: string, left: string, right: string): boolean | null {
  switch (operator) {
    case "=": case "==": return left === right;
    case "!=": return left !== right;
    case "<": return left < right;
    case ">": return left > right;
    case "-eq": return Number(left) === Number(right);
    case "-ne": return Number(left) !== Number(right);
    case "-lt": return Number(left) < Number(right);
    case "-le": return Number(left) <= Number(right);
    case "-gt": return Number(left) > Number(right);
    case "-ge": return Number(left) >= Number(right);
    default: return null;
  }
}

export interface ConditionResult {
  readonly value: boolean;
  /** Of =~, where it matched. */
  readonly groups: readonly string[] | null;
  readonly error: string | null;
}

/** What stands in [[ ]]: && || ! ( ) with short circuits, patterns at the right of == and regular expressions at that of =~. */
export function evaluateCondition(items: readonly CondItem[], expander: Expander, files: Files, cwd: string): ConditionResult {
  if (items.length > mostItems) return { value: false, groups: null, error: "conditional expression too long" };
  let at = 0;
  let groups: readonly string[] | null = null;
  let error: string | null = null;
  const op = (): string | null => {
    const item = items[at];
    return item !== undefined && "op" in item ? item.op : null;
  };
  const textOf = (item: CondItem | undefined): string => (item === undefined ? "" : "op" in item ? item.op : expandToText(item.word, expander));
  const or = (runs: boolean): boolean => {
    let value = and(runs);
    while (op() === "||") {
      at += 1;
      const right = and(runs && !value);
      value ||= right;
    }
    return value;
  };
  const and = (runs: boolean): boolean => {
    let value = not(runs);
    while (op() === "&&") {
      at += 1;
      const right = not(runs && value);
      value &&= right;
    }
    return value;
  };
  const not = (runs: boolean): boolean => {
    if (op() === "!") {
      at += 1;
      return !not(runs);
    }
    if (op() === "(") {
      at += 1;
      const value = or(runs);
      if (op() === ")") at += 1;
      else error ??= "syntax error in conditional expression";
      return value;
    }
    return primary(runs);
  };
  const primary = (runs: boolean): boolean => {
    const first = items[at];
    const unary = op();
    if (unary !== null && /^-[a-zA-Z]$/.test(unary)) {
      const operand = items[at + 1];
      at += 2;
      if (!runs) return false;
      const text = textOf(operand);
      if (unary === "-n") return text !== "";
      if (unary === "-z") return text === "";
      if (unary === "-v") return expander.variable(text) !== undefined;
      return testFile(unary, resolvePath(text, cwd), files);
    }
    at += 1;
    const operator = op();
    if (operator === null || operator === "&&" || operator === "||" || operator === ")" || operator === "!") {
      if (first === undefined) error ??= "syntax error in conditional expression";
      return runs && textOf(first) !== "";
    }
    const right = items[at + 1];
    at += 2;
    if (!runs) return false;
    const left = textOf(first);
    if (right === undefined) error ??= "syntax error in conditional expression";
    if (operator === "=~") return matches(left, textOf(right));
    const pattern = (): string => (right !== undefined && "word" in right ? expandToPattern(right.word, expander) : textOf(right));
    if (operator === "=" || operator === "==") return matchesGlob(pattern(), left);
    if (operator === "!=") return !matchesGlob(pattern(), left);
    const number = (text: string): string => String(evaluateArithmetic(text, { get: (name) => expander.variable(name) ?? "0", set: () => undefined }));
    const result = operator.startsWith("-") ? compare(operator, number(left), number(textOf(right))) : compare(operator, left, textOf(right));
    if (result === null) error ??= `${operator}: binary operator expected`;
    return result ?? false;
  };
  const matches = (text: string, pattern: string): boolean => {
    try {
      const found = new Regex(pattern, true).exec(text);
      groups = found === null ? [] : found.groups.map((group) => group ?? "");
      return found !== null;
    } catch (problem) {
      if (!(problem instanceof RegexError)) throw problem;
      error ??= problem.message;
      return false;
    }
  };
  const value = or(true);
  if (at < items.length) error ??= "syntax error in conditional expression";
  return { value, groups, error };
}
