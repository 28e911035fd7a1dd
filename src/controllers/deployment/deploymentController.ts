import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { matches, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import { controllerOf } from "../../apimachinery/objectMeta.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { WriteOp } from "../../client/writes.ts";
import { deploymentKind } from "../../kinds/apps/deployment/kind.ts";
import type { Deployment } from "../../kinds/apps/deployment/types.ts";
import { replicaSetKind } from "../../kinds/apps/replicaset/kind.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { controllerIndex, controllerIndexOf } from "../ownership.ts";
import { hasCause, statusMessage, statusReason } from "../statusErrors.ts";
import { hasProgressDeadline, newCondition, withCondition } from "./conditions.ts";
import { sameTemplate } from "./replicaSets.ts";
import { syncDeployment } from "./sync.ts";
import { statusOp } from "./writes.ts";

// Follows pkg/controller/deployment/deployment_controller.go.

export function createDeploymentController(): ControllerDefinition<Deployment> {
  return {
    name: "deployment",
    account: "deployment-controller",
    for: deploymentKind,
    owns: [replicaSetKind],
    watches: [
      { kind: replicaSetKind, map: orphanMatches },
      { kind: podKind, map: lastPodOfRecreate },
    ],
    indexes: [indexesOf(podKind, { [controllerIndex]: controllerIndexOf }), indexesOf(replicaSetKind, { [controllerIndex]: controllerIndexOf })],
    reconcile: reconcileDeployment,
    refused: writeRefused,
  };
}

function reconcileDeployment(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const deployment = ctx.lister(deploymentKind).get(key);
  if (deployment === null) return {};
  const { matchLabels, matchExpressions } = deployment.spec.selector;
  if (Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0) return refuseToSelectAll(deployment, ctx);
  return syncDeployment(deployment, ctx);
}

function refuseToSelectAll(deployment: Deployment, ctx: ReconcileContext): ReconcileResult {
  ctx.event({ about: referenceTo(deployment), type: "Warning", reason: "SelectingAll", message: "This deployment is selecting all pods. A non-empty selector is required." });
  const { generation } = deployment.metadata;
  if (generation !== undefined && (deployment.status?.observedGeneration ?? 0) < generation) ctx.write(statusOp(deployment, { ...deployment.status, observedGeneration: generation }));
  return {};
}

/** A ReplicaSet without a controller concerns the Deployments that would take it. */
function orphanMatches(change: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const { object } = change;
  if (change.change === "deleted" || controllerOf(object.metadata) !== null) return [];
  const namespace = object.metadata.namespace ?? "";
  return ctx
    .lister(deploymentKind)
    .list(namespace)
    .filter((deployment) => matches(selectorFromLabelSelector(deployment.spec.selector), object.metadata.labels))
    .map((deployment) => ({ namespace, name: deployment.metadata.name }));
}

/** Recreate waits until the old pods are gone; no status of a ReplicaSet tells that. */
function lastPodOfRecreate(change: Change, ctx: ControllerContext): readonly ObjectKey[] {
  if (change.change !== "deleted") return [];
  const deployment = deploymentOf(change.object, ctx);
  return deployment === null || deployment.spec.strategy?.type !== "Recreate" ? [] : [{ namespace: deployment.metadata.namespace ?? "", name: deployment.metadata.name }];
}

function deploymentOf(pod: KubeObject, ctx: ControllerContext): Deployment | null {
  const namespace = pod.metadata.namespace ?? "";
  const setReference = controllerOf(pod.metadata);
  if (setReference?.kind !== "ReplicaSet") return null;
  const rs = ctx.lister(replicaSetKind).get({ namespace, name: setReference.name });
  const reference = rs === null || rs.metadata.uid !== setReference.uid ? null : controllerOf(rs.metadata);
  if (reference?.kind !== "Deployment") return null;
  const deployment = ctx.lister(deploymentKind).get({ namespace, name: reference.name });
  return deployment?.metadata.uid === reference.uid ? deployment : null;
}

/** A new ReplicaSet that could not be made: its name may be taken, or something forbids it. */
function writeRefused(key: ObjectKey, op: WriteOp, response: ApiResponse | null, ctx: ReconcileContext): "fail" | "ignore" {
  if (op.verb !== "create" || response === null) return "fail";
  const deployment = ctx.lister(deploymentKind).get(key);
  if (deployment === null || hasCause(response, "NamespaceTerminating")) return "fail";
  const name = (op.body as unknown as KubeObject).metadata.name;
  if (statusReason(response) === "AlreadyExists") {
    const existing = ctx.lister(replicaSetKind).get({ namespace: key.namespace, name });
    if (existing === null) return "fail";
    if (controllerOf(existing.metadata)?.uid === deployment.metadata.uid && sameTemplate(existing.spec.template, deployment.spec.template)) return "ignore";
    ctx.because(`counted a hash collision: ReplicaSet ${name} belongs to another template`);
    ctx.write(statusOp(deployment, { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 }));
    return "fail";
  }
  const message = `Failed to create new replica set "${name}": ${statusMessage(response)}`;
  if (hasProgressDeadline(deployment)) {
    const condition = newCondition("Progressing", "False", "ReplicaSetCreateError", message, ctx.timestamp);
    ctx.write(statusOp(deployment, { ...deployment.status, conditions: withCondition(deployment.status?.conditions ?? [], condition) }));
  }
  ctx.event({ about: referenceTo(deployment), type: "Warning", reason: "ReplicaSetCreateError", message });
  return "fail";
}
