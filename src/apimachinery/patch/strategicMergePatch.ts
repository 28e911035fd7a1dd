import { copyToExtend } from "../../base/extended.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { goPrint } from "../goFormat.ts";
import { setOwn } from "../schema/decode.ts";
import type { FieldSchema, ListSchema, ObjectSchema, TypeSchema } from "../schema/types.ts";
import { badRequest, failure, plainError, type StatusAnswer } from "../statusErrors.ts";
import { normalizeOrder, sameElement } from "./elementOrder.ts";
import { cannotUnmarshal, type PatchResult } from "./patchResult.ts";

// Follows apimachinery/pkg/util/strategicpatch/patch.go, on the server's side: lists merge by their merge key, and directives steer it:
//   $patch: replace | delete | merge      $retainKeys: [keys]
//   $setElementOrder/<list>: [...]        $deleteFromPrimitiveList/<list>: [...]

const patchDirective = "$patch";
const retainKeysDirective = "$retainKeys";
const orderPrefix = "$setElementOrder/";
const dollar = "$".charCodeAt(0);
const deletePrefix = "$deleteFromPrimitiveList/";

class Refused extends Error {
  readonly answer: StatusAnswer;
  constructor(answer: StatusAnswer) {
    super();
    this.answer = answer;
  }
}
const refusePlain = (message: string): Refused => new Refused(plainError(message));
const refuseFormat = (message: string): Refused => new Refused(badRequest(message));

/** Applies a strategic merge patch by the schema of the object's kind. */
export function applyStrategicMergePatch(schema: ObjectSchema, object: JsonObject, patch: Json): PatchResult {
  if (!isJsonObject(patch)) return { ok: false, answer: badRequest(`error decoding patch: ${cannotUnmarshal(patch, "map[string]interface {}")}`) };
  try {
    return { ok: true, value: mergeMap(object, patch, schema) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, answer: error.answer };
    throw error;
  }
}

/** What a key of an object of this type leads to; null where the schema knows nothing. */
function fieldOf(schema: TypeSchema | null, key: string): { readonly type: TypeSchema; readonly field: FieldSchema | null } | null {
  if (schema === null) return null;
  if (schema.type === "map") return { type: schema.values, field: null };
  const field = schema.type === "object" ? schema.fields.get(key) : undefined;
  return field === undefined ? null : { type: field.type, field };
}

function mergeMap(original: JsonObject, patch: JsonObject, schema: TypeSchema | null): JsonObject {
  const directive = patch[patchDirective];
  if (directive !== undefined) {
    if (directive === "replace") return withoutKey(patch, patchDirective);
    if (directive === "delete") return {};
    throw refusePlain(`unknown patch type: ${goPrint(directive)} in map: ${goPrint(patch)}`);
  }
  const out: Record<string, Json> = copyToExtend(retainKeys(original, patch));
  if (!hasDirectives(patch)) {
    let gone = false;
    for (const key in patch) gone = mergeKey(out, key, patch[key] ?? null, schema) || gone;
    return gone ? withoutGone(out) : out;
  }
  const done = new Set<string>([retainKeysDirective]);
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(orderPrefix)) continue;
    done.add(key);
    const name = key.slice(orderPrefix.length);
    if (orderedList(out, patch, name, patch[key] ?? null, schema)) done.add(name);
  }
  let gone = false;
  for (const key of Object.keys(patch)) {
    if (done.has(key)) continue;
    const change = patch[key] ?? null;
    if (key.startsWith(deletePrefix)) deleteFromList(out, key.slice(deletePrefix.length), change);
    else gone = mergeKey(out, key, change, schema) || gone;
  }
  return gone ? withoutGone(out) : out;
}

/** What is marked as gone goes. Not by `delete`, which would make the object, and its later copies, one of the engine's slow ones. */
function withoutGone(marked: Readonly<Record<string, Json | undefined>>): JsonObject {
  const out: Record<string, Json> = {};
  for (const key in marked) {
    const value = marked[key];
    if (value !== undefined) setOwn(out, key, value);
  }
  return out;
}

function hasDirectives(patch: JsonObject): boolean {
  for (const key in patch) if (key.charCodeAt(0) === dollar) return true;
  return false;
}

/** True where the key is to go: it is marked by undefined until all is merged. */
function mergeKey(out: Record<string, Json>, key: string, change: Json, schema: TypeSchema | null): boolean {
  if (change === null) {
    if (!Object.hasOwn(out, key)) return false;
    setOwn(out, key, undefined as unknown as Json);
    return true;
  }
  const before = Object.hasOwn(out, key) ? out[key] : undefined;
  if (before === undefined || before === null) {
    setOwn(out, key, withoutDirectives(change));
    return false;
  }
  const found = fieldOf(schema, key);
  if (isJsonObject(before) && isJsonObject(change)) {
    setOwn(out, key, found?.field?.patchStrategy === "replace" ? change : mergeMap(before, change, found?.type ?? null));
  } else if (Array.isArray(before) && Array.isArray(change)) {
    setOwn(out, key, mergeList(before, change, found?.type.type === "list" ? found.type : null));
  } else setOwn(out, key, withoutDirectives(change));
  return false;
}

/** $retainKeys: of the original only these keys stay; the patch may not bring others. */
function retainKeys(original: JsonObject, patch: JsonObject): JsonObject {
  const directive = patch[retainKeysDirective];
  if (directive === undefined) return original;
  if (!Array.isArray(directive)) throw refuseFormat("invalid patch format of retainKeys");
  const kept = new Set((directive as readonly Json[]).filter((key) => typeof key === "string"));
  for (const key of Object.keys(patch)) {
    if (!key.startsWith("$") && patch[key] !== null && !kept.has(key)) throw refuseFormat("invalid patch format of retainKeys");
  }
  const out: Record<string, Json> = {};
  for (const key of Object.keys(original)) if (kept.has(key)) setOwn(out, key, original[key] ?? null);
  return out;
}

/** $setElementOrder: merges the list of that name and sorts it. False where there is no such list on either side. */
function orderedList(out: Record<string, Json>, patch: JsonObject, name: string, order: Json, schema: TypeSchema | null): boolean {
  if (!Array.isArray(order)) throw refuseFormat("invalid patch format of setElementOrder list");
  const wanted = order as readonly Json[];
  const before = Object.hasOwn(out, name) ? out[name] : undefined;
  const change = Object.hasOwn(patch, name) ? patch[name] : undefined;
  if (before === undefined && (change === undefined || change === null)) return false;
  if ((before !== undefined && !Array.isArray(before)) || (change !== undefined && !Array.isArray(change))) return false;
  const type = fieldOf(schema, name)?.type;
  const list = type?.type === "list" ? type : null;
  const key = list?.mergeKey ?? "";
  const changes = (change ?? []) as readonly Json[];
  checkOrder(changes, wanted, key);
  const existing = (before ?? []) as readonly Json[];
  const merged = change === undefined ? existing : before === undefined ? (withoutDirectives(changes) as readonly Json[]) : mergedUnordered(existing, changes, list).items;
  setOwn(out, name, normalizeOrder(merged, wanted, existing, key));
  return true;
}

function isDirective(item: Json): boolean {
  return isJsonObject(item) && item[patchDirective] !== undefined;
}

/** What the patch brings must come in the order that it asks for. */
function checkOrder(changes: readonly Json[], wanted: readonly Json[], key: string): void {
  const brought = changes.some(isDirective) ? changes.filter((item) => !isDirective(item)) : changes;
  let at = 0;
  for (const item of wanted) {
    if (at >= brought.length) return;
    if (isJsonObject(item) && key !== "" && item[key] === undefined) throw refusePlain(`map: ${goPrint(item)} does not contain declared merge key: ${key}`);
    if (sameElement(item, brought[at] ?? null, key)) at++;
  }
  if (at < brought.length) throw refusePlain(`The order in patch list:\n${goPrint(changes)}\n doesn't match $setElementOrder list:\n${goPrint(wanted)}\n`);
}

function deleteFromList(out: Record<string, Json>, name: string, gone: Json): void {
  if (!Array.isArray(gone)) throw refuseFormat("invalid patch format of primitive list");
  const before = Object.hasOwn(out, name) ? out[name] : undefined;
  if (!Array.isArray(before)) return;
  const unwanted = gone as readonly Json[];
  setOwn(out, name, (before as readonly Json[]).filter((item) => !unwanted.some((each) => deepEqual(each, item))));
}

function mergeList(original: readonly Json[], patch: readonly Json[], schema: ListSchema | null): readonly Json[] {
  const { items, brought, left, key } = mergedUnordered(original, patch, schema);
  return left === null ? items : normalizeOrder(items, brought, left, key);
}

interface Unordered {
  readonly items: readonly Json[];
  /** What the items were merged of, and come in the order of; null where they are in order. */
  readonly brought: readonly Json[];
  readonly left: readonly Json[] | null;
  readonly key: string;
}

/** The merged items before they are put in order: who orders them by a list of his own need not order them twice. */
function mergedUnordered(original: readonly Json[], patch: readonly Json[], schema: ListSchema | null): Unordered {
  const inOrder = (items: readonly Json[]): Unordered => ({ items, brought: items, left: null, key: "" });
  if (schema === null || schema.mergeKey === null) return inOrder(patch);
  const first = original[0] ?? patch[0];
  if (first === undefined) return inOrder([]);
  if (!isJsonObject(first)) return { items: mergeScalars(original, patch), brought: patch, left: original, key: "" };
  if (Array.isArray(first)) throw new Refused(failure(422, "Invalid", "lists of lists are not supported", {}));
  const key = schema.mergeKey;
  const { original: left, patch: brought, replaced } = applyListDirectives(original, patch, key);
  return replaced ? inOrder(brought) : { items: mergeItems(left, brought, schema, key), brought, left, key };
}

function mergeScalars(original: readonly Json[], patch: readonly Json[]): readonly Json[] {
  const merged: Json[] = [];
  for (const item of [...original, ...patch]) if (!merged.some((each) => deepEqual(each, item))) merged.push(item);
  return merged;
}

/** $patch inside a list: delete takes the item with this key away, replace takes the whole list. */
function applyListDirectives(original: readonly Json[], patch: readonly Json[], key: string): { original: readonly Json[]; patch: readonly Json[]; replaced: boolean } {
  let left = original;
  let replaced = false;
  const brought: Json[] = [];
  for (const item of patch) {
    const directive = isJsonObject(item) ? item[patchDirective] : undefined;
    if (directive === undefined) brought.push(item);
    else if (directive === "replace") replaced = true;
    else if (directive === "delete") {
      const value = (item as JsonObject)[key];
      if (value === undefined) throw refusePlain(`map: ${goPrint(item)} does not contain declared merge key: ${key}`);
      left = left.filter((each) => !isJsonObject(each) || !deepEqual(each[key] ?? null, value));
    } else if (directive === "merge") throw refusePlain("merging lists cannot yet be specified in the patch");
    else throw refusePlain(`unknown patch type: ${goPrint(directive)} in map: ${goPrint(item)}`);
  }
  return { original: left, patch: brought, replaced };
}

function mergeItems(original: readonly Json[], patch: readonly Json[], schema: ListSchema, key: string): readonly Json[] {
  const merged = [...original];
  for (const item of patch) {
    const value = isJsonObject(item) ? item[key] : undefined;
    if (!isJsonObject(item) || value === undefined) throw refusePlain(`map: ${goPrint(item)} does not contain declared merge key: ${key}`);
    const at = placeOf(merged, key, value);
    const found = merged[at];
    if (isJsonObject(found)) merged[at] = mergeMap(found, item, schema.items);
    else merged.push(withoutDirectives(item));
  }
  return merged;
}

function placeOf(items: readonly Json[], key: string, value: Json): number {
  for (let at = 0; at < items.length; at++) {
    const each = items[at];
    if (isJsonObject(each) && deepEqual(each[key] ?? null, value)) return at;
  }
  return -1;
}

function withoutKey(object: JsonObject, gone: string): JsonObject {
  const out: Record<string, Json> = {};
  for (const key in object) if (key !== gone) setOwn(out, key, object[key] ?? null);
  return out;
}

/** What is new takes no instructions along: directives go, and so do nulls, which would only have removed. */
function withoutDirectives(value: Json): Json {
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    return items.filter((item) => !isJsonObject(item) || item[patchDirective] === undefined).map(withoutDirectives);
  }
  if (!isJsonObject(value)) return value;
  const out: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    const child = value[key] ?? null;
    if (child === null || key === patchDirective || key === retainKeysDirective || key.startsWith(orderPrefix) || key.startsWith(deletePrefix)) continue;
    setOwn(out, key, withoutDirectives(child));
  }
  return out;
}
