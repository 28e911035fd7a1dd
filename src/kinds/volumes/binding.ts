// Follows component-helpers/storage/volume/{pv_helpers,helpers}.go: what the binder and the scheduler must agree on.
import { matches, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { compareQuantityTexts } from "../../apimachinery/quantity.ts";
import { termMatches } from "../core/node/nodeSelector.ts";
import type { Node } from "../core/node/types.ts";
import type { PersistentVolume } from "../core/persistentvolume/types.ts";
import type { PersistentVolumeClaim } from "../core/persistentvolumeclaim/types.ts";
import { betaClassAnnotation } from "./accessModes.ts";

/** On a claim: its binding was completed once. */
export const bindCompletedAnnotation = "pv.kubernetes.io/bind-completed";
/** On both: the controller chose, not the user. */
export const boundByControllerAnnotation = "pv.kubernetes.io/bound-by-controller";
/** On a volume: who made it. */
export const provisionedByAnnotation = "pv.kubernetes.io/provisioned-by";
/** On a claim of a class that waits for its first consumer: the node of that consumer. */
export const selectedNodeAnnotation = "volume.kubernetes.io/selected-node";

export function hasAnnotation(object: KubeObject, name: string): boolean {
  return object.metadata.annotations?.[name] !== undefined;
}

function withAnnotation<O extends KubeObject>(object: O, name: string): O {
  return hasAnnotation(object, name) ? object : { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [name]: "yes" } } };
}

/** The class of a claim or a volume; "" where it has none. */
export function storageClassOf(object: PersistentVolume | PersistentVolumeClaim): string {
  return object.metadata.annotations?.[betaClassAnnotation] ?? object.spec.storageClassName ?? "";
}

/** Whether a claim says anything of a class: "" says that it wants none. */
export function namesClass(claim: PersistentVolumeClaim): boolean {
  return hasAnnotation(claim, betaClassAnnotation) || claim.spec.storageClassName !== undefined;
}

/** What of a claim is needed to refer to it. */
export interface NamedClaim {
  readonly metadata: Pick<PersistentVolumeClaim["metadata"], "namespace" | "name" | "uid"> & { readonly resourceVersion?: string };
}

/** Whether a volume is meant for a claim; by its uid, once it is known. */
export function isBoundTo(volume: PersistentVolume, claim: NamedClaim): boolean {
  const reference = volume.spec.claimRef;
  if (reference?.name !== claim.metadata.name || reference.namespace !== claim.metadata.namespace) return false;
  return (reference.uid ?? "") === "" || reference.uid === claim.metadata.uid;
}

export function differInMode(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  return (claim.spec.volumeMode ?? "Filesystem") !== (volume.spec.volumeMode ?? "Filesystem");
}

function offersModes(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  return (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));
}

function isTooSmall(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  return compareQuantityTexts(sizeOf(volume), storageOf(claim)) < 0;
}

export function storageOf(claim: PersistentVolumeClaim): string {
  return claim.spec.resources?.requests?.["storage"] ?? "0";
}

function sizeOf(volume: PersistentVolume): string {
  return volume.spec.capacity?.["storage"] ?? "0";
}

const attributesOf = (object: PersistentVolume | PersistentVolumeClaim): string => object.spec.volumeAttributesClassName ?? "";

/** Why a volume that a claim names cannot be its; null where it can. */
export function whyUnfit(volume: PersistentVolume, claim: PersistentVolumeClaim): string | null {
  if (volume.metadata.deletionTimestamp !== undefined) return `the volume is marked for deletion ${JSON.stringify(volume.metadata.name)}`;
  if (isTooSmall(claim, volume)) return "requested PV is too small";
  if (storageClassOf(volume) !== storageClassOf(claim)) return "storageClassName does not match";
  if (attributesOf(volume) !== attributesOf(claim)) return "volumeAttributesClassName does not match";
  if (differInMode(claim, volume)) return "incompatible volumeMode";
  return offersModes(claim, volume) ? null : "incompatible accessMode";
}

/** A volume without a node affinity is within everybody's reach; its terms look at labels alone. */
export function reaches(volume: PersistentVolume, node: Node): boolean {
  const terms = volume.spec.nodeAffinity?.required?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => termMatches(term, node));
}

/** Where the scheduler looks: on a node, beside what it has chosen for the pod's other claims. */
export interface VolumePlace {
  readonly node: Node;
  readonly taken: ReadonlySet<string>;
}

/** The smallest free volume that a claim can have, or the one that is bound to it already. Of equals the first. FindMatchingVolume. */
export function findVolume(claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[], place: VolumePlace | null = null): PersistentVolume | null {
  const selector = claim.spec.selector === undefined ? null : selectorFromLabelSelector(claim.spec.selector);
  const wanted = storageClassOf(claim);
  let smallest: PersistentVolume | null = null;
  for (const volume of volumes) {
    const isMine = isBoundTo(volume, claim);
    if (place?.taken.has(volume.metadata.name) === true || (volume.spec.claimRef !== undefined && !isMine)) continue;
    if (isTooSmall(claim, volume) || differInMode(claim, volume) || attributesOf(volume) !== attributesOf(claim) || volume.metadata.deletionTimestamp !== undefined) continue;
    const isWithinReach = place === null || reaches(volume, place.node);
    // The binder looks among volumes that offer the modes; the scheduler asks that of free ones alone.
    if (isMine && (place !== null || offersModes(claim, volume))) return isWithinReach ? volume : null;
    if (volume.status?.phase !== "Available" || storageClassOf(volume) !== wanted || !offersModes(claim, volume) || !isWithinReach) continue;
    if (selector !== null && !matches(selector, volume.metadata.labels)) continue;
    if (smallest === null || compareQuantityTexts(sizeOf(smallest), sizeOf(volume)) > 0) smallest = volume;
  }
  return smallest;
}

/** The volume with its reference to the claim; itself where nothing is to do. GetBindVolumeToClaim. */
export function volumeForClaim(volume: PersistentVolume, claim: NamedClaim): PersistentVolume {
  const chosen = isBoundTo(volume, claim) ? volume : withAnnotation(volume, boundByControllerAnnotation);
  if (volume.spec.claimRef?.uid === claim.metadata.uid && chosen === volume) return volume;
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  return { ...chosen, spec: { ...volume.spec, claimRef: { kind: "PersistentVolumeClaim", ...(namespace === undefined ? {} : { namespace }), name, uid, apiVersion: "v1", ...(resourceVersion === undefined ? {} : { resourceVersion }) } } };
}

/** The claim with the name of its volume; itself where nothing is to do. */
export function claimForVolume(claim: PersistentVolumeClaim, volume: PersistentVolume): PersistentVolumeClaim {
  const { name } = volume.metadata;
  const chosen = claim.spec.volumeName === name ? claim : withAnnotation({ ...claim, spec: { ...claim.spec, volumeName: name } }, boundByControllerAnnotation);
  return withAnnotation(chosen, bindCompletedAnnotation);
}
