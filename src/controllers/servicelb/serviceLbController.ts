import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import { patchOp } from "../../client/writes.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { serviceKind } from "../../kinds/core/service/kind.ts";
import type { Service } from "../../kinds/core/service/types.ts";
import { addressNumber, addressText, parseRange, rangeSize } from "../addressRange.ts";

// Follows cloud-provider/controllers/service/controller.go.

const finalizer = "service.kubernetes.io/load-balancer-cleanup";

const wantsBalancer = (service: Service): boolean => service.spec.type === "LoadBalancer" && (service.spec.loadBalancerClass ?? "") === "" && service.metadata.deletionTimestamp === undefined;
const addressOf = (service: Service): string | null => service.status?.loadBalancer?.ingress?.[0]?.ip ?? null;
const keyOf = (service: Service): string => `${service.metadata.namespace ?? ""}/${service.metadata.name}`;

const excluded = "node.kubernetes.io/exclude-from-external-load-balancers";
const leaves = "ToBeDeletedByClusterAutoscaler";

/** Whether load balancers send to the node. Follows stableNodeSetPredicates: it need not be ready, their own checks see to that. */
function isBalanced({ metadata, spec }: Node): boolean {
  return metadata.deletionTimestamp === undefined && metadata.labels?.[excluded] === undefined && spec.taints?.some(({ key }) => key === leaves) !== true;
}

function balancedNodes(ctx: ReconcileContext): string {
  return ctx.lister(nodeKind).list(null).filter(isBalanced).map(({ metadata }) => metadata.name).join(" ");
}

/** Follows shouldSyncUpdatedNode. */
function movesHosts({ change, object, old }: Change): boolean {
  return change !== "updated" || old === null || isBalanced(object as Node) !== isBalanced(old as Node);
}

/** Plays the cloud: gives each Service of type LoadBalancer an address of the range, and takes it back. */
export function createServiceLbController(cidr: string): ControllerDefinition<Service> {
  const range = parseRange(cidr);
  /** Addresses given, by Service: also those whose write is not seen in the informer yet. */
  const given = new Map<string, string>();

  const allocate = (wanted: string | undefined, ctx: ReconcileContext): string | null => {
    const used = new Set(given.values());
    for (const service of ctx.lister(serviceKind).list(null)) {
      const address = addressOf(service);
      if (address !== null) used.add(address);
    }
    const inRange = (number: number): boolean => number > range.first && number < range.first + rangeSize(range) - 1;
    if (wanted !== undefined && wanted !== "") return !used.has(wanted) && inRange(addressNumber(wanted)) ? wanted : null;
    for (let number = range.first + 1; inRange(number); number++) if (!used.has(addressText(number))) return addressText(number);
    return null;
  };

  /** The nodes that each load balancer sends to, as it was last told; not known for those of an earlier life. */
  const hosts = new Map<string, string>();

  const ensure = (service: Service, key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    const present = addressOf(service);
    const nodes = balancedNodes(ctx);
    const before = hosts.get(keyOf(service));
    hosts.set(keyOf(service), nodes);
    if (present !== null) {
      given.set(keyOf(service), present);
      if (before !== undefined && before !== nodes) ctx.event({ about: referenceTo(service), type: "Normal", reason: "UpdatedLoadBalancer", message: "Updated load balancer with new hosts" });
      return {};
    }
    ctx.event({ about: referenceTo(service), type: "Normal", reason: "EnsuringLoadBalancer", message: "Ensuring load balancer" });
    if (nodes === "") ctx.event({ about: referenceTo(service), type: "Warning", reason: "UnAvailableLoadBalancer", message: "There are no available nodes for LoadBalancer" });
    const address = given.get(keyOf(service)) ?? allocate(service.spec.loadBalancerIP, ctx);
    if (address === null) {
      ctx.event({ about: referenceTo(service), type: "Warning", reason: "SyncLoadBalancerFailed", message: "Error syncing load balancer: failed to ensure load balancer: no address is free" });
      return { error: "no address is free" };
    }
    given.set(keyOf(service), address);
    ctx.because(`gave Service ${service.metadata.name} the address ${address}: its type is LoadBalancer`);
    const finalizers = service.metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) ctx.write(patchOp(serviceKind, key, { metadata: { finalizers: [...finalizers, finalizer] } }, "application/merge-patch+json"));
    ctx.write({
      ...patchOp(serviceKind, key, { status: { loadBalancer: { ingress: [{ ip: address, ipMode: "VIP" }] } } }, "application/merge-patch+json", "status"),
      event: { about: referenceTo(service), type: "Normal", reason: "EnsuredLoadBalancer", message: "Ensured load balancer" },
    });
    return {};
  };

  const release = (service: Service, key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    given.delete(keyOf(service));
    hosts.delete(keyOf(service));
    const finalizers = service.metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) return {};
    ctx.event({ about: referenceTo(service), type: "Normal", reason: "DeletingLoadBalancer", message: "Deleting load balancer" });
    ctx.because(`took the address of Service ${service.metadata.name} back: ${service.metadata.deletionTimestamp === undefined ? "its type is LoadBalancer no more" : "it is being deleted"}`);
    if (addressOf(service) !== null) ctx.write({ ...patchOp(serviceKind, key, { status: { loadBalancer: { ingress: null } } }, "application/merge-patch+json", "status"), tolerates: [404] });
    ctx.write({
      ...patchOp(serviceKind, key, { metadata: { finalizers: finalizers.filter((name) => name !== finalizer) } }, "application/merge-patch+json"),
      tolerates: [404],
      event: { about: referenceTo(service), type: "Normal", reason: "DeletedLoadBalancer", message: "Deleted load balancer" },
    });
    return {};
  };

  const reconcile = (key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    const service = ctx.lister(serviceKind).get(key);
    if (service === null) {
      given.delete(`${key.namespace}/${key.name}`);
      hosts.delete(`${key.namespace}/${key.name}`);
      return {};
    }
    return wantsBalancer(service) ? ensure(service, key, ctx) : release(service, key, ctx);
  };

  return {
    name: "service-lb",
    account: "service-controller",
    for: serviceKind,
    owns: [],
    watches: [{ kind: nodeKind, map: (change, ctx) => (movesHosts(change) ? ctx.lister(serviceKind).list(null).filter(wantsBalancer).map(({ metadata }) => ({ namespace: metadata.namespace ?? "", name: metadata.name })) : []) }],
    concurrency: 1,
    reconcile,
    snapshot: () => ({ given: [...given], hosts: [...hosts] }) as unknown as Json,
    restore: (data: Json) => {
      const saved = data as unknown as { readonly given: readonly (readonly [string, string])[]; readonly hosts: readonly (readonly [string, string])[] };
      given.clear();
      hosts.clear();
      for (const [service, address] of saved.given) given.set(service, address);
      for (const [service, nodes] of saved.hosts) hosts.set(service, nodes);
    },
    reset: () => {
      given.clear();
      hosts.clear();
    },
  };
}
