import { selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { WriteOp } from "../../client/writes.ts";
import { createOp, deleteOp, updateStatusOp } from "../../client/writes.ts";
import { daemonSetKind } from "../../kinds/apps/daemonset/kind.ts";
import type { DaemonSet } from "../../kinds/apps/daemonset/types.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { second } from "../../sim/time.ts";
import { claim, controllerIndex, orphansOf } from "../ownership.ts";
import { daemonPodFactory, podsByNode } from "./daemonPods.ts";
import type { PodsByNode } from "./daemonPods.ts";
import { daemonSetStatus } from "./daemonSetStatus.ts";
import type { FailedPodsBackoff } from "./failedPodsBackoff.ts";
import type { History } from "./history.ts";
import { cleanupOps, historyOf } from "./history.ts";
import { planNode } from "./manage.ts";
import type { Removal } from "./manage.ts";
import { daemonTolerations, placementOn } from "./placement.ts";
import type { Placement } from "./placement.ts";
import { rollingMoves } from "./rollingUpdate.ts";

// Follows pkg/controller/daemon/daemon_controller.go (syncDaemonSet, manage, syncNodes). Differs: deletions go before creations, so that
// a quota that refuses pods does not keep the old ones alive.

/** Pods made or removed in one pass at most. */
const burstReplicas = 250;

/** What one pass looks at. */
interface Scene {
  readonly daemonSet: DaemonSet;
  readonly placements: ReadonlyMap<string, Placement>;
  readonly pods: readonly Pod[];
  readonly byNode: PodsByNode;
}

export function syncDaemonSet(daemonSet: DaemonSet, backoff: FailedPodsBackoff, ctx: ReconcileContext): ReconcileResult {
  const claimed = claimPods(daemonSet, ctx);
  const history = historyOf(daemonSet, () => claimed.mine, ctx);
  for (const op of history.ops) ctx.write(op);
  for (const op of claimed.ops) ctx.write(op);
  for (const pod of claimed.adopted) ctx.because(`adopted pod ${pod.metadata.name}: its labels match and nobody controls it`);
  for (const pod of claimed.released) ctx.because(`released pod ${pod.metadata.name}: its labels match no more`);
  const scene = sceneOf(daemonSet, claimed.mine, ctx);
  const mayManage = ctx.expectations.satisfied;
  const waitUs = mayManage ? update(scene, history, backoff, ctx) : 0;
  const availableLater = writeStatus(scene, history.hash, mayManage, ctx);
  const requeueAfterUs = Math.min(waitUs === 0 ? Number.POSITIVE_INFINITY : waitUs, availableLater ? (daemonSet.spec.minReadySeconds ?? 0) * second : Number.POSITIVE_INFINITY);
  return Number.isFinite(requeueAfterUs) ? { requeueAfterUs } : {};
}

function claimPods(daemonSet: DaemonSet, ctx: ReconcileContext) {
  const lister = ctx.lister(podKind);
  const own = lister.byIndex(controllerIndex, daemonSet.metadata.uid);
  const orphans = lister.byIndex(controllerIndex, orphansOf(daemonSet.metadata.namespace ?? ""));
  return claim(daemonSet, daemonSetKind, podKind, selectorFromLabelSelector(daemonSet.spec.selector), orphans.length === 0 ? own : [...own, ...orphans]);
}

function sceneOf(daemonSet: DaemonSet, pods: readonly Pod[], ctx: ReconcileContext): Scene {
  const tolerations = daemonTolerations(daemonSet.spec.template.spec);
  const placements = new Map(ctx.lister(nodeKind).list(null).map((node) => [node.metadata.name, placementOn(node, daemonSet, tolerations)] as const));
  return { daemonSet, placements, pods, byNode: podsByNode(pods) };
}

/** Pods where there are none, none where there are too many; and where that is so already, the next step of an update. */
function update(scene: Scene, history: History, backoff: FailedPodsBackoff, ctx: ReconcileContext): number {
  const { daemonSet, placements, byNode, pods } = scene;
  const { waitUs, create, remove } = manage(scene, history.hash, backoff, ctx);
  if (create.length > 0 || remove.length > 0) syncNodes(daemonSet, remove, create, history.hash, ctx);
  else if (daemonSet.spec.updateStrategy?.type === "RollingUpdate") {
    const moves = rollingMoves(daemonSet, placements, byNode, history.hash, ctx.unixUs);
    syncNodes(daemonSet, moves.remove.map((pod) => ({ pod, why: "it is of an older revision" })), moves.create, history.hash, ctx);
  }
  for (const op of cleanupOps(daemonSet, history.old, () => pods)) ctx.write(op);
  return waitUs;
}

function manage({ daemonSet, placements, byNode }: Scene, hash: string, backoff: FailedPodsBackoff, ctx: ReconcileContext) {
  const create: string[] = [];
  const remove: Removal[] = [];
  let waitUs = 0;
  for (const [node, placement] of placements) {
    const plan = planNode(daemonSet, placement, byNode.get(node) ?? null, hash, ctx.unixUs);
    if (plan.create) create.push(node);
    for (const removal of plan.remove) {
      const delayUs = removal.ended === "Failed" ? replaceFailed(daemonSet, node, backoff, ctx) : 0;
      if (delayUs > 0) waitUs = waitUs === 0 ? delayUs : Math.min(waitUs, delayUs);
      else remove.push(removal);
      if (delayUs === 0 && removal.ended !== undefined) tellEnded(daemonSet, node, removal, ctx);
    }
  }
  // No kubelet and no collector will ever see a pod that was not placed before its node went.
  for (const [node, pods] of byNode) if (!placements.has(node)) for (const pod of pods) if ((pod.spec.nodeName ?? "") === "") remove.push({ pod, why: `its node ${node} is gone` });
  return { create, remove, waitUs };
}

/** How long to wait before a failed pod is replaced; where it is now, that is counted. */
function replaceFailed(daemonSet: DaemonSet, node: string, backoff: FailedPodsBackoff, ctx: ReconcileContext): number {
  const key = `${daemonSet.metadata.uid}/${daemonSet.status?.observedGeneration ?? 0}/${node}`;
  const delayUs = backoff.waiting(key, ctx.now);
  if (delayUs === 0) backoff.next(key, ctx.now);
  return delayUs;
}

function tellEnded(daemonSet: DaemonSet, node: string, { pod, ended }: Removal, ctx: ReconcileContext): void {
  const failed = ended === "Failed";
  const message = `Found ${failed ? "failed" : "succeeded"} daemon pod ${pod.metadata.namespace ?? ""}/${pod.metadata.name} on node ${node}, will try to ${failed ? "kill" : "delete"} it`;
  ctx.event({ about: referenceTo(daemonSet), type: failed ? "Warning" : "Normal", reason: failed ? "FailedDaemonPod" : "SucceededDaemonPod", message });
}

function syncNodes(daemonSet: DaemonSet, removals: readonly Removal[], nodes: readonly string[], hash: string, ctx: ReconcileContext): void {
  const remove = removals.slice(0, burstReplicas);
  const create = nodes.slice(0, burstReplicas);
  if (remove.length + create.length === 0) return;
  ctx.expectations.expectDeletions(remove.map(({ pod }) => keyText(pod)), create.length);
  const [first] = remove;
  if (first !== undefined) ctx.because(`deleted ${remove.length === 1 ? `pod ${first.pod.metadata.name}` : `${remove.length} pods`}: ${first.why}`);
  if (create.length > 0) ctx.because(`made ${create.length === 1 ? `a pod for node ${create[0] ?? ""}` : `${create.length} pods, one a node`}`);
  ctx.together(remove.map(({ pod }) => deletePod(daemonSet, pod)));
  const podFor = daemonPodFactory(daemonSet, hash);
  // Batches of 1, 2, 4, ...: where all fail for one reason, few requests are wasted.
  for (let from = 0, size = 1; from < create.length; from += size, size *= 2) ctx.together(create.slice(from, from + size).map((node) => createPod(daemonSet, podFor(node))));
}

const keyText = (pod: Pod): string => `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;

function createPod(daemonSet: DaemonSet, pod: ReturnType<ReturnType<typeof daemonPodFactory>>): WriteOp {
  return { ...createOp(podKind, pod), expects: "creation", event: { about: referenceTo(daemonSet), type: "Normal", reason: "SuccessfulCreate", message: "Created pod: {name}" } };
}

function deletePod(daemonSet: DaemonSet, pod: Pod): WriteOp {
  const { namespace = "", name } = pod.metadata;
  return {
    ...deleteOp(podKind, { namespace, name }),
    tolerates: [404],
    expects: { deletion: keyText(pod) },
    event: { about: referenceTo(daemonSet), type: "Normal", reason: "SuccessfulDelete", message: `Deleted pod: ${name}` },
  };
}

/** Whether pods that are ready are yet to become available. */
function writeStatus({ daemonSet, placements, byNode }: Scene, hash: string, seen: boolean, ctx: ReconcileContext): boolean {
  const status = daemonSetStatus(daemonSet, placements, byNode, hash, seen, ctx.unixUs);
  if (!deepEqual(status, daemonSet.status)) {
    ctx.because(`wrote the status: ${status.currentNumberScheduled} of ${status.desiredNumberScheduled} nodes have a pod, ${status.numberReady} ready, ${status.numberAvailable ?? 0} available`);
    ctx.write(updateStatusOp(daemonSetKind, { ...daemonSet, status }));
  }
  return (daemonSet.spec.minReadySeconds ?? 0) > 0 && status.numberReady !== (status.numberAvailable ?? 0);
}

/** A refused write ends the pass; the status is written all the same. */
export function statusAfterRefusal(daemonSet: DaemonSet, ctx: ReconcileContext): void {
  const pods = ctx.lister(podKind).byIndex(controllerIndex, daemonSet.metadata.uid);
  writeStatus(sceneOf(daemonSet, pods, ctx), historyOf(daemonSet, () => pods, ctx).hash, true, ctx);
}
