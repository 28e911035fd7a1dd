// Follows apimachinery/pkg/util/managedfields/scalehandler.go: server-side apply to the scale of an object.
import { difference, isEmptySet, intersection, setOfPath, type FieldSet } from "../../apimachinery/fieldSet.ts";
import { entriesOf, inOrder, withEntries, type ManagedFieldsEntry } from "../../apimachinery/managedFields.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { serverSideApply } from "../../apimachinery/serverSideApply.ts";
import { badRequest } from "../../apimachinery/statusErrors.ts";
import { decodeObject } from "../../apimachinery/schema/decode.ts";
import type { JsonObject } from "../../base/json.ts";
import { schemas } from "../../kinds/schemaTable.ts";
import { scaleOf } from "../encode/scale.ts";
import { refuse, workOf, type RequestContext, type Target } from "../requestContext.ts";
import { withoutTime } from "./trackFields.ts";
import type { SubresourceHandler } from "../subresources/define.ts";
import { parseBool } from "../verbs/listOptions.ts";

const scale = { group: "autoscaling", version: "v1", kind: "Scale" };
const scaleVersion = "autoscaling/v1";
const replicas: FieldSet = setOfPath(["f:spec", "f:replicas"]);

/** The object with the replicas that the configuration of its scale names, and with their owner; the object itself where nothing changes. */
export function scaleApplied(rc: RequestContext, target: Target, old: KubeObject, handler: SubresourceHandler): KubeObject {
  const schema = schemas.object(handler.body?.schema ?? "");
  if (schema === null) throw new Error("no schema of Scale");
  const work = workOf(rc);
  const before = entriesOf(old as unknown as JsonObject);
  const live = withEntries(scaleOf(target.resource.kind, old), before.filter(ownsReplicas).map((entry) => ({ ...entry, apiVersion: scaleVersion, fieldsV1: replicas })));
  const result = serverSideApply({
    schema, gvk: scale, live, applied: work.input, manager: work.manager, subresource: target.subresource, force: parseBool(rc.request.query["force"] ?? ""), nowUs: rc.nowUs, resetFields: [],
  });
  if (!result.ok) refuse(result.answer);
  if (result.value === live) return old;
  const decoded = decodeObject(schema, { ...result.value, kind: scale.kind, apiVersion: scaleVersion }, "Ignore");
  if (!decoded.ok) refuse(badRequest(decoded.message));
  const scaled = handler.merge(rc, target, old, decoded.value as unknown as JsonObject);
  const entries = entriesAfter(before, entriesOf(result.value), target.resource.apiVersion);
  return withEntries(scaled as unknown as JsonObject, entries) as unknown as KubeObject;
}

/** Who owned the replicas and does not own them in the scale any more has lost them; who is new in the scale has them, in the object's version and without a time, as upstream forgets it. */
function entriesAfter(before: readonly ManagedFieldsEntry[], inScale: readonly ManagedFieldsEntry[], apiVersion: string): readonly ManagedFieldsEntry[] {
  const owners = inScale.filter(ownsReplicas);
  const kept = before.flatMap((entry) => {
    if (!ownsReplicas(entry) || owners.some((owner) => isSame(owner, entry))) return [entry];
    const fieldsV1 = difference(entry.fieldsV1, replicas);
    return isEmptySet(fieldsV1) ? [] : [{ ...entry, fieldsV1 }];
  });
  const fresh = owners.filter((owner) => !before.some((entry) => ownsReplicas(entry) && isSame(owner, entry))).map((owner) => ({ ...withoutTime(owner), apiVersion, fieldsV1: replicas }));
  return inOrder([...kept, ...fresh]);
}

function ownsReplicas({ fieldsV1 }: ManagedFieldsEntry): boolean {
  return !isEmptySet(intersection(fieldsV1, replicas));
}

function isSame(a: ManagedFieldsEntry, b: ManagedFieldsEntry): boolean {
  return a.manager === b.manager && a.operation === b.operation && (a.subresource ?? "") === (b.subresource ?? "");
}
