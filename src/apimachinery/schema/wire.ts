import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { setOwn } from "./decode.ts";
import type { ObjectSchema, TypeSchema } from "./types.ts";

const known = new WeakMap<object, { readonly schema: ObjectSchema; readonly wire: JsonObject }>();

/**
 * The form that leaves the API server. Inside, a list that is always present is [] when it is empty, so that code may walk it; upstream's storage
 * turns it into a nil slice, and the wire says null ("rules": null). Answers to requests from outside pass through here.
 */
export function wireForm(schema: ObjectSchema, object: JsonObject): JsonObject {
  const cached = known.get(object);
  if (cached !== undefined && cached.schema === schema) return cached.wire;
  let out: Record<string, Json> | null = null;
  for (const key in object) {
    const field = schema.fields.get(key);
    const before = object[key];
    if (field === undefined || before === undefined || typeof before !== "object" || before === null) continue;
    const after = field.zero !== undefined && Array.isArray(before) && before.length === 0 ? null : wireValue(field.type, before);
    if (after === before) continue;
    out ??= { ...object };
    out[key] = after;
  }
  const wire = out ?? object;
  known.set(object, { schema, wire });
  return wire;
}

function wireValue(type: TypeSchema, value: Json): Json {
  if (type.type === "object") return isJsonObject(value) ? wireForm(type, value) : value;
  if (type.type === "list" && type.items.type === "object" && Array.isArray(value)) {
    const items = value as readonly Json[];
    let out: Json[] | null = null;
    for (let at = 0; at < items.length; at++) {
      const before = items[at] ?? null;
      const after = wireValue(type.items, before);
      if (after === before) continue;
      out ??= [...items];
      out[at] = after;
    }
    return out ?? value;
  }
  if (type.type === "map" && type.values.type === "object" && isJsonObject(value)) {
    let out: Record<string, Json> | null = null;
    for (const key in value) {
      const before = value[key] ?? null;
      const after = wireValue(type.values, before);
      if (after === before) continue;
      out ??= { ...value };
      setOwn(out, key, after);
    }
    return out ?? value;
  }
  return value;
}
