// Follows pkg/apis/core/validation/validation.go (ValidatePodSpec).
import { duplicate, forbidden, index, invalid, key as keyPath, notSupported, required } from "../../apimachinery/fieldError.ts";
import { inclusiveRangeError, isDns1123Label, isDns1123Subdomain, isDns1123SubdomainWithUnderscore, isQualifiedName, validateLabels } from "../../apimachinery/names.ts";
import { compareQuantityTexts, milliQuantity, quantityMilli, quantityText, unitQuantity } from "../../apimachinery/quantity.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { PodDNSConfig, PodSpec } from "../core/pod/types.ts";
import { sortedKeys } from "../graph/edges.ts";
import { addressFaults } from "../networkAddress.ts";
import { sumOfContainers } from "../podAmounts.ts";
import { validateContainers, validateEphemeralContainers, validateInitContainers, type PodSurroundings } from "./validateContainers.ts";
import { validateContainerResources, validatePodLevelResources } from "./validateResources.ts";
import { validateAffinity, validateSchedulingGates, validateSpreadConstraints, validateTolerations } from "./validateScheduling.ts";
import { validateForOs, validatePodSecurityContext } from "./validateSecurity.ts";
import { validateVolumes } from "./validateVolumes.ts";

const restartPolicies = ["Always", "OnFailure", "Never"];
const dnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
const preemptionPolicies = ["PreemptLowerPriority", "Never"];
const maxInt32 = 2_147_483_647;
const maxNameservers = 3;
const maxSearches = 32;
const maxSearchLength = 2048;

/** `podName` is null for the spec of a template. */
export function validatePodSpec(spec: PodSpec, podName: string | null, path: string): readonly FieldError[] {
  const { byName, errors: volumeErrors } = validateVolumes(spec.volumes, podName ?? "", `${path}.volumes`);
  const pod: PodSurroundings = {
    volumes: byName,
    claimNames: new Set((spec.resourceClaims ?? []).map((claim) => claim.name).filter((name) => name !== "")),
    graceSeconds: spec.terminationGracePeriodSeconds,
    podRestartPolicy: spec.restartPolicy ?? "",
    hostUsers: spec.hostUsers !== false,
  };
  const errors: FieldError[] = [];
  if (spec.terminationGracePeriodSeconds === undefined) errors.push(required(`${path}.terminationGracePeriodSeconds`));
  errors.push(...volumeErrors, ...validateResourceClaims(spec, `${path}.resourceClaims`));
  errors.push(...validateContainers(spec.containers ?? [], pod, `${path}.containers`), ...validateInitContainers(spec, pod, `${path}.initContainers`), ...validateEphemeralContainers(spec, pod, `${path}.ephemeralContainers`));
  if (spec.resources !== undefined && spec.os?.name === "windows") errors.push(forbidden(`${path}.resources`, "may not be set for a windows pod"));
  else if (spec.resources !== undefined) errors.push(...validatePodLevelResources(spec.resources, `${path}.resources`), ...validateAgainstPodLevel(spec, `${path}.resources`));
  errors.push(...validateHostNetworkPorts(spec, podName !== null, path));
  errors.push(...oneOf(spec.restartPolicy, restartPolicies, `${path}.restartPolicy`), ...oneOf(spec.dnsPolicy, dnsPolicies, `${path}.dnsPolicy`));
  errors.push(...validateLabels(spec.nodeSelector, `${path}.nodeSelector`), ...validatePodSecurityContext(spec.securityContext, spec, `${path}.securityContext`));
  errors.push(...validateAffinity(spec.affinity, `${path}.affinity`), ...validateDnsConfig(spec, `${path}.dnsConfig`));
  for (const [at, gate] of (spec.readinessGates ?? []).entries()) for (const message of isQualifiedName(gate.conditionType ?? "")) errors.push(invalid(`${index(`${path}.readinessGates`, at)}.conditionType`, gate.conditionType ?? "", message));
  errors.push(...validateSchedulingGates(spec.schedulingGates, `${path}.schedulingGates`), ...validateSpreadConstraints(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`), ...validateHostUsers(spec, path));
  return [...errors, ...validateNames(spec, path), ...validateRest(spec, path)];
}

function oneOf(value: string | undefined, allowed: readonly string[], path: string): readonly FieldError[] {
  if ((value ?? "") === "") return [required(path)];
  return allowed.includes(value ?? "") ? [] : [notSupported(path, value ?? "", allowed)];
}

function named(value: string | undefined, rule: (name: string) => readonly string[], path: string): readonly FieldError[] {
  return (value ?? "") === "" ? [] : rule(value ?? "").map((message) => invalid(path, value ?? "", message));
}

function validateNames(spec: PodSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...named(spec.serviceAccountName, isDns1123Subdomain, `${path}.serviceAccountName`), ...named(spec.nodeName, isDns1123Subdomain, `${path}.nodeName`)];
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > maxInt32)) errors.push(invalid(`${path}.activeDeadlineSeconds`, deadline, inclusiveRangeError(1, maxInt32)));
  return [...errors, ...named(spec.hostname, isDns1123Label, `${path}.hostname`), ...named(spec.subdomain, isDns1123Label, `${path}.subdomain`)];
}

function validateRest(spec: PodSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateTolerations(spec.tolerations, `${path}.tolerations`)];
  for (const [at, alias] of (spec.hostAliases ?? []).entries()) {
    const own = index(`${path}.hostAliases`, at);
    for (const message of addressFaults(alias.ip ?? "")) errors.push(invalid(`${own}.ip`, alias.ip ?? "", message));
    for (const [i, hostname] of (alias.hostnames ?? []).entries()) for (const message of isDns1123Subdomain(hostname)) errors.push(invalid(index(`${own}.hostnames`, i), hostname, message));
  }
  errors.push(...named(spec.priorityClassName, isDns1123Subdomain, `${path}.priorityClassName`));
  if (spec.runtimeClassName !== undefined) for (const message of isDns1123Subdomain(spec.runtimeClassName)) errors.push(invalid(`${path}.runtimeClassName`, spec.runtimeClassName, message));
  if (spec.preemptionPolicy !== undefined) errors.push(...oneOf(spec.preemptionPolicy, preemptionPolicies, `${path}.preemptionPolicy`));
  if (spec.overhead !== undefined) {
    // Upstream checks an overhead as if it were limits.
    errors.push(...validateContainerResources({ limits: spec.overhead }, new Set(), `${path}.overhead`));
  }
  return [...errors, ...validateForOs(spec, path)];
}

function validateResourceClaims(spec: PodSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [at, claim] of (spec.resourceClaims ?? []).entries()) {
    const own = index(path, at);
    const name = claim.name ?? "";
    if (name === "") errors.push(required(`${own}.name`));
    else if (seen.has(name)) errors.push(duplicate(`${own}.name`, name));
    else for (const message of isDns1123Label(name)) errors.push(invalid(`${own}.name`, name, message));
    seen.add(name);
    const { resourceClaimName, resourceClaimTemplateName } = claim;
    const shown = { Name: name, ResourceClaimName: resourceClaimName ?? null, ResourceClaimTemplateName: resourceClaimTemplateName ?? null };
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) errors.push(invalid(own, shown, "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"));
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) errors.push(invalid(own, shown, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"));
    errors.push(...named(resourceClaimName, isDns1123Subdomain, `${own}.resourceClaimName`), ...named(resourceClaimTemplateName, isDns1123Subdomain, `${own}.resourceClaimTemplateName`));
  }
  return errors;
}

/** What the pod sets as a whole must hold what its containers ask for. */
function validateAgainstPodLevel(spec: PodSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const requests = spec.resources?.requests ?? {};
  const needed = sumOfContainers({ ...spec, containers: spec.containers ?? [] }, "requests");
  const sums = { cpu: [needed.cpuMilli, milliQuantity(needed.cpuMilli)], memory: [needed.memoryBytes * 1000, unitQuantity(needed.memoryBytes, "BinarySI")] } as const;
  for (const name of ["cpu", "memory"] as const) {
    const [sum, shown] = sums[name];
    const own = requests[name];
    if (own !== undefined && sum > quantityMilli(own)) errors.push(invalid(keyPath(`${path}.requests`, name), own, `must be greater than or equal to aggregate container requests of ${quantityText(shown)}`));
  }
  for (const [at, container] of (spec.containers ?? []).entries()) {
    for (const name of sortedKeys(container.resources?.limits)) {
      const limit = container.resources?.limits?.[name] ?? "0";
      const most = spec.resources?.limits?.[name];
      if (most !== undefined && compareQuantityTexts(limit, most) > 0) errors.push(invalid(`${keyPath(index(`${path}.containers`, at), name)}.limits`, limit, `must be less than or equal to pod limits of ${most}`));
    }
  }
  return errors;
}

function validateHostNetworkPorts(spec: PodSpec, isPod: boolean, path: string): readonly FieldError[] {
  if (spec.hostNetwork !== true) return [];
  const errors: FieldError[] = [];
  for (const [at, container] of (spec.containers ?? []).entries()) {
    for (const [i, port] of (container.ports ?? []).entries()) {
      const hostPort = port.hostPort ?? 0;
      // In a template the host port may wait to be filled in.
      if ((isPod || hostPort !== 0) && hostPort !== port.containerPort) errors.push(invalid(`${index(`${index(`${path}.containers`, at)}.ports`, i)}.hostPort`, hostPort, "must match `containerPort` when `hostNetwork` is true"));
    }
  }
  return errors;
}

function validateHostUsers(spec: PodSpec, path: string): readonly FieldError[] {
  if (spec.hostUsers !== false) return [];
  const text = "when `pod.Spec.HostUsers` is false";
  const errors: FieldError[] = [];
  if (spec.hostNetwork === true) errors.push(forbidden(`${path}.hostNetwork`, text));
  if (spec.hostPID === true) errors.push(forbidden(`${path}.HostPID`, text));
  if (spec.hostIPC === true) errors.push(forbidden(`${path}.HostIPC`, text));
  return errors;
}

function validateDnsConfig(spec: PodSpec, path: string): readonly FieldError[] {
  const config: PodDNSConfig | undefined = spec.dnsConfig;
  if (spec.dnsPolicy === "None") {
    if (config === undefined) return [required(path, "must provide `dnsConfig` when `dnsPolicy` is None")];
    if ((config.nameservers ?? []).length === 0) return [required(`${path}.nameservers`, "must provide at least one DNS nameserver when `dnsPolicy` is None")];
  }
  if (config === undefined) return [];
  const errors: FieldError[] = [];
  const nameservers = config.nameservers ?? [];
  const searches = config.searches ?? [];
  if (nameservers.length > maxNameservers) errors.push(invalid(`${path}.nameservers`, nameservers, `must not have more than ${maxNameservers} nameservers`));
  for (const [at, server] of nameservers.entries()) for (const message of addressFaults(server)) errors.push(invalid(index(`${path}.nameservers`, at), server, message));
  if (searches.length > maxSearches) errors.push(invalid(`${path}.searches`, searches, `must not have more than ${maxSearches} search paths`));
  if (searches.join(" ").length > maxSearchLength) errors.push(invalid(`${path}.searches`, searches, `must not have more than ${maxSearchLength} characters (including spaces) in the search list`));
  for (const [at, search] of searches.entries()) {
    if (search === ".") continue;
    const domain = search.replace(/\.$/, "");
    for (const message of isDns1123SubdomainWithUnderscore(domain)) errors.push(invalid(index(`${path}.searches`, at), domain, message));
  }
  for (const [at, option] of (config.options ?? []).entries()) if ((option.name ?? "") === "") errors.push(required(index(`${path}.options`, at), "must not be empty"));
  return errors;
}
