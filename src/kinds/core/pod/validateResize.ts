// Follows pkg/apis/core/validation/validation.go (ValidatePodResize).
import { deepEqual } from "../../../base/deepEqual.ts";
import { forbidden, index, invalid } from "../../../apimachinery/fieldError.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { without } from "../../strategy.ts";
import { hasPodLevelResources, qosClass } from "./qosClass.ts";
import type { Container, Pod, PodSpec, ResourceRequirements } from "./types.ts";

type List = Readonly<Record<string, string>> | undefined;

/** What may change through the resize subresource: CPU and memory of containers, and of the pod as a whole. */
export function validateResizeRules(pod: Pod, old: Pod): readonly FieldError[] {
  if (old.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return [forbidden("", "static pods cannot be resized")];
  if (old.spec.os?.name === "windows") return [forbidden("", "windows pods cannot be resized")];
  const errors: FieldError[] = [];
  if ((old.status?.qosClass ?? qosClass(old)) !== qosClass(pod)) errors.push(invalid("spec", pod.status?.qosClass ?? "", "Pod QOS Class may not change as a result of resizing"));
  if (!isSupported(old)) errors.push(forbidden("spec", "Pod running on node without support for resize"));
  errors.push(...validatePodLevel(pod.spec.resources, old.spec.resources));
  const moved = validateSameContainers(pod.spec, old.spec);
  if (moved.length > 0) return [...errors, ...moved];
  for (const list of ["initContainers", "containers"] as const) for (const [at, before] of (old.spec[list] ?? []).entries()) errors.push(...validateKept(pod.spec[list]?.[at], before, `${index(`spec.${list}`, at)}.resources`));
  for (const [at, container] of pod.spec.containers.entries()) if (!deepEqual(withoutSizes(container), withoutSizes(old.spec.containers[at]))) errors.push(forbidden("spec", "only cpu and memory resources are mutable"));
  for (const [at, container] of (pod.spec.initContainers ?? []).entries()) errors.push(...validateInit(container, old.spec.initContainers?.[at], index("spec.initContainers", at)));
  return errors;
}

/** A node that can resize reports the resources of what it runs. */
function isSupported(pod: Pod): boolean {
  const running = pod.status?.containerStatuses?.find((status) => status.state?.running !== undefined);
  return running === undefined || running.resources !== undefined;
}

function validatePodLevel(resources: ResourceRequirements | undefined, old: ResourceRequirements | undefined): readonly FieldError[] {
  if (!hasPodLevelResources(resources) && !hasPodLevelResources(old)) return [];
  if (old !== undefined && resources === undefined) return [forbidden("spec.resources", "pod-level resources cannot be removed")];
  const errors: FieldError[] = [];
  if (isRemoved(resources?.requests, old?.requests)) errors.push(forbidden("spec.resources.requests", "pod-level resource requests cannot be removed"));
  if (isRemoved(resources?.limits, old?.limits)) errors.push(forbidden("spec.resources.limits", "pod-level resource limits cannot be removed"));
  if (!deepEqual(otherResources(resources), otherResources(old))) errors.push(forbidden("spec", "only cpu and memory resources are mutable at pod-level"));
  return errors;
}

function validateSameContainers(spec: PodSpec, old: PodSpec): readonly FieldError[] {
  return (["containers", "initContainers"] as const).flatMap((list) => {
    const before = old[list] ?? [];
    const now = spec[list] ?? [];
    if (now.length !== before.length) return [forbidden(`spec.${list}`, `${list} may not be added or removed on resize`)];
    return before.flatMap((container, at) => (now[at]?.name === container.name ? [] : [forbidden(`${index(`spec.${list}`, at)}.name`, `${list} may not be renamed or reordered on resize`)]));
  });
}

function validateKept(container: Container | undefined, before: Container, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (isRemoved(container?.resources?.requests, before.resources?.requests)) errors.push(forbidden(`${path}.requests`, "resource requests cannot be removed"));
  if (isRemoved(container?.resources?.limits, before.resources?.limits)) errors.push(forbidden(`${path}.limits`, "resource limits cannot be removed"));
  return errors;
}

function validateInit(container: Container, before: Container | undefined, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!deepEqual(withoutSizes(container), withoutSizes(before))) errors.push(forbidden(path, "only cpu and memory resources for init or sidecar containers are mutable"));
  const restarts = (container.resizePolicy ?? []).some((policy) => policy.restartPolicy === "RestartContainer");
  if (!deepEqual(container, before) && container.restartPolicy !== "Always" && restarts) errors.push(forbidden(path, "non-sidecar init containers with a resize policy of RestartContainer cannot be resized"));
  return errors;
}

function isRemoved(list: List, old: List): boolean {
  return Object.keys(old ?? {}).some((name) => list?.[name] === undefined);
}

function withoutSizes(container: Container | undefined): unknown {
  return container === undefined ? undefined : { ...container, resources: otherResources(container.resources) };
}

/** Everything but CPU and memory; absent and empty lists are the same. */
function otherResources(resources: ResourceRequirements | undefined): unknown {
  const others = (list: List): List => without(without<Record<string, string>, string>({ ...list }, "cpu"), "memory");
  return { limits: others(resources?.limits), requests: others(resources?.requests), claims: resources?.claims ?? [] };
}
