import type { ObjectKey } from "../apimachinery/gvk.ts";
import { matchesMap } from "../apimachinery/labels.ts";
import type { Change, ControllerContext, ControllerView } from "../client/controller.ts";
import { serviceKind } from "../kinds/core/service/kind.ts";
import type { Service, ServicePort } from "../kinds/core/service/types.ts";
import { podKind } from "../kinds/core/pod/kind.ts";
import { isPodReady, isPodTerminal } from "../kinds/core/pod/podStatus.ts";
import type { Pod } from "../kinds/core/pod/types.ts";
import { millisecond } from "../sim/time.ts";

// Follows endpointslice/util/controller_utils.go, pkg/api/v1/pod/util.go (FindPort) and pkg/apis/core/v1/helper (IsServiceIPSet).

/** The index that finds pods of a namespace by one of their labels. */
export const labelIndex = "label";

const labelValue = (namespace: string, name: string, value: string): string => `${namespace}/${name}=${value}`;

export function labelIndexOf(pod: Pod): readonly string[] {
  const namespace = pod.metadata.namespace ?? "";
  return Object.entries(pod.metadata.labels ?? {}).map(([name, value]) => labelValue(namespace, name, value));
}

/** At least as many as the Service selects. */
function candidateCount(service: Service, view: ControllerView): number {
  const first = Object.keys(service.spec.selector ?? {}).sort()[0];
  if (first === undefined) return 0;
  return view.lister(podKind).countByIndex(labelIndex, labelValue(service.metadata.namespace ?? "", first, service.spec.selector?.[first] ?? ""));
}

/** The pods that a Service selects, by name. A selector without terms selects nothing here: such a Service is left alone. */
export function selectedPods(service: Service, view: ControllerView): readonly Pod[] {
  const selector = service.spec.selector ?? {};
  const names = Object.keys(selector).sort();
  const first = names[0];
  if (first === undefined) return view.lister(podKind).list(service.metadata.namespace ?? "");
  const candidates = view.lister(podKind).byIndex(labelIndex, labelValue(service.metadata.namespace ?? "", first, selector[first] ?? ""));
  return names.length === 1 ? candidates : candidates.filter((pod) => matchesMap(selector, pod.metadata.labels));
}

/**
 * A Service of many pods is looked at again only after this time, so that a rollout of a thousand pods is not a thousand looks at a
 * thousand pods. Differs: upstream has one such period for all Services (--endpoint-updates-batch-period), 0 by default.
 */
const manyPods = 100;
const batchPeriodUs = 250 * millisecond;

const noKeys: readonly ObjectKey[] = [];

/** The Services whose endpoints a pod's change may touch. */
export function servicesOfPod(change: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const pod = change.object as Pod;
  const old = change.old as Pod | null;
  const namespace = pod.metadata.namespace ?? "";
  if (change.change === "updated" && old !== null && !endpointChanged(old, pod)) return noKeys;
  const relabelled = old !== null && old.metadata.labels !== pod.metadata.labels;
  const keys: ObjectKey[] = [];
  for (const service of ctx.lister(serviceKind).list(namespace)) {
    const { selector } = service.spec;
    if (selector === undefined) continue;
    if (!matchesMap(selector, pod.metadata.labels) && !(relabelled && matchesMap(selector, old.metadata.labels))) continue;
    const key = { namespace, name: service.metadata.name };
    if (candidateCount(service, ctx) > manyPods) ctx.enqueueAfter(key, batchPeriodUs);
    else keys.push(key);
  }
  return keys;
}

/** What of a pod shows in its endpoint. */
function endpointChanged(old: Pod, pod: Pod): boolean {
  return (
    old.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp ||
    old.status?.podIP !== pod.status?.podIP ||
    isPodReady(old) !== isPodReady(pod) ||
    isPodTerminal(old) !== isPodTerminal(pod) ||
    old.spec.nodeName !== pod.spec.nodeName ||
    old.spec.hostname !== pod.spec.hostname ||
    old.spec.subdomain !== pod.spec.subdomain ||
    !sameLabels(old.metadata.labels, pod.metadata.labels)
  );
}

function sameLabels(a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean {
  return a === b || (Object.keys(a).length === Object.keys(b).length && matchesMap(a, b));
}

/** Whether a pod has an endpoint at all, be it ready or not. */
export function isEndpoint(pod: Pod, includeTerminating: boolean): boolean {
  if (isPodTerminal(pod) || podAddresses(pod).length === 0) return false;
  return includeTerminating || pod.metadata.deletionTimestamp === undefined;
}

export function podAddresses(pod: Pod): readonly string[] {
  const { podIP, podIPs } = pod.status ?? {};
  if (podIPs !== undefined && podIPs.length > 0) return podIPs.map(({ ip }) => ip);
  return podIP === undefined || podIP === "" ? [] : [podIP];
}

export function endpointHostname(pod: Pod, service: Service): string | undefined {
  const { hostname, subdomain } = pod.spec;
  return hostname !== undefined && hostname !== "" && subdomain === service.metadata.name ? hostname : undefined;
}

/** The number of a Service's target port on a pod; null where the pod has no port of that name. */
export function targetPort(pod: Pod, port: ServicePort): number | null {
  const target = port.targetPort ?? port.port;
  if (typeof target === "number") return target;
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === "Always");
  for (const container of [...pod.spec.containers, ...sidecars]) {
    for (const candidate of container.ports ?? []) {
      if (candidate.name === target && (candidate.protocol ?? "TCP") === (port.protocol ?? "TCP")) return candidate.containerPort;
    }
  }
  return null;
}

export function isHeadless(service: Service): boolean {
  const { clusterIP, type } = service.spec;
  return (clusterIP === undefined || clusterIP === "" || clusterIP === "None") && type !== "ExternalName";
}

/** Whether the controllers of endpoints look after a Service: one with a selector that is not a mere name. */
export function isSelecting(service: Service): boolean {
  return service.spec.selector !== undefined && service.spec.type !== "ExternalName";
}

export const headlessLabel = "service.kubernetes.io/headless";
