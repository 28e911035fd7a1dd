import { VarintReader, VarintWriter } from "../../base/varints.ts";

/** Shorter ones take as much as what they stand for. */
const leastMatch = 6;
const tableBits = 15;

/** A text of characters below 128 in few bytes where it says much the same again and again: what was there before is told by where and how long (as LZ77 does). */
export function squeeze(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let each = 0; each < text.length; each++) bytes[each] = text.charCodeAt(each);
  const writer = new VarintWriter(text.length >> 3);
  /** By a hash of four bytes: where they were last, plus one. */
  const last = new Int32Array(1 << tableBits);
  let literals = 0;
  let at = 0;
  while (at + leastMatch <= bytes.length) {
    const slot = hashAt(bytes, at);
    const from = (last[slot] as number) - 1;
    last[slot] = at + 1;
    const length = from < 0 ? 0 : matchLength(bytes, from, at);
    if (length < leastMatch) {
      at++;
      continue;
    }
    writeLiterals(writer, bytes, literals, at);
    writer.put(length);
    writer.put(at - from);
    at += length;
    literals = at;
  }
  writeLiterals(writer, bytes, literals, bytes.length);
  return writer.cut();
}

/** The text that was squeezed. */
export function unsqueezed(squeezed: Uint8Array): string {
  const reader = new VarintReader(squeezed);
  let bytes = new Uint8Array(squeezed.length * 8);
  let length = 0;
  const room = (more: number): void => {
    if (length + more <= bytes.length) return;
    const wider = new Uint8Array((length + more) * 2);
    wider.set(bytes);
    bytes = wider;
  };
  for (;;) {
    const literals = reader.next();
    room(literals);
    bytes.set(reader.nextBytes(literals), length);
    length += literals;
    if (reader.done) break;
    const count = reader.next();
    const distance = reader.next();
    room(count);
    // One after the other: what is copied may be a part of the copy.
    for (let left = count; left > 0; left--, length++) bytes[length] = bytes[length - distance] as number;
  }
  let text = "";
  for (let from = 0; from < length; from += 8_192) text += String.fromCharCode(...bytes.subarray(from, Math.min(length, from + 8_192)));
  return text;
}

function writeLiterals(writer: VarintWriter, bytes: Uint8Array, from: number, until: number): void {
  writer.put(until - from);
  writer.putBytes(bytes.subarray(from, until));
}

function hashAt(bytes: Uint8Array, at: number): number {
  const four = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
  return Math.imul(four, 2_654_435_761) >>> (32 - tableBits);
}

function matchLength(bytes: Uint8Array, from: number, at: number): number {
  let length = 0;
  while (at + length < bytes.length && bytes[from + length] === bytes[at + length]) length++;
  return length;
}
