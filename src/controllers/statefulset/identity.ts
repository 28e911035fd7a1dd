import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { NewObject } from "../../client/writes.ts";
import { statefulSetKind } from "../../kinds/apps/statefulset/kind.ts";
import type { StatefulSet } from "../../kinds/apps/statefulset/types.ts";
import type { Pod, PodTemplateSpec } from "../../kinds/core/pod/types.ts";
import { podRevisionLabel } from "../history/revisions.ts";
import { controllerReference } from "../ownership.ts";
import { podFromTemplate } from "../podFromTemplate.ts";

// Follows pkg/controller/statefulset/stateful_set_utils.go.

const podNameLabel = "statefulset.kubernetes.io/pod-name";
const podIndexLabel = "apps.kubernetes.io/pod-index";
const highestOrdinal = 2147483647;
const numbered = /^(.*)-(\d+)$/s;

/** Name and place of a member: "web-3" is the third of "web"; -1 where a name tells none. */
export function ordinalIn(name: string, setName: string): number {
  const [, parent, digits] = numbered.exec(name) ?? [];
  const ordinal = parent === setName ? Number(digits) : -1;
  return ordinal <= highestOrdinal ? ordinal : -1;
}

export function ordinalOf(set: StatefulSet, pod: KubeObject): number {
  return ordinalIn(pod.metadata.name, set.metadata.name);
}

export function startOrdinal(set: StatefulSet): number {
  return set.spec.ordinals?.start ?? 0;
}

export function replicasOf(set: StatefulSet): number {
  return set.spec.replicas ?? 1;
}

/** Whether the set wants a pod of this ordinal. */
export function isInRange(set: StatefulSet, ordinal: number): boolean {
  return ordinal >= startOrdinal(set) && ordinal < startOrdinal(set) + replicasOf(set);
}

export function podName(set: StatefulSet, ordinal: number): string {
  return `${set.metadata.name}-${ordinal}`;
}

export function claimName(set: StatefulSet, template: string, ordinal: number): string {
  return `${template}-${podName(set, ordinal)}`;
}

export function claimTemplateNames(set: StatefulSet): readonly string[] {
  return (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? "");
}

export function revisionLabelOf(pod: Pod): string {
  return pod.metadata.labels?.[podRevisionLabel] ?? "";
}

function identityLabels(set: StatefulSet, ordinal: number): Readonly<Record<string, string>> {
  return { [podIndexLabel]: String(ordinal), [podNameLabel]: podName(set, ordinal) };
}

/** The template's volumes, but for those that the claims take the place of. */
function volumesOf(set: StatefulSet, ordinal: number, given: Pod["spec"]["volumes"]): NonNullable<Pod["spec"]["volumes"]> {
  const names = claimTemplateNames(set);
  return [
    ...names.map((name) => ({ name, persistentVolumeClaim: { claimName: claimName(set, name, ordinal) } })),
    ...(given ?? []).filter((volume) => !names.includes(volume.name)),
  ];
}

/** A pod of this ordinal, of this template and revision. */
export function newStatefulPod(set: StatefulSet, template: PodTemplateSpec, revision: string, ordinal: number): NewObject {
  const { name, namespace } = set.metadata;
  const pod = podFromTemplate(template, namespace ?? "", name, controllerReference(set, statefulSetKind));
  const { subdomain: _, volumes, ...spec } = template.spec;
  const allVolumes = volumesOf(set, ordinal, volumes);
  const { serviceName = "" } = set.spec;
  return {
    ...pod,
    metadata: { ...pod.metadata, name: podName(set, ordinal), labels: { ...pod.metadata.labels, ...identityLabels(set, ordinal), [podRevisionLabel]: revision } },
    spec: { ...spec, ...(allVolumes.length === 0 ? {} : { volumes: allVolumes }), hostname: podName(set, ordinal), ...(serviceName === "" ? {} : { subdomain: serviceName }) },
  };
}

/** Whether the pod carries its name as a label and has the volumes of its own claims. */
export function hasIdentity(set: StatefulSet, pod: Pod): boolean {
  return pod.metadata.labels?.[podNameLabel] === pod.metadata.name && hasStorage(set, pod);
}

export function hasStorage(set: StatefulSet, pod: Pod): boolean {
  const ordinal = ordinalOf(set, pod);
  return claimTemplateNames(set).every((name) => pod.spec.volumes?.some((volume) => volume.name === name && volume.persistentVolumeClaim?.claimName === claimName(set, name, ordinal)));
}

/** The pod with what it lacks of its identity. */
export function withIdentity(set: StatefulSet, pod: Pod): Pod {
  const ordinal = ordinalOf(set, pod);
  const named = pod.metadata.labels?.[podNameLabel] === pod.metadata.name ? pod : { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...identityLabels(set, ordinal) } } };
  return hasStorage(set, pod) ? named : { ...named, spec: { ...named.spec, volumes: volumesOf(set, ordinal, pod.spec.volumes) } };
}
