import { bytesOf } from "../../base/p256.ts";
import { encodeBase64Bytes } from "../../kinds/base64.ts";

// What certificates are written with (X.690).

/** Bytes of DER. */
export type Bytes = Uint8Array | readonly number[];

/** One DER element: tag, length, content. */
export function element(tag: number, content: Bytes): readonly number[] {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return [tag, ...size, ...content];
}

/** A SEQUENCE of parts. */
export function sequence(...parts: readonly Bytes[]): readonly number[] {
  return element(0x30, parts.flatMap((part) => [...part]));
}

/** A number from 1 as DER writes it: as short as can be, and not negative. */
export function integer(value: bigint): readonly number[] {
  const bytes = bytesOf(value);
  const digits = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return element(0x02, (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits);
}

/** `unused`: bits of the last byte that say nothing. */
export function bitString(content: Bytes, unused = 0): readonly number[] {
  return element(0x03, [unused, ...content]);
}

/** The bytes of a text of ASCII characters. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** An object identifier: "2.5.29.17". */
export function objectId(text: string): readonly number[] {
  const [first = 0, second = 0, ...arcs] = text.split(".").map(Number);
  const content = [first * 40 + second];
  for (const arc of arcs) {
    const digits = [arc & 0x7f];
    for (let rest = arc >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
    content.push(...digits);
  }
  return element(0x06, content);
}

/** The PEM of a certificate. */
export function certificatePem(der: readonly number[]): string {
  const text = encodeBase64Bytes(der);
  const rows: string[] = [];
  for (let index = 0; index < text.length; index += 64) rows.push(text.slice(index, index + 64));
  return `-----BEGIN CERTIFICATE-----\n${rows.join("\n")}\n-----END CERTIFICATE-----\n`;
}
