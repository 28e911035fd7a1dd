import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Json } from "../../base/json.ts";
import type { ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { deleteOp, patchOp } from "../../client/writes.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { isPodTerminal } from "../../kinds/core/pod/podStatus.ts";
import type { Pod, PodCondition } from "../../kinds/core/pod/types.ts";
import { second } from "../../sim/time.ts";
import { nodeNameIndex, nodeNameIndexOf } from "../podsByNode.ts";

// Follows pkg/controller/podgc/gc_controller.go. Differs: where upstream looks at all pods every 20 s, a node's going starts the clock.

const quarantineUs = 40 * second;
const outOfService = "node.kubernetes.io/out-of-service";

/**
 * Pods bound to a node that is no more are marked failed and removed: no kubelet will ever do it. So are those that are to go from a node
 * that is not ready and that somebody declared out of service. Keys are names of nodes.
 */
export function createPodGcController(): ControllerDefinition<Node> {
  /** Nodes in quarantine, and since when. */
  const missing = new Map<string, number>();

  const reconcile = (key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    const node = ctx.lister(nodeKind).get(key);
    if (node !== null && isOutOfService(node)) removeTerminating(node, ctx);
    const pods = node === null ? ctx.lister(podKind).byIndex(nodeNameIndex, key.name) : [];
    if (pods.length === 0) {
      missing.delete(key.name);
      return {};
    }
    const sinceUs = missing.get(key.name) ?? ctx.now;
    missing.set(key.name, sinceUs);
    const leftUs = sinceUs + quarantineUs - ctx.now;
    if (leftUs > 0) return { requeueAfterUs: leftUs };
    ctx.because(`removed ${pods.length} pods: their node ${key.name} is gone`);
    for (const pod of pods) remove(pod, { type: "DisruptionTarget", status: "True", reason: "DeletionByPodGC", message: "PodGC: node no longer exists", lastTransitionTime: ctx.timestamp }, ctx);
    return {};
  };

  return {
    name: "podgc",
    account: "pod-garbage-collector",
    for: nodeKind,
    owns: [],
    watches: [
      {
        kind: podKind,
        map: ({ object, change }, ctx) => {
          const name = (object as Pod).spec.nodeName ?? "";
          if (change === "deleted" || name === "") return [];
          const node = ctx.lister(nodeKind).get({ namespace: "", name });
          return node === null || (object.metadata.deletionTimestamp !== undefined && isOutOfService(node)) ? [{ namespace: "", name }] : [];
        },
      },
    ],
    indexes: [indexesOf(podKind, { [nodeNameIndex]: nodeNameIndexOf })],
    concurrency: 1,
    reconcile,
    snapshot: () => [...missing],
    restore: (data) => {
      missing.clear();
      for (const [node, sinceUs] of data as unknown as readonly (readonly [string, number])[]) missing.set(node, sinceUs);
    },
    reset: () => missing.clear(),
  };
}

/** Somebody vouches that the machine does not run any more. */
function isOutOfService(node: Node): boolean {
  return node.spec.taints?.some(({ key }) => key === outOfService) === true && node.status?.conditions?.find(({ type }) => type === "Ready")?.status !== "True";
}

function removeTerminating(node: Node, ctx: ReconcileContext): void {
  const { name } = node.metadata;
  const pods = ctx.lister(podKind).byIndex(nodeNameIndex, name).filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  if (pods.length > 0) ctx.because(`removed ${pods.length} terminating pods: their node ${name} is out of service`);
  for (const pod of pods) remove(pod, null, ctx);
}

function remove(pod: Pod, condition: PodCondition | null, ctx: ReconcileContext): void {
  const key = { namespace: pod.metadata.namespace ?? "", name: pod.metadata.name };
  if (!isPodTerminal(pod)) {
    const status = { phase: "Failed", ...(condition === null ? {} : { conditions: [condition] }) };
    ctx.write({ ...patchOp(podKind, key, { metadata: { uid: pod.metadata.uid }, status } as unknown as Json, "application/strategic-merge-patch+json", "status"), tolerates: [404, 409] });
  }
  ctx.write({ ...deleteOp(podKind, key, { uid: pod.metadata.uid, gracePeriodSeconds: 0 }), tolerates: [404, 409] });
}
