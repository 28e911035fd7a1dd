import type { Json } from "../base/json.ts";

/**
 * The forms in which Go's fmt and encoding/json print values inside Kubernetes' messages. Their exact shape is part of the API:
 * clients and people match on it.
 */

const shortEscapes: Readonly<Record<number, string>> = { 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\" };

function isPrintable(code: number): boolean {
  if (code < 0x20 || code === 0x7f) return false;
  if (code < 0x7f) return true;
  if (code <= 0xa0 || code === 0xad) return false;
  if (code >= 0xd800 && code <= 0xf8ff) return false; // surrogates and private use
  if (code >= 0x2000 && code <= 0x200f) return false; // spaces and direction marks
  if (code >= 0x2028 && code <= 0x202f) return false;
  if (code >= 0x205f && code <= 0x206f) return false;
  return code !== 0x3000 && code !== 0xfeff && (code < 0xfff0 || code > 0xfffb) && code < 0xe0000;
}

/** Go's %q: a double-quoted string literal. */
export function goQuote(text: string): string {
  let out = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const short = shortEscapes[code];
    if (short !== undefined) out += short;
    else if (isPrintable(code)) out += char;
    else if (code < 0x80) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code < 0x10000) out += `\\u${code.toString(16).padStart(4, "0")}`;
    else out += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return `${out}"`;
}

/** encoding/json's Marshal: compact, with the characters that are special in HTML escaped. Keys stay in the order given. */
export function goJson(value: Json): string {
  return htmlEscaped(JSON.stringify(value));
}

/** JSON text with what is special in HTML escaped, as encoding/json does. */
export function htmlEscaped(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Go's %v of an unstructured value: map[a:1 b:[x y]], <nil>, true, text. Keys are sorted. */
export function goPrint(value: Json | undefined): string {
  if (value === undefined || value === null) return "<nil>";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(goPrint).join(" ")}]`;
  const record = value as { readonly [key: string]: Json };
  return `map[${Object.keys(record).sort().map((key) => `${key}:${goPrint(record[key])}`).join(" ")}]`;
}
