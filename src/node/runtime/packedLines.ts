import { VarintReader, VarintWriter } from "../../base/varints.ts";

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
 * takes a dozen bytes, a tenth of its text.
 */
export class LineWriter {
  readonly #numbers = new VarintWriter(firstBytes);
  #count = 0;
  #last = first;
  /** Null once a line has come. */
  #packed: string | null = null;

  get count(): number {
    return this.#count;
  }

  add(line: LogLine): void {
    // Either way: a node's clock may be set back.
    this.#numbers.putSigned(line.atUs - this.#last.atUs);
    this.#numbers.put(line.stream === "stderr" ? 1 : 0);
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
    const bytes = this.#numbers.view();
    const parts: string[] = [];
    for (let at = 0; at < bytes.length; at += atOnce) parts.push(String.fromCharCode(...bytes.subarray(at, at + atOnce)));
    return parts.join("");
  }

  /** Goes on after what was written. */
  static of(packed: string): LineWriter {
    const writer = new LineWriter();
    for (const line of readLines(packed)) writer.add(line);
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
      this.#numbers.put(at - same);
      if (at === text.length) break;
      // At a space in one of them the other goes on to its next; past the old line's end all the rest is new.
      const next = old === before.length ? text.length : wordEnd(text, at);
      const oldNext = wordEnd(before, old);
      this.#numbers.put(next - at);
      this.#numbers.put(oldNext - old);
      for (; at < next; at++) this.#numbers.put(text.charCodeAt(at));
      old = oldNext;
    }
    this.#numbers.put(0);
    this.#numbers.put(0);
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
  const numbers = new VarintReader(Uint8Array.from(packed, (byte) => byte.charCodeAt(0)));
  let last = first;
  while (!numbers.done) {
    const passed = numbers.nextSigned();
    const stream = numbers.next() === 1 ? "stderr" : "stdout";
    let text = "";
    for (let old = 0; ; ) {
      const same = numbers.next();
      text += last.text.slice(old, old + same);
      old += same;
      const [length, passedOver] = [numbers.next(), numbers.next()];
      if (length === 0 && passedOver === 0) break;
      for (let index = 0; index < length; index++) text += String.fromCharCode(numbers.next());
      old += passedOver;
    }
    last = { atUs: last.atUs + passed, stream, text };
    lines.push(last);
  }
  return lines;
}
