import type { Labels } from "../../apimachinery/labels.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { Pod, PodSpec } from "../../kinds/core/pod/types.ts";
import type { Random } from "../../sim/random.ts";
import type { ClusterObjects } from "../clusterView.ts";

const meta = { uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" } as const;

export function nodeNamed(name: string, zone: string, images: readonly string[] = []): Node {
  const amounts = { cpu: "16", memory: "64Gi", pods: "110" };
  return {
    apiVersion: "v1", kind: "Node", spec: {},
    metadata: { ...meta, name, labels: { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone } },
    status: { allocatable: amounts, capacity: amounts, images: images.map((image) => ({ names: [image], sizeBytes: 300_000_000 })) },
  };
}

export function podNamed(name: string, labels: Labels, spec: Partial<PodSpec> = {}, namespace = "default"): Pod {
  const owned = labels["pod-template-hash"] === undefined ? {} : { ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "web", controller: true }] };
  return {
    apiVersion: "v1", kind: "Pod", metadata: { ...meta, name, namespace, labels, ...owned },
    spec: { containers: [{ name: "c", image: "registry.example/app:1", resources: { requests: { cpu: "100m", memory: "128Mi" } } }], ...spec },
  };
}

export function replicaSetNamed(name: string, labels: Labels): ReplicaSet {
  return { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { ...meta, name, namespace: "default" }, spec: { selector: { matchLabels: labels }, template: { spec: { containers: [] } } } };
}

/** A cluster without storage, and without workloads other than ReplicaSets. */
export const noStorage = {
  statefulSet: () => null, replicationController: () => null, claim: () => null, storageClass: () => null, volume: () => null, volumesOfClass: () => [],
  csiNode: () => null, csiDriver: () => null, storageCapacities: () => [], attachments: () => [],
} as const;

/** Objects beside pods and nodes: one namespace and its ReplicaSets. */
export function objectsWith(replicaSets: readonly ReplicaSet[] = [], namespaces: Readonly<Record<string, Labels>> = { default: {} }): ClusterObjects {
  return {
    services: () => [],
    replicaSet: (_namespace, name) => replicaSets.find((replicaSet) => replicaSet.metadata.name === name) ?? null,
    namespaces: () => Object.keys(namespaces).sort(),
    namespaceLabels: (name) => namespaces[name],
    disruptionBudgets: () => [],
    ...noStorage,
  };
}

/** Always the first. */
export const firstOf: Random = { int: (min) => min, chance: () => false, pick: <T>(items: readonly T[]) => items[0] as T, fork: () => firstOf };
