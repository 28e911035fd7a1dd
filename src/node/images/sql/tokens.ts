export interface SqlToken {
  readonly kind: "word" | "quoted" | "text" | "number" | "mark" | "end";
  readonly text: string;
}

/** In the server's words, with its number and SQLSTATE. */
export class SqlError extends Error {
  readonly code: number;
  readonly state: string;
  constructor(message: string, code: number, state: string) {
    super(message);
    this.code = code;
    this.state = state;
  }
}

const longest = 65_536;

export function tokenizeSql(text: string): readonly SqlToken[] {
  if (text.length > longest) throw new SqlError("Got a packet bigger than 'max_allowed_packet' bytes", 1153, "08S01");
  const tokens: SqlToken[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? "";
    if (/\s/.test(char)) at += 1;
    else if (text.startsWith("--", at) || char === "#") at = text.indexOf("\n", at) < 0 ? text.length : text.indexOf("\n", at);
    else if (char === "'" || char === '"' || char === "`") {
      let value = "";
      for (at += 1; at < text.length && !(text[at] === char && text[at + 1] !== char); at++) {
        if (text[at] === char) at += 1;
        else if (text[at] === "\\" && char !== "`" && at + 1 < text.length) {
          at += 1;
          value += ({ n: "\n", t: "\t", r: "\r" } as Readonly<Record<string, string>>)[text[at] ?? ""] ?? (text[at] ?? "");
          continue;
        }
        value += text[at] ?? "";
      }
      at += 1;
      tokens.push({ kind: char === "`" || char === '"' ? (char === '"' ? "text" : "quoted") : "text", text: value });
    } else {
      const word = /^(@@?[A-Za-z_][\w.]*|[A-Za-z_\\][\w$]*)/.exec(text.slice(at, at + 200))?.[0];
      const number = /^[0-9]+(\.[0-9]+)?/.exec(text.slice(at, at + 40))?.[0];
      const mark = /^(<=|>=|<>|!=|\|\||.)/.exec(text.slice(at, at + 2))?.[0] ?? char;
      tokens.push(word !== undefined ? { kind: "word", text: word } : number !== undefined ? { kind: "number", text: number } : { kind: "mark", text: mark });
      at += (word ?? number ?? mark).length;
    }
  }
  return tokens;
}

/** A script's statements, at the semicolons outside of quotes. `whole` false: the last has no end yet. */
export function splitStatements(text: string): { readonly statements: readonly string[]; readonly rest: string } {
  const statements: string[] = [];
  let quote = "";
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (quote !== "") {
      if (char === "\\") at += 1;
      else if (char === quote) quote = "";
    } else if (char === "'" || char === '"' || char === "`") quote = char;
    else if (char === ";") {
      statements.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return { statements: statements.filter((statement) => statement !== ""), rest: text.slice(from) };
}
