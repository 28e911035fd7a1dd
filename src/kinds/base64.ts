import { utf8Bytes } from "../apimachinery/names.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Standard base64 of a text's UTF-8 bytes. */
export function encodeBase64(text: string): string {
  return encodeBase64Bytes(toUtf8(text));
}

/** Standard base64. */
export function encodeBase64Bytes(bytes: ArrayLike<number>): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let digit = 0; digit < 4; digit++) text += at + digit <= bytes.length ? (alphabet[(group >> (18 - 6 * digit)) & 63] ?? "") : "=";
  }
  return text;
}

/** The text whose UTF-8 bytes a base64 text holds; bytes that are no UTF-8 become U+FFFD. */
export function decodeBase64(encoded: string): string {
  return fromUtf8(decodeBase64Bytes(encoded));
}

/** The bytes that a base64 text holds; what is no digit is skipped. */
export function decodeBase64Bytes(encoded: string): readonly number[] {
  const bytes: number[] = [];
  let bits = 0;
  let have = 0;
  for (const char of encoded) {
    const value = alphabet.indexOf(char);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffffff;
    have += 6;
    if (have < 8) continue;
    have -= 8;
    bytes.push((bits >> have) & 0xff);
  }
  return bytes;
}

/** How many bytes a base64 text holds. */
export function base64Bytes(encoded: string): number {
  const padding = encoded.endsWith("==") ? 2 : encoded.endsWith("=") ? 1 : 0;
  return Math.max(0, (encoded.length / 4) * 3 - padding);
}

function toUtf8(text: string): readonly number[] {
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const length = utf8Bytes(char);
    if (length === 1) bytes.push(code);
    else {
      const lead = length === 2 ? 0xc0 : length === 3 ? 0xe0 : 0xf0;
      bytes.push(lead | (code >> (6 * (length - 1))));
      for (let rest = length - 2; rest >= 0; rest--) bytes.push(0x80 | ((code >> (6 * rest)) & 0x3f));
    }
  }
  return bytes;
}

function fromUtf8(bytes: readonly number[]): string {
  let out = "";
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    const tail = bytes.slice(at + 1, at + length);
    if (length === 0 || lead > 0xf4 || tail.length !== length - 1 || tail.some((byte) => (byte & 0xc0) !== 0x80)) {
      out += "\ufffd";
      at++;
      continue;
    }
    let code = length === 1 ? lead : lead & (0xff >> (length + 1));
    for (const byte of tail) code = (code << 6) | (byte & 0x3f);
    out += code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? "\ufffd" : String.fromCodePoint(code);
    at += length;
  }
  return out;
}
