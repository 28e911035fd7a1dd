import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { setOwn } from "./decode.ts";
import type { ObjectSchema, TypeSchema } from "./types.ts";

/** What an object became, under which schema: an empty object may stand in several places. */
const applied = new WeakMap<object, { readonly schema: ObjectSchema; readonly result: JsonObject }>();

/**
 * Fills in the defaults that need nothing but a field's absence, everywhere below. Unchanged parts are shared; an object that was seen is answered
 * from memory. What depends on other fields is the kind's own defaults().
 */
export function applyDefaults(schema: ObjectSchema, object: JsonObject): JsonObject {
  if (!schema.hasDefaults) return object;
  return objectDefaults(schema, object);
}

function objectDefaults(schema: ObjectSchema, object: JsonObject): JsonObject {
  const known = applied.get(object);
  if (known !== undefined && known.schema === schema) return known.result;
  let out: Record<string, Json> | null = null;
  for (const field of schema.fields.values()) {
    const before = (out ?? object)[field.name];
    let after = before;
    if (field.default !== undefined && (before === undefined || before === null || (before === "" && field.zero === ""))) after = field.default;
    if (after !== undefined && typeof after === "object" && after !== null) after = typeDefaults(field.type, after);
    if (after === before || after === undefined) continue;
    out ??= { ...object };
    out[field.name] = after;
  }
  const result = out ?? object;
  applied.set(object, { schema, result });
  if (result !== object) applied.set(result, { schema, result });
  return result;
}

function typeDefaults(type: TypeSchema, value: Json): Json {
  if (type.type === "object") return type.hasDefaults && isJsonObject(value) ? objectDefaults(type, value) : value;
  if (type.type === "list") return Array.isArray(value) && type.items.type === "object" && type.items.hasDefaults ? listDefaults(type.items, value as readonly Json[]) : value;
  if (type.type === "map" && type.values.type === "object" && type.values.hasDefaults && isJsonObject(value)) {
    const values = type.values;
    let out: Record<string, Json> | null = null;
    for (const key in value) {
      const before = value[key];
      const after = isJsonObject(before) ? objectDefaults(values, before) : before;
      if (after === before || after === undefined) continue;
      out ??= { ...value };
      setOwn(out, key, after);
    }
    return out ?? value;
  }
  return value;
}

function listDefaults(schema: ObjectSchema, items: readonly Json[]): Json {
  let out: Json[] | null = null;
  for (let at = 0; at < items.length; at++) {
    const before = items[at];
    if (!isJsonObject(before)) continue;
    const after = objectDefaults(schema, before);
    if (after === before) continue;
    out ??= [...items];
    out[at] = after;
  }
  return out ?? items;
}
