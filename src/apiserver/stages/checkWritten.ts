import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { targetOf, workOf, type RequestContext } from "../requestContext.ts";
import { checkCreatedByName, checkNamespace, checkUpdate } from "./strategy.ts";

/** Name, namespace, uid and version of what was sent, before anybody changes it. */
export function checkWritten(rc: RequestContext): void {
  const target = targetOf(rc);
  const work = workOf(rc);
  const object = work.object as KubeObject;
  if (work.operation === "CREATE") checkNamespace(target, object.metadata ?? {});
  if (work.operation === "CREATE" && rc.request.verb !== "create") checkCreatedByName(target, object);
  if (work.operation === "UPDATE" && target.subresource !== "binding") {
    work.versioned = checkUpdate(target, object, work.old as KubeObject, rc.request.verb);
  }
}
