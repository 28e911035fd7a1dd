// Follows pkg/apis/core/validation/validation.go: pods as a whole.
import { deepEqual } from "../../../base/deepEqual.ts";
import { forbidden, index, invalid, key as keyPath, required } from "../../../apimachinery/fieldError.ts";
import { inclusiveRangeError, isDns1123Subdomain, isQualifiedName } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { addressFaults } from "../../networkAddress.ts";
import { validateImageSpaces } from "../../podtemplate/validateContainers.ts";
import { validatePodSpec } from "../../podtemplate/validatePodSpec.ts";
import { validateTolerations } from "../../podtemplate/validateScheduling.ts";
import { validatePodAnnotations, validateProfiles } from "../../podtemplate/validateTemplate.ts";
import { podSpecDiff } from "../../podtemplate/internalDiff.ts";
import { withFieldOf } from "../../strategy.ts";
import { allCouldRestart, restartsAfter } from "./restarts.ts";
import { isLikeSoundSpec, keepSoundSpec } from "./soundSpecs.ts";
import type { Container, ContainerStatus, Pod, PodSpec } from "./types.ts";
import { validateNodeAffinityNarrowed, validateNodeSelectorNarrowed, withNodeSelectionOf } from "./validateGated.ts";
import { validateResizeRules } from "./validateResize.ts";

const mirrorAnnotation = "kubernetes.io/config.mirror";
const systemConditions: ReadonlySet<string> = new Set(["PodScheduled", "Ready", "Initialized"]);
const updatable = [
  "`spec.containers[*].image`",
  "`spec.initContainers[*].image`",
  "`spec.activeDeadlineSeconds`",
  "`spec.tolerations` (only additions to existing tolerations)",
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
].join(",");
const maxInt32 = 2_147_483_647;

/** Specs that passed as a pod's: an update of the metadata brings the same one again. */
const soundSpecs = new WeakMap<PodSpec, string>();

function validateMetadataAndSpec(pod: Pod): readonly FieldError[] {
  const name = pod.metadata.name ?? "";
  const errors: FieldError[] = [...validateObjectMeta(pod.metadata, true, isDns1123Subdomain, "metadata"), ...validatePodAnnotations(pod.metadata.annotations, pod.spec, "metadata.annotations")];
  if (soundSpecs.get(pod.spec) === name) return errors;
  if (isLikeSoundSpec(pod.spec)) {
    soundSpecs.set(pod.spec, name);
    return errors;
  }
  const specErrors: FieldError[] = [...validatePodSpec(pod.spec, name, "spec")];
  if ((pod.spec.serviceAccountName ?? "") === "") {
    for (const [at, volume] of (pod.spec.volumes ?? []).entries()) {
      for (const [i, source] of (volume.projected?.sources ?? []).entries()) {
        if (source.serviceAccountToken !== undefined) specErrors.push(forbidden(`${index(`${index("spec.volumes", at)}.projected.sources`, i)}.serviceAccountToken`, "must not be specified when serviceAccountName is not set"));
      }
    }
  }
  for (const list of ["containers", "initContainers"] as const) for (const [at, container] of (pod.spec[list] ?? []).entries()) specErrors.push(...validateImageSpaces(container, index(`spec.${list}`, at)));
  if (specErrors.length === 0) {
    soundSpecs.set(pod.spec, name);
    keepSoundSpec(pod.spec);
  }
  return [...errors, ...specErrors];
}

export function validatePodCreate(pod: Pod): readonly FieldError[] {
  const errors: FieldError[] = [...validateMetadataAndSpec(pod)];
  if ((pod.spec.ephemeralContainers ?? []).length > 0) errors.push(forbidden("spec.ephemeralContainers", "cannot be set on create"));
  if ((pod.spec.nodeName ?? "") !== "" && (pod.spec.schedulingGates ?? []).length > 0) errors.push(forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"));
  errors.push(...validateProfiles(pod.metadata.annotations, pod.spec, "spec"));
  return errors;
}

export function validatePodUpdate(pod: Pod, old: Pod): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(pod.metadata, old.metadata, "metadata"), ...validateMetadataAndSpec(pod), ...validateMirrorKept(pod, old)];
  if (pod.spec === old.spec) return errors;
  for (const list of ["containers", "initContainers"] as const) {
    const containers = pod.spec[list] ?? [];
    if (containers.length !== (old.spec[list] ?? []).length) return [...errors, forbidden(`spec.${list}`, "pod updates may not add or remove containers")];
    for (const [at, container] of containers.entries()) {
      if ((container.image ?? "") === "") errors.push(required(`${index(`spec.${list}`, at)}.image`));
      errors.push(...validateImageSpaces(container, index(`spec.${list}`, at)));
    }
  }
  const deadline = pod.spec.activeDeadlineSeconds;
  const before = old.spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 0 || deadline > maxInt32)) return [...errors, invalid("spec.activeDeadlineSeconds", deadline, inclusiveRangeError(0, maxInt32))];
  if (deadline !== undefined && before !== undefined && before < deadline) return [...errors, invalid("spec.activeDeadlineSeconds", deadline, "must be less than or equal to previous value")];
  if (deadline === undefined && before !== undefined) errors.push(invalid("spec.activeDeadlineSeconds", null, "must not update from a positive integer to nil value"));
  errors.push(...validateTolerationsKept(pod.spec, old.spec), ...validateGatesKept(pod.spec, old.spec));
  return deepEqual(pod.spec, old.spec) ? errors : [...errors, ...validateRestKept(pod.spec, old.spec)];
}

function validateMirrorKept(pod: Pod, old: Pod): readonly FieldError[] {
  const now = pod.metadata.annotations?.[mirrorAnnotation];
  const before = old.metadata.annotations?.[mirrorAnnotation];
  if (now === before) return [];
  return [forbidden(keyPath("metadata.annotations", mirrorAnnotation), before === undefined ? "may not add mirror pod annotation" : "may not remove or update mirror pod annotation")];
}

function validateTolerationsKept(spec: PodSpec, old: PodSpec): readonly FieldError[] {
  const now = spec.tolerations ?? [];
  for (const before of old.tolerations ?? []) {
    const kept = now.some((each) => deepEqual({ ...before, tolerationSeconds: 0 }, { ...each, tolerationSeconds: 0 }));
    if (!kept) return [forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")];
  }
  return validateTolerations(now, "spec.tolerations");
}

function validateGatesKept(spec: PodSpec, old: PodSpec): readonly FieldError[] {
  const before = new Set((old.schedulingGates ?? []).map((gate) => gate.name));
  return (spec.schedulingGates ?? []).flatMap((gate, at) => (before.has(gate.name) ? [] : [forbidden(`${index("spec.schedulingGates", at)}.name`, `only deletion is allowed, but found new scheduling gate '${gate.name}'`)]));
}

/** Everything else must be as it was; while the pod is gated its node selection may still become narrower. */
function validateRestKept(spec: PodSpec, old: PodSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  let munged: PodSpec = { ...spec, containers: withImagesOf(spec.containers, old.containers) };
  if (spec.initContainers !== undefined) munged = { ...munged, initContainers: withImagesOf(spec.initContainers, old.initContainers ?? []) };
  for (const field of ["activeDeadlineSeconds", "schedulingGates", "tolerations"] as const) munged = withFieldOf(munged, old, field);
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && munged.terminationGracePeriodSeconds === 1) munged = withFieldOf(munged, old, "terminationGracePeriodSeconds");
  if ((old.schedulingGates ?? []).length > 0) {
    const refused = validateNodeSelectorNarrowed(munged, old);
    if (refused.length > 0) return refused;
    errors.push(...validateNodeAffinityNarrowed(munged, old));
    munged = withNodeSelectionOf(munged, old);
  }
  if (!deepEqual(munged, old)) errors.push(forbidden("spec", `pod updates may not change fields other than ${updatable}\n${podSpecDiff(old, munged)}`));
  return errors;
}

function withImagesOf(containers: readonly Container[], old: readonly Container[]): readonly Container[] {
  return containers.map((container, at) => {
    const before = old[at];
    return before === undefined ? container : withFieldOf(container, before, "image");
  });
}

export function validatePodStatusUpdate(pod: Pod, old: Pod): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(pod.metadata, old.metadata, "metadata"), ...validateMirrorKept(pod, old)];
  const status = pod.status ?? {};
  const before = old.status ?? {};
  for (const [at, condition] of (status.conditions ?? []).entries()) {
    if (systemConditions.has(condition.type)) continue;
    for (const message of isQualifiedName(condition.type ?? "")) errors.push(invalid(`${index("metadata.conditions", at)}.Type`, condition.type ?? "", message));
  }
  const nominated = status.nominatedNodeName ?? "";
  if (nominated !== "" && nominated !== before.nominatedNodeName) for (const message of isDns1123Subdomain(nominated)) errors.push(invalid("status.nominatedNodeName", nominated, message));
  errors.push(...validateImmutable(status.qosClass ?? "", before.qosClass ?? "", "status.qosClass"));
  const policy = old.spec.restartPolicy ?? "";
  if (!allCouldRestart(old.spec)) {
    errors.push(...validateEnded(status.containerStatuses, before.containerStatuses, policy, old.spec.containers, "status.containerStatuses"));
    errors.push(...validateEnded(status.initContainerStatuses, before.initContainerStatuses, policy, old.spec.initContainers, "status.initContainerStatuses"));
  }
  errors.push(...validateEnded(status.ephemeralContainerStatuses, before.ephemeralContainerStatuses, "Never", [], "status.ephemeralContainerStatuses"));
  return [...errors, ...validateIPs(pod)];
}

/** A container that has ended for good does not run again. */
function validateEnded(statuses: readonly ContainerStatus[] | undefined, old: readonly ContainerStatus[] | undefined, policy: string, containers: readonly Container[] | undefined, path: string): readonly FieldError[] {
  if (policy === "Always" || statuses === old) return [];
  return (old ?? []).flatMap((before, at) => {
    const ended = before.state?.terminated;
    if (ended === undefined || restartsAfter(containers?.find(({ name }) => name === before.name) ?? null, policy, ended.exitCode)) return [];
    const runsAgain = (statuses ?? []).some((status) => status.name === before.name && status.state?.terminated === undefined);
    return runsAgain ? [forbidden(`${index(path, at)}.state`, "may not be transitioned to non-terminated state")] : [];
  });
}

function validateIPs(pod: Pod): readonly FieldError[] {
  const errors: FieldError[] = [];
  const ips = pod.status?.podIPs ?? [];
  addAddressFaults(errors, ips, "status.podIPs");
  if (ips.length > 1 && (ips.length > 2 || ips[0]?.ip.includes(":") === ips[1]?.ip.includes(":"))) errors.push(invalid("status.podIPs", ips.map((each) => ({ IP: each.ip })), "may specify no more than one IP for each IP family"));
  const hostIPs = pod.status?.hostIPs ?? [];
  const first = hostIPs[0]?.ip;
  if (first !== undefined && pod.status?.hostIP !== first) errors.push(invalid(`${index("status.hostIPs", 0)}.ip`, first, "must be equal to `hostIP`"));
  addAddressFaults(errors, hostIPs, "status.hostIPs");
  return errors;
}

function addAddressFaults(errors: FieldError[], ips: readonly { readonly ip: string }[], path: string): void {
  for (let at = 0; at < ips.length; at++) {
    const ip = ips[at]?.ip ?? "";
    for (const message of addressFaults(ip)) errors.push(invalid(index(path, at), ip, message));
  }
}

export function validatePodEphemeralContainersUpdate(pod: Pod, old: Pod): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(pod.metadata, old.metadata, "metadata"), ...validateMetadataAndSpec(pod)];
  const containers = pod.spec.ephemeralContainers ?? [];
  for (const before of old.spec.ephemeralContainers ?? []) {
    const now = containers.find((each) => each.name === before.name);
    if (now === undefined) errors.push(forbidden("spec.ephemeralContainers", `existing ephemeral containers ${JSON.stringify(before.name)} may not be removed\n`));
    else if (!deepEqual(now, before)) errors.push(forbidden("spec.ephemeralContainers", `existing ephemeral containers ${JSON.stringify(before.name)} may not be changed\n`));
  }
  return errors;
}

export function validatePodResize(pod: Pod, old: Pod): readonly FieldError[] {
  return [...validateObjectMetaUpdate(pod.metadata, old.metadata, "metadata"), ...validateMetadataAndSpec(pod), ...validateResizeRules(pod, old)];
}
