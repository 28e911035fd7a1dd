import type { Pod } from "../kinds/core/pod/types.ts";
import type { Volume } from "../kinds/core/pod/volumeSourceTypes.ts";

/** A claim that a pod names, or that is made for one of its ephemeral volumes. */
export interface ClaimName {
  readonly name: string;
  readonly isEphemeral: boolean;
}

/** What scheduling asks of a pod's volumes. */
export interface PodVolumes {
  readonly claims: readonly ClaimName[];
  /** Disks that two pods of a node may not share, named in the pod itself. */
  readonly disks: readonly Volume[];
}

const none: PodVolumes = { claims: [], disks: [] };

/** Most pods have none of these: they share one answer. */
export function podVolumesOf(pod: Pod): PodVolumes {
  let found: { claims: ClaimName[]; disks: Volume[] } | null = null;
  for (const volume of pod.spec.volumes ?? []) {
    const { persistentVolumeClaim: claim } = volume;
    if (claim !== undefined) (found ??= { claims: [], disks: [] }).claims.push({ name: claim.claimName, isEphemeral: false });
    else if (volume.ephemeral !== undefined) (found ??= { claims: [], disks: [] }).claims.push({ name: `${pod.metadata.name}-${volume.name}`, isEphemeral: true });
    else if (volume.gcePersistentDisk !== undefined || volume.awsElasticBlockStore !== undefined || volume.iscsi !== undefined || volume.rbd !== undefined) (found ??= { claims: [], disks: [] }).disks.push(volume);
  }
  return found ?? none;
}
