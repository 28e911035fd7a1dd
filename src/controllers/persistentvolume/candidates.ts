import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import type { ReconcileContext } from "../../client/controller.ts";
import { compareText } from "../../base/compareText.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import { findVolume, storageClassOf } from "../../kinds/volumes/binding.ts";

// Follows pkg/controller/volume/persistentvolume/index.go.

/** The index that finds free volumes by their class, and others by the claim they are meant for. */
export const candidateIndex = "volumeCandidate";

export function candidateIndexOf(volume: PersistentVolume): readonly string[] {
  const { claimRef, storageClassName = "" } = volume.spec;
  return [claimRef === undefined ? `class/${storageClassName}` : claimIndexValue(claimRef.namespace ?? "", claimRef.name ?? "")];
}

const claimIndexValue = (namespace: string, name: string): string => `claim/${namespace}/${name}`;

/**
 * The best volume for a claim: of those that offer the fewest access modes beyond what is asked, the smallest. Where the claim waits for its
 * first consumer, the scheduler chooses: only what was meant for the claim before counts.
 */
export function bestVolumeFor(claim: PersistentVolumeClaim, waitsForConsumer: boolean, ctx: ReconcileContext): PersistentVolume | null {
  const lister = ctx.lister(persistentVolumeKind);
  const wanted = storageClassOf(claim);
  const mine = lister.byIndex(candidateIndex, claimIndexValue(claim.metadata.namespace ?? "", claim.metadata.name));
  // A volume may name its class by the old annotation alone.
  const free = waitsForConsumer ? [] : [...lister.byIndex(candidateIndex, `class/${wanted}`), ...(wanted === "" ? [] : lister.byIndex(candidateIndex, "class/"))];
  const byModes = new Map<string, PersistentVolume[]>();
  for (const volume of [...mine, ...free]) {
    const modes = [...(volume.spec.accessModes ?? [])].sort(compareText).join(",");
    const group = byModes.get(modes);
    if (group === undefined) byModes.set(modes, [volume]);
    else group.push(volume);
  }
  const modesOf = (group: readonly [string, unknown]): number => group[0].split(",").length;
  for (const [, group] of [...byModes].sort((a, b) => modesOf(a) - modesOf(b) || compareText(a[0], b[0]))) {
    const found = findVolume(claim, group);
    if (found !== null) return found;
  }
  return null;
}
