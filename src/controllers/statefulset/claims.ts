import type { KubeObject, OwnerReference } from "../../apimachinery/objectMeta.ts";
import { apiVersionOf } from "../../apimachinery/gvk.ts";
import type { AnyKind } from "../../client/controller.ts";
import type { NewObject } from "../../client/writes.ts";
import { statefulSetKind } from "../../kinds/apps/statefulset/kind.ts";
import type { StatefulSet } from "../../kinds/apps/statefulset/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { controllerReference } from "../ownership.ts";
import { claimName, isInRange, ordinalIn, podName } from "./identity.ts";

// Follows pkg/controller/statefulset/stateful_set_utils.go (isClaimOwnerUpToDate, updateClaimOwnerRefForSetAndPod) and stateful_pod_control.go.

/** Of a pod, what its claims' owner references hang on; the uid is "" where it is yet to be made. */
export interface ClaimUser {
  readonly name: string;
  readonly uid: string;
}

/** The claims that a pod of this ordinal needs. */
export function claimsFor(set: StatefulSet, ordinal: number): readonly NewObject[] {
  return (set.spec.volumeClaimTemplates ?? []).map(({ metadata, spec }) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { ...metadata, name: claimName(set, metadata?.name ?? "", ordinal), namespace: set.metadata.namespace ?? "", labels: { ...metadata?.labels, ...set.spec.selector.matchLabels } },
    spec: spec ?? {},
  }));
}

/** Scaling down and up again must wait until the old claim is collected: it still names the pod of before. */
export function isStale(set: StatefulSet, claim: KubeObject, user: ClaimUser): boolean {
  return policyOf(set).scaled && namesAnother(claim, podKind, user);
}

/** Who is to own a claim by the retention policy: the set while the pod is wanted, the pod once it is not. */
function wantedOwners(set: StatefulSet, user: ClaimUser): readonly OwnerReference[] {
  const { deleted, scaled } = policyOf(set);
  const isWanted = isInRange(set, ordinalIn(user.name, set.metadata.name));
  const ofPod = scaled && !isWanted;
  return [
    ...(deleted && !ofPod ? [controllerReference(set, statefulSetKind)] : []),
    ...(ofPod ? [controllerReference({ apiVersion: "v1", kind: "Pod", metadata: { ...set.metadata, ...user } }, podKind)] : []),
  ];
}

function policyOf(set: StatefulSet): { readonly deleted: boolean; readonly scaled: boolean } {
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  return { deleted: whenDeleted === "Delete", scaled: whenScaled === "Delete" };
}

/** The claim with the owners that the policy wants; null where it has them, or is not ours to touch. */
export function withWantedOwners<O extends KubeObject>(set: StatefulSet, claim: O, user: ClaimUser): O | null {
  if (namesAnother(claim, statefulSetKind, set.metadata) || namesAnother(claim, podKind, user)) return null;
  const before = claim.metadata.ownerReferences ?? [];
  const ours = before.filter((owner) => owner.uid === set.metadata.uid || owner.uid === user.uid);
  const isForeign = hasForeignController(set, before, user);
  const wanted = isForeign ? [] : wantedOwners(set, user);
  if (ours.length === wanted.length && ours.every((owner) => owner.controller === true && wanted.some(({ uid }) => uid === owner.uid))) return null;
  const others = before.filter((owner) => !isReferenceTo(owner, statefulSetKind, set.metadata.name) && !isReferenceTo(owner, podKind, user.name));
  return { ...claim, metadata: { ...claim.metadata, ownerReferences: [...others, ...wanted] } };
}

function hasForeignController(set: StatefulSet, owners: readonly OwnerReference[], user: ClaimUser): boolean {
  const { deleted, scaled } = policyOf(set);
  return (deleted || scaled) && owners.some((owner) => owner.controller === true && !isReferenceTo(owner, statefulSetKind, set.metadata.name) && !isReferenceTo(owner, podKind, user.name));
}

function isReferenceTo(owner: OwnerReference, kind: AnyKind, name: string): boolean {
  return owner.kind === kind.gvk.kind && owner.apiVersion === apiVersionOf(kind.gvk) && owner.name === name;
}

/** It names an object of this kind and name that is another one: of before, presumably. */
function namesAnother(claim: KubeObject, kind: AnyKind, { name, uid }: ClaimUser): boolean {
  return claim.metadata.ownerReferences?.some((owner) => isReferenceTo(owner, kind, name) && owner.uid !== uid) === true;
}

/** The pod of the set that a claim of this name is for, or null. */
export function userOfClaim(set: StatefulSet, templates: readonly string[], claim: string): string | null {
  for (const template of templates) {
    if (!claim.startsWith(`${template}-`)) continue;
    const ordinal = ordinalIn(claim.slice(template.length + 1), set.metadata.name);
    if (ordinal >= 0) return podName(set, ordinal);
  }
  return null;
}
