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

/** What stands before each line: of which stream it is, whether it came as long after the one before as that one did, and above them which of the latest places it differs in. */
const [ofStderr, afterSameTime, placesFrom] = [1, 2, 4];
/** As the seconds of a stamp go by, a digit changes, or two, or minutes too. */
const latestPlaces = 4;
/** Three numbers at a time: see placesOf. */
type Places = readonly number[];

/**
 * Lines written one after the other, each told by what it differs by from the one before: most of a log repeats itself, and a line of a server's
 * takes three to fourteen bytes, by how evenly requests come.
 */
export class LineWriter {
  readonly #numbers = new VarintWriter(firstBytes);
  #count = 0;
  #last = first;
  #lastPassed = 0;
  /** The latest first. */
  #latest: readonly Places[] = [];
  /** Null once a line has come. */
  #packed: string | null = null;

  get count(): number {
    return this.#count;
  }

  add(line: LogLine): void {
    // Either way: a node's clock may be set back.
    const passed = line.atUs - this.#last.atUs;
    const places = placesOf(line.text, this.#last.text);
    const known = this.#latest.findIndex((one) => isSame(places, one));
    const isSameTime = passed === this.#lastPassed;
    this.#numbers.put((line.stream === "stderr" ? ofStderr : 0) + (isSameTime ? afterSameTime : 0) + (known + 1) * placesFrom);
    // Most come about as long after the one before as that one did.
    if (!isSameTime) this.#numbers.putSigned(passed - this.#lastPassed);
    this.#words(line.text, places, known < 0);
    this.#last = line;
    this.#lastPassed = passed;
    if (known !== 0) this.#latest = withLatest(this.#latest, places, known);
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

  #words(text: string, places: Places, withPlaces: boolean): void {
    let at = 0;
    for (let place = 0; place < places.length; place += 3) {
      const [same = 0, length = 0, passedOver = 0] = [places[place], places[place + 1], places[place + 2]];
      if (withPlaces) {
        this.#numbers.put(same);
        this.#numbers.put(length);
        this.#numbers.put(passedOver);
      }
      at += same;
      for (const end = at + length; at < end; at++) this.#numbers.put(text.charCodeAt(at));
    }
  }
}

/**
 * Three numbers at a time: of the line before, so many characters again; then so many are new, which stand in place of so many old ones, up to
 * a space. Where neither is, the line ends.
 */
function placesOf(text: string, before: string): Places {
  const places: number[] = [];
  let at = 0;
  let old = 0;
  for (;;) {
    const same = at;
    while (at < text.length && old < before.length && text.charCodeAt(at) === before.charCodeAt(old)) {
      at++;
      old++;
    }
    if (at === text.length) {
      places.push(at - same, 0, 0);
      return places;
    }
    // At a space in one of them the other goes on to its next; past the old line's end all the rest is new.
    const next = old === before.length ? text.length : wordEnd(text, at);
    const oldNext = wordEnd(before, old);
    places.push(at - same, next - at, oldNext - old);
    at = next;
    old = oldNext;
  }
}

/** `known`: where they are among the latest; below 0: they are new. */
function withLatest(latest: readonly Places[], places: Places, known: number): readonly Places[] {
  return [places, ...latest.filter((_, index) => index !== known)].slice(0, latestPlaces);
}

function isSame(places: Places, before: Places): boolean {
  if (places.length !== before.length) return false;
  for (let index = 0; index < places.length; index++) if (places[index] !== before[index]) return false;
  return true;
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
  let passed = 0;
  let latest: readonly Places[] = [];
  while (!numbers.done) {
    const head = numbers.next();
    if ((head & afterSameTime) === 0) passed += numbers.nextSigned();
    const at = Math.floor(head / placesFrom) - 1;
    const known = latest[at] ?? null;
    const told: number[] = [];
    let text = "";
    for (let old = 0, place = 0; ; place += 3) {
      const [same, length, passedOver] = known === null ? [numbers.next(), numbers.next(), numbers.next()] : [known[place] ?? 0, known[place + 1] ?? 0, known[place + 2] ?? 0];
      if (known === null) told.push(same, length, passedOver);
      text += last.text.slice(old, old + same);
      if (length === 0 && passedOver === 0) break;
      for (let index = 0; index < length; index++) text += String.fromCharCode(numbers.next());
      old += same + passedOver;
    }
    if (at !== 0) latest = withLatest(latest, known ?? told, at);
    last = { atUs: last.atUs + passed, stream: (head & ofStderr) === 0 ? "stdout" : "stderr", text };
    lines.push(last);
  }
  return lines;
}
