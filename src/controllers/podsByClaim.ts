import { controllerOf } from "../apimachinery/objectMeta.ts";
import type { PersistentVolumeClaim } from "../kinds/core/persistentvolumeclaim/types.ts";
import type { Pod, Volume } from "../kinds/core/pod/types.ts";

// Follows pkg/controller/volume/common/common.go and component-helpers/storage/ephemeral/ephemeral.go.

/** The index that finds the pods that name a claim, as "namespace/name". */
export const podClaimIndex = "podClaim";

const none: readonly string[] = [];

/** The claims that a pod's volumes name, also those of its ephemeral volumes. */
export function podClaimIndexOf(pod: Pod): readonly string[] {
  let keys: string[] | null = null;
  for (const volume of pod.spec.volumes ?? none) {
    const name = claimNameOf(pod, volume as Volume);
    if (name !== null) (keys ??= []).push(`${pod.metadata.namespace ?? ""}/${name}`);
  }
  return keys ?? none;
}

/** The claim that stands behind a volume; null where none does. */
export function claimNameOf(pod: Pod, volume: Volume): string | null {
  if (volume.persistentVolumeClaim !== undefined) return volume.persistentVolumeClaim.claimName;
  return volume.ephemeral === undefined ? null : ephemeralClaimName(pod, volume);
}

export function ephemeralClaimName(pod: Pod, volume: Volume): string {
  return `${pod.metadata.name}-${volume.name}`;
}

/** Whether a claim was made for an ephemeral volume of this very pod. */
export function claimIsOfPod(pod: Pod, claim: PersistentVolumeClaim): boolean {
  return controllerOf(claim.metadata)?.uid === pod.metadata.uid;
}
