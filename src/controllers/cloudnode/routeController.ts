import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Change, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { patchOp } from "../../client/writes.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";

// Follows cloud-provider/controllers/route/route_controller.go (updateNetworkingCondition). The overlay leads packets without routes of a
// cloud; what is seen of them is the node's condition.

const condition = "NetworkUnavailable";

const lacksRoute = ({ spec, status }: Node): boolean => (spec.podCIDR ?? "") !== "" && (spec.providerID ?? "") !== "" && status?.conditions?.some(({ type, status: state }) => type === condition && state === "False") !== true;

/** Says of each node of the cloud that its pods' addresses are led to it. Keys are names of nodes. */
export function createRouteController(): ControllerDefinition {
  return {
    name: "route",
    account: "route-controller",
    for: null,
    owns: [],
    watches: [{ kind: nodeKind, map: ({ object, change }: Change) => (change !== "deleted" && lacksRoute(object as Node) ? [{ namespace: "", name: object.metadata.name }] : []) }],
    reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
      const node = ctx.lister(nodeKind).get(key);
      if (node === null || !lacksRoute(node)) return {};
      ctx.because(`made a route for the pods of ${key.name}: ${node.spec.podCIDR ?? ""}`);
      const made = { type: condition, status: "False", reason: "RouteCreated", message: "RouteController created a route", lastHeartbeatTime: ctx.timestamp, lastTransitionTime: ctx.timestamp };
      ctx.write({ ...patchOp(nodeKind, key, { status: { conditions: [made] } }, "application/strategic-merge-patch+json", "status"), tolerates: [404] });
      return {};
    },
  };
}
