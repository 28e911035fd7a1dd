import { deepEqual } from "../base/deepEqual.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { added, came, type Comparison, modified, removed, rootOf, type Step, went, within } from "./changeShape.ts";
import { pathElement } from "./fieldElements.ts";
import { emptySet, type FieldSet, leaf } from "./fieldSet.ts";
import type { FieldSchema, ListSchema, MapSchema, ObjectSchema, TypeSchema } from "./schema/types.ts";

// Follows sigs.k8s.io/structured-merge-diff/typed/compare.go: which fields one object has that another has not, or has differently.

/** Parts of zero objects. */
const zeroParts = new WeakSet<object>();
/** Of whole new parts: they are compared with nothing, or with the type's zero value, again and again (pods of one template). */
const worthRemembering = 30; // pod specs, and not every port: remembering has its price too
const newParts = new WeakMap<object, { readonly from: Step; readonly before: Json | undefined; readonly type: TypeSchema; readonly to: Step }>();

/** Compares two objects of the schema's type. Parts shared by both cost nothing. */
export function compareObjects(schema: ObjectSchema, before: JsonObject, after: JsonObject): Comparison {
  return compareFields(rootOf(schema), schema, before, after).result();
}

/** What no writer can own, beside the type: what the server alone sets; upstream wipes it from requests before it looks. */
export const unownedOfMetadata: ReadonlySet<string> = new Set([
  "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields", "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds",
]);

/** As compareObjects, of the fields that a writer can own. What is at or below the paths `left` is no difference: those of one field are not looked at. */
export function compareOwned(schema: ObjectSchema, before: JsonObject, after: JsonObject, left: readonly (readonly string[])[] = []): Comparison {
  let step = rootOf(schema);
  for (const name in after) if (isOwnable(name, left)) step = compareField(step, schema, name, before[name], after[name]);
  for (const name in before) if (after[name] === undefined && isOwnable(name, left)) step = compareField(step, schema, name, before[name], undefined);
  const metadata = schema.fields.get("metadata")?.type;
  if (metadata?.type === "object" && before["metadata"] !== after["metadata"]) {
    const inside = step.to(within, "metadata");
    const last = compareMetadata(inside, metadata, objectOf(before["metadata"]), objectOf(after["metadata"]));
    if (last !== inside) step = last.out();
  }
  return withoutDeeper(step.result(), left);
}

function isOwnable(name: string, left: readonly (readonly string[])[]): boolean {
  if (name === "metadata" || name === "apiVersion" || name === "kind") return false;
  for (const path of left) if (path.length === 1 && path[0] === name) return false;
  return true;
}

function withoutDeeper(comparison: Comparison, left: readonly (readonly string[])[]): Comparison {
  let out = comparison;
  for (const path of left) {
    const [first = ""] = path;
    if (path.length === 1 && first !== "metadata") continue;
    out = out.without(path);
  }
  return out;
}

function compareMetadata(from: Step, schema: ObjectSchema, before: JsonObject, after: JsonObject): Step {
  let step = from;
  for (const name in after) if (!unownedOfMetadata.has(name)) step = compareField(step, schema, name, before[name], after[name]);
  for (const name in before) if (after[name] === undefined && !unownedOfMetadata.has(name)) step = compareField(step, schema, name, before[name], undefined);
  return step;
}

function compareField(step: Step, schema: ObjectSchema, name: string, before: Json | undefined, after: Json | undefined): Step {
  if (before === after) return step;
  const field = schema.fields.get(name);
  return field === undefined ? step : compareValue(step, name, field.type, field, before, after);
}

/**
 * The fields that a configuration names, as upstream's ToFieldSet: leaves, keys of maps, items of lists; structs and lists themselves only
 * where they are empty.
 */
export function fieldsOf(schema: ObjectSchema, object: JsonObject): FieldSet {
  return namedIn(schema, null, object) ?? emptySet;
}

function namedIn(type: TypeSchema, field: FieldSchema | null, value: Json): FieldSet | null {
  if (field?.ownership === "atomic" || (field?.ownership !== "granular" && isAtomic(type))) return leaf;
  const out: Record<string, FieldSet> = {};
  if (type.type === "list") {
    for (const item of listOf(value)) out[pathElement(type, item)] = asMember(namedIn(type.items, null, item));
  } else {
    const object = objectOf(value);
    for (const key of Object.keys(object)) {
      const child = object[key] ?? null;
      const known = type.type === "object" ? (type.fields.get(key) ?? null) : null;
      const childType = type.type === "map" ? type.values : known?.type;
      if (childType === undefined) continue;
      const below = namedIn(childType, known, child);
      const isNamedField = type.type === "object";
      if (child === null || (isJsonObject(child) && isEmpty(child)) || !isNamedField) out[`f:${key}`] = asMember(below);
      else if (below !== null) out[`f:${key}`] = below;
    }
  }
  for (const _ in out) return out;
  return null;
}

function asMember(set: FieldSet | null): FieldSet {
  if (set === null || isEmpty(set)) return leaf;
  return Object.hasOwn(set, ".") ? set : { ".": leaf, ...set };
}

function compareLeaf(step: Step, key: string, before: Json | undefined, after: Json | undefined): Step {
  if (before === undefined) return step.to(added, key);
  if (after === undefined) return step.to(removed, key);
  return deepEqual(before, after) ? step : step.to(modified, key);
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== "object") return false;
  for (const _ in value as JsonObject) return false;
  return true;
}

/** `field` may override whether its type has one owner. */
function compareValue(step: Step, key: string, type: TypeSchema, field: FieldSchema | null, before: Json | undefined, after: Json | undefined): Step {
  if (before === after) return step;
  if (isLeaf(type, field, before, after)) return compareLeaf(step, key, before, after);
  if (type.type === "object" && type.fields.size >= worthRemembering && isJsonObject(after) && (before === undefined || isZeroPart(before))) {
    const known = newParts.get(after);
    if (known !== undefined && known.from === step && known.type === type && known.before === before) return known.to;
    const to = compareContainer(step, key, type, before, after);
    newParts.set(after, { from: step, before, type, to });
    return to;
  }
  return compareContainer(step, key, type, before, after);
}

/** Compared as a whole: what has one owner, and two empty forms. */
function isLeaf(type: TypeSchema, field: FieldSchema | null, before: Json | undefined, after: Json | undefined): boolean {
  return field?.ownership === "atomic" || (field?.ownership !== "granular" && isAtomic(type)) || (isEmpty(before) && isEmpty(after));
}

function isZeroPart(value: Json | undefined): boolean {
  return typeof value === "object" && value !== null && zeroParts.has(value);
}

const zeros = new WeakMap<ObjectSchema, JsonObject>();
/** An object as Go makes it, with nil lists: what it has from birth, nobody added. */
export function bornObject(schema: ObjectSchema): JsonObject {
  const known = zeros.get(schema);
  if (known !== undefined) return known;
  const out: Record<string, Json> = {};
  for (const field of schema.alwaysPresent) out[field.name] = field.type.type === "object" && !field.nullWhenAbsent ? bornObject(field.type) : Array.isArray(field.zero) ? null : (field.zero ?? null);
  zeroParts.add(out);
  zeros.set(schema, out);
  return out;
}

function isAtomic(type: TypeSchema): boolean {
  if (type.type === "object") return type.atomic;
  if (type.type === "list") return type.listType === "atomic" || type.listType === "none";
  return type.type !== "map" || type.atomic;
}

function compareContainer(step: Step, key: string, type: TypeSchema, before: Json | undefined, after: Json | undefined): Step {
  const inside = step.to(before === undefined ? came : after === undefined ? went : within, key, type.type === "list");
  const last = type.type === "object" ? compareFields(inside, type, objectOf(before), objectOf(after))
    : type.type === "map" ? compareMap(inside, type, objectOf(before), objectOf(after))
    : compareList(inside, type as ListSchema, listOf(before), listOf(after));
  // Nothing differs inside, and it has not come or gone itself: as if it had not been entered.
  return last === inside && before !== undefined && after !== undefined ? step : last.out();
}

const nothing: JsonObject = {};
function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : nothing;
}
function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function compareFields(from: Step, schema: ObjectSchema, before: JsonObject, after: JsonObject): Step {
  let step = from;
  for (const name in after) step = compareField(step, schema, name, before[name], after[name]);
  for (const name in before) if (after[name] === undefined) step = compareField(step, schema, name, before[name], undefined);
  return step;
}

function compareMap(from: Step, schema: MapSchema, before: JsonObject, after: JsonObject): Step {
  let step = from;
  for (const key in after) step = compareValue(step, key, schema.values, null, Object.hasOwn(before, key) ? before[key] : undefined, after[key]);
  for (const key in before) if (!Object.hasOwn(after, key)) step = compareValue(step, key, schema.values, null, before[key], undefined);
  return step;
}

function compareList(from: Step, schema: ListSchema, before: readonly Json[], after: readonly Json[]): Step {
  if (standPlaceByPlace(schema, before, after)) return comparePlaceByPlace(from, schema, before, after);
  let step = from;
  const old = new Map<string, Json>();
  for (const item of before) old.set(pathElement(schema, item), item);
  const seen = new Set<string>();
  for (const item of after) {
    const element = pathElement(schema, item);
    if (seen.has(element)) continue;
    seen.add(element);
    step = compareValue(step, element, schema.items, null, old.get(element), item);
  }
  for (const [element, item] of old) if (!seen.has(element)) step = compareValue(step, element, schema.items, null, item, undefined);
  return step;
}

function comparePlaceByPlace(from: Step, schema: ListSchema, before: readonly Json[], after: readonly Json[]): Step {
  let step = from;
  for (let at = 0; at < after.length; at++) {
    if (before[at] !== after[at]) step = compareValue(step, pathElement(schema, after[at] ?? null), schema.items, null, before[at], after[at]);
  }
  return step;
}

/** Short lists of items by one key of text, the same items in the same order: what a status mostly brings. */
function standPlaceByPlace(schema: ListSchema, before: readonly Json[], after: readonly Json[]): boolean {
  const [key] = schema.keys;
  const { length } = after;
  if (key === undefined || schema.keys.length !== 1 || schema.listType === "set" || before.length !== length || length > longestByPlace) return false;
  for (let at = 0; at < length; at++) {
    const name = textKey(after[at], key);
    if (name === null || name !== textKey(before[at], key)) return false;
    for (let other = 0; other < at; other++) if (textKey(after[other], key) === name) return false;
  }
  return true;
}

const longestByPlace = 8;

function textKey(item: Json | undefined, key: string): string | null {
  const value = isJsonObject(item) ? item[key] : undefined;
  return typeof value === "string" ? value : null;
}
