import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { matches, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { controllerOf } from "../../apimachinery/objectMeta.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { WriteOp } from "../../client/writes.ts";
import { updateStatusOp } from "../../client/writes.ts";
import { controllerRevisionKind } from "../../kinds/apps/controllerrevision/kind.ts";
import { daemonSetKind } from "../../kinds/apps/daemonset/kind.ts";
import type { DaemonSet } from "../../kinds/apps/daemonset/types.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { isPodReady } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { second } from "../../sim/time.ts";
import { keepsTemplate } from "../history/revisions.ts";
import { controllerIndex, controllerIndexOf } from "../ownership.ts";
import { hasCause, statusMessage, statusReason } from "../statusErrors.ts";
import { FailedPodsBackoff } from "./failedPodsBackoff.ts";
import { daemonTolerations, placementMayDiffer, placementOn } from "./placement.ts";
import { statusAfterRefusal, syncDaemonSet } from "./sync.ts";

// Follows pkg/controller/daemon/daemon_controller.go. As upstream, a node that is deleted wakes nobody: its pods do when they go.

export function createDaemonSetController(): ControllerDefinition<DaemonSet> {
  const backoff = new FailedPodsBackoff();
  return {
    name: "daemonset",
    account: "daemon-set-controller",
    eventComponent: "daemonset-controller",
    for: daemonSetKind,
    owns: [podKind],
    watches: [
      { kind: podKind, map: podChanged },
      { kind: controllerRevisionKind, map: revisionChanged },
      { kind: nodeKind, map: nodeChanged },
    ],
    indexes: [indexesOf(podKind, { [controllerIndex]: controllerIndexOf }), indexesOf(controllerRevisionKind, { [controllerIndex]: controllerIndexOf })],
    concurrency: 2,
    reconcile(key, ctx) {
      const daemonSet = ctx.lister(daemonSetKind).get(key);
      // Whether its revisions are there still is not known while it goes: there is nothing to say of it any more.
      return daemonSet === null || daemonSet.metadata.deletionTimestamp !== undefined ? {} : syncDaemonSet(daemonSet, backoff, ctx);
    },
    refused: writeRefused,
    snapshot: () => backoff.snapshot(),
    restore: (data) => backoff.restore(data),
    reset: () => backoff.clear(),
  };
}

/** The DaemonSets that would take an object that nobody controls. */
function takers({ metadata }: KubeObject, ctx: ControllerContext): readonly ObjectKey[] {
  const { namespace = "", labels } = metadata;
  if (labels === undefined || ctx.lister(daemonSetKind).size === 0) return [];
  return ctx.lister(daemonSetKind).list(namespace).filter(({ spec }) => matches(selectorFromLabelSelector(spec.selector), labels)).map(keyOf);
}

const keyOf = ({ metadata: { namespace = "", name } }: KubeObject): ObjectKey => ({ namespace, name });

/** An orphan concerns those that would take it; a pod that has got ready is looked at again when it counts as available. */
function podChanged({ object, old, change }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  if (change === "deleted") return [];
  const reference = controllerOf(object.metadata);
  if (reference === null) return isSameOrphan(old, object) ? [] : takers(object, ctx);
  if (old === null || reference.kind !== "DaemonSet" || isPodReady(old as Pod) || !isPodReady(object as Pod)) return [];
  const daemonSet = ctx.lister(daemonSetKind).get({ namespace: object.metadata.namespace ?? "", name: reference.name });
  const minReadySeconds = daemonSet?.spec.minReadySeconds ?? 0;
  if (daemonSet !== null && minReadySeconds > 0) ctx.enqueueAfter(keyOf(daemonSet), (minReadySeconds + 1) * second);
  return [];
}

function isSameOrphan(old: KubeObject | null, object: KubeObject): boolean {
  return old !== null && controllerOf(old.metadata) === null && old.metadata.labels === object.metadata.labels;
}

/** Its own revisions concern a DaemonSet when they change or go, orphans when they come. */
function revisionChanged({ object, old, change }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const reference = controllerOf(object.metadata);
  if (reference === null) return change === "deleted" || isSameOrphan(old, object) ? [] : takers(object, ctx);
  if (change === "added" || reference.kind !== "DaemonSet") return [];
  const key = { namespace: object.metadata.namespace ?? "", name: reference.name };
  return ctx.lister(daemonSetKind).get(key)?.metadata.uid === reference.uid ? [key] : [];
}

function nodeChanged({ object, old, change }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const lister = ctx.lister(daemonSetKind);
  if (change === "deleted" || lister.size === 0) return [];
  const [node, before] = [object as Node, old as Node | null];
  if (before !== null && !placementMayDiffer(before, node)) return [];
  return lister.list(null).filter((daemonSet) => concernsNode(daemonSet, node, before)).map(keyOf);
}

function concernsNode(daemonSet: DaemonSet, node: Node, before: Node | null): boolean {
  const tolerations = daemonTolerations(daemonSet.spec.template.spec);
  const now = placementOn(node, daemonSet, tolerations);
  if (before === null) return now.run;
  const then = placementOn(before, daemonSet, tolerations);
  return then.run !== now.run || then.stay !== now.stay;
}

function writeRefused(key: ObjectKey, op: WriteOp, response: ApiResponse | null, ctx: ReconcileContext): "fail" | "ignore" {
  const daemonSet = ctx.lister(daemonSetKind).get(key);
  if (daemonSet === null) return "fail";
  if (op.expects !== undefined) return podRefused(daemonSet, op, response, ctx);
  return op.verb === "create" && statusReason(response) === "AlreadyExists" ? nameTaken(daemonSet, op, ctx) : "fail";
}

function podRefused(daemonSet: DaemonSet, op: WriteOp, response: ApiResponse | null, ctx: ReconcileContext): "fail" | "ignore" {
  const creating = op.expects === "creation";
  if (creating && hasCause(response, "NamespaceTerminating")) return "ignore";
  ctx.event({ about: referenceTo(daemonSet), type: "Warning", reason: creating ? "FailedCreate" : "FailedDelete", message: `Error ${creating ? "creating" : "deleting"}: ${statusMessage(response)}` });
  statusAfterRefusal(daemonSet, ctx);
  return "fail";
}

/** The name of a new revision is there: it may be made already, or two templates have one hash. */
function nameTaken(daemonSet: DaemonSet, op: WriteOp, ctx: ReconcileContext): "fail" | "ignore" {
  const { name } = (op.body as unknown as KubeObject).metadata;
  const existing = ctx.lister(controllerRevisionKind).get({ namespace: daemonSet.metadata.namespace ?? "", name });
  if (existing === null) return "fail";
  if (keepsTemplate(existing, daemonSet.spec.template)) return "ignore";
  ctx.because(`counted a hash collision: ControllerRevision ${name} is of another template`);
  const status = { ...daemonSet.status, collisionCount: (daemonSet.status?.collisionCount ?? 0) + 1 };
  ctx.write(updateStatusOp(daemonSetKind, { ...daemonSet, status } as DaemonSet));
  return "fail";
}
