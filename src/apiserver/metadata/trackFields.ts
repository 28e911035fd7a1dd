import { entriesOf, inOrder, trackUpdate, withEntries, type ManagedFieldsEntry } from "../../apimachinery/managedFields.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { ObjectSchema } from "../../apimachinery/schema/types.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import { schemas } from "../../kinds/schemaTable.ts";
import { forOtherOwners, inVersion } from "../versions.ts";
import { targetOf, workOf, type RequestContext } from "../requestContext.ts";

/** Subresources whose writes upstream does not track. */
const untracked = new Set(["binding", "eviction", "token"]);

/** Notes in managedFields which fields this writer set: before admission and strategy, whose changes belong to nobody. */
export function trackFields(rc: RequestContext): void {
  const work = workOf(rc);
  const { resource, subresource } = targetOf(rc);
  // Server-side apply has noted its own.
  if (work.operation === "DELETE" || work.object === null || work.applied || untracked.has(subresource)) return;
  const schema = schemas.object(resource.schema);
  if (schema === null) return;
  work.object = trackUpdate({
    schema, live: (work.old === null ? null : inVersion(resource, work.old)) as unknown as JsonObject | null, next: work.object as unknown as JsonObject, manager: work.manager, apiVersion: resource.apiVersion, subresource,
    nowUs: rc.nowUs, resetFields: withAbsentLists(resetFieldsOf(resource.kind, subresource), schema, rc.request.body, work.operation), ...forOtherOwners(rc, resource),
  }) as unknown as KubeObject;
  if (subresource === "scale") work.object = untimedScale(work.object);
}

/** Upstream forgets when somebody set the scale. Follows apimachinery/pkg/util/managedfields/scalehandler.go. */
function untimedScale(object: KubeObject): KubeObject {
  const entries = entriesOf(object as unknown as JsonObject);
  if (!entries.some((entry) => entry.subresource === "scale" && entry.time !== undefined)) return object;
  return withEntries(object as unknown as JsonObject, inOrder(entries.map((entry) => (entry.subresource === "scale" ? withoutTime(entry) : entry)))) as unknown as KubeObject;
}

export function withoutTime(entry: ManagedFieldsEntry): ManagedFieldsEntry {
  const { time: _time, ...rest } = entry;
  return rest;
}

/** Lists that are always there inside: who left them out of what he created has not set them. */
function withAbsentLists(paths: readonly (readonly string[])[], schema: ObjectSchema, body: Json, operation: string): readonly (readonly string[])[] {
  if (operation !== "CREATE" || !isJsonObject(body)) return paths;
  let out: (readonly string[])[] | null = null;
  for (const { name, type } of schema.alwaysPresent) if (type.type === "list" && body[name] === undefined) (out ??= [...paths]).push([name]);
  return out ?? paths;
}

const status: readonly (readonly string[])[] = [["status"]];
const spec: readonly (readonly string[])[] = [["spec"]];
const none: readonly (readonly string[])[] = [];

/** Spec and status have separate writers. */
export function resetFieldsOf(kind: KindDefinition, subresource: string): readonly (readonly string[])[] {
  if (subresource === "status") return spec;
  return kind.subresources.includes("status") ? status : none;
}
