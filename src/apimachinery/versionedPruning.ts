// Follows structured-merge-diff/merge/update.go (prune, addBackOwnedItems, addBackDanglingItems).
import type { JsonObject } from "../base/json.ts";
import { fieldsOf } from "./fieldCompare.ts";
import { difference, emptySet, type FieldSet, intersection, union } from "./fieldSet.ts";
import type { OtherVersion } from "./managedFields.ts";
import type { ObjectSchema } from "./schema/types.ts";
import { removeItems, withNamedFields } from "./typedMerge.ts";

export interface VersionedOwner {
  readonly apiVersion: string;
  readonly fieldsV1: FieldSet;
}

export interface VersionedPruning {
  /** Of the applied version, in which `merged` is. */
  readonly apiVersion: string;
  readonly schema: ObjectSchema;
  readonly merged: JsonObject;
  /** What the applier named last time. */
  readonly last: VersionedOwner;
  /** All others, and the applier as of now. */
  readonly owners: readonly VersionedOwner[];
  readonly otherVersion: (apiVersion: string) => OtherVersion | null;
}

/**
 * The merged object without what the applier named last time and nobody names now, where owners wrote in several versions: each set of
 * fields is looked at in the version that it speaks of. An owner in a version that is not served holds nothing.
 */
export function prunedAcrossVersions(pruning: VersionedPruning): JsonObject {
  const { apiVersion, schema, merged, last } = pruning;
  const versions = new Map<string, OtherVersion>([[apiVersion, { schema, convert: same, revert: same }]]);
  const of = (version: string): OtherVersion | null => {
    const known = versions.get(version) ?? pruning.otherVersion(version);
    if (known !== null) versions.set(version, known);
    return known;
  };
  const first = of(last.apiVersion);
  if (first === null) return merged;
  const held = heldByVersion(pruning.owners);
  const named = withNamedFields(first.schema, last.fieldsV1);
  /** Both in the applied version, between one step and the next. */
  let before = first.convert(merged);
  let after = removeItems(first.schema, before, difference(intersection(named, fieldsIn(first, before)), withNamedFields(first.schema, held.get(last.apiVersion) ?? emptySet))) as JsonObject;
  let at = first;
  for (const [version, fields] of held) {
    const next = version === last.apiVersion ? null : of(version);
    if (next === null) continue;
    before = next.convert(at.revert(before));
    after = next.convert(at.revert(after));
    at = next;
    after = removeItems(at.schema, before, difference(difference(fieldsIn(at, before), fieldsIn(at, after)), withNamedFields(at.schema, fields))) as JsonObject;
  }
  if (at !== first) {
    before = first.convert(at.revert(before));
    after = first.convert(at.revert(after));
  }
  const gone = intersection(difference(fieldsIn(first, before), fieldsIn(first, after)), named);
  return first.revert(removeItems(first.schema, before, gone) as JsonObject);
}

const same = (object: JsonObject): JsonObject => object;

function fieldsIn({ schema }: OtherVersion, object: JsonObject): FieldSet {
  return withNamedFields(schema, fieldsOf(schema, object));
}

function heldByVersion(owners: readonly VersionedOwner[]): ReadonlyMap<string, FieldSet> {
  const held = new Map<string, FieldSet>();
  for (const { apiVersion, fieldsV1 } of owners) held.set(apiVersion, union(held.get(apiVersion) ?? emptySet, fieldsV1));
  return held;
}
