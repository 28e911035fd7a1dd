import type { Json, JsonObject } from "../../../base/json.ts";

export interface MongoCall {
  readonly collection: string;
  readonly method: string;
  readonly args: readonly Json[];
  /** .count(), .limit(n), .sort({...}) and the like after it. */
  readonly chain: readonly { readonly method: string; readonly args: readonly Json[] }[];
}

export class MongoSyntaxError extends Error {}

const deepest = 32;

/** db.items.find({a: 1}).limit(2): the one form of a statement that is read. Throws MongoSyntaxError. */
export function readCall(text: string): MongoCall {
  const reader = new Reader(text.trim().replace(/;+$/, ""));
  if (reader.name() !== "db") throw new MongoSyntaxError("[orrery] only db.<collection>.<method>(...) and show, use are simulated");
  const names: string[] = [];
  while (reader.take(".")) names.push(reader.name());
  const method = names.pop() ?? "";
  const args = reader.list();
  const chain: { method: string; args: readonly Json[] }[] = [];
  while (reader.take(".")) chain.push({ method: reader.name(), args: reader.list() });
  reader.end();
  return { collection: names.join("."), method, args, chain };
}

/** Values as JavaScript writes them: keys without quotes, either quote, trailing commas. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  take(mark: string): boolean {
    this.#blank();
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  name(): string {
    this.#blank();
    const name = /^[$A-Za-z_][\w$-]*/.exec(this.#text.slice(this.#at, this.#at + 200))?.[0];
    if (name === undefined) throw new MongoSyntaxError(`SyntaxError: Unexpected token, expected a name at ${this.#at}`);
    this.#at += name.length;
    return name;
  }

  list(): readonly Json[] {
    if (!this.take("(")) throw new MongoSyntaxError("SyntaxError: expected (");
    const values: Json[] = [];
    while (!this.take(")")) {
      values.push(this.#value(0));
      if (!this.take(",") && this.#text[this.#skip()] !== ")") throw new MongoSyntaxError("SyntaxError: missing ) after argument list");
    }
    return values;
  }

  end(): void {
    this.#blank();
    if (this.#at < this.#text.length) throw new MongoSyntaxError(`SyntaxError: Unexpected token '${this.#text.slice(this.#at, this.#at + 10)}'`);
  }

  #blank(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at += 1;
  }

  #skip(): number {
    this.#blank();
    return this.#at;
  }

  #value(depth: number): Json {
    if (depth > deepest) throw new MongoSyntaxError("SyntaxError: nested too deeply");
    this.#blank();
    const char = this.#text[this.#at] ?? "";
    if (char === '"' || char === "'" || char === "`") return this.#string(char);
    if (this.take("{")) {
      const object: Record<string, Json> = Object.create(null) as Record<string, Json>;
      while (!this.take("}")) {
        this.#blank();
        const quote = this.#text[this.#at] ?? "";
        const key = quote === '"' || quote === "'" ? this.#string(quote) : this.name();
        if (!this.take(":")) throw new MongoSyntaxError("SyntaxError: expected :");
        object[key] = this.#value(depth + 1);
        if (!this.take(",") && this.#text[this.#skip()] !== "}") throw new MongoSyntaxError("SyntaxError: expected , or }");
      }
      return { ...object } as JsonObject;
    }
    if (this.take("[")) {
      const items: Json[] = [];
      while (!this.take("]")) {
        items.push(this.#value(depth + 1));
        if (!this.take(",") && this.#text[this.#skip()] !== "]") throw new MongoSyntaxError("SyntaxError: expected , or ]");
      }
      return items;
    }
    const number = /^-?[0-9]+(\.[0-9]+)?/.exec(this.#text.slice(this.#at, this.#at + 40))?.[0];
    if (number !== undefined) {
      this.#at += number.length;
      return Number(number);
    }
    const word = this.name();
    if (word === "true" || word === "false") return word === "true";
    if (word === "null" || word === "undefined") return null;
    throw new MongoSyntaxError(`ReferenceError: ${word} is not defined`);
  }

  #string(quote: string): string {
    let value = "";
    for (this.#at += 1; this.#at < this.#text.length && this.#text[this.#at] !== quote; this.#at++) value += this.#text[this.#at] === "\\" ? (this.#text[++this.#at] ?? "") : (this.#text[this.#at] ?? "");
    if (this.#at >= this.#text.length) throw new MongoSyntaxError("SyntaxError: Unterminated string constant");
    this.#at += 1;
    return value;
  }
}
