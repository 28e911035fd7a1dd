import { deepEqual } from "../base/deepEqual.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { emptySet, type FieldSet, leaf, union } from "./fieldSet.ts";
import type { FieldSchema, ListSchema, MapSchema, ObjectSchema, TypeSchema } from "./schema/types.ts";

// Follows sigs.k8s.io/structured-merge-diff/typed/compare.go: which fields one object has that another has not, or has differently.

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}
export const noDifference: Comparison = { added: emptySet, modified: emptySet, removed: emptySet };

/** A node's own differences; null members mean none. */
interface Difference {
  readonly added: FieldSet | null;
  readonly modified: FieldSet | null;
  readonly removed: FieldSet | null;
}
const addedLeaf: Difference = { added: leaf, modified: null, removed: null };
const modifiedLeaf: Difference = { added: null, modified: leaf, removed: null };
const removedLeaf: Difference = { added: null, modified: null, removed: leaf };

/** Parts of zero objects. */
const zeroParts = new WeakSet<object>();
/** Of whole new parts: they are compared with nothing, or with the type's zero value, again and again (pods of one template). */
const worthRemembering = 30; // pod specs, and not every port: remembering has its price too
const newParts = new WeakMap<object, { readonly before: Json | undefined; readonly type: TypeSchema; readonly difference: Difference | null }>();

/** Compares two objects of the schema's type. Parts shared by both cost nothing. */
export function compareObjects(schema: ObjectSchema, before: JsonObject, after: JsonObject): Comparison {
  const found = compareFields(schema, before, after);
  if (found === null) return noDifference;
  return { added: found.added ?? emptySet, modified: found.modified ?? emptySet, removed: found.removed ?? emptySet };
}

/** What no writer can own: the type, and what the server alone sets; upstream wipes the latter from requests before it looks. */
const unownedOfRoot: ReadonlySet<string> = new Set(["apiVersion", "kind"]);
export const unownedOfMetadata: ReadonlySet<string> = new Set([
  "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields", "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds",
]);

/** As compareObjects, of the fields that a writer can own. */
export function compareOwned(schema: ObjectSchema, before: JsonObject, after: JsonObject): Comparison {
  const children = new Children();
  for (const name in after) if (name !== "metadata" && !unownedOfRoot.has(name)) takeField(children, schema, name, before[name], after[name]);
  for (const name in before) if (after[name] === undefined && name !== "metadata" && !unownedOfRoot.has(name)) takeField(children, schema, name, before[name], undefined);
  const metadata = schema.fields.get("metadata")?.type;
  if (metadata?.type === "object") children.take("f:metadata", ownedMetadata(metadata, objectOf(before["metadata"]), objectOf(after["metadata"])));
  const found = children.finish(false, false);
  return found === null ? noDifference : { added: found.added ?? emptySet, modified: found.modified ?? emptySet, removed: found.removed ?? emptySet };
}

function ownedMetadata(schema: ObjectSchema, before: JsonObject, after: JsonObject): Difference | null {
  if (before === after) return null;
  const children = new Children();
  for (const name in after) if (!unownedOfMetadata.has(name)) takeField(children, schema, name, before[name], after[name]);
  for (const name in before) if (after[name] === undefined && !unownedOfMetadata.has(name)) takeField(children, schema, name, before[name], undefined);
  return children.finish(false, false);
}

function takeField(children: Children, schema: ObjectSchema, name: string, before: Json | undefined, after: Json | undefined): void {
  if (before === after) return;
  const field = schema.fields.get(name);
  if (field !== undefined) children.take(fieldElement(name), compareValue(field.type, field, before, after));
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

/** Names come again with every object: a text made anew would have to be looked up among the engine's names each time. */
const fieldElements = new Map<string, string>();
const elementsKept = 10_000;

function fieldElement(name: string): string {
  return fieldElements.get(name) ?? keepElement(fieldElements, name, `f:${name}`);
}

function keepElement(kept: Map<string, string>, name: string, element: string): string {
  if (kept.size >= elementsKept) kept.clear();
  kept.set(name, element);
  return element;
}

class Children {
  private added: Record<string, FieldSet> | null = null;
  private modified: Record<string, FieldSet> | null = null;
  private removed: Record<string, FieldSet> | null = null;

  take(key: string, difference: Difference | null): void {
    if (difference === null) return;
    if (difference.added !== null) (this.added ??= {})[key] = difference.added;
    if (difference.modified !== null) (this.modified ??= {})[key] = difference.modified;
    if (difference.removed !== null) (this.removed ??= {})[key] = difference.removed;
  }

  /** A container that came or went is itself a member of its set. */
  finish(came: boolean, went: boolean): Difference | null {
    const added = came ? (this.added === null ? leaf : { ".": leaf, ...this.added }) : this.added;
    const removed = went ? (this.removed === null ? leaf : { ".": leaf, ...this.removed }) : this.removed;
    return added === null && this.modified === null && removed === null ? null : { added, modified: this.modified, removed };
  }
}

function compareLeaf(before: Json | undefined, after: Json | undefined): Difference | null {
  if (before === undefined) return addedLeaf;
  if (after === undefined) return removedLeaf;
  return deepEqual(before, after) ? null : modifiedLeaf;
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== "object") return false;
  for (const _ in value as JsonObject) return false;
  return true;
}

/** `field` may override whether its type has one owner. */
function compareValue(type: TypeSchema, field: FieldSchema | null, before: Json | undefined, after: Json | undefined): Difference | null {
  if (before === after) return null;
  if (isLeaf(type, field, before, after)) return compareLeaf(before, after);
  if (type.type === "object" && type.fields.size >= worthRemembering && isJsonObject(after) && (before === undefined || isZeroPart(before))) {
    const known = newParts.get(after);
    if (known !== undefined && known.type === type && known.before === before) return known.difference;
    const difference = compareContainer(type, before, after);
    newParts.set(after, { before, type, difference });
    return difference;
  }
  return compareContainer(type, before, after);
}

/** Compared as a whole: what has one owner, and two empty forms. */
function isLeaf(type: TypeSchema, field: FieldSchema | null, before: Json | undefined, after: Json | undefined): boolean {
  return field?.ownership === "atomic" || (field?.ownership !== "granular" && isAtomic(type)) || (isEmpty(before) && isEmpty(after));
}

/** Whether a value that is compared as a whole differs; null where its parts are compared. */
export function isLeafChange(type: TypeSchema, field: FieldSchema | null, before: Json | undefined, after: Json): boolean | null {
  return isLeaf(type, field, before, after) ? before === undefined || !deepEqual(before, after) : null;
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

function compareContainer(type: TypeSchema, before: Json | undefined, after: Json | undefined): Difference | null {
  const children = type.type === "object" ? objectChildren(type, objectOf(before), objectOf(after))
    : type.type === "map" ? mapChildren(type, objectOf(before), objectOf(after))
    : listChildren(type as ListSchema, listOf(before), listOf(after));
  return children.finish(before === undefined, after === undefined);
}

const nothing: JsonObject = {};
function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : nothing;
}
function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function compareFields(schema: ObjectSchema, before: JsonObject, after: JsonObject): Difference | null {
  return objectChildren(schema, before, after).finish(false, false);
}

function objectChildren(schema: ObjectSchema, before: JsonObject, after: JsonObject): Children {
  const children = new Children();
  for (const name in after) takeField(children, schema, name, before[name], after[name]);
  for (const name in before) if (after[name] === undefined) takeField(children, schema, name, before[name], undefined);
  return children;
}

function mapChildren(schema: MapSchema, before: JsonObject, after: JsonObject): Children {
  const children = new Children();
  for (const key in after) children.take(fieldElement(key), compareValue(schema.values, null, Object.hasOwn(before, key) ? before[key] : undefined, after[key]));
  for (const key in before) if (!Object.hasOwn(after, key)) children.take(fieldElement(key), compareValue(schema.values, null, before[key], undefined));
  return children;
}

function listChildren(schema: ListSchema, before: readonly Json[], after: readonly Json[]): Children {
  const children = new Children();
  if (comparePlaceByPlace(children, schema, before, after)) return children;
  const old = new Map<string, Json>();
  for (const item of before) old.set(pathElement(schema, item), item);
  const seen = new Set<string>();
  for (const item of after) {
    const element = pathElement(schema, item);
    if (seen.has(element)) continue;
    seen.add(element);
    children.take(element, compareValue(schema.items, null, old.get(element), item));
  }
  for (const [element, item] of old) if (!seen.has(element)) children.take(element, compareValue(schema.items, null, item, undefined));
  return children;
}

/** Short lists of items by one key of text, the same items in the same order: what a status mostly brings. False, with nothing done, where they are not. */
function comparePlaceByPlace(children: Children, schema: ListSchema, before: readonly Json[], after: readonly Json[]): boolean {
  const [key] = schema.keys;
  const { length } = after;
  if (key === undefined || schema.keys.length !== 1 || schema.listType === "set" || before.length !== length || length > longestByPlace) return false;
  for (let at = 0; at < length; at++) {
    const name = textKey(after[at], key);
    if (name === null || name !== textKey(before[at], key)) return false;
    for (let other = 0; other < at; other++) if (textKey(after[other], key) === name) return false;
  }
  for (let at = 0; at < length; at++) {
    if (before[at] !== after[at]) children.take(pathElement(schema, after[at] ?? null), compareValue(schema.items, null, before[at], after[at]));
  }
  return true;
}

const longestByPlace = 8;

function textKey(item: Json | undefined, key: string): string | null {
  const value = isJsonObject(item) ? item[key] : undefined;
  return typeof value === "string" ? value : null;
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

/** Added and modified: what a write took. */
export function takenBy(comparison: Comparison): FieldSet {
  return union(comparison.added, comparison.modified);
}
