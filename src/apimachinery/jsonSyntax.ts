// What encoding/json says of a text that is no JSON. Follows Go's encoding/json/scanner.go. JavaScript's own messages differ by engine.

class Syntax extends Error {}

function quoted(char: string): string {
  if (char === "'") return `'\\''`;
  if (char === '"') return `'"'`;
  const code = char.charCodeAt(0);
  if (code < 0x20 || code === 0x7f) return `'${{ 9: "\\t", 10: "\\n", 13: "\\r" }[code] ?? `\\x${code.toString(16).padStart(2, "0")}`}'`;
  return char === "\\" ? "'\\\\'" : `'${char}'`;
}

class Scanner {
  private readonly text: string;
  private at = 0;
  constructor(text: string) {
    this.text = text;
  }

  scan(): void {
    this.value(0);
    this.space();
    if (this.at < this.text.length) this.fail("after top-level value");
  }

  private fail(context: string): never {
    const char = this.text.charAt(this.at);
    throw new Syntax(char === "" ? "unexpected end of JSON input" : `invalid character ${quoted(char)} ${context}`);
  }
  private peek(): string {
    return this.text.charAt(this.at);
  }
  private space(): void {
    while (this.at < this.text.length && " \t\r\n".includes(this.peek())) this.at++;
  }

  private value(depth: number): void {
    this.space();
    if (depth > 10_000) throw new Syntax("exceeded max depth");
    const char = this.peek();
    if (char === "{") this.object(depth);
    else if (char === "[") this.array(depth);
    else if (char === '"') this.string();
    else if (char === "t") this.literal("true");
    else if (char === "f") this.literal("false");
    else if (char === "n") this.literal("null");
    else if (char === "-" || (char >= "0" && char <= "9")) this.number();
    else this.fail("looking for beginning of value");
  }

  private object(depth: number): void {
    this.at++;
    this.space();
    if (this.peek() === "}") {
      this.at++;
      return;
    }
    for (;;) {
      this.space();
      if (this.peek() !== '"') this.fail("looking for beginning of object key string");
      this.string();
      this.space();
      if (this.peek() !== ":") this.fail("after object key");
      this.at++;
      this.value(depth + 1);
      this.space();
      const next = this.peek();
      if (next !== "," && next !== "}") this.fail("after object key:value pair");
      this.at++;
      if (next === "}") return;
    }
  }

  private array(depth: number): void {
    this.at++;
    this.space();
    if (this.peek() === "]") {
      this.at++;
      return;
    }
    for (;;) {
      this.value(depth + 1);
      this.space();
      const next = this.peek();
      if (next !== "," && next !== "]") this.fail("after array element");
      this.at++;
      if (next === "]") return;
    }
  }

  private string(): void {
    this.at++;
    for (;;) {
      const char = this.peek();
      if (char === "" || char < " ") this.fail("in string literal");
      this.at++;
      if (char === '"') return;
      if (char !== "\\") continue;
      const escape = this.peek();
      if (escape === "" || !'bfnrt\\/"u'.includes(escape)) this.fail("in string escape code");
      this.at++;
      if (escape !== "u") continue;
      for (let digit = 0; digit < 4; digit++) {
        if (!/^[0-9a-fA-F]$/.test(this.peek())) this.fail("in \\u hexadecimal character escape");
        this.at++;
      }
    }
  }

  private literal(word: string): void {
    for (let at = 0; at < word.length; at++) {
      if (this.peek() !== word.charAt(at)) this.fail(`in literal ${word} (expecting ${quoted(word.charAt(at))})`);
      this.at++;
    }
  }

  private digits(context: string): void {
    if (!this.isDigit()) this.fail(context);
    while (this.isDigit()) this.at++;
  }
  private isDigit(): boolean {
    const char = this.peek();
    return char >= "0" && char <= "9";
  }
  private number(): void {
    if (this.peek() === "-") this.at++;
    if (this.peek() === "0") this.at++;
    else this.digits("in numeric literal");
    if (this.peek() === ".") {
      this.at++;
      this.digits("after decimal point in numeric literal");
    }
    if (this.peek() !== "e" && this.peek() !== "E") return;
    this.at++;
    if (this.peek() === "+" || this.peek() === "-") this.at++;
    this.digits("in exponent of numeric literal");
  }
}

/** Go's complaint about a text, or null where it is JSON. */
export function jsonSyntaxError(text: string): string | null {
  try {
    new Scanner(text).scan();
  } catch (error) {
    if (error instanceof Syntax) return error.message;
    throw error;
  }
  return null;
}
