/** What an expression reads and sets. */
export interface Variables {
  get(name: string): string;
  set(name: string, value: string): void;
}

const tokenPattern = /0[xX][0-9a-fA-F]+|[0-9]+|[A-Za-z_][A-Za-z0-9_]*(?:\[[^\]]*\])?|<<=|>>=|\*\*|\+\+|--|<=|>=|==|!=|&&|\|\||<<|>>|[-+*/%&|^]=|[-+*/%()<>!?:~&|^=,]/g;
const binary: readonly (readonly string[])[] = [["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"]];
const assigning = /^([-+*/%&|^]|<<|>>)?=$/;
const deepest = 60;

export class ArithmeticError extends Error {}

/** The value of $(( expression )): integers with C's operators, assignments included; variables with and without $. Throws ArithmeticError. */
export function evaluateArithmetic(text: string, variables: Variables): number {
  const tokens = text.match(tokenPattern) ?? [];
  let at = 0;
  let depth = 0;
  let nested = 0;
  const peek = (): string => tokens[at] ?? "";
  const valueOf = (name: string): number => {
    const value = variables.get(name).trim();
    if (/^-?(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(value)) return numberOf(value);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(value) || (depth += 1) > deepest) return 0;
    return valueOf(value);
  };
  const store = (name: string, value: number): number => {
    variables.set(name, String(value));
    return value;
  };
  const primary = (): number => {
    if ((nested += 1) > deepest) throw new ArithmeticError("expression nested too deeply");
    const value = operand();
    nested -= 1;
    return value;
  };
  const operand = (): number => {
    const token = peek();
    at += 1;
    if (token === "(") {
      const value = comma();
      if (peek() !== ")") throw new ArithmeticError("missing )");
      at += 1;
      return value;
    }
    if (token === "-") return -power();
    if (token === "+") return power();
    if (token === "!") return power() === 0 ? 1 : 0;
    if (token === "~") return ~power();
    if (token === "++" || token === "--") {
      const name = peek();
      at += 1;
      return store(name, valueOf(name) + (token === "++" ? 1 : -1));
    }
    if (/^[0-9]/.test(token)) return numberOf(token);
    if (token === "") throw new ArithmeticError("syntax error");
    if (!/^[A-Za-z_]/.test(token)) throw new ArithmeticError(`syntax error near "${token}"`);
    const next = peek();
    if (next === "++" || next === "--") {
      at += 1;
      const before = valueOf(token);
      store(token, before + (next === "++" ? 1 : -1));
      return before;
    }
    if (assigning.test(next)) {
      at += 1;
      const value = ternary();
      return store(token, next === "=" ? value : apply(next.slice(0, -1), valueOf(token), value));
    }
    return valueOf(token);
  };
  const power = (): number => {
    const base = primary();
    if (peek() !== "**") return base;
    at += 1;
    const exponent = power();
    let value = 1;
    for (let i = 0; i < Math.min(exponent, 64); i++) value *= base;
    return value;
  };
  const level = (index: number): number => {
    const operators = binary[index];
    if (operators === undefined) return power();
    let left = level(index + 1);
    while (operators.includes(peek())) {
      const operator = peek();
      at += 1;
      left = apply(operator, left, level(index + 1));
    }
    return left;
  };
  const ternary = (): number => {
    const test = level(0);
    if (peek() !== "?") return test;
    if ((nested += 1) > deepest) throw new ArithmeticError("expression nested too deeply");
    at += 1;
    const yes = ternary();
    if (peek() !== ":") throw new ArithmeticError("missing :");
    at += 1;
    const no = ternary();
    nested -= 1;
    return test !== 0 ? yes : no;
  };
  const comma = (): number => {
    let value = ternary();
    while (peek() === ",") {
      at += 1;
      value = ternary();
    }
    return value;
  };
  if (tokens.length === 0) return 0;
  const value = comma();
  if (at < tokens.length) throw new ArithmeticError(`syntax error near "${peek()}"`);
  return Math.trunc(value) || 0;
}

function numberOf(text: string): number {
  if (text.startsWith("-")) return -numberOf(text.slice(1));
  if (/^0[xX]/.test(text)) return Number(text);
  return text.length > 1 && text.startsWith("0") ? Number.parseInt(text, 8) || 0 : Number(text);
}

function apply(operator: string, left: number, right: number): number {
  switch (operator) {
    case "||": return left !== 0 || right !== 0 ? 1 : 0;
    case "&&": return left !== 0 && right !== 0 ? 1 : 0;
    case "|": return left | right;
    case "^": return left ^ right;
    case "&": return left & right;
    case "==": return left === right ? 1 : 0;
    case "!=": return left !== right ? 1 : 0;
    case "<": return left < right ? 1 : 0;
    case ">": return left > right ? 1 : 0;
    case "<=": return left <= right ? 1 : 0;
    case ">=": return left >= right ? 1 : 0;
    case "<<": return left * 2 ** (right & 63);
    case ">>": return Math.floor(left / 2 ** (right & 63));
    case "+": return left + right;
    case "-": return left - right;
    case "*": return left * right;
    case "/": case "%":
      if (right === 0) throw new ArithmeticError("divide by zero");
      return operator === "/" ? Math.trunc(left / right) : left % right;
    default: return 0;
  }
}
