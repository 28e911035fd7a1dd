// Follows pkg/apis/core/v1/defaults.go, zz_generated.defaults.go and conversion.go: what every pod spec gets, in a pod or in a template.
import { extended } from "../../base/extended.ts";
import { canonicalQuantity, milliQuantity, quantityText, unitQuantity } from "../../apimachinery/quantity.ts";
import type { Container, EnvVar, LifecycleHandler, PodSpec, PodTemplateSpec, Probe, ResourceRequirements } from "../core/pod/types.ts";
import { sumOfContainers } from "../podAmounts.ts";
import { changeField, changeItems, fill, fillAbsent, sameFields } from "../sharing.ts";
import { imageTag } from "./imageName.ts";
import { volumeWithDefaults } from "./volumeDefaults.ts";

/** Specs that have been through: an update of a status brings the same one again. */
const done = new WeakSet<PodSpec>();

/** A pod spec with the defaults that templates get as well. */
export function podSpecWithDefaults(spec: PodSpec | undefined): PodSpec {
  if (spec !== undefined && done.has(spec)) return spec;
  let out: PodSpec = fill<PodSpec>(spec ?? { containers: [] }, {
    containers: [],
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    schedulerName: "default-scheduler",
  });
  out = fillAbsent(out, { securityContext: {}, terminationGracePeriodSeconds: 30 });
  out = changeItems(out, "volumes", volumeWithDefaults);
  out = changeItems(out, "containers", containerWithDefaults);
  out = changeItems(out, "initContainers", containerWithDefaults);
  out = changeItems(out, "ephemeralContainers", containerWithDefaults);
  out = changeField(out, "overhead", roundedUp);
  out = changeField(out, "resources", resourcesRoundedUp);
  out = withBothServiceAccountNames(out);
  done.add(out);
  return out;
}

/** A template with its defaults; it always says its metadata and spec. */
export function podTemplateWithDefaults(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const spec = podSpecWithDefaults(template?.spec);
  if (template !== undefined && template.spec === spec && template.metadata !== undefined) return template;
  return { metadata: {}, ...template, spec };
}

/** `serviceAccount` is the old name of `serviceAccountName`; both are always said. */
export function withBothServiceAccountNames(spec: PodSpec): PodSpec {
  const name = spec.serviceAccountName ?? "";
  if (name === "") {
    if ((spec.serviceAccount ?? "") === "") return spec;
    return extended(spec, { serviceAccountName: spec.serviceAccount ?? "" });
  }
  return spec.serviceAccount === name ? spec : extended(spec, { serviceAccount: name });
}

function containerWithDefaults(container: Container): Container {
  let out = fill(container, {
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
  });
  if ((out.imagePullPolicy ?? "") === "") out = extended(out, { imagePullPolicy: imageTag(out.image ?? "") === "latest" ? "Always" : "IfNotPresent" });
  out = fillAbsent(out, { resources: {} });
  out = changeField(out, "resources", resourcesRoundedUp);
  out = changeItems(out, "ports", (port: NonNullable<Container["ports"]>[number]) => fill(port, { protocol: "TCP" }));
  out = changeItems(out, "env", envWithDefaults);
  out = changeField(out, "livenessProbe", probeWithDefaults);
  out = changeField(out, "readinessProbe", probeWithDefaults);
  out = changeField(out, "startupProbe", probeWithDefaults);
  out = changeField(out, "lifecycle", (lifecycle) => changeField(changeField(lifecycle, "postStart", handlerWithDefaults), "preStop", handlerWithDefaults));
  return out;
}

function envWithDefaults(env: EnvVar): EnvVar {
  return changeField(env, "valueFrom", (source) => {
    let out = changeField(source, "fieldRef", (ref) => fill(ref, { apiVersion: "v1" }));
    out = changeField(out, "resourceFieldRef", (ref) => fillAbsent(ref, { divisor: "0" }));
    return changeField(out, "fileKeyRef", (ref) => fillAbsent(ref, { optional: false }));
  });
}

function probeWithDefaults(probe: Probe): Probe {
  const timed = fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  return changeField(handlerWithDefaults(timed), "grpc", (grpc) => fillAbsent(grpc, { service: "" }));
}

function handlerWithDefaults<H extends Pick<LifecycleHandler, "httpGet">>(handler: H): H {
  return changeField(handler, "httpGet", (action) => fill(action as NonNullable<LifecycleHandler["httpGet"]>, { path: "/", scheme: "HTTP" }) as NonNullable<H["httpGet"]>);
}

function resourcesRoundedUp(resources: ResourceRequirements): ResourceRequirements {
  return changeField(changeField(resources, "limits", roundedUp), "requests", roundedUp);
}

/** Nothing finer than a thousandth is kept. */
export function roundedUp(list: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  let out: Record<string, string> | null = null;
  for (const name of Object.keys(list)) {
    const text = list[name] ?? "";
    if (!/[nu]$/.test(text)) continue;
    out ??= { ...list };
    out[name] = canonicalQuantity(milliRoundedUp(text));
  }
  return out ?? list;
}

function milliRoundedUp(text: string): string {
  const digits = BigInt(text.slice(0, -1));
  const perMilli = text.endsWith("n") ? 1_000_000n : 1_000n;
  const whole = digits / perMilli;
  return `${digits % perMilli > 0n ? whole + 1n : whole}m`;
}

/** The spec with the fields of a pod's spec that only a pod gets filled in from what its containers say. */
export function podOnlyDefaults(spec: PodSpec): PodSpec {
  // The pods of a template bring one spec: what is made of it is one spec as well.
  const known = ofPods.get(spec);
  if (known !== undefined) return known;
  const out = withPodDefaults(spec);
  if (out !== spec) ofPods.set(spec, out);
  return out;
}

const ofPods = new WeakMap<PodSpec, PodSpec>();

function withPodDefaults(spec: PodSpec): PodSpec {
  let out = changeItems(spec, "containers", requestsFromLimits);
  out = changeItems(out, "initContainers", requestsFromLimits);
  out = changeField(out, "resources", (resources) => podLevelRequests(podLevelHugePages(resources, out), out));
  out = fillAbsent(out, { enableServiceLinks: true });
  if (out.hostNetwork === true) {
    out = changeItems(out, "containers", withHostPorts);
    out = changeItems(out, "initContainers", withHostPorts);
  }
  if (out !== spec) done.add(out);
  return out;
}

/** Pod-level limits of huge pages, where only the containers have any. Follows pkg/apis/core/v1/defaults.go. */
function podLevelHugePages(resources: ResourceRequirements, spec: PodSpec): ResourceRequirements {
  const { scalar } = sumOfContainers(spec, "limits");
  const missing = Object.keys(scalar).filter((name) => name.startsWith("hugepages-") && resources.limits?.[name] === undefined);
  if (missing.length === 0) return resources;
  const limits: Record<string, string> = { ...resources.limits };
  for (const name of missing) limits[name] = quantityText(unitQuantity(scalar[name] ?? 0, "BinarySI"));
  return { ...resources, limits };
}

/** Pod-level requests, where only limits were set: what the containers need together, else the limit. */
function podLevelRequests(resources: ResourceRequirements, spec: PodSpec): ResourceRequirements {
  const limits = resources.limits ?? {};
  if (Object.keys(limits).length === 0) return resources;
  const needed = sumOfContainers(spec, "requests");
  const requests: Record<string, string> = { ...resources.requests };
  if (requests.cpu === undefined && needed.cpuMilli > 0) requests.cpu = quantityText(milliQuantity(needed.cpuMilli));
  if (requests.memory === undefined && needed.memoryBytes > 0) requests.memory = quantityText(unitQuantity(needed.memoryBytes, "BinarySI"));
  for (const name of Object.keys(limits)) if (requests[name] === undefined && (name === "cpu" || name === "memory" || name.startsWith("hugepages-"))) requests[name] = limits[name] ?? "0";
  return sameFields(requests, resources.requests ?? {}) ? resources : { ...resources, requests };
}

function requestsFromLimits(container: Container): Container {
  const limits = container.resources?.limits;
  if (limits === undefined) return container;
  const requests = container.resources?.requests;
  const missing = Object.keys(limits).filter((name) => requests?.[name] === undefined);
  if (missing.length === 0) return container;
  const filled: Record<string, string> = { ...requests };
  for (const name of missing) filled[name] = limits[name] ?? "0";
  return { ...container, resources: { ...container.resources, requests: filled } };
}

function withHostPorts(container: Container): Container {
  return changeItems(container, "ports", (port: NonNullable<Container["ports"]>[number]) => ((port.hostPort ?? 0) === 0 ? { ...port, hostPort: port.containerPort } : port));
}
