import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { controllerOf } from "../../apimachinery/objectMeta.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { WriteOp } from "../../client/writes.ts";
import { createOp, deleteOp, updateOp } from "../../client/writes.ts";
import { endpointsKind } from "../../kinds/core/endpoints/kind.ts";
import type { Endpoints } from "../../kinds/core/endpoints/types.ts";
import { serviceKind } from "../../kinds/core/service/kind.ts";
import { endpointSliceKind } from "../../kinds/discovery/endpointslice/kind.ts";
import type { EndpointSlice } from "../../kinds/discovery/endpointslice/types.ts";
import type { Family } from "../endpointslice/endpoint.ts";
import { packSlices } from "../endpointslice/packSlices.ts";
import { controllerReference } from "../ownership.ts";
import { hasCause } from "../statusErrors.ts";
import { triggerTimeAnnotation } from "../triggerTimes.ts";
import { maximumAddresses, mirroredEndpoints, withinMaximum } from "./mirroredEndpoints.ts";

// Follows pkg/controller/endpointslicemirroring/endpointslicemirroring_controller.go and reconciler.go.

const serviceNameLabel = "kubernetes.io/service-name";
const managedByLabel = "endpointslice.kubernetes.io/managed-by";
const managedBy = "endpointslicemirroring-controller.k8s.io";
const skipLabel = "endpointslice.kubernetes.io/skip-mirror";
const leaderAnnotation = "control-plane.alpha.kubernetes.io/leader";
const notCopied = new Set(["kubectl.kubernetes.io/last-applied-configuration", triggerTimeAnnotation]);
const mirrorIndex = "mirrorOf";
const families: readonly Family[] = ["IPv4", "IPv6"];

/** Everything that routes reads slices only: Endpoints made by hand are mirrored into some. */
export function createEndpointSliceMirroringController(): ControllerDefinition<Endpoints> {
  return {
    name: "endpointslicemirroring",
    account: "endpointslicemirroring-controller",
    for: endpointsKind,
    owns: [endpointSliceKind],
    watches: [{ kind: serviceKind, map: ({ object }) => [{ namespace: object.metadata.namespace ?? "", name: object.metadata.name }] }],
    indexes: [indexesOf(endpointSliceKind, { [mirrorIndex]: (slice) => (slice.metadata.labels?.[managedByLabel] === managedBy ? [`${slice.metadata.namespace ?? ""}/${slice.metadata.labels[serviceNameLabel] ?? ""}`] : []) })],
    reconcile,
    refused: (_key: ObjectKey, _op: WriteOp, response: ApiResponse | null) => (hasCause(response, "NamespaceTerminating") ? "ignore" : "fail"),
  };
}

function reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const endpoints = ctx.lister(endpointsKind).get(key);
  const slices = ctx.lister(endpointSliceKind).byIndex(mirrorIndex, `${key.namespace}/${key.name}`);
  if (endpoints === null || !isMirrored(endpoints, key, ctx)) {
    if (slices.length > 0) ctx.because(`deleted the mirrored slices of ${key.name}: there is nothing to mirror`);
    for (const slice of slices) ctx.write(removeOp(slice));
    return {};
  }
  if (!ctx.expectations.satisfied) return {};
  const { endpoints: mirrored, skipped } = withinMaximum(endpoints);
  if (skipped > 0) {
    const message = `A max of ${maximumAddresses} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`;
    ctx.event({ about: referenceTo(endpoints), type: "Warning", reason: "TooManyAddressesToMirror", message });
  }
  for (const family of families) mirror(mirrored, family, slices.filter((slice) => slice.addressType === family), ctx);
  return {};
}

function isMirrored(endpoints: Endpoints, key: ObjectKey, ctx: ReconcileContext): boolean {
  const { labels, annotations } = endpoints.metadata;
  if (labels?.[skipLabel] === "true" || annotations?.[leaderAnnotation] !== undefined) return false;
  const service = ctx.lister(serviceKind).get(key);
  return service !== null && service.spec.selector === undefined;
}

function mirror(endpoints: Endpoints, family: Family, slices: readonly EndpointSlice[], ctx: ReconcileContext): void {
  const wanted = mirroredEndpoints(endpoints, family);
  if (wanted.size === 0 && slices.length === 0) return;
  const labels = { ...endpoints.metadata.labels, [serviceNameLabel]: endpoints.metadata.name, [managedByLabel]: managedBy };
  const owner = controllerReference(endpoints, endpointsKind);
  const isCurrent = (slice: EndpointSlice): boolean => controllerOf(slice.metadata)?.uid === endpoints.metadata.uid && deepEqual(slice.metadata.labels ?? {}, labels);
  const plan = packSlices(wanted, slices, isCurrent, maximumAddresses);
  // Upstream keeps no empty slice here: where nothing is to be mirrored there is none.
  const create = plan.create.filter((group) => group.endpoints.length > 0);
  const reuse = plan.reuse.filter(({ group }) => group.endpoints.length > 0);
  const remove = [...plan.remove, ...plan.reuse.filter(({ group }) => group.endpoints.length === 0).map(({ slice }) => slice)];
  if (create.length + plan.update.length + reuse.length + remove.length === 0) return;
  const { name, namespace = "" } = endpoints.metadata;
  ctx.because(`mirrored Endpoints ${name}: nobody routes by Endpoints`);
  if (create.length > 0) ctx.expectations.expectCreations(create.length);
  const copied = Object.fromEntries(Object.entries(endpoints.metadata.annotations ?? {}).filter(([annotation]) => !notCopied.has(annotation)));
  const annotations = Object.keys(copied).length === 0 ? {} : { annotations: copied };
  const metadata = { generateName: `${name}-`, namespace, labels, ...annotations, ownerReferences: [owner] };
  const fresh = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata, addressType: family };
  for (const group of create) ctx.write({ ...createOp(endpointSliceKind, { ...fresh, ...group } as Parameters<typeof createOp>[1]), expects: "creation" });
  for (const { slice, group } of reuse) ctx.write(updateOp(endpointSliceKind, { ...fresh, metadata: { ...metadata, name: slice.metadata.name }, ...group } as unknown as EndpointSlice));
  for (const { slice, endpoints: kept } of plan.update) ctx.write(updateOp(endpointSliceKind, { ...slice, metadata: { ...slice.metadata, labels, ...annotations, ownerReferences: [owner] }, endpoints: kept } as EndpointSlice));
  for (const slice of remove) ctx.write(removeOp(slice));
}

function removeOp(slice: EndpointSlice): WriteOp {
  const { namespace = "", name, uid } = slice.metadata;
  return { ...deleteOp(endpointSliceKind, { namespace, name }, { uid }), tolerates: [404, 409] };
}
