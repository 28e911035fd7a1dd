import { methodNotAllowed, notFound } from "../../apimachinery/statusErrors.ts";
import type { JsonObject } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { applied, patched } from "../patch.ts";
import { refuse, targetOf, workOf, type Outcome, type RequestContext, type Target } from "../requestContext.ts";
import { objectKeyOf } from "../resources.ts";
import { postedAdmission } from "./admission.ts";
import { subresourceHandler } from "../subresources/index.ts";
import { inVersion } from "../versions.ts";
import { withRevision } from "../watch/objectCache.ts";

/** The stored object, and what the request makes of it. */
export function current(rc: RequestContext, verb: string): string | Outcome {
  const target = targetOf(rc);
  const work = workOf(rc);
  const { resource } = target;
  readStored(rc, target);
  const handler = target.subresource === "" ? null : subresourceHandler(target.subresource);
  if (verb === "create" && handler === null) {
    work.object = work.input as unknown as KubeObject;
    work.old = null;
    work.oldRevision = 0;
    return "new";
  }
  if (handler !== null && verb !== "delete") {
    if (!(handler.methods as readonly string[]).includes(verb)) refuse(methodNotAllowed());
    if (verb === "create") postedAdmission(rc, target, work.input as JsonObject);
    const outcome = verb === "create" ? handler.create?.(rc, target, work.old, work.input as JsonObject) : undefined;
    if (outcome !== undefined && outcome !== null) return outcome;
  }
  const missing = (): never => refuse(notFound({ group: resource.group, resource: resource.plural }, target.name));
  if (verb === "update" && work.old === null && handler === null && resource.kind.strategy.allowCreateOnUpdate) {
    work.object = work.input as unknown as KubeObject;
    work.operation = "CREATE";
    return "absent: creates";
  }
  if (work.applied && work.old === null && handler === null) {
    work.object = applied(rc, target, null, null) as unknown as KubeObject;
    work.operation = "CREATE";
    return "absent: creates";
  }
  const old = work.old ?? missing();
  const version = `revision ${work.oldRevision}`;
  if (verb === "delete") return version;
  if (verb === "patch") {
    if (work.applied) {
      work.object = applied(rc, target, inVersion(resource, old) as unknown as JsonObject, handler) as unknown as KubeObject;
      return version;
    }
    const result = patched(rc, target, handler?.view?.(resource.kind, old) ?? (inVersion(resource, old) as unknown as JsonObject), handler);
    work.object = handler === null ? (result as unknown as KubeObject) : handler.merge(rc, target, old, result);
  } else {
    work.object = handler === null ? (work.input as unknown as KubeObject) : handler.merge(rc, target, old, work.input as JsonObject);
  }
  return version;
}

function readStored(rc: RequestContext, target: Target): void {
  const work = workOf(rc);
  const { resource } = target;
  const item = rc.stored?.item;
  if (item !== undefined) {
    work.old = item === null ? null : withRevision(item.value, item.modRevision);
    work.oldRevision = item?.modRevision ?? 0;
    return;
  }
  work.old = target.name === "" ? null : rc.server.cache.get(resource, objectKeyOf(resource, target.namespace, target.name));
  work.oldRevision = work.old === null ? 0 : Number(work.old.metadata.resourceVersion);
}
