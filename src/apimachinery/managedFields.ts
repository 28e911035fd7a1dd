import { deepEqual } from "../base/deepEqual.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { bornObject, type Comparison, compareObjects, takenBy } from "./fieldCompare.ts";
import { difference, emptySet, type FieldSet, intersection, isEmptySet, union } from "./fieldSet.ts";
import type { ObjectSchema } from "./schema/types.ts";
import { formatTime } from "./timestamp.ts";

// Follows apimachinery/pkg/util/managedfields and structured-merge-diff/merge/update.go. Who wrote which field, kept in metadata.managedFields.

export const honesty = {
  component: "apimachinery/managedFields",
  implemented: [
    "tracking of create, update and patch by manager, operation, apiVersion and subresource", "fields lost to a later writer", "fields that are gone",
    "reset by [{}]", "the cap of ten updaters (ancient-changes)", "metadata that nobody owns",
  ],
  notImplemented: ["conversion of field sets between versions of a kind: a set is kept as it was written"],
} as const;

export interface ManagedFieldsEntry {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly time?: string;
  readonly fieldsType: "FieldsV1";
  readonly fieldsV1: FieldSet;
  readonly subresource?: string;
}

export interface Write {
  readonly schema: ObjectSchema;
  /** null: the write creates the object. */
  readonly live: JsonObject | null;
  /** Decoded and defaulted, before admission and strategy: what they change belongs to nobody. */
  readonly next: JsonObject;
  /** The fieldManager of the request, or the part of the user agent before its "/". */
  readonly manager: string;
  readonly apiVersion: string;
  /** "" for the object itself. */
  readonly subresource: string;
  /** Unix microseconds. */
  readonly nowUs: number;
  /** Paths that the strategy resets, so that the writer cannot own them: ["status"] for the object, ["spec"] for its status. */
  readonly resetFields: readonly (readonly string[])[];
}

const maxUpdaters = 10;
const ancientManager = "ancient-changes";

/** What no writer can own. */
export const unowned: FieldSet = {
  "f:apiVersion": {}, "f:kind": {},
  "f:metadata": {
    ".": {}, "f:name": {}, "f:namespace": {}, "f:creationTimestamp": {}, "f:selfLink": {}, "f:uid": {}, "f:clusterName": {}, "f:generation": {}, "f:managedFields": {},
    "f:resourceVersion": {},
    // The server alone sets these; upstream wipes them from requests before it looks.
    "f:deletionTimestamp": {}, "f:deletionGracePeriodSeconds": {},
  },
};

/** The manager's name of a request: its fieldManager, or the user agent up to the slash. */
export function managerName(fieldManager: string, userAgent: string): string {
  if (fieldManager !== "") return fieldManager;
  const slash = userAgent.indexOf("/");
  const name = slash < 0 ? userAgent : userAgent.slice(0, slash);
  return name === "" ? "unknown" : name.slice(0, 128);
}

export function entriesOf(object: JsonObject | null): readonly ManagedFieldsEntry[] {
  const metadata = object?.["metadata"];
  const entries = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata) ? (metadata as JsonObject)["managedFields"] : undefined;
  if (!Array.isArray(entries)) return [];
  const known = (entries as readonly JsonObject[]).every((entry) => typeof entry["fieldsV1"] === "object" && entry["fieldsV1"] !== null && (entry["operation"] === "Apply" || entry["operation"] === "Update"));
  return known ? (entries as unknown as readonly ManagedFieldsEntry[]) : [];
}

/** [{}]: the writer asks for tracking to be dropped. */
function isReset(object: JsonObject): boolean {
  const metadata = object["metadata"] as JsonObject | undefined;
  const entries = metadata?.["managedFields"];
  return Array.isArray(entries) && entries.length === 1 && Object.keys((entries as readonly JsonObject[])[0] ?? {}).length === 0;
}

/** The object with its managedFields as they are after this create, update or patch. */
export function trackUpdate(write: Write): JsonObject {
  const { live, next } = write;
  const current = write.subresource !== "" ? entriesOf(live) : isReset(next) ? [] : firstNonEmpty(entriesOf(next), entriesOf(live));
  // An object whose tracking was dropped stays untracked until somebody applies it.
  if (live !== null && current.length === 0) return withEntries(next, []);
  const compared = compareObjects(write.schema, live === null ? bornObject(write.schema) : withoutManagedFields(live), withoutManagedFields(next));
  const comparison = withoutFields(compared, write.resetFields);
  const taken = difference(takenBy(comparison), unowned);
  const changed = union(comparison.modified, comparison.added);
  const entries = current.map((entry) => withoutLost(entry, changed, comparison.removed)).filter((entry) => !isEmptySet(entry.fieldsV1));
  if (isEmptySet(taken)) return withEntries(next, same(entries, current) ? current : entries);
  return withEntries(next, inOrder(capped(take(entries, write, taken))));
}

function firstNonEmpty(...lists: readonly (readonly ManagedFieldsEntry[])[]): readonly ManagedFieldsEntry[] {
  return lists.find((list) => list.length > 0) ?? [];
}

/** For comparing: who wrote what is no field of its own. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  const metadata = object["metadata"] as JsonObject | undefined;
  if (metadata === undefined || metadata["managedFields"] === undefined) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

function withoutFields(comparison: Comparison, paths: readonly (readonly string[])[]): Comparison {
  if (paths.length === 0) return comparison;
  return { added: withoutPaths(comparison.added, paths), modified: withoutPaths(comparison.modified, paths), removed: withoutPaths(comparison.removed, paths) };
}

/** The set without all that is at or below these paths of fields. */
export function withoutPaths(set: FieldSet, paths: readonly (readonly string[])[]): FieldSet {
  let out = set;
  for (const path of paths) out = withoutSubtree(out, path.map((name) => `f:${name}`));
  return out;
}

function withoutSubtree(set: FieldSet, path: readonly string[]): FieldSet {
  const [first = "", ...rest] = path;
  if (!Object.hasOwn(set, first)) return set;
  const out: Record<string, Json> = { ...set };
  const below = rest.length === 0 ? emptySet : withoutSubtree(set[first] as FieldSet, rest);
  if (isEmptySet(below)) delete out[first];
  else out[first] = below;
  return out;
}

/** A manager keeps neither what somebody else has changed nor what is gone. */
function withoutLost(entry: ManagedFieldsEntry, changed: FieldSet, removed: FieldSet): ManagedFieldsEntry {
  const lost = intersection(entry.fieldsV1, changed);
  const rest = difference(difference(entry.fieldsV1, lost), removed);
  return rest === entry.fieldsV1 ? entry : { ...entry, fieldsV1: rest };
}

function same(a: readonly ManagedFieldsEntry[], b: readonly ManagedFieldsEntry[]): boolean {
  return a.length === b.length && a.every((entry, at) => entry === b[at]);
}

function isOf(entry: ManagedFieldsEntry, write: Write, operation: "Apply" | "Update"): boolean {
  return entry.manager === write.manager && entry.operation === operation && entry.apiVersion === write.apiVersion && (entry.subresource ?? "") === write.subresource;
}

function take(entries: readonly ManagedFieldsEntry[], write: Write, taken: FieldSet): readonly ManagedFieldsEntry[] {
  const own = entries.find((entry) => isOf(entry, write, "Update"));
  const mine = entryFor(write, "Update", own === undefined ? taken : union(taken, own.fieldsV1));
  return own === undefined ? [...entries, mine] : entries.map((entry) => (entry === own ? mine : entry));
}

/** An entry with its members in upstream's order. */
export function entryFor(write: Pick<Write, "manager" | "apiVersion" | "subresource" | "nowUs">, operation: "Apply" | "Update", fieldsV1: FieldSet): ManagedFieldsEntry {
  const { manager, apiVersion, subresource } = write;
  const entry = { manager, operation, apiVersion, time: formatTime(write.nowUs), fieldsType: "FieldsV1", fieldsV1 } as const;
  return subresource === "" ? entry : { ...entry, subresource };
}

/** More than ten updaters: the oldest of a version are thrown together. */
function capped(entries: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] {
  const updaters = entries.filter((entry) => entry.operation === "Update");
  if (updaters.length <= maxUpdaters) return entries;
  const oldestFirst = [...updaters].sort((a, b) => compareText(a.time ?? "", b.time ?? "") || compareText(a.manager, b.manager));
  let out = [...entries];
  const firstOfVersion = new Map<string, ManagedFieldsEntry>();
  let count = updaters.length;
  for (const entry of oldestFirst) {
    if (count <= maxUpdaters) break;
    const first = firstOfVersion.get(entry.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(entry.apiVersion, entry);
      continue;
    }
    const bucket: ManagedFieldsEntry = {
      manager: ancientManager, operation: "Update", apiVersion: entry.apiVersion, ...(entry.time === undefined ? {} : { time: entry.time }), fieldsType: "FieldsV1",
      fieldsV1: union(entry.fieldsV1, first.fieldsV1),
    };
    out = out.filter((each) => each !== entry).map((each) => (each === first ? bucket : each));
    firstOfVersion.set(entry.apiVersion, bucket);
    count--;
  }
  return out;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Applies before updates, then by time, manager, version and subresource. */
export function inOrder(entries: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] {
  return [...entries].sort(
    (a, b) => compareText(a.operation, b.operation) || compareText(a.time ?? "", b.time ?? "") || compareText(a.manager, b.manager)
      || compareText(a.apiVersion, b.apiVersion) || compareText(a.subresource ?? "", b.subresource ?? ""),
  );
}

/** The object with these entries; without any, without the field. */
export function withEntries(object: JsonObject, entries: readonly ManagedFieldsEntry[]): JsonObject {
  const metadata = (object["metadata"] ?? {}) as JsonObject;
  const present = metadata["managedFields"];
  if (entries.length === 0) {
    if (present === undefined) return object;
    const { managedFields: _, ...rest } = metadata;
    return { ...object, metadata: rest };
  }
  const encoded = entries as unknown as Json;
  if (present === encoded || (present !== undefined && deepEqual(present, encoded))) return object;
  return { ...object, metadata: { ...metadata, managedFields: encoded } };
}
