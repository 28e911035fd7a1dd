import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { setOwn } from "./decode.ts";
import type { FieldSchema, ObjectSchema, TypeSchema } from "./types.ts";

/** Of a type: the fields that are such lists, or lead to some. */
const plans = new WeakMap<ObjectSchema, readonly FieldSchema[]>();

function planOf(schema: ObjectSchema): readonly FieldSchema[] {
  let plan = plans.get(schema);
  if (plan === undefined) {
    plans.set(schema, []); // a type within itself
    plan = [...schema.fields.values()].filter((field) => Array.isArray(field.zero) || leadsToLists(field.type));
    plans.set(schema, plan);
  }
  return plan;
}

function leadsToLists(type: TypeSchema): boolean {
  if (type.type === "object") return planOf(type).length > 0;
  if (type.type === "list") return leadsToLists(type.items);
  return type.type === "map" && leadsToLists(type.values);
}

/**
 * The form that leaves the API server. Inside, a list that is always present is [] when it is empty, so that code may walk it; upstream's storage
 * turns it into a nil slice, and the wire says null ("rules": null). Answers to requests from outside pass through here.
 */
export function wireForm(schema: ObjectSchema, object: JsonObject): JsonObject {
  let out: Record<string, Json> | null = null;
  for (const field of planOf(schema)) {
    const before = object[field.name];
    if (before === undefined || typeof before !== "object" || before === null) continue;
    const after = Array.isArray(field.zero) && (before as readonly Json[]).length === 0 ? null : wireValue(field.type, before);
    if (after === before) continue;
    out ??= { ...object };
    out[field.name] = after;
  }
  return out ?? object;
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
