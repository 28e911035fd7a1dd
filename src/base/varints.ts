const float = new Float64Array(1);
const floatBytes = new Uint8Array(float.buffer);

/** Numbers, mostly whole ones up to 2^53, in as few bytes as each needs, one after the other. */
export class VarintWriter {
  private bytes: Uint8Array;
  private length_ = 0;

  /** `room`: for so many bytes at first. */
  constructor(room = 256) {
    this.bytes = new Uint8Array(room);
  }

  get length(): number {
    return this.length_;
  }

  /** Not negative. */
  put(value: number): void {
    this.room(8);
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

  /** Any number, in eight bytes. */
  putFloat(value: number): void {
    this.room(8);
    float[0] = value;
    this.bytes.set(floatBytes, this.length_);
    this.length_ += 8;
  }

  /** Of those written so far; they may share memory with what is written next, never change. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length_);
  }

  private room(more: number): void {
    if (this.length_ + more <= this.bytes.length) return;
    const wider = new Uint8Array(Math.ceil(this.bytes.length * 1.5) + more);
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

  nextFloat(): number {
    floatBytes.set(this.bytes.subarray(this.at, this.at + 8));
    this.at += 8;
    return float[0] as number;
  }

  nextSigned(): number {
    const value = this.next();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
