import { isMap, isScalar, visit, type Document, type LineCounter } from "yaml";

/** Reads a text that is known to be JSON, only for its keys. */
class KeyReader {
  readonly found = new Set<string>();
  private readonly text: string;
  private at = 0;
  constructor(text: string) {
    this.text = text;
  }

  value(path: string): void {
    this.space();
    const char = this.text.charAt(this.at);
    if (char === "{") this.object(path);
    else if (char === "[") this.array(path);
    else if (char === '"') this.string();
    else while (this.at < this.text.length && !",]} \t\r\n".includes(this.text.charAt(this.at))) this.at++;
  }

  private space(): void {
    while (this.at < this.text.length && this.text.charCodeAt(this.at) <= 32) this.at++;
  }
  /** Past a character of the syntax; whether it was the one that ends. */
  private next(end: string): boolean {
    this.space();
    return this.text.charAt(this.at++) === end;
  }

  /** The written form with its quotes. */
  private string(): string {
    const start = this.at;
    this.at++;
    for (;;) {
      const char = this.text.charCodeAt(this.at++);
      if (char === 92) this.at++;
      else if (char === 34) return this.text.slice(start, this.at);
    }
  }

  private object(path: string): void {
    this.at++;
    this.space();
    if (this.text.charAt(this.at) === "}") {
      this.at++;
      return;
    }
    const seen = new Set<string>();
    do {
      this.space();
      const written = this.string();
      const name = written.includes("\\") ? (JSON.parse(written) as string) : written.slice(1, -1);
      const own = path === "" ? name : `${path}.${name}`;
      if (seen.has(name)) this.found.add(own);
      seen.add(name);
      this.next(":");
      this.value(own);
    } while (!this.next("}"));
  }

  private array(path: string): void {
    this.at++;
    this.space();
    if (this.text.charAt(this.at) === "]") {
      this.at++;
      return;
    }
    let index = 0;
    do this.value(`${path}[${index++}]`);
    while (!this.next("]"));
  }
}

/** What strict decoding says of keys that an object holds more than once, each once, in the order of the text: `duplicate field "spec.x"`. The text is JSON. */
export function repeatedJsonKeys(text: string): readonly string[] {
  const reader = new KeyReader(text);
  reader.value("");
  return Array.from(reader.found, (path) => `duplicate field "${path}"`);
}

/** As go-yaml's strict decoder names them: `line 5: key "name" already set in map`. */
export function repeatedYamlKeys(document: Document, lines: LineCounter): readonly string[] {
  const found: string[] = [];
  visit(document, {
    Map(_at, map) {
      if (!isMap(map)) return;
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : "<<";
        if (name === "<<") continue;
        if (seen.has(name)) found.push(`line ${lines.linePos((key as { readonly range?: readonly number[] }).range?.[0] ?? 0).line}: key ${JSON.stringify(name.slice(0, 100))} already set in map`);
        seen.add(name);
      }
    },
  });
  return found;
}
