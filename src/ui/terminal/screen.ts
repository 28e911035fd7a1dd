/** How a stretch of text looks: the sixteen colours by number, or as the page's text. */
export interface Look {
  readonly color: number | null;
  readonly background: number | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

export interface Span {
  readonly text: string;
  readonly look: Look;
}

const plain: Look = { color: null, background: null, bold: false, dim: false, underline: false, inverse: false };

interface Cell {
  readonly char: string;
  readonly look: Look;
}

/** Lines that are kept of one command, and characters of one line: limits of ours. */
const mostLines = 4_000;
const longestLine = 4_000;
/** Cells of all lines together: a few bytes that send the cursor to the right make a line of blanks each. */
const mostCells = 1_000_000;
/** Where the cursor may be sent: no terminal is wider. */
const widest = 500;
const blank: Cell = { char: " ", look: plain };

/**
 * What a command has written, as a terminal shows it. Of escape sequences only colours, the cursor and erasing are followed; all
 * others are swallowed, so that what a container prints can do nothing but be read.
 */
export class Screen {
  private lines: Cell[][] = [[]];
  private row = 0;
  private column = 0;
  private look = plain;
  private held = "";
  /** Cells that came to be since they were last counted, and those there were then. */
  private cells = 0;
  /** Lines that were let go at the top. */
  dropped = 0;
  version = 0;

  write(text: string): void {
    const all = this.held + text;
    this.held = "";
    for (let at = 0; at < all.length; ) {
      const char = all.charAt(at);
      if (char === "\u001b") {
        const end = this.escape(all, at);
        if (end < 0) {
          // The rest of it comes with what is written next.
          this.held = all.slice(at, at + 64);
          break;
        }
        at = end;
        continue;
      }
      const code = all.codePointAt(at) ?? 0;
      const whole = String.fromCodePoint(code);
      at += whole.length;
      if (char === "\n") this.newLine();
      else if (char === "\r") this.column = 0;
      else if (char === "\b") this.column = Math.max(0, this.column - 1);
      else if (char === "\t") this.put(" ".repeat(8 - (this.column % 8)));
      else if (code >= 0x20 && code !== 0x7f) this.put(whole);
    }
    this.version++;
  }

  clear(): void {
    this.lines = [[]];
    this.row = 0;
    this.column = 0;
    this.version++;
  }

  /** The lines as stretches of one look each; the last is left out where nothing stands in it. */
  spans(): readonly (readonly Span[])[] {
    const shown = this.lines.at(-1)?.length === 0 ? this.lines.slice(0, -1) : this.lines;
    return shown.map((line) => {
      const spans: { text: string; look: Look }[] = [];
      for (const { char, look } of line) {
        const last = spans.at(-1);
        if (last !== undefined && last.look === look) last.text += char;
        else spans.push({ text: char, look });
      }
      return spans;
    });
  }

  text(): string {
    return this.lines.map((line) => line.map(({ char }) => char).join("")).join("\n");
  }

  /** What stands in the line of the cursor: a prompt of a program in a container. */
  lastLine(): string {
    return (this.lines[this.row] ?? []).map(({ char }) => char).join("");
  }

  private put(text: string): void {
    const line = this.lines[this.row] ?? [];
    const before = line.length;
    for (const char of text) {
      if (this.column >= longestLine) break;
      while (line.length < this.column) line.push(blank);
      line[this.column] = { char, look: this.look };
      this.column++;
    }
    this.cells += line.length - before;
  }

  private newLine(): void {
    this.row++;
    this.column = 0;
    if (this.row === this.lines.length) this.lines.push([]);
    const surplus = Math.max(this.lines.length - mostLines, this.cells > mostCells ? this.surplusOfCells() : 0);
    if (surplus === 0) return;
    this.lines.splice(0, surplus);
    this.row -= surplus;
    this.dropped += surplus;
  }

  /** How many lines must go at the top until half of what may be is left: what was erased counts no more. */
  private surplusOfCells(): number {
    this.cells = this.lines.reduce((sum, line) => sum + line.length, 0);
    let surplus = 0;
    while (this.cells > mostCells / 2 && surplus < this.row) this.cells -= this.lines[surplus++]?.length ?? 0;
    return surplus;
  }

  /** Where a sequence ends; -1 where it is not whole yet. */
  private escape(text: string, at: number): number {
    const next = text.charAt(at + 1);
    if (next === "") return -1;
    if (next === "]" || next === "P" || next === "_" || next === "^") {
      // Titles, links and device strings: swallowed to their end.
      for (let end = at + 2; end < text.length; end++) {
        if (text.charCodeAt(end) === 7) return end + 1;
        if (text.charCodeAt(end) === 0x1b && text.charAt(end + 1) === "\\") return end + 2;
      }
      return text.length - at > 2_000 ? text.length : -1;
    }
    if (next !== "[") return at + 2;
    const rest = text.slice(at + 2, at + 64);
    const match = /^([0-9;?]*)([ -/]*)([@-~])/.exec(rest);
    if (match === null) return /^[0-9;? -/]*$/.test(rest) && rest.length < 62 ? -1 : at + 2;
    const [whole, parameters = "", , final = ""] = match;
    this.follow(parameters.split(";").map((one) => (one === "" ? Number.NaN : Number(one))), final);
    return at + 2 + whole.length;
  }

  private follow(parameters: readonly number[], final: string): void {
    const first = parameters[0] ?? Number.NaN;
    const amount = Number.isNaN(first) ? 1 : Math.min(first, 1_000);
    const mode = Number.isNaN(first) ? 0 : first;
    const line = this.lines[this.row] ?? [];
    if (final === "m") for (const one of parameters) this.style(Number.isNaN(one) ? 0 : one);
    else if (final === "A") this.row = Math.max(0, this.row - amount);
    else if (final === "B") this.row = Math.min(this.lines.length - 1, this.row + amount);
    else if (final === "C") this.column = Math.max(this.column, Math.min(widest, this.column + amount));
    else if (final === "D") this.column = Math.max(0, this.column - amount);
    else if (final === "G") this.column = Math.min(widest, Math.max(0, amount - 1));
    else if (final === "H" || final === "f") {
      this.row = Math.min(this.lines.length - 1, Math.max(0, amount - 1));
      this.column = Math.min(widest, Math.max(0, (Number.isNaN(parameters[1] ?? Number.NaN) ? 1 : (parameters[1] ?? 1)) - 1));
    } else if (final === "K" && mode === 0) line.length = Math.min(line.length, this.column);
    else if (final === "K" && mode === 2) {
      line.length = 0;
      this.column = Math.min(widest, this.column);
    }
    else if (final === "J" && mode >= 2) this.clear();
    else if (final === "J" && mode === 0) {
      line.length = Math.min(line.length, this.column);
      this.lines.length = this.row + 1;
    }
  }

  private style(code: number): void {
    if (code === 0) this.look = plain;
    else if (code === 1) this.look = { ...this.look, bold: true };
    else if (code === 2) this.look = { ...this.look, dim: true };
    else if (code === 4) this.look = { ...this.look, underline: true };
    else if (code === 7) this.look = { ...this.look, inverse: true };
    else if (code === 22) this.look = { ...this.look, bold: false, dim: false };
    else if (code === 24) this.look = { ...this.look, underline: false };
    else if (code === 27) this.look = { ...this.look, inverse: false };
    else if (code >= 30 && code <= 37) this.look = { ...this.look, color: code - 30 };
    else if (code === 39) this.look = { ...this.look, color: null };
    else if (code >= 40 && code <= 47) this.look = { ...this.look, background: code - 40 };
    else if (code === 49) this.look = { ...this.look, background: null };
    else if (code >= 90 && code <= 97) this.look = { ...this.look, color: code - 82 };
  }
}
