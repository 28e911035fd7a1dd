/** Whole numbers up to 2^53 in as few bytes as each needs, one after the other. */
export class VarintWriter {
  private bytes = new Uint8Array(256);
  private length_ = 0;

  get length(): number {
    return this.length_;
  }

  /** Not negative. */
  put(value: number): void {
    if (this.length_ + 8 > this.bytes.length) this.grow();
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.length_++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length_++] = rest;
  }

  /** Of either sign: small ones take one byte. */
  putSigned(value: number): void {
    this.put(value >= 0 ? value * 2 : value * -2 - 1);
  }

  /** Of those written so far; they may share memory with what is written next, never change. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length_);
  }

  /** The same in no more memory than it needs. */
  cut(): Uint8Array {
    return this.bytes.slice(0, this.length_);
  }

  private grow(): void {
    const wider = new Uint8Array(this.bytes.length * 2);
    wider.set(this.bytes);
    this.bytes = wider;
  }
}

/** Reads what a VarintWriter wrote, in its order. */
export class VarintReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  next(): number {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = this.bytes[this.at++] ?? 0;
      if (byte < 128) return value + byte * weight;
      value += (byte - 128) * weight;
    }
  }

  nextSigned(): number {
    const value = this.next();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
