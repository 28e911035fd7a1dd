// PEM blocks and the DER inside them, as far as certificate requests need. Follows encoding/pem and encoding/asn1 of Go.
import { decodeBase64Bytes } from "../base64.ts";

export interface PemBlock {
  readonly type: string;
  readonly hasHeaders: boolean;
  readonly bytes: readonly number[];
}

const begin = "-----BEGIN ";
const dashes = "-----";
const mostBlocks = 100;

/** The PEM blocks of a text, in order; what lies between them is skipped. */
export function pemBlocks(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  let at = 0;
  while (blocks.length < mostBlocks) {
    const start = text.indexOf(begin, at);
    if (start < 0) return blocks;
    at = start + begin.length;
    const typeEnd = text.indexOf(dashes, at);
    if ((start > 0 && text[start - 1] !== "\n") || typeEnd < 0) continue;
    const type = text.slice(at, typeEnd);
    const end = text.indexOf(`${dashes}END ${type}${dashes}`, typeEnd);
    if (type.includes("\n") || end < 0) continue;
    const body = text.slice(typeEnd + dashes.length, end);
    const parts = body.replaceAll("\r", "").split("\n\n");
    const hasHeaders = body.includes(":");
    blocks.push({ type, hasHeaders, bytes: decodeBase64Bytes(hasHeaders ? parts.slice(1).join("") : body) });
    at = end + dashes.length;
  }
  return blocks;
}

/** One element: its tag as one byte, and where its content lies in the bytes. */
export interface DerElement {
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

export const derTags = { integer: 0x02, bitString: 0x03, objectId: 0x06, sequence: 0x30, set: 0x31, context0: 0xa0 } as const;

/** What asn1 says of bytes that are not what they should be. */
export class DerError extends Error {}

/** The element at an offset, of the expected tag where one is given. */
export function readElement(bytes: readonly number[], at: number, limit: number, tag?: number): DerElement {
  if (at >= limit) throw new DerError("asn1: syntax error: sequence truncated");
  const found = bytes[at] ?? 0;
  if ((found & 0x1f) === 0x1f) throw new DerError("asn1: syntax error: unsupported tag");
  let offset = at + 1;
  if (offset >= limit) throw new DerError("asn1: syntax error: truncated tag or length");
  let length = bytes[offset++] ?? 0;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0) throw new DerError("asn1: syntax error: indefinite length found (not DER)");
    length = 0;
    for (let i = 0; i < count; i++) {
      if (offset >= limit) throw new DerError("asn1: syntax error: truncated tag or length");
      if (length >= 1 << 23) throw new DerError("asn1: structure error: length too large");
      length = length * 256 + (bytes[offset++] ?? 0);
    }
    if (length < 0x80) throw new DerError("asn1: structure error: non-minimal length");
  }
  if (offset + length > limit) throw new DerError("asn1: syntax error: data truncated");
  if (tag !== undefined && found !== tag) throw new DerError("asn1: structure error: tags don't match");
  return { tag: found, start: at, contentStart: offset, end: offset + length };
}

/** The elements inside another one. */
export function childrenOf(bytes: readonly number[], parent: DerElement): readonly DerElement[] {
  const children: DerElement[] = [];
  for (let at = parent.contentStart; at < parent.end; ) {
    const child = readElement(bytes, at, parent.end);
    children.push(child);
    at = child.end;
  }
  return children;
}

/** "1.2.840.113549.1.1.11" */
export function objectIdText(bytes: readonly number[], element: DerElement): string {
  const arcs: number[] = [];
  let value = 0;
  for (let at = element.contentStart; at < element.end; at++) {
    const byte = bytes[at] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      if (arcs.length === 0) arcs.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)));
      else arcs.push(value);
      value = 0;
    }
  }
  return arcs.join(".");
}

/** The content of an element as an unsigned number. */
export function numberOf(bytes: readonly number[], from: number, to: number): bigint {
  let text = "";
  for (let at = from; at < to; at++) text += (bytes[at] ?? 0).toString(16).padStart(2, "0");
  return text === "" ? 0n : BigInt(`0x${text}`);
}
