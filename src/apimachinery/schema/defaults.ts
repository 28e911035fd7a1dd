import { copyToExtend } from "../../base/extended.ts";
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

const nothing: JsonObject = {};
const none: readonly Json[] = [];

function hasDefaultsBelow(type: TypeSchema): boolean {
  if (type.type === "object") return type.hasDefaults;
  if (type.type === "list") return hasDefaultsBelow(type.items);
  return type.type === "map" && hasDefaultsBelow(type.values);
}

/**
 * Fills in the defaults that need nothing but a field's absence, everywhere below. Unchanged parts are shared. What depends on other fields is the
 * kind's own defaults(). `known` is an object that has its defaults: parts that are the very same at the same place are taken as they are.
 */
export function applyDefaults(schema: ObjectSchema, object: JsonObject, known?: JsonObject): JsonObject {
  return schema.hasDefaults ? objectDefaults(schema, object, known) : object;
}

function objectDefaults(schema: ObjectSchema, object: JsonObject, known: Json | undefined): JsonObject {
  if (object === known) return object;
  const filled = isJsonObject(known) ? known : nothing;
  const plan = planOf(schema);
  let out: Record<string, Json> | null = null;
  for (const field of plan.own) {
    const before = object[field.name];
    if (field.default === undefined || (before !== undefined && before !== null && (before !== "" || field.zero !== ""))) continue;
    out ??= copyToExtend(object);
    out[field.name] = field.default;
  }
  for (const field of plan.below) {
    const before = (out ?? object)[field.name];
    if (before === undefined || before === null) continue;
    const after = typeDefaults(field.type, before, filled[field.name]);
    if (after === before) continue;
    out ??= copyToExtend(object);
    out[field.name] = after;
  }
  return out ?? object;
}

function typeDefaults(type: TypeSchema, value: Json, known: Json | undefined): Json {
  if (value === known) return value;
  if (type.type === "object") return type.hasDefaults && isJsonObject(value) ? objectDefaults(type, value, known) : value;
  if (type.type === "list") return Array.isArray(value) && type.items.type === "object" && type.items.hasDefaults ? listDefaults(type.items, value as readonly Json[], Array.isArray(known) ? (known as readonly Json[]) : none) : value;
  if (type.type === "map" && type.values.type === "object" && type.values.hasDefaults && isJsonObject(value)) {
    const values = type.values;
    let out: Record<string, Json> | null = null;
    for (const key in value) {
      const before = value[key];
      const after = isJsonObject(before) ? objectDefaults(values, before, undefined) : before;
      if (after === before || after === undefined) continue;
      out ??= copyToExtend(value);
      setOwn(out, key, after);
    }
    return out ?? value;
  }
  return value;
}

function listDefaults(schema: ObjectSchema, items: readonly Json[], known: readonly Json[]): Json {
  let out: Json[] | null = null;
  for (let at = 0; at < items.length; at++) {
    const before = items[at];
    if (!isJsonObject(before)) continue;
    const after = objectDefaults(schema, before, known[at]);
    if (after === before) continue;
    out ??= [...items];
    out[at] = after;
  }
  return out ?? items;
}
