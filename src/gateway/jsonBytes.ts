import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";

/** The bytes of objects that were sent once. What is answered is immutable, and the same object goes to every reader and watcher. */
const kept = new WeakMap<object, Buffer>();
/** What is longer is not worth its memory: few such objects are read twice. */
const longestKept = 64 * 1024;
const comma = Buffer.from(",");
const lineEnd = Buffer.from("\n");

/** An object as it goes over the wire, without a line's end. */
export function objectBytes(value: Json): Buffer {
  if (typeof value !== "object" || value === null) return Buffer.from(JSON.stringify(value));
  const known = kept.get(value);
  if (known !== undefined) return known;
  const bytes = Buffer.from(JSON.stringify(value));
  if (bytes.length <= longestKept) kept.set(value, bytes);
  return bytes;
}

/**
 * A whole answer, with a line's end: a text where there is one object, which leaves in one write with its head. A list is put together of its items' bytes:
 * one text of them all would be copied thrice on its way out.
 */
export function answerOf(body: Json): string | Buffer {
  if (!isJsonObject(body) || !Array.isArray(body["items"])) return `${JSON.stringify(body)}\n`;
  return Buffer.concat([...listParts(body, body["items"] as readonly Json[]), lineEnd]);
}

function listParts(body: JsonObject, items: readonly Json[]): readonly Buffer[] {
  const parts: Buffer[] = [];
  let before = "{";
  for (const [name, value] of Object.entries(body)) {
    parts.push(Buffer.from(`${before}${JSON.stringify(name)}:${name === "items" ? "[" : JSON.stringify(value)}`));
    before = ",";
    if (name !== "items") continue;
    for (let at = 0; at < items.length; at++) {
      if (at > 0) parts.push(comma);
      parts.push(objectBytes(items[at] ?? null));
    }
    before = "],";
  }
  parts.push(Buffer.from(before === "]," ? "]}" : "}"));
  return parts;
}
