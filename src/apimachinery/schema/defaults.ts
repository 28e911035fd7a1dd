import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { setOwn } from "./decode.ts";
import type { FieldSchema, ObjectSchema, TypeSchema } from "./types.ts";

/** Of a type: the fields with a default of their own, and those that lead to defaults. */
interface Plan {
  readonly own: readonly FieldSchema[];
  readonly below: readonly FieldSchema[];
}
const plans = new WeakMap<ObjectSchema, Plan>();

function planOf(schema: ObjectSchema): Plan {
  let plan = plans.get(schema);
  if (plan === undefined) {
    const fields = [...schema.fields.values()];
    plan = { own: fields.filter((field) => field.default !== undefined), below: fields.filter((field) => hasDefaultsBelow(field.type)) };
    plans.set(schema, plan);
  }
  return plan;
}

function hasDefaultsBelow(type: TypeSchema): boolean {
  if (type.type === "object") return type.hasDefaults;
  if (type.type === "list") return hasDefaultsBelow(type.items);
  return type.type === "map" && hasDefaultsBelow(type.values);
}

/**
 * Fills in the defaults that need nothing but a field's absence, everywhere below. Unchanged parts are shared. What depends on other fields is the
 * kind's own defaults().
 */
export function applyDefaults(schema: ObjectSchema, object: JsonObject): JsonObject {
  return schema.hasDefaults ? objectDefaults(schema, object) : object;
}

function objectDefaults(schema: ObjectSchema, object: JsonObject): JsonObject {
  const plan = planOf(schema);
  let out: Record<string, Json> | null = null;
  for (const field of plan.own) {
    const before = object[field.name];
    if (field.default === undefined || (before !== undefined && before !== null && (before !== "" || field.zero !== ""))) continue;
    out ??= { ...object };
    out[field.name] = field.default;
  }
  for (const field of plan.below) {
    const before = (out ?? object)[field.name];
    if (before === undefined || before === null) continue;
    const after = typeDefaults(field.type, before);
    if (after === before) continue;
    out ??= { ...object };
    out[field.name] = after;
  }
  return out ?? object;
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
