import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Change, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { patchOp } from "../../client/writes.ts";
import type { Json } from "../../base/json.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { ProcessId } from "../../sim/process.ts";
import { second } from "../../sim/time.ts";
import type { CloudInstance, CloudView, Outside } from "../registration.ts";

// Follows cloud-provider/controllers/node/node_controller.go (initializeNode, getNodeModifiersFromCloudProvider).

const uninitialized = "node.cloudprovider.kubernetes.io/uninitialized";
const region = "orrery";
const askAgainUs = 1 * second;

const isNew = (node: Node): boolean => node.spec.taints?.some(({ key }) => key === uninitialized) === true;

/** Tells a new Node what its provider knows of the machine, and lets pods on it. Keys are names of nodes. */
export function createCloudNodeController(cloud: CloudView, outside: Outside, provider: ProcessId | null): ControllerDefinition {
  const reconcile = (key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    const node = ctx.lister(nodeKind).get(key);
    if (node === null || !isNew(node)) return {};
    const instance = cloud.instance(key.name);
    if (instance === null) {
      if (provider !== null) outside.send(provider, { type: "instances" });
      return { requeueAfterUs: askAgainUs };
    }
    ctx.because(`initialized Node ${key.name} with what the cloud knows of its machine`);
    const taints = node.spec.taints?.filter((taint) => taint.key !== uninitialized) ?? [];
    const spec = { providerID: node.spec.providerID ?? `orrery://${instance.zone}/${instance.name}`, taints: taints.length === 0 ? null : taints };
    ctx.write({
      ...patchOp(nodeKind, key, { metadata: { labels: labelsOf(instance, node), resourceVersion: node.metadata.resourceVersion }, spec } as unknown as Json, "application/merge-patch+json"),
      tolerates: [404],
      event: { about: { kind: "Node", name: key.name, uid: key.name, apiVersion: "v1" }, type: "Normal", reason: "Synced", message: "Node synced successfully" },
    });
    return {};
  };

  return {
    name: "cloud-node",
    account: "cloud-node-controller",
    for: null,
    owns: [],
    watches: [{ kind: nodeKind, map: ({ object, change }: Change) => (change !== "deleted" && isNew(object as Node) ? [{ namespace: "", name: object.metadata.name }] : []) }],
    reconcile,
  };
}

/** Labels that people gave the machine stay as they are. */
function labelsOf({ zone, type }: CloudInstance, { metadata: { labels = {} } }: Node): Readonly<Record<string, string>> {
  const own = {
    "beta.kubernetes.io/instance-type": type, "node.kubernetes.io/instance-type": type,
    ...(zone === "" ? {} : { "failure-domain.beta.kubernetes.io/zone": zone, "topology.kubernetes.io/zone": zone }),
    "failure-domain.beta.kubernetes.io/region": region, "topology.kubernetes.io/region": region,
  };
  return Object.fromEntries(Object.entries(own).map(([name, value]) => [name, labels[name] ?? value]));
}
