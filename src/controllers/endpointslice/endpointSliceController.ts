import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { controllerOf } from "../../apimachinery/objectMeta.ts";
import type { OwnerReference } from "../../apimachinery/objectMeta.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { WriteOp } from "../../client/writes.ts";
import { createOp, deleteOp, updateOp } from "../../client/writes.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { serviceKind } from "../../kinds/core/service/kind.ts";
import type { Service } from "../../kinds/core/service/types.ts";
import { endpointSliceKind } from "../../kinds/discovery/endpointslice/kind.ts";
import type { Endpoint, EndpointSlice } from "../../kinds/discovery/endpointslice/types.ts";
import { controllerReference } from "../ownership.ts";
import { nodeNameIndex, nodeNameIndexOf } from "../podsByNode.ts";
import { headlessLabel, isEndpoint, isHeadless, isSelecting, labelIndex, labelIndexOf, selectedPods, servicesOfPod } from "../servicePods.ts";
import { hasCause, statusMessage } from "../statusErrors.ts";
import { TriggerTimes, withTriggerTime } from "../triggerTimes.ts";
import type { Family } from "./endpoint.ts";
import { hintsByTopology, isNodeReady, podEndpoint, zoneLabel } from "./endpoint.ts";
import { HintedServices } from "./hintedServices.ts";
import type { SlicePlan, WantedEndpoints } from "./packSlices.ts";
import { packSlices } from "./packSlices.ts";
import { cpuShares, hinted, withHintsOf } from "./topologyHints.ts";

// Follows pkg/controller/endpointslice/endpointslice_controller.go and endpointslice/reconciler.go.

const serviceNameLabel = "kubernetes.io/service-name";
const managedByLabel = "endpointslice.kubernetes.io/managed-by";
const managedBy = "endpointslice-controller.k8s.io";
const serviceIndex = "service";

export function createEndpointSliceController(): ControllerDefinition<Service> {
  const triggers = new TriggerTimes();
  const hints = new HintedServices();
  return {
    name: "endpointslice",
    account: "endpointslice-controller",
    for: serviceKind,
    owns: [endpointSliceKind],
    watches: [
      { kind: podKind, map: servicesOfPod },
      { kind: endpointSliceKind, map: serviceOfSlice },
      { kind: nodeKind, map: (change, ctx) => servicesOfNode(change, hints, ctx) },
    ],
    indexes: [
      indexesOf(podKind, { [labelIndex]: labelIndexOf, [nodeNameIndex]: nodeNameIndexOf }),
      indexesOf(endpointSliceKind, { [serviceIndex]: (slice) => (isOurs(slice) ? [`${slice.metadata.namespace ?? ""}/${slice.metadata.labels?.[serviceNameLabel] ?? ""}`] : []) }),
    ],
    reconcile: (key, ctx) => reconcile(key, triggers, hints, ctx),
    refused,
    snapshot: () => [triggers.snapshot(), hints.snapshot()],
    restore: (data) => {
      const [times, hinted] = data as readonly [Json, Json];
      triggers.restore(times);
      hints.restore(hinted);
    },
    reset: () => {
      triggers.clear();
      hints.clear();
    },
  };
}

function isOurs(slice: EndpointSlice): boolean {
  return slice.metadata.labels?.[managedByLabel] === managedBy;
}

function serviceOfSlice({ object, old }: Change): readonly ObjectKey[] {
  const namespace = object.metadata.namespace ?? "";
  const keys: ObjectKey[] = [];
  for (const slice of [object, old] as readonly (EndpointSlice | null)[]) {
    const name = slice === null || !isOurs(slice) ? undefined : slice.metadata.labels?.[serviceNameLabel];
    if (name !== undefined && keys.every((key) => key.name !== name)) keys.push({ namespace, name });
  }
  return keys;
}

/** A node that comes, goes or moves to another zone changes the endpoints of its pods; where it is ready or no longer so, the zones' parts of all CPU. */
function servicesOfNode(change: Change, hints: HintedServices, ctx: ControllerContext): readonly ObjectKey[] {
  const [node, old] = [change.object, change.old] as readonly [Node, Node | null];
  const moved = change.change !== "updated" || old?.metadata.labels?.[zoneLabel] !== node.metadata.labels?.[zoneLabel];
  if (!moved && (old === null || isNodeReady(old) === isNodeReady(node))) return [];
  const keys = new Map<string, ObjectKey>();
  for (const service of hints.overloaded(() => cpuShares(ctx.lister(nodeKind).list(null)))) {
    const [namespace = "", name = ""] = service.split("/");
    keys.set(service, { namespace, name });
  }
  if (!moved) return [...keys.values()];
  for (const pod of ctx.lister(podKind).byIndex(nodeNameIndex, change.object.metadata.name)) {
    for (const key of servicesOfPod({ kind: podKind, change: "added", object: pod, old: null, cause: change.cause }, ctx)) keys.set(`${key.namespace}/${key.name}`, key);
  }
  return [...keys.values()];
}

function reconcile(key: ObjectKey, triggers: TriggerTimes, hints: HintedServices, ctx: ReconcileContext): ReconcileResult {
  const service = ctx.lister(serviceKind).get(key);
  const slices = ctx.lister(endpointSliceKind).byIndex(serviceIndex, `${key.namespace}/${key.name}`);
  const keyText = `${key.namespace}/${key.name}`;
  if (service === null) {
    triggers.forget(keyText);
    hints.forget(keyText);
  }
  if (service === null || service.metadata.deletionTimestamp !== undefined || !isSelecting(service)) return {};
  if (!ctx.expectations.satisfied) return {};
  const families: readonly Family[] = (service.spec.ipFamilies ?? ["IPv4"]).filter((family): family is Family => family === "IPv4" || family === "IPv6");
  const pods = selectedPods(service, ctx);
  const { wanted, lost } = wantedEndpoints(service, pods, families, ctx);
  const triggered = triggers.next(keyText, service, pods);
  const own = slices.filter((slice) => controllerOf(slice.metadata)?.uid === service.metadata.uid && families.includes(slice.addressType as Family));
  const plan = joined(families.map((family) => {
    const before = own.filter((slice) => slice.addressType === family);
    const byTopology = hintsByTopology(service);
    const groups: ReadonlyMap<string, WantedEndpoints> = wanted.get(family) ?? new Map<string, WantedEndpoints>();
    const packed = packSlices(byTopology ? withHintsOf(groups, before) : groups, before, (slice) => isCurrent(slice, service));
    return byTopology ? withTopology(service, family, packed, before, hints, ctx) : withoutTopology(service, family, packed, hints, ctx);
  }));
  const foreign = slices.filter((slice) => !own.includes(slice));
  write(service, { ...plan, remove: [...plan.remove, ...foreign] }, triggered, wanted, families, ctx);
  return lost.length === 0 ? {} : { error: `skipping Pod ${lost.join(", ")} for Service ${key.namespace}/${key.name}: Node not found` };
}

/** Follows reconcileByAddressType, where it calls AddHints. */
function withTopology(service: Service, family: Family, plan: SlicePlan, before: readonly EndpointSlice[], hints: HintedServices, ctx: ReconcileContext): SlicePlan {
  const key = `${service.metadata.namespace ?? ""}/${service.metadata.name}`;
  const { plan: next, zones, why } = hinted(plan, before, cpuShares(ctx.lister(nodeKind).list(null)));
  const about = referenceTo(service);
  if (zones === null) {
    hints.remove(key, family);
    // Its own writes bring it here again, with nothing to say that was not said.
    const changes = next.create.length + next.update.length + next.reuse.length + next.remove.length > 0;
    if (hints.isNews(key, family, why) || changes) ctx.event({ about, type: "Warning", reason: "TopologyAwareHintsDisabled", message: `${why}, addressType: ${family}` });
  } else if (!hints.set(key, family, zones)) ctx.event({ about, type: "Normal", reason: "TopologyAwareHintsEnabled", message: `Topology Aware Hints has been enabled, addressType: ${family}` });
  return next;
}

function withoutTopology(service: Service, family: Family, plan: SlicePlan, hints: HintedServices, ctx: ReconcileContext): SlicePlan {
  const had = hints.remove(`${service.metadata.namespace ?? ""}/${service.metadata.name}`, family);
  if (had) ctx.event({ about: referenceTo(service), type: "Warning", reason: "TopologyAwareHintsDisabled", message: `Topology Aware Hints has been disabled, addressType: ${family}` });
  return plan;
}

/** By address family, then by ports. `lost`: pods whose node is not known. */
function wantedEndpoints(service: Service, pods: readonly Pod[], families: readonly Family[], ctx: ReconcileContext): { readonly wanted: ReadonlyMap<Family, Map<string, WantedEndpoints>>; readonly lost: readonly string[] } {
  const wanted = new Map<Family, Map<string, WantedEndpoints & { readonly endpoints: Endpoint[] }>>(families.map((family) => [family, new Map()]));
  const lost: string[] = [];
  for (const pod of pods) {
    if (!isEndpoint(pod, true)) continue;
    const node = pod.spec.nodeName === undefined ? null : ctx.lister(nodeKind).get({ namespace: "", name: pod.spec.nodeName });
    if (node === null && service.spec.publishNotReadyAddresses !== true) {
      lost.push(pod.metadata.name);
      continue;
    }
    for (const [family, groups] of wanted) {
      const { endpoint, ports, portsText } = podEndpoint(pod, node, service, family);
      if (endpoint.addresses.length === 0) continue;
      const group = groups.get(portsText);
      if (group === undefined) groups.set(portsText, { ports, endpoints: [endpoint] });
      else group.endpoints.push(endpoint);
    }
  }
  return { wanted, lost };
}

function joined(plans: readonly SlicePlan[]): SlicePlan & { readonly createdOf: readonly number[] } {
  return {
    create: plans.flatMap((plan) => plan.create),
    update: plans.flatMap((plan) => plan.update),
    reuse: plans.flatMap((plan) => plan.reuse),
    remove: plans.flatMap((plan) => plan.remove),
    createdOf: plans.flatMap((plan, index) => plan.create.map(() => index)),
  };
}

function write(service: Service, plan: ReturnType<typeof joined>, triggered: string | null, wanted: ReadonlyMap<Family, ReadonlyMap<string, WantedEndpoints>>, families: readonly Family[], ctx: ReconcileContext): void {
  if (plan.create.length + plan.update.length + plan.reuse.length + plan.remove.length === 0) return;
  const all = [...wanted.values()].flatMap((groups) => [...groups.values()]).flatMap((group) => group.endpoints);
  const ready = all.filter((endpoint) => endpoint.conditions?.ready === true).length;
  ctx.because(`brought the EndpointSlices up to date: ${ready} of ${all.length} endpoints ready`);
  const namespace = service.metadata.namespace ?? "";
  const owner = controllerReference(service, serviceKind);
  if (plan.create.length > 0) ctx.expectations.expectCreations(plan.create.length);
  for (const [index, group] of plan.create.entries()) {
    ctx.write({
      ...createOp(endpointSliceKind, freshSlice(service, group, families[plan.createdOf[index] ?? 0] ?? "IPv4", triggered) as Parameters<typeof createOp>[1]),
      expects: "creation",
    });
  }
  for (const { slice, group } of plan.reuse) {
    const fresh = freshSlice(service, group, slice.addressType, triggered);
    // Without a resourceVersion, as upstream: it replaces whatever is there.
    ctx.write(updateOp(endpointSliceKind, { ...fresh, metadata: { ...fresh.metadata, name: slice.metadata.name } } as unknown as EndpointSlice));
  }
  for (const { slice, endpoints } of plan.update) {
    const { endpoints: _before, ...rest } = slice;
    const { annotations, ...metadata } = slice.metadata;
    ctx.write(updateOp(endpointSliceKind, { ...rest, metadata: { ...metadata, labels: labelsOf(service), ...withTriggerTime(annotations, triggered), ownerReferences: [owner] }, ...(endpoints.length === 0 ? {} : { endpoints }) } as EndpointSlice));
  }
  for (const slice of plan.remove) {
    ctx.write({ ...deleteOp(endpointSliceKind, { namespace, name: slice.metadata.name }, { uid: slice.metadata.uid }), tolerates: [404, 409] });
  }
}

function freshSlice(service: Service, group: WantedEndpoints, addressType: string, triggered: string | null) {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { generateName: `${service.metadata.name}-`, namespace: service.metadata.namespace ?? "", labels: labelsOf(service), ...withTriggerTime(undefined, triggered), ownerReferences: [controllerReference(service, serviceKind)] },
    addressType,
    ...(group.endpoints.length === 0 ? {} : { endpoints: group.endpoints }),
    ...(group.ports.length === 0 ? {} : { ports: group.ports }),
  };
}

function labelsOf(service: Service): Readonly<Record<string, string>> {
  const { [headlessLabel]: _headless, ...labels } = service.metadata.labels ?? {};
  return { ...labels, ...(isHeadless(service) ? { [headlessLabel]: "" } : {}), [serviceNameLabel]: service.metadata.name, [managedByLabel]: managedBy };
}

function isCurrent(slice: EndpointSlice, service: Service): boolean {
  const owner: OwnerReference | null = controllerOf(slice.metadata);
  return owner?.uid === service.metadata.uid && deepEqual(slice.metadata.labels ?? {}, labelsOf(service));
}

function refused(key: ObjectKey, op: WriteOp, response: ApiResponse | null, ctx: ReconcileContext): "fail" | "ignore" {
  if (hasCause(response, "NamespaceTerminating")) return "ignore";
  const service = ctx.lister(serviceKind).get(key);
  if (service !== null && response !== null && response.code !== 409 && op.verb !== "delete") {
    const message = `Error updating Endpoint Slices for Service ${key.namespace}/${key.name}: failed to ${op.verb} EndpointSlice for Service ${key.namespace}/${key.name}: ${statusMessage(response)}`;
    ctx.event({ about: referenceTo(service), type: "Warning", reason: "FailedToUpdateEndpointSlices", message });
  }
  return "fail";
}
