import { extended } from "../base/extended.ts";
import { deepEqual } from "../base/deepEqual.ts";
import type { Json, JsonObject } from "../base/json.ts";
import type { Comparison } from "./changeShape.ts";
import { bornObject, compareOwned, unownedOfMetadata } from "./fieldCompare.ts";
import { difference, type FieldSet, intersection, isEmptySet, union, withoutPath } from "./fieldSet.ts";
import type { ObjectSchema } from "./schema/types.ts";
import { formatTime } from "./timestamp.ts";

// Follows apimachinery/pkg/util/managedfields and structured-merge-diff/merge/update.go. Who wrote which field, kept in metadata.managedFields.

export interface ManagedFieldsEntry {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly time?: string;
  readonly fieldsType: "FieldsV1";
  readonly fieldsV1: FieldSet;
  readonly subresource?: string;
}

/** Another version of the written kind: owners who wrote in that lose what changed there. */
export interface OtherVersion {
  readonly schema: ObjectSchema;
  /** An object of the written version in this one. */
  convert(object: JsonObject): JsonObject;
  /** One of this version in the written one. */
  revert(object: JsonObject): JsonObject;
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
  /** Where the kind has several versions; null for one that is not served. */
  readonly otherVersion?: (apiVersion: string) => OtherVersion | null;
}

const maxUpdaters = 10;
const ancientManager = "ancient-changes";

/** What no writer can own, as a set. */
export const unowned: FieldSet = {
  "f:apiVersion": {}, "f:kind": {},
  "f:metadata": { ".": {}, ...Object.fromEntries([...unownedOfMetadata].map((name) => [`f:${name}`, {}])) },
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
  if (live === null && current.length === 0) {
    const { taken } = compareOwned(write.schema, bornObject(write.schema), next, write.resetFields);
    return withEntries(next, isEmptySet(taken) ? [] : onlyEntry(write, taken));
  }
  const comparison = compareOwned(write.schema, live ?? bornObject(write.schema), next, write.resetFields);
  const { taken } = comparison;
  const entries: ManagedFieldsEntry[] = [];
  let same = true;
  let own: ManagedFieldsEntry | null = null;
  for (const entry of current) {
    if (own === null && isOf(entry, write, "Update")) {
      own = entry;
      continue;
    }
    const left = entry.apiVersion === write.apiVersion || write.otherVersion === undefined ? withoutLost(entry, comparison) : lostElsewhere(entry, write, write.otherVersion);
    same &&= left === entry;
    if (!isEmptySet(left.fieldsV1)) entries.push(left);
  }
  const fields = own === null ? taken : comparison.forOwner(own.fieldsV1, ownedAfter);
  if (!isEmptySet(taken)) entries.push(onlyEntry(write, fields)[0]);
  else if (own !== null) {
    same &&= fields === own.fieldsV1;
    if (!isEmptySet(fields)) entries.push(fields === own.fieldsV1 ? own : { ...own, fieldsV1: fields });
  }
  return withEntries(next, isEmptySet(taken) && same ? current : inOrder(capped(entries)));
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

/** The set without all that is at or below these paths of fields. */
export function withoutPaths(set: FieldSet, paths: readonly (readonly string[])[]): FieldSet {
  let out = set;
  for (const path of paths) out = withoutPath(out, path);
  return out;
}

/** The same for an entry of another version. */
function lostElsewhere(entry: ManagedFieldsEntry, write: Write, otherVersion: NonNullable<Write["otherVersion"]>): ManagedFieldsEntry {
  const other = otherVersion(entry.apiVersion);
  if (other === null || write.live === null) return entry;
  return withoutLost(entry, compareOwned(other.schema, other.convert(write.live), other.convert(write.next), write.resetFields));
}

/** What the writer owns now who owned this before. */
function ownedAfter(before: FieldSet, comparison: Comparison): FieldSet {
  return union(difference(before, comparison.removed), comparison.taken);
}

function leftAfter(before: FieldSet, comparison: Comparison): FieldSet {
  return difference(difference(before, intersection(before, comparison.taken)), comparison.removed);
}

/** A manager keeps neither what somebody else has changed nor what is gone. */
function withoutLost(entry: ManagedFieldsEntry, comparison: Comparison): ManagedFieldsEntry {
  const rest = comparison.forOthers(entry.fieldsV1, leftAfter);
  return rest === entry.fieldsV1 ? entry : { ...entry, fieldsV1: rest };
}

function isOf(entry: ManagedFieldsEntry, write: Write, operation: "Apply" | "Update"): boolean {
  return entry.manager === write.manager && entry.operation === operation && entry.apiVersion === write.apiVersion && (entry.subresource ?? "") === write.subresource;
}

/** An entry with its members in upstream's order. */
export function entryFor(write: Pick<Write, "manager" | "apiVersion" | "subresource" | "nowUs">, operation: "Apply" | "Update", fieldsV1: FieldSet): ManagedFieldsEntry {
  const { manager, apiVersion, subresource } = write;
  const time = formatTime(write.nowUs);
  return subresource === "" ? { manager, operation, apiVersion, time, fieldsType: "FieldsV1", fieldsV1 } : { manager, operation, apiVersion, time, fieldsType: "FieldsV1", fieldsV1, subresource };
}

type OneEntry = readonly [ManagedFieldsEntry];
/** By what they own: many objects of one shape are written within a second, and what is shared is hashed once. */
const lastEntries = new WeakMap<FieldSet, OneEntry>();

/** The writer's entry, in a list of its own; that of the write before where it says the same. */
function onlyEntry(write: Write, fieldsV1: FieldSet): OneEntry {
  const last = lastEntries.get(fieldsV1);
  const entry = entryFor(write, "Update", fieldsV1);
  if (last !== undefined && last[0].time === entry.time && isOf(last[0], write, "Update")) return last;
  const made: OneEntry = [entry];
  lastEntries.set(fieldsV1, made);
  return made;
}

/** More than ten updaters: the oldest of a version are thrown together. */
function capped(entries: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] {
  if (entries.length <= maxUpdaters) return entries;
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
  for (let at = 1; at < entries.length; at++) {
    if (compareEntries(entries[at - 1] as ManagedFieldsEntry, entries[at] as ManagedFieldsEntry) > 0) return [...entries].sort(compareEntries);
  }
  return entries;
}

function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return compareText(a.operation, b.operation) || compareText(a.time ?? "", b.time ?? "") || compareText(a.manager, b.manager)
    || compareText(a.apiVersion, b.apiVersion) || compareText(a.subresource ?? "", b.subresource ?? "");
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
  return extended(object, { metadata: extended(metadata, { managedFields: encoded }) });
}
