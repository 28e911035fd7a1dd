const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const codes = latin1(digits);
const values = new Map([...digits].map((digit, value) => [digit, value]));
/** As many arguments as a call surely bears. */
const longestCall = 4096;

/** The bytes of a text whose characters are below 256. */
export function latin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at) & 0xff;
  return bytes;
}

/** Bytes as base64url without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let to = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    // Digits beyond the last byte fall outside of the array.
    out[to++] = codes[(group >> 18) & 63] ?? 0;
    out[to++] = codes[(group >> 12) & 63] ?? 0;
    out[to++] = codes[(group >> 6) & 63] ?? 0;
    out[to++] = codes[group & 63] ?? 0;
  }
  let text = "";
  for (let at = 0; at < out.length; at += longestCall) text += String.fromCharCode.apply(null, out.subarray(at, at + longestCall) as unknown as number[]);
  return text;
}

/** The bytes of a base64url text; null where it is none. */
export function fromBase64Url(text: string): Uint8Array | null {
  if (text.length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  let bits = 0;
  let held = 0;
  for (const digit of text) {
    const value = values.get(digit);
    if (value === undefined) return null;
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  return bytes;
}
