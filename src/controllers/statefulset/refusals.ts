import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { isJsonObject } from "../../base/json.ts";
import type { ReconcileContext, Refusal } from "../../client/controller.ts";
import type { WriteOp } from "../../client/writes.ts";
import { controllerRevisionKind } from "../../kinds/apps/controllerrevision/kind.ts";
import { statefulSetKind } from "../../kinds/apps/statefulset/kind.ts";
import type { StatefulSet } from "../../kinds/apps/statefulset/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { keepsTemplate } from "../history/revisions.ts";
import { controllerIndex } from "../ownership.ts";
import { statusMessage, statusReason } from "../statusErrors.ts";
import { userOfClaim } from "./claims.ts";
import { claimTemplateNames, ordinalOf } from "./identity.ts";
import { claimEvent, podEvent } from "./podWork.ts";
import { revisionsFrom } from "./setRevisions.ts";
import { statusOf, writeStatus } from "./setStatus.ts";

// Follows pkg/controller/statefulset/stateful_pod_control.go and pkg/controller/history (CreateControllerRevision).

/** Says in events what could not be done, and writes the status all the same. */
export function writeRefused(key: ObjectKey, op: WriteOp, response: ApiResponse | null, ctx: ReconcileContext): "fail" | "ignore" {
  const set = ctx.lister(statefulSetKind).get(key);
  if (set === null) return "fail";
  const [resource = "", name = ""] = targetOf(op);
  if (resource === "controllerrevisions") return op.verb === "create" && statusReason(response) === "AlreadyExists" ? nameTaken(set, name, ctx) : "fail";
  if (resource !== "pods" && resource !== "persistentvolumeclaims") return "fail";
  tell(set, op, resource, name, response, ctx);
  // Gone already is as good as deleted, though upstream's event calls it a failure.
  if (op.verb === "delete" && response?.code === 404) return "ignore";
  const history = ctx.lister(controllerRevisionKind).byIndex(controllerIndex, set.metadata.uid);
  writeStatus(set, statusOf(set, knownPods(set, ctx), revisionsFrom(set, history), ctx.unixUs), ctx);
  return "fail";
}

/** The pods of the set as they are known. */
function knownPods(set: StatefulSet, ctx: ReconcileContext): readonly Pod[] {
  return ctx.lister(podKind).byIndex(controllerIndex, set.metadata.uid).filter((pod) => ordinalOf(set, pod) >= 0);
}

/** Resource and name of what a request was about. */
function targetOf({ path, verb, body }: WriteOp): readonly string[] {
  const parts = path.split("/");
  const at = parts.indexOf("namespaces") + 2;
  const metadata = isJsonObject(body) ? body["metadata"] : undefined;
  return verb === "create" && isJsonObject(metadata) ? [parts[at] ?? "", String(metadata["name"])] : parts.slice(at);
}

function tell(set: StatefulSet, op: WriteOp, resource: string, name: string, response: ApiResponse | null, ctx: ReconcileContext): void {
  const error = statusMessage(response);
  const isTaken = op.verb === "create" && statusReason(response) === "AlreadyExists";
  if (resource === "pods") {
    if (isTaken || op.verb === "patch" || (op.verb === "update" && response?.code === 409)) return;
    ctx.event(podEvent(set, op.verb === "create" ? "Create" : op.verb === "delete" ? "Delete" : "Update", name, error));
    return;
  }
  const pod = userOfClaim(set, claimTemplateNames(set), name) ?? "";
  if (op.verb === "create" && !isTaken) ctx.event(claimEvent(set, pod, name, error));
  if (op.verb === "update" && response?.code !== 409) ctx.event(podEvent(set, "Update", pod, `Could not update claim ${name} for delete policy ownerRefs: ${error}`));
}

/** A pod that is not there was not made for want of its claims: one event tells of all of them. */
export function claimsRefused(key: ObjectKey, refusals: readonly Refusal[], ctx: ReconcileContext): void {
  const set = ctx.lister(statefulSetKind).get(key);
  if (set === null) return;
  const errors = new Map<string, string[]>();
  for (const { op, response } of refusals) {
    const [resource, name = ""] = targetOf(op);
    const pod = resource === "persistentvolumeclaims" && op.verb === "create" ? userOfClaim(set, claimTemplateNames(set), name) : null;
    if (pod === null || ctx.lister(podKind).get({ namespace: key.namespace, name: pod }) !== null) continue;
    errors.set(pod, [...(errors.get(pod) ?? []), `failed to create PVC ${name}: ${statusMessage(response)}`]);
  }
  for (const [pod, texts] of errors) ctx.event(podEvent(set, "Create", pod, texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`));
}

/** The name may be our own revision's, which was not seen yet; or another template has the same hash. */
function nameTaken(set: StatefulSet, name: string, ctx: ReconcileContext): "fail" | "ignore" {
  const existing = ctx.lister(controllerRevisionKind).get({ namespace: set.metadata.namespace ?? "", name });
  if (existing === null) return "fail";
  if (keepsTemplate(existing, set.spec.template)) return "ignore";
  ctx.because(`counted a hash collision: ControllerRevision ${name} keeps another template`);
  const history = ctx.lister(controllerRevisionKind).byIndex(controllerIndex, set.metadata.uid);
  const bumped = { ...set, status: { ...set.status, replicas: set.status?.replicas ?? 0, collisionCount: (set.status?.collisionCount ?? 0) + 1 } };
  writeStatus(set, statusOf(set, knownPods(set, ctx), revisionsFrom(bumped, history), ctx.unixUs), ctx);
  return "fail";
}
