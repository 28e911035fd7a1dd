// Follows component-helpers/storage/volume/pv_helpers.go.
import { matches, selectorFromLabelSelector } from "../apimachinery/labels.ts";
import { compareQuantityTexts } from "../apimachinery/quantity.ts";
import type { Node } from "../kinds/core/node/types.ts";
import type { PersistentVolume } from "../kinds/core/persistentvolume/types.ts";
import type { PersistentVolumeClaim } from "../kinds/core/persistentvolumeclaim/types.ts";
import { betaClassAnnotation } from "../kinds/volumes/accessModes.ts";
import { termMatches } from "../kinds/core/node/nodeSelector.ts";

export function classOfClaim(claim: PersistentVolumeClaim): string {
  return claim.metadata.annotations?.[betaClassAnnotation] ?? claim.spec.storageClassName ?? "";
}

export function classOfVolume(volume: PersistentVolume): string {
  return volume.metadata.annotations?.[betaClassAnnotation] ?? volume.spec.storageClassName ?? "";
}

/** A volume without a node affinity is within everybody's reach; its terms look at labels alone. */
export function reaches(volume: PersistentVolume, node: Node): boolean {
  const terms = volume.spec.nodeAffinity?.required?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => termMatches(term, node));
}

export function storageOf(claim: PersistentVolumeClaim): string {
  return claim.spec.resources?.requests?.["storage"] ?? "0";
}

function isBoundTo({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  return claimRef?.name === metadata.name && claimRef.namespace === metadata.namespace && ((claimRef.uid ?? "") === "" || claimRef.uid === metadata.uid);
}

/** Whether the volume could ever be the claim's, wherever a pod goes. */
function suits(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { spec, metadata } = volume;
  if (spec.claimRef !== undefined && !isBoundTo(volume, claim)) return false;
  return compareQuantityTexts(spec.capacity?.["storage"] ?? "0", storageOf(claim)) >= 0
    && (spec.volumeMode ?? "Filesystem") === (claim.spec.volumeMode ?? "Filesystem")
    && (spec.volumeAttributesClassName ?? "") === (claim.spec.volumeAttributesClassName ?? "")
    && metadata.deletionTimestamp === undefined;
}

function isFree(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (volume.status?.phase ?? "Available") === "Available"
    && (claim.spec.selector === undefined || matches(selectorFromLabelSelector(claim.spec.selector), volume.metadata.labels))
    && classOfVolume(volume) === classOfClaim(claim)
    && (claim.spec.accessModes ?? []).every((mode) => (volume.spec.accessModes ?? []).includes(mode));
}

/** The smallest free volume that holds the claim and that the node reaches; one that waits for just this claim goes first. FindMatchingVolume. */
export function matchingVolume(claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[], node: Node, taken: ReadonlySet<string>): PersistentVolume | null {
  let smallest: PersistentVolume | null = null;
  for (const volume of volumes) {
    if (taken.has(volume.metadata.name) || !suits(volume, claim)) continue;
    if (isBoundTo(volume, claim)) return reaches(volume, node) ? volume : null;
    if (!isFree(volume, claim) || !reaches(volume, node)) continue;
    if (smallest === null || compareQuantityTexts(smallest.spec.capacity?.["storage"] ?? "0", volume.spec.capacity?.["storage"] ?? "0") > 0) smallest = volume;
  }
  return smallest;
}
