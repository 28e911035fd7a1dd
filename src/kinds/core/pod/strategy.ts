// Follows pkg/registry/core/pod/strategy.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { LabelSelector } from "../../../apimachinery/objectMeta.ts";
import { changeField, changeItems } from "../../sharing.ts";
import { strategy, withFieldOf, withGeneration } from "../../strategy.ts";
import { withBothServiceAccountNames } from "../../podtemplate/defaults.ts";
import { isPodTerminal } from "./podStatus.ts";
import { qosClass } from "./qosClass.ts";
import type { Container, Pod, PodAffinityTerm, PodSpec, PodStatus, TopologySpreadConstraint, WeightedPodAffinityTerm } from "./types.ts";
import { validatePodCreate, validatePodEphemeralContainersUpdate, validatePodResize, validatePodStatusUpdate, validatePodUpdate } from "./validate.ts";
import { withAppArmorFields } from "./appArmor.ts";
import { podWarnings } from "./warnings.ts";

export const podStrategy = strategy<Pod>({
  prepareForCreate(pod) {
    const spec = withAppArmorFields(withMergedLabelKeys(withBothServiceAccountNames(pod.spec), pod.metadata.labels ?? {}), pod.metadata.annotations);
    const status: PodStatus = { phase: "Pending", ...gatedConditions(pod), qosClass: qosClass(pod) };
    return withGeneration({ ...pod, spec, status }, 1);
  },
  prepareForUpdate(pod, old) {
    return bumped(withFieldOf(changeField(pod, "spec", withBothServiceAccountNames), old, "status"), old);
  },
  validate: validatePodCreate,
  validateUpdate: validatePodUpdate,
  warnings: podWarnings,
  gracePeriodSeconds(pod) {
    // An unscheduled pod and one that has ended have nothing to wait for.
    if ((pod.spec.nodeName ?? "") === "" || isPodTerminal(pod)) return 0;
    const seconds = pod.spec.terminationGracePeriodSeconds ?? 0;
    return seconds < 0 ? 1 : seconds;
  },
});

export const podStatusStrategy = strategy<Pod>({
  ...podStrategy,
  prepareForUpdate(pod, old) {
    const metadata = withFieldOf(pod.metadata, old.metadata, "ownerReferences");
    return { ...withFieldOf(pod, old, "spec"), metadata: withFieldOf(metadata, old.metadata, "deletionTimestamp"), status: withOldGenerations(pod.status ?? {}, old.status ?? {}) };
  },
  validateUpdate: validatePodStatusUpdate,
  warnings: () => [],
});

export const podEphemeralContainersStrategy = strategy<Pod>({
  ...podStrategy,
  prepareForUpdate(pod, old) {
    const spec = withFieldOf(old.spec, pod.spec, "ephemeralContainers");
    return bumped({ ...old, metadata: partMeta(pod, old), spec }, old);
  },
  validateUpdate: validatePodEphemeralContainersUpdate,
  warnings: () => [],
});

export const podResizeStrategy = strategy<Pod>({
  ...podStrategy,
  prepareForUpdate(pod, old) {
    const containers = withResourcesOf(old.spec.containers, pod.spec.containers);
    const initContainers = withResourcesOf(old.spec.initContainers ?? [], pod.spec.initContainers ?? []);
    if (containers === null || initContainers === null) return pod;
    const spec: PodSpec = withFieldOf({ ...old.spec, containers, ...(old.spec.initContainers === undefined ? {} : { initContainers }) }, pod.spec, "resources");
    return bumped({ ...old, metadata: partMeta(pod, old), spec }, old);
  },
  validateUpdate: validatePodResize,
  warnings: () => [],
});

/** Who writes a part of a pod changes nothing of its metadata but the note of who wrote what. */
function partMeta(pod: Pod, old: Pod): Pod["metadata"] {
  const { resourceVersion, managedFields } = pod.metadata;
  return { ...old.metadata, resourceVersion, ...(managedFields === undefined ? {} : { managedFields }) };
}

/** The generation counts changes of the spec. */
function bumped(pod: Pod, old: Pod): Pod {
  const generation = old.metadata.generation ?? 0;
  const changed = pod.spec !== old.spec && !deepEqual(pod.spec, old.spec);
  return withGeneration(pod, changed ? generation + 1 : generation);
}

function gatedConditions(pod: Pod): Pick<PodStatus, "conditions"> {
  if ((pod.spec.schedulingGates ?? []).length === 0) return {};
  const message = "Scheduling is blocked due to non-empty scheduling gates";
  const at = pod.metadata.creationTimestamp as string | undefined;
  // Nobody probes it: the API prints that as null.
  const neverProbed = { lastProbeTime: null as unknown as string };
  return { conditions: [{ type: "PodScheduled", status: "False", ...neverProbed, ...(at === undefined ? {} : { lastTransitionTime: at }), reason: "SchedulingGated", message }] };
}

/** A status that does not say which generation it saw keeps what the old one said. */
function withOldGenerations(status: PodStatus, old: PodStatus): PodStatus {
  let out = status;
  if ((out.qosClass ?? "") === "" && old.qosClass !== undefined) out = { ...out, qosClass: old.qosClass };
  if ((out.observedGeneration ?? 0) === 0 && old.observedGeneration !== undefined) out = { ...out, observedGeneration: old.observedGeneration };
  return changeItems(out, "conditions", (condition: NonNullable<PodStatus["conditions"]>[number]) => {
    if ((condition.observedGeneration ?? 0) !== 0) return condition;
    const before = old.conditions?.find((each) => each.type === condition.type)?.observedGeneration;
    return before === undefined ? condition : { ...condition, observedGeneration: before };
  });
}

/** The old containers with the new ones' resources; null where they are not the same containers. */
function withResourcesOf(old: readonly Container[], containers: readonly Container[]): readonly Container[] | null {
  if (old.length !== containers.length) return null;
  const out: Container[] = [];
  for (const [at, container] of old.entries()) {
    const from = containers[at];
    if (from === undefined || from.name !== container.name) return null;
    out.push(withFieldOf(withFieldOf(container, from, "resources"), from, "resizePolicy"));
  }
  return out;
}

/** matchLabelKeys and mismatchLabelKeys become plain requirements once the pod's own labels are known. */
function withMergedLabelKeys(spec: PodSpec, labels: Readonly<Record<string, string>>): PodSpec {
  const term = (each: PodAffinityTerm): PodAffinityTerm =>
    changeField(each, "labelSelector", (selector) => withRequirements(withRequirements(selector, each.matchLabelKeys, "In", labels), each.mismatchLabelKeys, "NotIn", labels));
  const weighted = (each: WeightedPodAffinityTerm): WeightedPodAffinityTerm => changeField(each, "podAffinityTerm", term);
  const preferred = "preferredDuringSchedulingIgnoredDuringExecution";
  const required = "requiredDuringSchedulingIgnoredDuringExecution";
  const withAffinity = changeField(spec, "affinity", (affinity) => {
    const attracted = changeField(affinity, "podAffinity", (each) => changeItems(changeItems(each, preferred, weighted), required, term));
    return changeField(attracted, "podAntiAffinity", (each) => changeItems(changeItems(each, preferred, weighted), required, term));
  });
  return changeItems(withAffinity, "topologySpreadConstraints", (constraint: TopologySpreadConstraint) =>
    changeField(constraint, "labelSelector", (selector) => withRequirements(selector, constraint.matchLabelKeys, "In", labels)),
  );
}

function withRequirements(selector: LabelSelector, keys: readonly string[] | undefined, operator: string, labels: Readonly<Record<string, string>>): LabelSelector {
  const added = (keys ?? []).flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }]));
  return added.length === 0 ? selector : { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...added] };
}
