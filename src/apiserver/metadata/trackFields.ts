import { trackUpdate } from "../../apimachinery/managedFields.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { JsonObject } from "../../base/json.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import { schemas } from "../../kinds/schemaTable.ts";
import { targetOf, workOf, type RequestContext } from "../requestContext.ts";

/** Subresources whose writes upstream does not track. */
const untracked = new Set(["binding", "eviction", "token"]);

/** Notes in managedFields which fields this writer set: before admission and strategy, whose changes belong to nobody. */
export function trackFields(rc: RequestContext): void {
  const work = workOf(rc);
  const { resource, subresource } = targetOf(rc);
  // Server-side apply has noted its own.
  if (work.operation === "DELETE" || work.object === null || work.applied || untracked.has(subresource)) return;
  const schema = schemas.object(resource.kind.schema);
  if (schema === null) return;
  work.object = trackUpdate({
    schema, live: work.old as unknown as JsonObject | null, next: work.object as unknown as JsonObject, manager: work.manager, apiVersion: resource.apiVersion, subresource,
    nowUs: rc.nowUs, resetFields: resetFieldsOf(resource.kind, subresource),
  }) as unknown as KubeObject;
}

const status: readonly (readonly string[])[] = [["status"]];
const spec: readonly (readonly string[])[] = [["spec"]];
const none: readonly (readonly string[])[] = [];

/** Spec and status have separate writers. */
export function resetFieldsOf(kind: KindDefinition, subresource: string): readonly (readonly string[])[] {
  if (subresource === "status") return spec;
  return kind.subresources.includes("status") ? status : none;
}
