/** A piece of a word: as it stands, a variable, or the output of a command. Quoted pieces are neither split nor matched with files. */
export type WordPart =
  | { readonly type: "text"; readonly text: string; readonly quoted: boolean }
  | { readonly type: "variable"; readonly name: string; readonly otherwise: string | null; readonly quoted: boolean }
  | { readonly type: "command"; readonly line: string; readonly quoted: boolean };

export type Word = readonly WordPart[];

export interface Redirect {
  readonly from: 0 | 1 | 2;
  readonly kind: "read" | "write" | "append" | "same" | "here";
  /** A file; for "same" the other stream's number; for "here" the text itself. */
  readonly target: Word;
}

export interface SimpleCommand {
  readonly assignments: readonly { readonly name: string; readonly value: Word }[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

export interface Step {
  /** When it runs: always, or after success or failure of what ran before. */
  readonly when: "always" | "success" | "failure";
  readonly pipeline: readonly SimpleCommand[];
}

/** What is wrong with a line; `open`: it only goes on in the next one. */
export class ShellSyntaxError extends Error {
  readonly open: boolean;
  constructor(message: string, open = false) {
    super(message);
    this.open = open;
  }
}

type Token = { readonly type: "word"; readonly word: Word; readonly bare: string | null } | { readonly type: "operator"; readonly text: string };

const operators = ["&&", "||", ">>", "2>&1", ">&2", "1>&2", "2>>", "2>", "&>", "<<-", "<<", "1>", ";", "|", ">", "<", "\n", "&", "(", ")"];
const reserved: ReadonlySet<string> = new Set(["if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "function", "select", "{", "}", "[["]);

class Reader {
  private at = 0;
  private readonly text: string;
  private readonly hereDocuments: { readonly end: string; readonly token: { text: string } }[] = [];
  constructor(text: string) {
    this.text = text;
  }

  tokens(): Token[] {
    const found: Token[] = [];
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at);
      if (char === " " || char === "\t" || char === "\r") {
        this.at++;
        continue;
      }
      if (char === "\\" && this.text.charAt(this.at + 1) === "\n") {
        this.at += 2;
        continue;
      }
      if (char === "#") {
        while (this.at < this.text.length && this.text.charAt(this.at) !== "\n") this.at++;
        continue;
      }
      const operator = operators.filter((one) => this.text.startsWith(one, this.at)).sort((a, b) => b.length - a.length)[0];
      if (operator !== undefined) {
        this.at += operator.length;
        found.push({ type: "operator", text: operator === "<<-" ? "<<" : operator });
        if (operator === "\n") this.readHereDocuments();
        if (operator === "<<" || operator === "<<-") found.push(this.hereDocument());
        continue;
      }
      const start = this.at;
      const word = this.word();
      const raw = this.text.slice(start, this.at);
      found.push({ type: "word", word, bare: /^[^'"\\$`]*$/.test(raw) ? raw : null });
    }
    if (this.hereDocuments.length > 0) throw new ShellSyntaxError(`here-document delimited by end-of-file (wanted \`${this.hereDocuments[0]?.end ?? ""}')`, true);
    return found;
  }

  private hereDocument(): Token {
    while (this.text.charAt(this.at) === " ") this.at++;
    const start = this.at;
    this.word();
    const end = this.text.slice(start, this.at).replace(/['"\\]/g, "");
    const part = { type: "text" as const, text: "", quoted: true };
    this.hereDocuments.push({ end, token: part });
    return { type: "word", word: [part], bare: null };
  }

  private readHereDocuments(): void {
    for (const { end, token } of this.hereDocuments.splice(0)) {
      const lines: string[] = [];
      for (;;) {
        if (this.at >= this.text.length) throw new ShellSyntaxError(`here-document delimited by end-of-file (wanted \`${end}')`, true);
        const stop = this.text.indexOf("\n", this.at);
        const line = this.text.slice(this.at, stop < 0 ? undefined : stop);
        this.at = stop < 0 ? this.text.length : stop + 1;
        if (line.trim() === end) break;
        lines.push(`${line}\n`);
      }
      token.text = lines.join("");
    }
  }

  private word(): Word {
    const parts: WordPart[] = [];
    const add = (text: string, quoted: boolean): void => {
      const last = parts.at(-1);
      if (last?.type === "text" && last.quoted === quoted) parts[parts.length - 1] = { ...last, text: last.text + text };
      else parts.push({ type: "text", text, quoted });
    };
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at);
      if (/[\s;|&<>()]/.test(char)) break;
      if (char === "\\") {
        if (this.text.charAt(this.at + 1) === "\n") {
          this.at += 2;
          continue;
        }
        add(this.text.charAt(this.at + 1), true);
        this.at += 2;
      } else if (char === "'") {
        const end = this.text.indexOf("'", this.at + 1);
        if (end < 0) throw new ShellSyntaxError("unexpected EOF while looking for matching `''", true);
        add(this.text.slice(this.at + 1, end), true);
        this.at = end + 1;
      } else if (char === '"') this.doubleQuoted(parts, add);
      else if (char === "$") {
        const part = this.dollar(false);
        if (part === null) add("$", false);
        else parts.push(part);
      } else {
        add(char, false);
        this.at++;
      }
    }
    return parts;
  }

  private doubleQuoted(parts: WordPart[], add: (text: string, quoted: boolean) => void): void {
    this.at++;
    add("", true);
    for (;;) {
      if (this.at >= this.text.length) throw new ShellSyntaxError('unexpected EOF while looking for matching `"\'', true);
      const char = this.text.charAt(this.at);
      if (char === '"') {
        this.at++;
        return;
      }
      if (char === "\\" && '"\\$`\n'.includes(this.text.charAt(this.at + 1))) {
        if (this.text.charAt(this.at + 1) !== "\n") add(this.text.charAt(this.at + 1), true);
        this.at += 2;
      } else if (char === "$") {
        const part = this.dollar(true);
        if (part === null) add("$", true);
        else parts.push(part);
      } else {
        add(char, true);
        this.at++;
      }
    }
  }

  /** Reads what follows a "$"; null where it is a "$" and no more. */
  private dollar(quoted: boolean): WordPart | null {
    const rest = this.text.slice(this.at);
    if (rest.startsWith("$(")) {
      let depth = 0;
      for (let index = this.at + 1; index < this.text.length; index++) {
        const char = this.text.charAt(index);
        if (char === "(") depth++;
        if (char === ")" && --depth === 0) {
          const line = this.text.slice(this.at + 2, index);
          this.at = index + 1;
          return { type: "command", line, quoted };
        }
      }
      throw new ShellSyntaxError("unexpected EOF while looking for matching `)'", true);
    }
    const braced = /^\$\{([A-Za-z_]\w*|\?)(?::-([^}]*))?\}/.exec(rest);
    const bare = braced ?? /^\$([A-Za-z_]\w*|\?)/.exec(rest);
    if (bare === null) {
      if (rest.startsWith("${")) throw new ShellSyntaxError(`${rest.slice(0, rest.indexOf("}") + 1 || undefined)}: bad substitution`);
      this.at++;
      return null;
    }
    this.at += bare[0].length;
    return { type: "variable", name: bare[1] ?? "", otherwise: bare[2] ?? null, quoted };
  }
}

/** How long a line may be: a limit of ours. */
const longest = 100_000;

/** Reads a line, or several, into steps. Follows POSIX where it goes; what it does not do (loops, functions, jobs) is refused by name. */
export function parseShell(text: string): readonly Step[] {
  if (text.length > longest) throw new ShellSyntaxError(`a command is limited to ${longest} characters here`);
  const steps: Step[] = [];
  let when: Step["when"] = "always";
  let pipeline: SimpleCommand[] = [];
  let command: { assignments: { name: string; value: Word }[]; words: Word[]; redirects: Redirect[] } = { assignments: [], words: [], redirects: [] };
  let wanting: string | null = null;
  const isEmpty = () => command.words.length === 0 && command.assignments.length === 0 && command.redirects.length === 0;
  const endCommand = (operator: string): void => {
    if (isEmpty()) throw new ShellSyntaxError(`syntax error near unexpected token \`${operator === "\n" ? "newline" : operator}'`);
    pipeline.push(command);
    command = { assignments: [], words: [], redirects: [] };
  };
  const endPipeline = (operator: string): void => {
    if (isEmpty() && pipeline.length === 0 && (operator === "\n" || operator === "end")) return;
    endCommand(operator);
    steps.push({ when, pipeline });
    pipeline = [];
  };
  const tokens = new Reader(text).tokens();
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    if (token.type === "word") {
      wanting = null;
      if (command.words.length === 0 && token.bare !== null && reserved.has(token.bare)) throw new ShellSyntaxError(`${token.bare}: loops, conditions and functions are not simulated in this terminal`);
      const [first] = token.word;
      const assignment = command.words.length === 0 && first?.type === "text" && !first.quoted ? /^([A-Za-z_]\w*)=(.*)$/s.exec(first.text) : null;
      if (assignment === null) command.words.push(token.word);
      else command.assignments.push({ name: assignment[1] ?? "", value: [{ type: "text", text: assignment[2] ?? "", quoted: true }, ...token.word.slice(1)] });
      continue;
    }
    const { text: operator } = token;
    if (operator === "(" || operator === ")") throw new ShellSyntaxError("subshells are not simulated in this terminal");
    if (operator === "&") throw new ShellSyntaxError("jobs in the background are not simulated in this terminal");
    if (operator === "|") {
      endCommand("|");
      wanting = "|";
    } else if (operator === "&&" || operator === "||" || operator === ";" || operator === "\n") {
      if (operator === "\n" && wanting !== null) continue;
      endPipeline(operator);
      when = operator === "&&" ? "success" : operator === "||" ? "failure" : "always";
      wanting = operator === "&&" || operator === "||" ? operator : null;
    } else if (operator === "2>&1") command.redirects.push({ from: 2, kind: "same", target: [{ type: "text", text: "1", quoted: true }] });
    else if (operator === ">&2" || operator === "1>&2") command.redirects.push({ from: 1, kind: "same", target: [{ type: "text", text: "2", quoted: true }] });
    else {
      const target = tokens[++index];
      if (target?.type !== "word") throw new ShellSyntaxError("syntax error near unexpected token `newline'");
      if (operator === "<<") command.redirects.push({ from: 0, kind: "here", target: target.word });
      else if (operator === "<") command.redirects.push({ from: 0, kind: "read", target: target.word });
      else if (operator === "&>") command.redirects.push({ from: 1, kind: "write", target: target.word }, { from: 2, kind: "same", target: [{ type: "text", text: "1", quoted: true }] });
      else command.redirects.push({ from: operator.startsWith("2") ? 2 : 1, kind: operator.endsWith(">>") ? "append" : "write", target: target.word });
    }
  }
  if (wanting !== null) throw new ShellSyntaxError("syntax error: unexpected end of file", true);
  endPipeline("end");
  return steps;
}
