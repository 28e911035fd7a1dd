/** What is not a protobuf message. */
export class ProtobufError extends Error {}

export interface WireField {
  readonly number: number;
  /** Length-delimited: the bytes; otherwise null. */
  readonly bytes: Uint8Array | null;
  /** Varints and fixed numbers, as signed 64-bit. */
  readonly value: bigint;
  readonly fixed: boolean;
}

/** The fields of one message, in the order of the wire. Throws ProtobufError. */
export function* readFields(message: Uint8Array): IterableIterator<WireField> {
  const reader = { at: 0 };
  while (reader.at < message.length) {
    const tag = readVarint(message, reader);
    const number = Number(tag >> 3n);
    if (number === 0) throw new ProtobufError("proto: illegal tag 0");
    switch (Number(tag & 7n)) {
      case 0:
        yield { number, bytes: null, value: BigInt.asIntN(64, readVarint(message, reader)), fixed: false };
        break;
      case 1:
        yield { number, bytes: null, value: readFixed(message, reader, 8), fixed: true };
        break;
      case 2: {
        const length = Number(readVarint(message, reader));
        if (length > message.length - reader.at) throw new ProtobufError("unexpected EOF");
        yield { number, bytes: message.subarray(reader.at, reader.at + length), value: 0n, fixed: false };
        reader.at += length;
        break;
      }
      case 5:
        yield { number, bytes: null, value: readFixed(message, reader, 4), fixed: true };
        break;
      default:
        throw new ProtobufError("proto: illegal wireType");
    }
  }
}

function readVarint(message: Uint8Array, reader: { at: number }): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = message[reader.at++];
    if (byte === undefined) throw new ProtobufError("unexpected EOF");
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw new ProtobufError("proto: integer overflow");
}

function readFixed(message: Uint8Array, reader: { at: number }, length: 4 | 8): bigint {
  if (message.length - reader.at < length) throw new ProtobufError("unexpected EOF");
  let value = 0n;
  for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(message[reader.at + index] as number);
  reader.at += length;
  return value;
}

export function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, bits));
  return view.getFloat64(0);
}

/** UTF-8 as Go reads it; refuses what is none. */
export function textOf(bytes: Uint8Array): string {
  let escaped = "";
  let plain = true;
  for (const byte of bytes) {
    if (byte >= 0x80 || byte === 0x25) plain = false;
    escaped += byte >= 0x80 || byte === 0x25 ? `%${byte.toString(16).padStart(2, "0")}` : String.fromCharCode(byte);
  }
  if (plain) return escaped;
  try {
    return decodeURIComponent(escaped);
  } catch {
    throw new ProtobufError("proto: field contains invalid UTF-8");
  }
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const group = (a << 16) | (b << 8) | c;
    for (let digit = 0; digit < 4; digit++) text += at + digit <= bytes.length ? (digits[(group >> (18 - 6 * digit)) & 63] ?? "") : "=";
  }
  return text;
}
