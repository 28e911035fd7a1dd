import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";

/** The bytes of objects that were sent once, behind the comma of a list. What is answered is immutable, and the same object goes to every reader and watcher. */
const kept = new WeakMap<object, Buffer>();
/** What is longer is not worth its memory: few such objects are read twice. */
const longestKept = 64 * 1024;
const lineEnd = Buffer.from("\n");

/** An object as it goes over the wire, without a line's end. */
export function objectBytes(value: Json): Buffer {
  return listedBytes(value).subarray(1);
}

function listedBytes(value: Json): Buffer {
  if (typeof value !== "object" || value === null) return Buffer.from(`,${JSON.stringify(value)}`);
  const known = kept.get(value);
  if (known !== undefined) return known;
  const bytes = Buffer.from(`,${JSON.stringify(value)}`);
  if (bytes.length <= longestKept) kept.set(value, bytes);
  return bytes;
}

/**
 * A whole answer, with a line's end: a text where there is one object, which leaves in one write with its head. A list is put together of its items' bytes,
 * a piece at a time: one text of them all would be copied thrice on its way out, and half a megabyte in one piece is memory that the system has to lay out anew each time.
 */
export function answerOf(body: Json): string | readonly Buffer[] {
  if (!isJsonObject(body) || !Array.isArray(body["items"])) return `${JSON.stringify(body)}\n`;
  return inPieces([...listParts(body, body["items"] as readonly Json[]), lineEnd]);
}

/** Of so many bytes each, about. */
const pieceBytes = 64 * 1024;

function inPieces(parts: readonly Buffer[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let first = 0;
  let bytes = 0;
  for (const [at, part] of parts.entries()) {
    bytes += part.length;
    if (bytes < pieceBytes && at < parts.length - 1) continue;
    pieces.push(Buffer.concat(parts.slice(first, at + 1), bytes));
    first = at + 1;
    bytes = 0;
  }
  return pieces;
}

function listParts(body: JsonObject, items: readonly Json[]): readonly Buffer[] {
  const parts: Buffer[] = [];
  let before = "{";
  for (const [name, value] of Object.entries(body)) {
    parts.push(Buffer.from(`${before}${JSON.stringify(name)}:${name === "items" ? "[" : JSON.stringify(value)}`));
    before = ",";
    if (name !== "items") continue;
    for (let at = 0; at < items.length; at++) {
      const bytes = listedBytes(items[at] ?? null);
      parts.push(at === 0 ? bytes.subarray(1) : bytes);
    }
    before = "],";
  }
  parts.push(Buffer.from(before === "]," ? "]}" : "}"));
  return parts;
}
