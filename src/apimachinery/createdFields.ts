import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { bornObject, type Comparison, compareOwned, isLeafChange, pathElement, takenBy } from "./fieldCompare.ts";
import type { FieldSet } from "./fieldSet.ts";
import type { FieldSchema, ObjectSchema, TypeSchema } from "./schema/types.ts";

// The fields that a create sets depend on the shape of the object alone: which fields it has and by which keys its lists are kept. Objects of one
// shape come again and again (pods of a template, events of a reason), so the set of each shape is computed once, and shared.

/** A step on the way through an object: by what it is entered, and what lies behind it. */
class Step {
  readonly leaves = new Map<string, Step>();
  readonly containers = new Map<string, Step>();
  up: Step | null = null;
  result: FieldSet | null = null;
}

const mostSteps = 50_000;
let steps = 0;
let roots = new WeakMap<ObjectSchema, Map<string, Step>>();

/**
 * What a create by somebody who sets all of `object` owns. `resetFields` are paths that the strategy resets (see managedFields.ts); `narrowed` takes them
 * out of a comparison.
 */
export function createdFields(schema: ObjectSchema, object: JsonObject, resetFields: readonly (readonly string[])[], narrowed: (comparison: Comparison) => Comparison): FieldSet {
  if (steps > mostSteps) {
    steps = 0;
    roots = new WeakMap();
    walked = new WeakMap();
  }
  const last = walkObject(rootOf(schema, resetFields), schema, bornObject(schema), object);
  last.result ??= takenBy(narrowed(compareOwned(schema, bornObject(schema), object)));
  return last.result;
}

function rootOf(schema: ObjectSchema, resetFields: readonly (readonly string[])[]): Step {
  let ofSchema = roots.get(schema);
  if (ofSchema === undefined) roots.set(schema, (ofSchema = new Map()));
  let reset = "";
  for (const path of resetFields) reset += `${path.join(".")};`;
  return ofSchema.get(reset) ?? made(ofSchema, reset);
}

function made(from: Map<string, Step>, key: string): Step {
  const step = new Step();
  steps++;
  from.set(key, step);
  return step;
}

function into(from: Map<string, Step>, key: string): Step {
  return from.get(key) ?? made(from, key);
}

function out(of: Step): Step {
  if (of.up === null) {
    of.up = new Step();
    steps++;
  }
  return of.up;
}

const nothing: JsonObject = {};

function walkObject(from: Step, schema: ObjectSchema, born: JsonObject, object: JsonObject): Step {
  let step = from;
  for (const name in object) {
    const value = object[name];
    const before = born[name];
    if (value === undefined || value === before) continue;
    const field = schema.fields.get(name);
    if (field !== undefined) step = walkValue(step, name, field.type, field, before, value);
  }
  return step;
}

function walkValue(from: Step, key: string, type: TypeSchema, field: FieldSchema | null, before: Json | undefined, value: Json): Step {
  const leaf = isLeafChange(type, field, before, value);
  if (leaf !== null) return leaf ? into(from.leaves, key) : from;
  if (type.type === "object" && type.fields.size >= worthRemembering && isJsonObject(value)) {
    const known = walked.get(value);
    if (known !== undefined && known.from === from && known.type === type) return known.to;
    const to = walkContainer(from, key, type, before, value);
    walked.set(value, { from, type, to });
    return to;
  }
  return walkContainer(from, key, type, before, value);
}

/** Large parts that come again as they are: the spec of the pods of a template. */
const worthRemembering = 30;
let walked = new WeakMap<object, { readonly from: Step; readonly type: TypeSchema; readonly to: Step }>();

function walkContainer(from: Step, key: string, type: TypeSchema, before: Json | undefined, value: Json): Step {
  let step = into(from.containers, key);
  if (type.type === "object") step = walkObject(step, type, isJsonObject(before) ? before : nothing, isJsonObject(value) ? value : nothing);
  else if (type.type === "map") {
    if (isJsonObject(value)) for (const name in value) step = walkValue(step, name, type.values, null, undefined, value[name] ?? null);
  } else if (type.type === "list" && Array.isArray(value)) {
    for (const item of value as readonly Json[]) step = walkValue(step, pathElement(type, item), type.items, null, undefined, item);
  }
  return out(step);
}
