import { isJsonObject, type Json } from "../base/json.ts";

/** The text of objects that were sent once. What is answered is immutable, and the same object goes to every reader and watcher. */
const texts = new WeakMap<object, string>();
/** A text that is longer is not worth its memory: few such objects are read twice. */
const longestKept = 64 * 1024;

/** An object as it goes over the wire, without a line's end. */
export function objectText(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  if (text.length <= longestKept) texts.set(value, text);
  return text;
}

/** A whole answer: a list is put together of its items' texts. */
export function answerText(body: Json): string {
  if (!isJsonObject(body) || !Array.isArray(body["items"])) return objectText(body);
  const items = (body["items"] as readonly Json[]).map(objectText).join(",");
  return `{${Object.entries(body).map(([name, value]) => `${JSON.stringify(name)}:${name === "items" ? `[${items}]` : JSON.stringify(value)}`).join(",")}}`;
}
