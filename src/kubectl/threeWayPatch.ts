import type { FieldSchema, ListSchema, ObjectSchema, TypeSchema } from "../apimachinery/schema/types.ts";
import { compareText } from "../base/compareText.ts";
import { deepEqual } from "../base/deepEqual.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";

// Follows apimachinery/pkg/util/strategicpatch/patch.go: CreateThreeWayMergePatch, as kubectl apply uses it.

interface DiffOptions {
  /** What is set or changed in `modified` is left out: only what it lacks is told. */
  readonly onlyDeletions: boolean;
  /** What `modified` lacks is left out. */
  readonly ignoreDeletions: boolean;
}

type MutableObject = Record<string, Json>;

function childType(schema: TypeSchema | null, key: string): { readonly type: TypeSchema | null; readonly field: FieldSchema | null } {
  if (schema?.type === "object") {
    const field = schema.fields.get(key) ?? null;
    return { type: field?.type ?? null, field };
  }
  return { type: schema?.type === "map" ? schema.values : null, field: null };
}

function mergedList(type: TypeSchema | null): ListSchema | null {
  return type?.type === "list" && type.mergeKey !== null ? type : null;
}

function sameKind(a: Json | undefined, b: Json): boolean {
  return Array.isArray(a) === Array.isArray(b) && isJsonObject(a) === isJsonObject(b);
}

function diffMaps(original: JsonObject, modified: JsonObject, schema: TypeSchema | null, options: DiffOptions, retainKeys = false): JsonObject {
  const patch: MutableObject = {};
  for (const key of Object.keys(modified).sort(compareText)) {
    const value = modified[key] ?? null;
    const old = original[key];
    if (old === undefined || !sameKind(old, value)) {
      if (!options.onlyDeletions) patch[key] = value;
      continue;
    }
    const { type, field } = childType(schema, key);
    if (isJsonObject(old) && isJsonObject(value) && field?.patchStrategy !== "replace") {
      const inner = diffMaps(old, value, type, options, field?.patchStrategy === "retainKeys");
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (isJsonObject(old) && isJsonObject(value)) {
      // A mapping that is replaced as a whole stands in the patch whether it differs or not, as upstream has it.
      if (!options.onlyDeletions) patch[key] = value;
    } else if (Array.isArray(old) && Array.isArray(value) && mergedList(type) !== null) {
      diffMergedList(patch, key, old as readonly Json[], value as readonly Json[], mergedList(type) as ListSchema, options);
    } else if (!options.onlyDeletions && !deepEqual(old, value)) {
      patch[key] = value;
    }
  }
  if (!options.ignoreDeletions) {
    for (const key of Object.keys(original)) if (modified[key] === undefined) patch[key] = null;
  }
  if (retainKeys && Object.keys(patch).length > 0) patch["$retainKeys"] = Object.keys(modified).sort(compareText);
  return patch;
}

function diffMergedList(patch: MutableObject, key: string, original: readonly Json[], modified: readonly Json[], list: ListSchema, options: DiffOptions): void {
  if (original.length === 0) {
    if (modified.length > 0 && !options.onlyDeletions) patch[key] = modified;
    return;
  }
  if ([...original, ...modified].every(isJsonObject)) diffObjectList(patch, key, original as readonly JsonObject[], modified as readonly JsonObject[], list, options);
  else diffScalarList(patch, key, original, modified, options);
}

function diffObjectList(patch: MutableObject, key: string, original: readonly JsonObject[], modified: readonly JsonObject[], list: ListSchema, options: DiffOptions): void {
  const mergeKey = list.mergeKey ?? "";
  const idOf = (item: JsonObject) => item[mergeKey];
  const items: Json[] = [];
  for (const item of modified) {
    const old = original.find((one) => deepEqual(idOf(one), idOf(item)));
    if (old === undefined) {
      if (!options.onlyDeletions) items.push(item);
      continue;
    }
    const inner = diffMaps(old, item, list.items, options, list.retainKeys);
    if (Object.keys(inner).length > 0) items.push({ ...inner, [mergeKey]: idOf(item) ?? null });
  }
  const gone = options.ignoreDeletions ? [] : original.filter((old) => !modified.some((item) => deepEqual(idOf(old), idOf(item))));
  for (const old of gone) items.push({ $patch: "delete", [mergeKey]: idOf(old) ?? null });
  if (items.length > 0) patch[key] = items;
  if (items.length > 0 || (!options.onlyDeletions && !sameOrder(original.map(idOf), modified.map(idOf)))) {
    patch[`$setElementOrder/${key}`] = modified.map((item) => ({ [mergeKey]: idOf(item) ?? null }));
  }
}

function diffScalarList(patch: MutableObject, key: string, original: readonly Json[], modified: readonly Json[], options: DiffOptions): void {
  const added = options.onlyDeletions ? [] : modified.filter((item) => !original.includes(item));
  const gone = options.ignoreDeletions ? [] : original.filter((item) => !modified.includes(item));
  if (added.length > 0) patch[key] = added;
  if (gone.length > 0) patch[`$deleteFromPrimitiveList/${key}`] = gone;
  if (added.length > 0 || gone.length > 0 || (!options.onlyDeletions && !sameOrder(original, modified))) patch[`$setElementOrder/${key}`] = modified;
}

/** Whether those of `modified` that the original has stand in the original's order. */
function sameOrder(original: readonly (Json | undefined)[], modified: readonly (Json | undefined)[]): boolean {
  let last = -1;
  for (const item of modified) {
    const at = original.findIndex((one) => one !== undefined && item !== undefined && deepEqual(one, item));
    if (at < 0) continue;
    if (at < last) return false;
    last = at;
  }
  return true;
}

/** Lays the patch of changes over the patch of deletions; lists that are merged by key are joined by key. */
function joinPatches(deletions: JsonObject, changes: JsonObject, schema: TypeSchema | null): JsonObject {
  const joined: MutableObject = { ...deletions };
  for (const [key, value] of Object.entries(changes)) {
    const there = joined[key];
    const { type } = childType(schema, key);
    const list = mergedList(type);
    if (isJsonObject(there) && isJsonObject(value)) joined[key] = joinPatches(there, value, type);
    else if (Array.isArray(there) && Array.isArray(value) && list !== null && !key.startsWith("$")) joined[key] = joinLists(there as readonly Json[], value as readonly Json[], list);
    else joined[key] = value;
  }
  return joined;
}

function joinLists(deletions: readonly Json[], changes: readonly Json[], list: ListSchema): readonly Json[] {
  const mergeKey = list.mergeKey ?? "";
  const rest = [...deletions];
  const joined = changes.map((change) => {
    if (!isJsonObject(change)) return change;
    const at = rest.findIndex((one) => isJsonObject(one) && deepEqual(one[mergeKey], change[mergeKey]));
    const [deletion] = at < 0 ? [] : rest.splice(at, 1);
    return isJsonObject(deletion) ? joinPatches(deletion, change, list.items) : change;
  });
  return [...joined, ...rest.filter((one) => isJsonObject(one) || !joined.includes(one))];
}

/**
 * The strategic merge patch that brings `current` to what `modified` says, and takes away what `original` (the last applied) said and
 * `modified` no longer does. Fields that others set stay. Empty when there is nothing to do.
 */
export function threeWayPatch(original: JsonObject, modified: JsonObject, current: JsonObject, schema: ObjectSchema | null): JsonObject {
  const changes = diffMaps(current, modified, schema, { onlyDeletions: false, ignoreDeletions: true });
  const deletions = diffMaps(original, modified, schema, { onlyDeletions: true, ignoreDeletions: false });
  return joinPatches(deletions, changes, schema);
}
