/** The value of $(( expression )): integers, + - * / % ** comparisons && || ! ? : and parentheses; variables without $ too. */
export function evaluateArithmetic(text: string, variable: (name: string) => string): number {
  const tokens = text.match(/[0-9]+|[A-Za-z_][A-Za-z0-9_]*|<=|>=|==|!=|&&|\|\||\*\*|[-+*/%()<>!?:~&|^]/g) ?? [];
  let at = 0;
  const peek = (): string => tokens[at] ?? "";
  const binary: readonly (readonly string[])[] = [["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["+", "-"], ["*", "/", "%"]];

  const primary = (): number => {
    const token = peek();
    at += 1;
    if (token === "(") {
      const value = ternary();
      at += 1;
      return value;
    }
    if (token === "-") return -power();
    if (token === "+") return power();
    if (token === "!") return power() === 0 ? 1 : 0;
    if (token === "~") return ~power();
    if (/^[0-9]/.test(token)) return token.length > 1 && token.startsWith("0") ? Number.parseInt(token, 8) : Number(token);
    if (token === "") return 0;
    const value = variable(token).trim();
    return /^-?[0-9]+$/.test(value) ? Number(value) : 0;
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
    at += 1;
    const yes = ternary();
    at += 1;
    const no = ternary();
    return test !== 0 ? yes : no;
  };
  return Math.trunc(ternary());
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
    case "+": return left + right;
    case "-": return left - right;
    case "*": return left * right;
    case "/": return right === 0 ? 0 : Math.trunc(left / right);
    case "%": return right === 0 ? 0 : left % right;
    default: return 0;
  }
}
