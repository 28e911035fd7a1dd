import { VarintReader, VarintWriter } from "../../base/varints.ts";

/** Beyond it differences are not exact. */
const greatest = 2 ** 50;
/** Of a series that never changed, about, in bytes. */
const ownWeight = 64;

/** Values one after the other, of which only changes take room: two bytes or three where a counter goes on, ten where a fraction changes. */
export class Runs {
  length = 0;
  #first = NaN;
  #last = NaN;
  #lastFrom = 0;
  #changes: VarintWriter | null = null;

  push(value: number): void {
    if (this.length === 0) this.#first = value;
    else if (!Object.is(value, this.#last)) {
      this.#changes ??= new VarintWriter(8);
      const isWhole = whole(value) && whole(this.#last);
      this.#changes.put((this.length - this.#lastFrom) * 2 + (isWhole ? 0 : 1));
      if (isWhole) this.#changes.putSigned(value - this.#last);
      else this.#changes.putFloat(value);
      this.#lastFrom = this.length;
    }
    this.#last = value;
    this.length++;
  }

  /** About, in bytes. */
  get weight(): number {
    return ownWeight + (this.#changes?.length ?? 0);
  }

  /** Where each run of equal values begins, and its value. */
  read(): { readonly starts: readonly number[]; readonly values: readonly number[] } {
    if (this.length === 0) return { starts: [], values: [] };
    let from = 0;
    let value = this.#first;
    const starts = [from];
    const values = [value];
    for (const changes = new VarintReader(this.#changes?.view() ?? new Uint8Array()); !changes.done; ) {
      const head = changes.next();
      from += Math.floor(head / 2);
      value = head % 2 === 0 ? value + changes.nextSigned() : changes.nextFloat();
      starts.push(from);
      values.push(value);
    }
    return { starts, values };
  }

  /** Only those from one place up to another. */
  slice(from: number, until: number): Runs {
    const left = new Runs();
    const reader = new RunReader(this);
    for (let at = Math.max(0, from); at < Math.min(until, this.length); at++) left.push(reader.at(at));
    return left;
  }
}

/** Reads runs at any place, fastest in order. */
export class RunReader {
  readonly #starts: readonly number[];
  readonly #values: readonly number[];
  #run = 0;

  constructor(runs: Runs) {
    const { starts, values } = runs.read();
    this.#starts = starts;
    this.#values = values;
  }

  /** What stands there; it must not be beyond the end. */
  at(index: number): number {
    if (index < (this.#starts[this.#run] ?? 0)) this.#run = 0;
    while ((this.#starts[this.#run + 1] ?? Number.POSITIVE_INFINITY) <= index) this.#run++;
    return this.#values[this.#run] ?? NaN;
  }
}

function whole(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < greatest && !Object.is(value, -0);
}
