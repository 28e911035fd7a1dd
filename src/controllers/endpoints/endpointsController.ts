import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import type { WriteOp } from "../../client/writes.ts";
import { createOp, deleteOp, updateOp } from "../../client/writes.ts";
import { endpointsKind } from "../../kinds/core/endpoints/kind.ts";
import type { Endpoints, EndpointSubset } from "../../kinds/core/endpoints/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { serviceKind } from "../../kinds/core/service/kind.ts";
import type { Service } from "../../kinds/core/service/types.ts";
import { headlessLabel, isHeadless, isSelecting, labelIndex, labelIndexOf, selectedPods, servicesOfPod } from "../servicePods.ts";
import { hasCause, statusMessage } from "../statusErrors.ts";
import { TriggerTimes, withTriggerTime } from "../triggerTimes.ts";
import { endpointSubsets } from "./subsets.ts";

// Follows pkg/controller/endpoint/endpoints_controller.go.

const managedByLabel = "endpoints.kubernetes.io/managed-by";
const managedBy = "endpoint-controller";
const overCapacityAnnotation = "endpoints.kubernetes.io/over-capacity";

export function createEndpointsController(): ControllerDefinition<Service> {
  const triggers = new TriggerTimes();
  return {
    name: "endpoint",
    account: "endpoint-controller",
    for: serviceKind,
    owns: [],
    watches: [
      { kind: podKind, map: servicesOfPod },
      { kind: endpointsKind, map: ({ object }) => [{ namespace: object.metadata.namespace ?? "", name: object.metadata.name }] },
    ],
    indexes: [indexesOf(podKind, { [labelIndex]: labelIndexOf })],
    reconcile: (key, ctx) => reconcile(key, triggers, ctx),
    refused,
    snapshot: () => triggers.snapshot(),
    restore: (data) => triggers.restore(data),
    reset: () => triggers.clear(),
  };
}

function reconcile(key: ObjectKey, triggers: TriggerTimes, ctx: ReconcileContext): ReconcileResult {
  const service = ctx.lister(serviceKind).get(key);
  const present = ctx.lister(endpointsKind).get(key);
  if (service === null) {
    triggers.forget(`${key.namespace}/${key.name}`);
    if (present?.metadata.labels?.[managedByLabel] === managedBy) {
      ctx.because(`deleted Endpoints ${key.name}: the Service is gone`);
      ctx.write({ ...deleteOp(endpointsKind, key, { uid: present.metadata.uid }), tolerates: [404, 409] });
    }
    return {};
  }
  if (!isSelecting(service)) return {};
  const pods = selectedPods(service, ctx);
  const { subsets, truncated } = endpointSubsets(service, pods);
  const triggered = triggers.next(`${key.namespace}/${key.name}`, service, pods);
  const labels = { ...service.metadata.labels, [managedByLabel]: managedBy, ...(isHeadless(service) ? { [headlessLabel]: "" } : {}) };
  if (present === null) {
    ctx.because(`made Endpoints ${key.name}: ${sizeText(subsets)}`);
    ctx.write(createOp(endpointsKind, withSubsets({ apiVersion: "v1", kind: "Endpoints", metadata: { name: key.name, namespace: key.namespace, labels, ...annotationsOf({}, triggered, truncated) } } as unknown as Endpoints, subsets)));
    return {};
  }
  const annotations = present.metadata.annotations ?? {};
  const same = deepEqual(present.subsets ?? [], subsets) && deepEqual(present.metadata.labels ?? {}, labels) && (annotations[overCapacityAnnotation] !== undefined) === truncated;
  if (same) return {};
  const { annotations: _before, ...metadata } = present.metadata;
  ctx.because(`updated Endpoints ${key.name}: ${sizeText(subsets)}`);
  ctx.write(updateOp(endpointsKind, withSubsets({ ...present, metadata: { ...metadata, labels, ...annotationsOf(annotations, triggered, truncated) } }, subsets)));
  return {};
}

function withSubsets(endpoints: Endpoints, subsets: readonly EndpointSubset[]): Endpoints {
  const { subsets: _before, ...rest } = endpoints;
  return subsets.length === 0 ? rest : { ...rest, subsets };
}

function annotationsOf(before: Readonly<Record<string, string>>, triggered: string | null, truncated: boolean): { readonly annotations?: Readonly<Record<string, string>> } {
  const { [overCapacityAnnotation]: _before, ...others } = withTriggerTime(before, triggered).annotations ?? {};
  const fresh = truncated ? { ...others, [overCapacityAnnotation]: "truncated" } : others;
  return Object.keys(fresh).length === 0 ? {} : { annotations: fresh };
}

function sizeText(subsets: readonly EndpointSubset[]): string {
  const ready = subsets.reduce((sum, subset) => sum + (subset.addresses?.length ?? 0), 0);
  const notReady = subsets.reduce((sum, subset) => sum + (subset.notReadyAddresses?.length ?? 0), 0);
  return `${ready} ready, ${notReady} not ready`;
}

function refused(key: ObjectKey, op: WriteOp, response: ApiResponse | null, ctx: ReconcileContext): "fail" | "ignore" {
  if (hasCause(response, "NamespaceTerminating")) return "ignore";
  if (op.verb === "delete" || response === null || response.code === 409) return "fail";
  const creating = op.verb === "create";
  const about = { kind: "Endpoints", namespace: key.namespace, name: key.name, apiVersion: "v1" };
  const subject = `${creating ? "create endpoint for service" : "update endpoint"} ${key.namespace}/${key.name}`;
  ctx.event({ about, type: "Warning", reason: creating ? "FailedToCreateEndpoint" : "FailedToUpdateEndpoint", message: `Failed to ${subject}: ${statusMessage(response)}` });
  return "fail";
}
