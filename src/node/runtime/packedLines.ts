/** A line of a container's output. */
export interface LogLine {
  /** Unix microseconds. */
  readonly atUs: number;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

const first: LogLine = { atUs: 0, stream: "stdout", text: "" };
const firstBytes = 64;
const atOnce = 4_096;

/**
 * Lines written one after the other, each told by what it differs by from the one before: most of a log repeats itself, and a line of a server's
 * takes a dozen bytes instead of a few hundred.
 */
export class LineWriter {
  #bytes = new Uint8Array(firstBytes);
  #length = 0;
  #count = 0;
  #last = first;
  /** Null once a line has come. */
  #packed: string | null = null;

  get count(): number {
    return this.#count;
  }

  add(line: LogLine): void {
    const passed = line.atUs - this.#last.atUs;
    this.#number(Math.abs(passed));
    // A node's clock may be set back.
    this.#number((passed < 0 ? 2 : 0) + (line.stream === "stderr" ? 1 : 0));
    this.#words(line.text, this.#last.text);
    this.#last = line;
    this.#packed = null;
    this.#count++;
  }

  /** What was written, a byte a character: plain data. */
  get packed(): string {
    this.#packed ??= this.#written();
    return this.#packed;
  }

  #written(): string {
    // In one piece: a text put together byte by byte would keep all its steps.
    const parts: string[] = [];
    for (let at = 0; at < this.#length; at += atOnce) parts.push(String.fromCharCode(...this.#bytes.subarray(at, Math.min(this.#length, at + atOnce))));
    return parts.join("");
  }

  /** Goes on after what was written. */
  static of(packed: string): LineWriter {
    const writer = new LineWriter();
    writer.#bytes = Uint8Array.from({ length: Math.max(firstBytes, packed.length) }, (_, at) => (at < packed.length ? packed.charCodeAt(at) : 0));
    writer.#length = packed.length;
    const lines = readLines(packed);
    writer.#count = lines.length;
    writer.#last = lines.at(-1) ?? first;
    return writer;
  }

  /** Of the line before, so many characters again; then so many are passed over, up to a space, and these stand in their place; and so on. Where neither is, the line ends. */
  #words(text: string, before: string): void {
    let at = 0;
    let old = 0;
    for (;;) {
      const same = at;
      while (at < text.length && old < before.length && text.charCodeAt(at) === before.charCodeAt(old)) {
        at++;
        old++;
      }
      this.#number(at - same);
      if (at === text.length) break;
      // At a space in one of them the other goes on to its next; past the old line's end all the rest is new.
      const next = old === before.length ? text.length : wordEnd(text, at);
      const oldNext = wordEnd(before, old);
      this.#number(next - at);
      this.#number(oldNext - old);
      for (; at < next; at++) this.#number(text.charCodeAt(at));
      old = oldNext;
    }
    this.#number(0);
    this.#number(0);
  }

  /** Seven bits a byte, the lowest first; up to 2^53. */
  #number(value: number): void {
    if (this.#length + 8 > this.#bytes.length) {
      const more = new Uint8Array(this.#bytes.length * 2);
      more.set(this.#bytes);
      this.#bytes = more;
    }
    let left = value;
    while (left >= 128) {
      this.#bytes[this.#length++] = (left % 128) + 128;
      left = Math.floor(left / 128);
    }
    this.#bytes[this.#length++] = left;
  }
}

/** Where the next space is, from here on; else the end. */
function wordEnd(text: string, at: number): number {
  const end = text.indexOf(" ", at);
  return end < 0 ? text.length : end;
}

/** What a LineWriter wrote. */
export function readLines(packed: string): readonly LogLine[] {
  const lines: LogLine[] = [];
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = packed.charCodeAt(at++);
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  let last = first;
  while (at < packed.length) {
    const passed = number();
    const flags = number();
    let text = "";
    for (let old = 0; ; ) {
      const same = number();
      text += last.text.slice(old, old + same);
      old += same;
      const [length, passedOver] = [number(), number()];
      if (length === 0 && passedOver === 0) break;
      for (let index = 0; index < length; index++) text += String.fromCharCode(number());
      old += passedOver;
    }
    last = { atUs: last.atUs + (flags >= 2 ? -passed : passed), stream: flags % 2 === 1 ? "stderr" : "stdout", text };
    lines.push(last);
  }
  return lines;
}
