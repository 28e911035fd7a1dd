// Follows pkg/apis/core/validation/validation.go: containers, init containers, ephemeral containers.
import { duplicate, forbidden, index, invalid, notFoundField, notSupported, required } from "../../apimachinery/fieldError.ts";
import { inclusiveRangeError, isDns1123Label } from "../../apimachinery/names.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { Container, ContainerRestartRule, EphemeralContainer, PodSpec } from "../core/pod/types.ts";
import { validateEnv, validateEnvFrom } from "./validateEnv.ts";
import { validateDevices, validateMounts, type VolumesByName } from "./validateMounts.ts";
import { validateContainerPorts } from "./validatePorts.ts";
import { validateLifecycle, validateProbes } from "./validateProbes.ts";
import { validateContainerResources } from "./validateResources.ts";
import { validateSecurityContext } from "./validateSecurity.ts";

const messagePolicies = ["File", "FallbackToLogsOnError"];
const pullPolicies = ["Always", "IfNotPresent", "Never"];
const restartPolicies = ["Always", "Never", "OnFailure"];
const resizeResources = ["cpu", "memory"];
const resizePolicies = ["NotRequired", "RestartContainer"];
const onlySidecars = "may not be set for init containers without restartPolicy=Always";
const maxRestartRules = 20;

/** What containers are checked against: the pod around them. */
export interface PodSurroundings {
  readonly volumes: VolumesByName;
  readonly claimNames: ReadonlySet<string>;
  readonly graceSeconds: number | undefined;
  readonly podRestartPolicy: string;
  readonly hostUsers: boolean;
}

export function validateContainers(containers: readonly Container[], pod: PodSurroundings, path: string): readonly FieldError[] {
  if (containers.length === 0) return [required(path)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [at, container] of containers.entries()) {
    const own = index(path, at);
    errors.push(...validateCommon(container, pod, own));
    if (names.has(container.name)) errors.push(duplicate(`${own}.name`, container.name));
    else names.add(container.name);
    if (container.lifecycle !== undefined) errors.push(...validateLifecycle(container.lifecycle, pod.graceSeconds, `${own}.lifecycle`));
    errors.push(...validateProbes(container, pod.graceSeconds, own), ...validateRestart(container, own));
  }
  return [...errors, ...validateHostPorts(containers, path)];
}

export function validateInitContainers(spec: PodSpec, pod: PodSurroundings, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set((spec.containers ?? []).map((container) => container.name));
  for (const [at, container] of (spec.initContainers ?? []).entries()) {
    const own = index(path, at);
    errors.push(...validateCommon(container, pod, own), ...validateRestart(container, own));
    const name = container.name ?? "";
    if (names.has(name)) errors.push(duplicate(`${own}.name`, name));
    else if (name !== "") names.add(name);
    // They run one by one: only the ports of the same one can clash.
    errors.push(...validateHostPorts([container], path));
    if (container.restartPolicy === "Always") {
      if (container.lifecycle !== undefined) errors.push(...validateLifecycle(container.lifecycle, pod.graceSeconds, `${own}.lifecycle`));
      errors.push(...validateProbes(container, pod.graceSeconds, own));
    } else {
      for (const field of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const) if (container[field] !== undefined) errors.push(forbidden(`${own}.${field}`, onlySidecars));
    }
  }
  return errors;
}

/** In the order of the struct's fields. */
const ephemeralForbids = ["ports", "resources", "resizePolicy", "restartPolicy", "restartPolicyRules", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"] as const;

export function validateEphemeralContainers(spec: PodSpec, pod: PodSurroundings, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.name));
  const names = new Set(others);
  const text = "cannot be set for an Ephemeral Container";
  const containers: readonly EphemeralContainer[] = spec.ephemeralContainers ?? [];
  for (const [at, container] of containers.entries()) {
    const own = index(path, at);
    errors.push(...validateCommon(container, pod, own), ...validateImageSpaces(container, own));
    if (names.has(container.name)) errors.push(duplicate(`${own}.name`, container.name));
    else names.add(container.name);
    const target = container.targetContainerName ?? "";
    if (target !== "" && !others.has(target)) errors.push(notFoundField(`${own}.targetContainerName`, target));
    for (const field of ephemeralForbids) if (!isZero(container[field])) errors.push(forbidden(`${own}.${field}`, text));
    for (const [i, mount] of (container.volumeMounts ?? []).entries()) {
      if ((mount.subPath ?? "") !== "") errors.push(forbidden(`${index(`${own}.volumeMounts`, i)}.subPath`, text));
      if ((mount.subPathExpr ?? "") !== "") errors.push(forbidden(`${index(`${own}.volumeMounts`, i)}.subPathExpr`, text));
    }
  }
  return errors;
}

function isZero(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

/** Templates tolerate spaces around an image, pods do not. */
export function validateImageSpaces(container: Container, path: string): readonly FieldError[] {
  const image = container.image ?? "";
  return image.trim() === image ? [] : [invalid(`${path}.image`, image, "must not have leading or trailing whitespace")];
}

function validateCommon(container: Container, pod: PodSurroundings, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const name = container.name ?? "";
  if (name === "") errors.push(required(`${path}.name`));
  else for (const message of isDns1123Label(name)) errors.push(invalid(`${path}.name`, name, message));
  if ((container.image ?? "") === "") errors.push(required(`${path}.image`));
  errors.push(...oneOf(container.terminationMessagePolicy, messagePolicies, `${path}.terminationMessagePolicy`));
  errors.push(...validateContainerPorts(container.ports, `${path}.ports`));
  errors.push(...validateEnv(container.env, `${path}.env`), ...validateEnvFrom(container.envFrom, `${path}.envFrom`));
  errors.push(...validateMounts(container, pod.volumes, `${path}.volumeMounts`), ...validateDevices(container, pod.volumes, `${path}.volumeDevices`));
  errors.push(...oneOf(container.imagePullPolicy, pullPolicies, `${path}.imagePullPolicy`));
  errors.push(...validateContainerResources(container.resources ?? {}, pod.claimNames, `${path}.resources`), ...validateResizePolicy(container, pod.podRestartPolicy, `${path}.resizePolicy`));
  return [...errors, ...validateSecurityContext(container.securityContext, pod.hostUsers, `${path}.securityContext`)];
}

function oneOf(value: string | undefined, allowed: readonly string[], path: string): readonly FieldError[] {
  if ((value ?? "") === "") return [required(path)];
  return allowed.includes(value ?? "") ? [] : [notSupported(path, value ?? "", allowed)];
}

function validateResizePolicy(container: Container, podRestartPolicy: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [at, policy] of (container.resizePolicy ?? []).entries()) {
    const name = policy.resourceName ?? "";
    if (seen.has(name)) errors.push(duplicate(index(path, at), name));
    seen.add(name);
    errors.push(...oneOf(name, resizeResources, path), ...oneOf(policy.restartPolicy, resizePolicies, path));
    if (podRestartPolicy === "Never" && policy.restartPolicy !== "NotRequired") errors.push(invalid(path, policy.restartPolicy ?? "", "must be 'NotRequired' when `restartPolicy` is 'Never'"));
  }
  return errors;
}

function validateRestart(container: Container, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const policy = container.restartPolicy;
  if (policy !== undefined && !restartPolicies.includes(policy)) errors.push(notSupported(`${path}.restartPolicy`, policy, restartPolicies));
  const rules: readonly ContainerRestartRule[] = container.restartPolicyRules ?? [];
  if (rules.length > 0 && policy === undefined) errors.push(required(`${path}.restartPolicy`, "must specify restartPolicy when restart rules are used"));
  if (rules.length > maxRestartRules) errors.push(invalid(`${path}.restartPolicyRules`, rules.length, inclusiveRangeError(0, maxRestartRules)));
  for (const [at, rule] of rules.entries()) {
    const own = index(`${path}.restartPolicyRules`, at);
    if (rule.action !== "Restart" && rule.action !== "RestartAllContainers") errors.push(notSupported(`${own}.action`, rule.action ?? "", ["Restart", "RestartAllContainers"]));
    if (rule.exitCodes === undefined) errors.push(required(`${own}.exitCodes`, "must be specified"));
    else if (rule.exitCodes.operator !== "In" && rule.exitCodes.operator !== "NotIn") errors.push(notSupported(`${own}.exitCodes.operator`, rule.exitCodes.operator ?? "", ["In", "NotIn"]));
  }
  return errors;
}

function validateHostPorts(containers: readonly Container[], path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  for (const [at, container] of containers.entries()) {
    for (const [i, port] of (container.ports ?? []).entries()) {
      const hostPort = port.hostPort ?? 0;
      if (hostPort === 0) continue;
      const text = `${port.protocol ?? ""}/${port.hostIP ?? ""}/${hostPort}`;
      if (taken.has(text)) errors.push(duplicate(`${index(`${index(path, at)}.ports`, i)}.hostPort`, text));
      taken.add(text);
    }
  }
  return errors;
}
