import type { Labels } from "../apimachinery/labels.ts";
import type { ReplicaSet } from "../kinds/apps/replicaset/types.ts";
import type { StatefulSet } from "../kinds/apps/statefulset/types.ts";
import type { PersistentVolume } from "../kinds/core/persistentvolume/types.ts";
import type { PersistentVolumeClaim } from "../kinds/core/persistentvolumeclaim/types.ts";
import type { ReplicationController } from "../kinds/core/replicationcontroller/types.ts";
import type { Service } from "../kinds/core/service/types.ts";
import type { CSIDriver } from "../kinds/storage/csidriver/types.ts";
import type { CSINode } from "../kinds/storage/csinode/types.ts";
import type { CSIStorageCapacity } from "../kinds/storage/csistoragecapacity/types.ts";
import type { StorageClass } from "../kinds/storage/storageclass/types.ts";
import type { VolumeAttachment } from "../kinds/storage/volumeattachment/types.ts";
import type { SchedulerCache } from "./cache.ts";
import type { DisruptionBudget } from "./disruptionBudgets.ts";
import type { NodeInfo } from "./framework.ts";
import type { Nominator } from "./nominator.ts";
import type { PodCounts } from "./podCounts.ts";
import type { PodInfo } from "./podInfo.ts";
import type { PlacedTerms } from "./termGroups.ts";

/** What the scheduler reads beside pods and nodes. */
export interface ClusterObjects {
  services(namespace: string): readonly Service[];
  replicaSet(namespace: string, name: string): ReplicaSet | null;
  statefulSet(namespace: string, name: string): StatefulSet | null;
  replicationController(namespace: string, name: string): ReplicationController | null;
  /** Names, sorted. */
  namespaces(): readonly string[];
  namespaceLabels(namespace: string): Labels | undefined;
  disruptionBudgets(): readonly DisruptionBudget[];
  claim(namespace: string, name: string): PersistentVolumeClaim | null;
  storageClass(name: string): StorageClass | null;
  volume(name: string): PersistentVolume | null;
  volumesOfClass(storageClass: string): readonly PersistentVolume[];
  csiNode(name: string): CSINode | null;
  csiDriver(name: string): CSIDriver | null;
  storageCapacities(): readonly CSIStorageCapacity[];
  attachments(node: string): readonly VolumeAttachment[];
}

/** The cluster as one scheduling cycle sees it. */
export interface ClusterView {
  readonly objects: ClusterObjects;
  readonly counts: PodCounts;
  readonly terms: PlacedTerms;
  nodes(): readonly NodeInfo[];
  node(name: string): NodeInfo | null;
  /** How many placed pods use the claim "namespace/name". */
  claimUsers(claim: string): number;
  /** How many nodes have an image of this name. */
  nodesWithImage(name: string): number;
  /** Pods that preemption made room for there and that are not placed yet. */
  nominated(node: string): ReadonlyMap<string, PodInfo>;
}

/** The view of a cache, its nominations and the objects beside. */
export function viewOf(cache: SchedulerCache, nominator: Nominator, objects: ClusterObjects): ClusterView {
  return {
    objects,
    counts: cache.counts,
    terms: cache.terms,
    nodes: () => cache.nodes(),
    node: (name) => cache.node(name),
    claimUsers: (claim) => cache.claimUsers.get(claim) ?? 0,
    nodesWithImage: (name) => cache.nodesWithImage(name),
    nominated: (node) => nominator.on(node),
  };
}
