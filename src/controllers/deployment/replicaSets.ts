import { compareText } from "../../base/compareText.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Deployment } from "../../kinds/apps/deployment/types.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import type { PodTemplateSpec } from "../../kinds/core/pod/types.ts";

// Follows pkg/controller/deployment/util/deployment_util.go.

export const podTemplateHashLabel = "pod-template-hash";

export const replicasOf = (object: { readonly spec: { readonly replicas?: number } }): number => object.spec.replicas ?? 1;
export const specReplicas = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, rs) => sum + replicasOf(rs), 0);
export const actualReplicas = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, rs) => sum + (rs.status?.replicas ?? 0), 0);
export const readyReplicas = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, rs) => sum + (rs.status?.readyReplicas ?? 0), 0);
export const availableReplicas = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, rs) => sum + (rs.status?.availableReplicas ?? 0), 0);

/** null where one of them does not say. */
export function terminatingReplicas(sets: readonly ReplicaSet[]): number | null {
  let sum = 0;
  for (const rs of sets) {
    const terminating = rs.status?.terminatingReplicas;
    if (terminating === undefined) return null;
    sum += terminating;
  }
  return sum;
}

/** Those that want pods. */
export const activeSets = (sets: readonly ReplicaSet[]): readonly ReplicaSet[] => sets.filter((rs) => replicasOf(rs) > 0);

export function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  return compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || compareText(a.metadata.name, b.metadata.name);
}

/** Largest first; of the same size the newer. */
export function bySizeNewer(a: ReplicaSet, b: ReplicaSet): number {
  return replicasOf(b) - replicasOf(a) || byCreation(b, a);
}

/** Largest first; of the same size the older. */
export function bySizeOlder(a: ReplicaSet, b: ReplicaSet): number {
  return replicasOf(b) - replicasOf(a) || byCreation(a, b);
}

/** The ReplicaSet of the deployment's present template: the oldest, where there are several. */
export function newReplicaSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | null {
  return [...sets].sort(byCreation).find((rs) => sameTemplate(rs.spec.template, deployment.spec.template)) ?? null;
}

/** Whether two templates are one but for the hash that the controller adds to the labels. */
export function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec): boolean {
  return a !== undefined && deepEqual(withoutHash(a), withoutHash(b));
}

/** The template without the label that the controller added. */
export function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { labels, ...metadata } = template.metadata ?? {};
  const kept = Object.fromEntries(Object.entries(labels ?? {}).filter(([name]) => name !== podTemplateHashLabel));
  return { ...template, metadata: Object.keys(kept).length === 0 ? metadata : { ...metadata, labels: kept } };
}
