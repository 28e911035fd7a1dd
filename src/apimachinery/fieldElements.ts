import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import type { ListSchema } from "./schema/types.ts";

// The elements of FieldsV1 paths. Follows sigs.k8s.io/structured-merge-diff/fieldpath/serialize-pe.go.

/** Names come again with every object: a text made anew would have to be looked up among the engine's names each time. */
const fieldElements = new Map<string, string>();
const elementsKept = 10_000;

/** f:spec */
export function fieldElement(name: string): string {
  return fieldElements.get(name) ?? keepElement(fieldElements, name, `f:${name}`);
}

function keepElement(kept: Map<string, string>, name: string, element: string): string {
  if (kept.size >= elementsKept) kept.clear();
  kept.set(name, element);
  return element;
}

/** k:{"containerPort":80,"protocol":"TCP"} or v:"a". A key that is absent has its default. */
export function pathElement(schema: ListSchema, item: Json): string {
  if (schema.listType === "set" || !isJsonObject(item)) return `v:${JSON.stringify(item)}`;
  const [only] = schema.keys;
  if (schema.keys.length === 1 && only !== undefined) {
    const value = keyValue(schema, item, only);
    if (typeof value === "string") return keyElement(only, value);
    return value === undefined ? "k:{}" : `k:{${JSON.stringify(only)}:${JSON.stringify(value)}}`;
  }
  const keys: Record<string, Json> = {};
  for (const key of [...schema.keys].sort()) {
    const value = keyValue(schema, item, key);
    if (value !== undefined) keys[key] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

/** By the name of the key, then by its text. */
const keyElements = new Map<string, Map<string, string>>();

function keyElement(key: string, value: string): string {
  let ofKey = keyElements.get(key);
  if (ofKey === undefined) keyElements.set(key, (ofKey = new Map()));
  return ofKey.get(value) ?? keepElement(ofKey, value, `k:{${JSON.stringify(key)}:${JSON.stringify(value)}}`);
}

function keyValue(schema: ListSchema, item: JsonObject, key: string): Json | undefined {
  const given = item[key];
  if (given !== undefined && given !== null) return given;
  const field = schema.items.type === "object" ? schema.items.fields.get(key) : undefined;
  return field?.default ?? (field?.type.type === "string" ? "" : undefined);
}
