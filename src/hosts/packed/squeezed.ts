import { deflateSync, inflateSync } from "fflate";

/** Bytes that are kept for long and seldom read, squeezed. */
export class Squeezed {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = deflateSync(bytes);
  }

  /** In bytes, as they are kept. */
  get length(): number {
    return this.#bytes.length;
  }

  /** As they were; made anew each time. */
  read(): Uint8Array {
    return inflateSync(this.#bytes);
  }
}
