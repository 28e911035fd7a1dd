import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Json } from "../../base/json.ts";
import type { ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { deleteOp, patchOp } from "../../client/writes.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { second } from "../../sim/time.ts";
import type { CloudView } from "../registration.ts";

// Follows cloud-provider/controllers/nodelifecycle/node_lifecycle_controller.go.
// Differs: a Node whose machine the cloud never had (one made by a client) is left alone, as clouds leave Nodes of a foreign provider.

const monitorPeriodUs = 5 * second;
const monitorTimer = "monitor";
const shutdown = "node.cloudprovider.kubernetes.io/shutdown";

function isReady(node: Node): boolean {
  return node.status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") === true;
}

const hasTaint = (node: Node): boolean => node.spec.taints?.some(({ key }) => key === shutdown) === true;

/** Deletes Node objects whose instance does not exist any more, and taints those whose instance is shut down. Keys are names of nodes. */
export function createCloudNodeLifecycleController(cloud: CloudView): ControllerDefinition<Node> {
  const isDue = (node: Node): boolean => {
    const { name } = node.metadata;
    return isReady(node) ? hasTaint(node) : cloud.isReleased(name) || (cloud.isOff(name) && !hasTaint(node));
  };

  const monitor = (ctx: ControllerContext): void => {
    ctx.setTimer(monitorTimer, monitorPeriodUs);
    for (const node of ctx.lister(nodeKind).list(null)) if (isDue(node)) ctx.enqueue({ namespace: "", name: node.metadata.name });
  };

  const taint = (node: Node, key: ObjectKey, isShutDown: boolean, ctx: ReconcileContext): ReconcileResult => {
    const others = node.spec.taints?.filter((each) => each.key !== shutdown) ?? [];
    const taints = isShutDown ? [...others, { key: shutdown, effect: "NoSchedule" }] : others;
    ctx.because(isShutDown ? `tainted Node ${key.name}: its instance is shut down` : `took the taint of Node ${key.name} away: its instance runs`);
    ctx.write({ ...patchOp(nodeKind, key, { metadata: { resourceVersion: node.metadata.resourceVersion }, spec: { taints: taints.length === 0 ? null : taints } } as unknown as Json, "application/merge-patch+json"), tolerates: [404] });
    return {};
  };

  const reconcile = (key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    const node = ctx.lister(nodeKind).get(key);
    if (node === null || !isDue(node)) return {};
    if (isReady(node) || !cloud.isReleased(key.name)) return taint(node, key, !isReady(node), ctx);
    ctx.because(`deleted Node ${key.name}: the cloud has no such instance any more`);
    const about = { kind: "Node", name: key.name, uid: node.metadata.uid };
    ctx.event({ about, type: "Normal", reason: "DeletingNode", message: `Deleting node ${key.name} because it does not exist in the cloud provider` });
    ctx.write({ ...deleteOp(nodeKind, key, {}), tolerates: [404] });
    return {};
  };

  return {
    name: "cloud-node-lifecycle",
    account: "cloud-node-lifecycle-controller",
    eventComponent: "cloud-node-lifecycle-controller",
    for: null,
    owns: [],
    watches: [],
    reads: [nodeKind],
    concurrency: 1,
    started: monitor,
    timer: (_key, ctx) => monitor(ctx),
    reconcile,
  };
}
