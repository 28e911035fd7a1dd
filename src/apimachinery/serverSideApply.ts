import { deepEqual } from "../base/deepEqual.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { bornObject, compareObjects, fieldsOf } from "./fieldCompare.ts";
import { difference, emptySet, type FieldSet, intersection, isEmptySet, paths, pathText, setOfPath, union } from "./fieldSet.ts";
import type { GroupVersionKind } from "./gvk.ts";
import { apiVersionOf } from "./gvk.ts";
import { entriesOf, entryFor, inOrder, type ManagedFieldsEntry, type OtherVersion, unowned, withEntries, withoutManagedFields, withoutPaths } from "./managedFields.ts";
import { unchangedSinceLastApplied, withLastApplied } from "./lastApplied.ts";
import type { ObjectSchema } from "./schema/types.ts";
import { applyConflict, badRequest, plainError, type StatusAnswer } from "./statusErrors.ts";
import { formatTime } from "./timestamp.ts";
import { prunedAcrossVersions } from "./versionedPruning.ts";
import { mergeTyped, removeItems, typedErrors, withNamedFields } from "./typedMerge.ts";

// Follows structured-merge-diff/merge/update.go and apimachinery/pkg/util/managedfields: server-side apply.

export interface Apply {
  readonly schema: ObjectSchema;
  readonly gvk: GroupVersionKind;
  /** null: the apply creates the object. */
  readonly live: JsonObject | null;
  /** The configuration as it was sent. */
  readonly applied: Json;
  readonly manager: string;
  readonly subresource: string;
  readonly force: boolean;
  readonly nowUs: number;
  /** Paths that the strategy resets. */
  readonly resetFields: readonly (readonly string[])[];
  readonly otherVersion?: (apiVersion: string) => OtherVersion | null;
}
export type Applied =
  /** Still to be decoded, defaulted and validated; the live object itself where nothing changed. */
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly answer: StatusAnswer };

const beforeFirstApply = "before-first-apply";

/** Lays the configuration over the live object, and answers whom it took what. */
export function serverSideApply(apply: Apply): Applied {
  const { schema, gvk, applied } = apply;
  const refused = refusal(apply);
  if (refused !== null) return { ok: false, answer: refused };
  const config = applied as JsonObject;
  const errors = typedErrors(schema, config);
  if (errors.length > 0) {
    const metadata = (config["metadata"] ?? {}) as JsonObject;
    const said = errors.length === 1 ? (errors[0] ?? "") : `errors:\n${errors.map((error) => `  ${error}`).join("\n")}`;
    const name = `${String(metadata["namespace"] ?? "")}/${String(metadata["name"] ?? "")}`;
    return { ok: false, answer: plainError(`failed to create typed patch object (${name}; ${gvk.group}/${gvk.version}, Kind=${gvk.kind}): ${said}`) };
  }
  const live = withoutManagedFields(apply.live ?? bornObject(schema));
  const entries = apply.live === null ? [] : entriesBefore(apply, live);
  const own = entries.find((entry) => entry.operation === "Apply" && entry.manager === apply.manager && (entry.subresource ?? "") === apply.subresource);
  const last = own?.fieldsV1 ?? emptySet;
  const named = fieldsOf(schema, config);
  const others = entries.filter((entry) => entry !== own);
  const merged = pruned(apply, mergeTyped(schema, live, config), own, others, named);
  const comparison = compareObjects(schema, live, merged);
  const taken = difference(comparison.taken, unowned);
  const changes = (entry: ManagedFieldsEntry): Changes => changesOf(apply, entry, live, merged) ?? { taken, removed: comparison.removed };
  const conflicts = apply.force ? [] : withoutOwnOnes(apply, others.flatMap((entry) => conflictsWith(entry, changes(entry).taken)));
  if (conflicts.length > 0) return { ok: false, answer: conflictAnswer(conflicts) };
  const mine = withoutPaths(difference(named, unowned), apply.resetFields);
  const kept = others.map((entry) => lose(entry, union(changes(entry).taken, changes(entry).removed))).filter((entry) => !isEmptySet(entry.fieldsV1));
  const changed = !deepEqual(live, merged) || !deepEqual(mine, last);
  const time = changed || own?.time === undefined ? formatTime(apply.nowUs) : own.time;
  const entry: ManagedFieldsEntry = { ...entryFor({ ...apply, apiVersion: apiVersionOf(gvk) }, "Apply", mine), time };
  const value = withEntries(apply.live !== null && !changed ? apply.live : merged, inOrder(isEmptySet(mine) ? kept : [...kept, entry]));
  return { ok: true, value: apply.manager === kubectl ? withLastApplied(value, config) : value };
}

/** Who goes over from kubectl's client-side apply to the server's meets no conflict with what he applied himself and nobody has changed. */
const kubectl = "kubectl";

function withoutOwnOnes({ schema, gvk, live, manager }: Apply, conflicts: readonly Conflict[]): readonly Conflict[] {
  if (manager !== kubectl || live === null || conflicts.length === 0) return conflicts;
  const unchanged = unchangedSinceLastApplied(schema, live, apiVersionOf(gvk));
  return unchanged === null ? conflicts : conflicts.filter(({ path }) => !isEmptySet(difference(setOfPath(path), unchanged)));
}

function refusal(apply: Apply): StatusAnswer | null {
  const { applied, gvk } = apply;
  if (!isJsonObject(applied)) return badRequest("error decoding YAML: error converting YAML to JSON: expected an object");
  const metadata = applied["metadata"];
  if (isJsonObject(metadata) && metadata["managedFields"] !== undefined && metadata["managedFields"] !== null) return badRequest("metadata.managedFields must be nil");
  const expected = apiVersionOf(gvk);
  if (applied["apiVersion"] !== expected) return badRequest(`Incorrect version specified in apply patch. Specified patch version: ${String(applied["apiVersion"] ?? "")}, expected: ${expected}`);
  return null;
}

/** An object that nobody tracked belongs, as it is, to those who wrote before the first apply. */
function entriesBefore(apply: Apply, live: JsonObject): readonly ManagedFieldsEntry[] {
  const entries = entriesOf(apply.live);
  if (entries.length > 0) return entries;
  const all = difference(compareObjects(apply.schema, bornObject(apply.schema), live).taken, unowned);
  return [{ ...entryFor({ manager: beforeFirstApply, subresource: "", nowUs: apply.nowUs, apiVersion: apiVersionOf(apply.gvk) }, "Update", all) }];
}

/** Without what the applier named last time and nobody names now. */
function pruned({ schema, gvk, otherVersion }: Apply, merged: JsonObject, own: ManagedFieldsEntry | undefined, others: readonly ManagedFieldsEntry[], named: FieldSet): JsonObject {
  if (own === undefined || isEmptySet(own.fieldsV1)) return merged;
  const apiVersion = apiVersionOf(gvk);
  if (otherVersion !== undefined && [own, ...others].some((entry) => entry.apiVersion !== apiVersion)) return prunedAcrossVersions({ apiVersion, schema, merged, last: own, owners: [...others, { apiVersion, fieldsV1: named }], otherVersion });
  const before = withNamedFields(schema, own.fieldsV1);
  let held: FieldSet = named;
  for (const { fieldsV1 } of others) held = union(held, fieldsV1);
  const present = withNamedFields(schema, fieldsOf(schema, merged));
  const gone = intersection(difference(before, withNamedFields(schema, held)), present);
  return removeItems(schema, merged, gone) as JsonObject;
}

interface Changes {
  readonly taken: FieldSet;
  readonly removed: FieldSet;
}

/** What changes in the version that an owner wrote in; null where that is the applied one. */
function changesOf(apply: Apply, entry: ManagedFieldsEntry, live: JsonObject, merged: JsonObject): Changes | null {
  const other = entry.apiVersion === apiVersionOf(apply.gvk) ? null : (apply.otherVersion?.(entry.apiVersion) ?? null);
  if (other === null || apply.live === null) return null;
  const comparison = compareObjects(other.schema, other.convert(live), other.convert(merged));
  return { taken: difference(comparison.taken, unowned), removed: comparison.removed };
}

interface Conflict {
  readonly manager: string;
  readonly path: readonly string[];
}
function conflictsWith(entry: ManagedFieldsEntry, taken: FieldSet): readonly Conflict[] {
  const lost = intersection(entry.fieldsV1, taken);
  if (isEmptySet(lost)) return [];
  const subresource = entry.subresource === undefined ? "" : ` with subresource ${JSON.stringify(entry.subresource)}`;
  const manager = `${JSON.stringify(entry.manager)}${subresource}${entry.operation === "Update" ? ` using ${entry.apiVersion}` : ""}`;
  return paths(lost).map((path) => ({ manager, path }));
}

function conflictAnswer(conflicts: readonly Conflict[]): StatusAnswer {
  const sorted = [...conflicts].sort((a, b) => (a.manager < b.manager ? -1 : a.manager > b.manager ? 1 : 0));
  const causes = sorted.map(({ manager, path }) => ({ reason: "FieldManagerConflict", message: `conflict with ${manager}`, field: pathText(path) }));
  const [only] = sorted;
  if (only !== undefined && sorted.length === 1) return applyConflict(`Apply failed with 1 conflict: conflict with ${only.manager}: ${pathText(only.path)}`, causes);
  const lines: string[] = [];
  let manager = "";
  for (const conflict of sorted) {
    if (conflict.manager !== manager) lines.push(`conflicts with ${(manager = conflict.manager)}:`);
    lines.push(`- ${pathText(conflict.path)}`);
  }
  return applyConflict(`Apply failed with ${sorted.length} conflicts: ${lines.join("\n")}`, causes);
}

function lose(entry: ManagedFieldsEntry, lost: FieldSet): ManagedFieldsEntry {
  const rest = difference(entry.fieldsV1, lost);
  return rest === entry.fieldsV1 ? entry : { ...entry, fieldsV1: rest };
}
