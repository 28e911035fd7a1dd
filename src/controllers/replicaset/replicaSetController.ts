import { extended } from "../../base/extended.ts";
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { matches, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { controllerOf } from "../../apimachinery/objectMeta.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { WriteOp } from "../../client/writes.ts";
import { createOp, deleteOp, updateStatusOp } from "../../client/writes.ts";
import { replicaSetKind } from "../../kinds/apps/replicaset/kind.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { isPodActive, isPodTerminal } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import { second } from "../../sim/time.ts";
import { claim, controllerIndex, controllerIndexOf, controllerReference, orphansOf } from "../ownership.ts";
import { podFromTemplate } from "../podFromTemplate.ts";
import { hasCause, statusMessage } from "../statusErrors.ts";
import { victims } from "./podRank.ts";
import type { ManageFailure } from "./replicaSetStatus.ts";
import { replicaSetStatus, sameReplicaSetStatus, withoutZeroes } from "./replicaSetStatus.ts";

// Follows pkg/controller/replicaset/replica_set.go.

/** Pods made or removed in one pass at most. */
const burstReplicas = 500;

/** A kind whose objects are kept as ReplicaSets are. */
export interface ReplicaSetFlavour<O extends KubeObject> {
  readonly name: string;
  readonly account: string;
  readonly kind: KindDefinition<O>;
  /** Whether the status tells how many pods terminate. */
  readonly tellsTerminating: boolean;
  asReplicaSet(object: O): ReplicaSet;
  asStored(rs: ReplicaSet): O;
}

type Flavour = ReplicaSetFlavour<KubeObject>;

export function createReplicaSetController(): ControllerDefinition<ReplicaSet> {
  return createReplicasController({ name: "replicaset", account: "replicaset-controller", kind: replicaSetKind, tellsTerminating: true, asReplicaSet: (rs) => rs, asStored: (rs) => rs });
}

/** The controller of such a kind. */
export function createReplicasController<O extends KubeObject>(of: ReplicaSetFlavour<O>): ControllerDefinition<O> {
  const flavour = of as unknown as Flavour;
  const { name, account, kind } = of;
  return {
    name,
    account,
    for: kind,
    owns: [podKind],
    watches: [{ kind: podKind, map: (change, ctx) => orphanMatches(flavour, change, ctx) }],
    indexes: [indexesOf(podKind, { [controllerIndex]: controllerIndexOf }), indexesOf(kind, { [controllerIndex]: controllerIndexOf })],
    reconcile: (key, ctx) => reconcileReplicaSet(flavour, key, ctx),
    refused: (key, op, response, ctx) => createOrDeleteRefused(flavour, key, op, response, ctx),
  };
}

/** A pod without a controller concerns every ReplicaSet that would take it. */
function orphanMatches(flavour: Flavour, change: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const { object } = change;
  if (change.change === "deleted" || controllerOf(object.metadata) !== null) return [];
  const unchanged = change.old !== null && controllerOf(change.old.metadata) === null && change.old.metadata.labels === object.metadata.labels;
  if (unchanged) return [];
  const namespace = object.metadata.namespace ?? "";
  return ctx
    .lister(flavour.kind)
    .list(namespace)
    .map((each) => flavour.asReplicaSet(each))
    .filter((rs) => matches(selectorFromLabelSelector(rs.spec.selector), object.metadata.labels))
    .map((rs) => ({ namespace, name: rs.metadata.name }));
}

function reconcileReplicaSet(flavour: Flavour, key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const object = ctx.lister(flavour.kind).get(key);
  if (object === null) return {};
  const rs = flavour.asReplicaSet(object);
  const mayManage = ctx.expectations.satisfied;
  const { active, terminating } = podsOf(flavour, rs, ctx);
  if (mayManage && rs.metadata.deletionTimestamp === undefined) manage(flavour, rs, active, ctx);
  writeStatus(flavour, rs, active, terminating, null, ctx);
  return requeueForAvailability(rs, active, ctx);
}

/** Its pods, after adoption and release. Pods that ended are not counted at all. */
function podsOf(flavour: Flavour, rs: ReplicaSet, ctx: ReconcileContext): { readonly active: readonly Pod[]; readonly terminating: number } {
  const lister = ctx.lister(podKind);
  const own = lister.byIndex(controllerIndex, rs.metadata.uid);
  const orphans = lister.byIndex(controllerIndex, orphansOf(rs.metadata.namespace ?? ""));
  const candidates = orphans.length === 0 ? own : [...own, ...orphans];
  const claimed = claim(rs, flavour.kind, podKind, selectorFromLabelSelector(rs.spec.selector), candidates.filter(isPodActive));
  for (const op of claimed.ops) ctx.write(op);
  for (const pod of claimed.adopted) ctx.because(`adopted pod ${pod.metadata.name}: its labels match and nobody controls it`);
  for (const pod of claimed.released) ctx.because(`released pod ${pod.metadata.name}: its labels match no more`);
  let terminating = 0;
  for (const pod of own) if (pod.metadata.deletionTimestamp !== undefined && !isPodTerminal(pod)) terminating += 1;
  return { active: claimed.mine, terminating };
}

function manage(flavour: Flavour, rs: ReplicaSet, active: readonly Pod[], ctx: ReconcileContext): void {
  const wanted = rs.spec.replicas ?? 1;
  const missing = Math.min(burstReplicas, wanted - active.length);
  if (missing > 0) {
    ctx.expectations.expectCreations(missing);
    ctx.because(`${missing === 1 ? "made a pod" : `made ${missing} pods`}: ${wanted} wanted, ${active.length} there`);
    slowStart(missing, createPod(flavour, rs), ctx);
    return;
  }
  const surplus = Math.min(burstReplicas, active.length - wanted);
  if (surplus <= 0) return;
  const chosen = victims(active, relatedPods(flavour, rs, ctx), surplus, ctx.unixUs);
  ctx.expectations.expectDeletions(chosen.map(({ pod }) => `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`));
  const first = chosen[0];
  const why = first === undefined || first.why === "" ? "" : `; ${first.pod.metadata.name} goes first: ${first.why}`;
  ctx.because(`${surplus === 1 ? "deleted a pod" : `deleted ${surplus} pods`}: ${wanted} wanted, ${active.length} there${why}`);
  ctx.together(chosen.map(({ pod }) => deletePod(rs, pod)));
}

/** Batches of 1, 2, 4, ...: where all fail for one reason, few requests are wasted. */
function slowStart(count: number, op: WriteOp, ctx: ReconcileContext): void {
  let left = count;
  for (let size = 1; left > 0; size *= 2) {
    const batch = Math.min(size, left);
    ctx.together(Array.from({ length: batch }, () => op));
    left -= batch;
  }
}

function createPod(flavour: Flavour, rs: ReplicaSet): WriteOp {
  const { namespace, name } = rs.metadata;
  const template = rs.spec.template ?? { spec: { containers: [] } };
  const pod = createOp(podKind, podFromTemplate(template, namespace ?? "", name, controllerReference(rs, flavour.kind)));
  return extended(pod, { expects: "creation", event: { about: referenceTo(rs), type: "Normal", reason: "SuccessfulCreate", message: "Created pod: {name}" } } as const);
}

function deletePod(rs: ReplicaSet, pod: Pod): WriteOp {
  const namespace = pod.metadata.namespace ?? "";
  const { name } = pod.metadata;
  return {
    ...deleteOp(podKind, { namespace, name }),
    tolerates: [404],
    expects: { deletion: `${namespace}/${name}` },
    event: { about: referenceTo(rs), type: "Normal", reason: "SuccessfulDelete", message: `Deleted pod: ${name}` },
  };
}

/** Active pods of every ReplicaSet of the same owner: a node that holds many of them gives one up first. */
function relatedPods(flavour: Flavour, rs: ReplicaSet, ctx: ReconcileContext): readonly Pod[] {
  const owner = controllerOf(rs.metadata);
  const siblings = owner === null ? [rs] : ctx.lister(flavour.kind).byIndex(controllerIndex, owner.uid);
  return siblings.flatMap((sibling) => ctx.lister(podKind).byIndex(controllerIndex, sibling.metadata.uid)).filter(isPodActive);
}

function writeStatus(flavour: Flavour, rs: ReplicaSet, active: readonly Pod[], terminating: number, failure: ManageFailure | null, ctx: ReconcileContext): void {
  const status = replicaSetStatus(rs, active, flavour.tellsTerminating ? terminating : undefined, failure, ctx.unixUs, ctx.timestamp);
  if (sameReplicaSetStatus(rs.status, status)) return;
  ctx.because(`wrote the status: ${status.replicas} pods, ${status.readyReplicas ?? 0} ready, ${status.availableReplicas ?? 0} available`);
  ctx.write(updateStatusOp(flavour.kind, flavour.asStored({ ...rs, status: withoutZeroes(status) })));
}

/** A pod that is ready becomes available by mere time. */
function requeueForAvailability(rs: ReplicaSet, active: readonly Pod[], ctx: ReconcileContext): ReconcileResult {
  const minReadySeconds = rs.spec.minReadySeconds ?? 0;
  if (minReadySeconds === 0) return {};
  const status = replicaSetStatus(rs, active, 0, null, ctx.unixUs, ctx.timestamp);
  return status.readyReplicas === status.availableReplicas ? {} : { requeueAfterUs: minReadySeconds * second };
}

function createOrDeleteRefused(flavour: Flavour, key: ObjectKey, op: WriteOp, response: ApiResponse | null, ctx: ReconcileContext): "fail" | "ignore" {
  if (op.expects === undefined) return "fail";
  if (hasCause(response, "NamespaceTerminating")) return "ignore";
  const object = ctx.lister(flavour.kind).get(key);
  if (object === null) return "fail";
  const rs = flavour.asReplicaSet(object);
  const message = statusMessage(response);
  const creating = op.expects === "creation";
  const reason = creating ? "FailedCreate" : "FailedDelete";
  ctx.event({ about: referenceTo(rs), type: "Warning", reason, message: `Error ${creating ? "creating" : "deleting"}: ${message}` });
  const own = ctx.lister(podKind).byIndex(controllerIndex, rs.metadata.uid);
  const terminating = own.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !isPodTerminal(pod)).length;
  writeStatus(flavour, rs, own.filter(isPodActive), terminating, { reason, message }, ctx);
  return "fail";
}
