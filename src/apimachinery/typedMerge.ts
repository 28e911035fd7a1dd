import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { pathElement } from "./fieldElements.ts";
import { type FieldSet, isMember } from "./fieldSet.ts";
import { goPrint } from "./goFormat.ts";
import { setOwn } from "./schema/decode.ts";
import type { FieldSchema, ListSchema, ObjectSchema, TypeSchema } from "./schema/types.ts";

// Follows sigs.k8s.io/structured-merge-diff/typed (merge.go, remove.go, validate.go): objects as server-side apply sees them.

function isAtomic(type: TypeSchema, field: FieldSchema | null): boolean {
  if (field !== null && field.ownership !== null) return field.ownership === "atomic";
  if (type.type === "list") return type.listType === "atomic" || type.listType === "none";
  return type.type !== "object" && type.type !== "map" ? true : type.atomic;
}

/** What a child key of an object or map is. */
function childOf(type: TypeSchema, key: string): { readonly type: TypeSchema; readonly field: FieldSchema | null } | null {
  if (type.type === "map") return { type: type.values, field: null };
  const field = type.type === "object" ? type.fields.get(key) : undefined;
  return field === undefined ? null : { type: field.type, field };
}

/** The live object with the applied one laid over it: what the applied one says wins, what it leaves out stays. */
export function mergeTyped(schema: ObjectSchema, live: JsonObject, applied: JsonObject): JsonObject {
  return mergeValue(schema, null, live, applied) as JsonObject;
}

function mergeValue(type: TypeSchema, field: FieldSchema | null, live: Json, applied: Json): Json {
  if (live === applied || isAtomic(type, field)) return applied;
  if (isJsonObject(live) && isJsonObject(applied)) {
    let out: Record<string, Json> | null = null;
    for (const key of Object.keys(applied)) {
      const change = applied[key] ?? null;
      const before = Object.hasOwn(live, key) ? live[key] : undefined;
      const child = childOf(type, key);
      const after = before === undefined || child === null ? change : mergeValue(child.type, child.field, before, change);
      if (after === before) continue;
      out ??= { ...live };
      setOwn(out, key, after);
    }
    return out ?? live;
  }
  if (type.type === "list" && Array.isArray(live) && Array.isArray(applied)) return mergeLists(type, live, applied);
  return applied;
}

/** Items keep the applied order among themselves; items that only the live list has stay where they stood between them. */
function mergeLists(type: ListSchema, live: readonly Json[], applied: readonly Json[]): Json {
  const left = live.map((item) => ({ element: pathElement(type, item), item }));
  const right = applied.map((item) => ({ element: pathElement(type, item), item }));
  const leftItems = new Map(left.map((each) => [each.element, each.item]));
  const rightItems = new Map(right.map((each) => [each.element, each.item]));
  const shared = right.filter((each) => leftItems.has(each.element)).map((each) => each.element);
  let nextShared = 0;
  const merged = new Set<string>();
  const out: Json[] = [];
  const takeRight = (element: string): void => {
    merged.add(element);
    const ours = leftItems.get(element);
    const theirs = rightItems.get(element) ?? null;
    out.push(ours === undefined ? theirs : mergeValue(type.items, null, ours, theirs));
    if (shared[nextShared] === element) nextShared++;
  };
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const ours = left[l];
    const theirs = right[r];
    if (ours !== undefined && theirs !== undefined) {
      if (ours.element === theirs.element) {
        takeRight(ours.element);
        l++;
        r++;
        continue;
      }
      if (rightItems.has(ours.element) && shared[nextShared] !== undefined && shared[nextShared] !== ours.element) {
        l++;
        continue;
      }
    }
    if (ours !== undefined) {
      if (!rightItems.has(ours.element)) {
        out.push(ours.item);
        l++;
        continue;
      }
      if (merged.has(ours.element)) l++;
    }
    if (theirs !== undefined) {
      takeRight(theirs.element);
      r++;
    }
  }
  return out;
}

/** The object without the paths of the set. */
export function removeItems(type: TypeSchema, value: Json, set: FieldSet): Json {
  if (isJsonObject(value) && (type.type === "object" || type.type === "map")) {
    let out: Record<string, Json> | null = null;
    for (const element in set) {
      if (!element.startsWith("f:")) continue;
      const key = element.slice(2);
      if (!Object.hasOwn(value, key)) continue;
      const node = set[element] as FieldSet;
      const child = childOf(type, key);
      const before = value[key] ?? null;
      const after = isMember(node) || child === null ? undefined : removeItems(child.type, before, node);
      if (after === before) continue;
      out ??= { ...value };
      if (after === undefined || isEmptied(before, after)) delete out[key];
      else setOwn(out, key, after);
    }
    return out ?? value;
  }
  if (type.type === "list" && Array.isArray(value)) {
    const items = value as readonly Json[];
    const out: Json[] = [];
    for (const item of items) {
      const node = set[pathElement(type, item)] as FieldSet | undefined;
      if (node === undefined) out.push(item);
      else if (!isMember(node)) out.push(removeItems(type.items, item, node));
    }
    return out.length === items.length && out.every((item, at) => item === items[at]) ? value : out;
  }
  return value;
}

/** A container that lost its last entry goes too. */
function isEmptied(before: Json, after: Json): boolean {
  if (before === after || typeof after !== "object" || after === null) return false;
  return Array.isArray(after) ? after.length === 0 : Object.keys(after).length === 0;
}

/** The set, with every struct field that has members below as a member too. */
export function withNamedFields(type: TypeSchema | null, set: FieldSet): FieldSet {
  const out: Record<string, Json> = {};
  for (const element in set) {
    if (element === ".") {
      out["."] = {};
      continue;
    }
    const node = set[element] as FieldSet;
    const child = element.startsWith("f:") ? (type === null ? null : (childOf(type, element.slice(2))?.type ?? null)) : type?.type === "list" ? type.items : null;
    const below = withNamedFields(child, node);
    const named = type?.type === "object" && element.startsWith("f:") && type.fields.has(element.slice(2));
    out[element] = named && !isMember(below) ? { ".": {}, ...below } : below;
  }
  return out;
}

/** What is wrong with an applied object: fields without a schema, wrong types, items of one key. */
export function typedErrors(schema: ObjectSchema, object: JsonObject): readonly string[] {
  const errors: string[] = [];
  checkValue(schema, object, "", errors);
  return errors;
}

function checkValue(type: TypeSchema, value: Json, path: string, errors: string[]): void {
  if (value === null) return;
  const expected = (what: string): void => {
    errors.push(`${path}: expected ${what}, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
  };
  switch (type.type) {
    case "object": case "map": {
      if (!isJsonObject(value)) return expected("map");
      for (const key of Object.keys(value).sort()) {
        const child = childOf(type, key);
        if (child === null) errors.push(`${path}.${key}: field not declared in schema`);
        else checkValue(child.type, value[key] ?? null, `${path}.${key}`, errors);
      }
      return;
    }
    case "list": {
      if (!Array.isArray(value)) return expected("list");
      const seen = new Set<string>();
      (value as readonly Json[]).forEach((item, at) => {
        const element = type.listType === "map" || type.listType === "set" ? pathElement(type, item) : null;
        const place = element === null ? `[${at}]` : elementText(element);
        if (element !== null && seen.has(element)) errors.push(`${path}: duplicate entries for key ${place}`);
        else if (element !== null) seen.add(element);
        checkValue(type.items, item, `${path}${place}`, errors);
      });
      return;
    }
    case "string": case "bytes": case "time": case "microTime": return typeof value === "string" ? undefined : expected("string");
    case "boolean": return typeof value === "boolean" ? undefined : expected("boolean");
    case "int32": case "int64": case "double": return typeof value === "number" ? undefined : expected("numeric (int or float)");
    default: return;
  }
}
function elementText(element: string): string {
  if (element.startsWith("v:")) return `[=${element.slice(2)}]`;
  const keys = JSON.parse(element.slice(2)) as JsonObject;
  return `[${Object.keys(keys).sort().map((key) => `${key}=${JSON.stringify(keys[key])}`).join(",")}]`;
}
function goSyntax(value: Json): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[]interface {}{${(value as readonly Json[]).map(goSyntax).join(", ")}}`;
  if (isJsonObject(value)) return `map[string]interface {}{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${goSyntax(value[key] ?? null)}`).join(", ")}}`;
  return goPrint(value);
}
