import { apiVersionOf } from "../apimachinery/gvk.ts";
import type { Selector } from "../apimachinery/labels.ts";
import { matches } from "../apimachinery/labels.ts";
import type { KubeObject, OwnerReference } from "../apimachinery/objectMeta.ts";
import { controllerOf } from "../apimachinery/objectMeta.ts";
import type { AnyKind } from "../client/controller.ts";
import type { WriteOp } from "../client/writes.ts";
import { getOp, patchOp } from "../client/writes.ts";

// Follows pkg/controller/controller_ref_manager.go. Differs: what is let go goes first, so that a refused adoption does not keep it.

/** The index that finds what an owner controls, and what nobody controls in a namespace. */
export const controllerIndex = "controllerUid";

export function controllerIndexOf(object: KubeObject): readonly string[] {
  return [controllerOf(object.metadata)?.uid ?? orphansOf(object.metadata.namespace ?? "")];
}

/** Under this value of the index stand the objects of a namespace that have no controller. */
export function orphansOf(namespace: string): string {
  return `orphans/${namespace}`;
}

export function controllerReference(owner: KubeObject, kind: AnyKind): OwnerReference {
  return { apiVersion: apiVersionOf(kind.gvk), kind: kind.gvk.kind, name: owner.metadata.name, uid: owner.metadata.uid, controller: true, blockOwnerDeletion: true };
}

const none: readonly never[] = [];

export interface Claim<O> {
  /** What is the owner's, what it adopts included. */
  readonly mine: readonly O[];
  readonly adopted: readonly O[];
  readonly released: readonly O[];
  /** Of `released` and of `adopted`, in their order. */
  readonly releases: readonly WriteOp[];
  readonly adoptions: readonly WriteOp[];
  /** All of them, and before anything is adopted a look at the owner as the server has it: what a cache knows may be going by now. */
  readonly ops: readonly WriteOp[];
}

/** Takes orphans whose labels match, lets go of what matches no more. `candidates`: the owner's own, and orphans. */
export function claim<O extends KubeObject>(owner: KubeObject, ownerKind: AnyKind, kind: AnyKind, selector: Selector, candidates: readonly O[]): Claim<O> {
  const mine: O[] = [];
  const adopted: O[] = [];
  const released: O[] = [];
  const ownerLeaves = owner.metadata.deletionTimestamp !== undefined;
  for (const object of candidates) {
    const reference = controllerOf(object.metadata);
    const match = matches(selector, object.metadata.labels);
    if (reference !== null) {
      if (reference.uid !== owner.metadata.uid) continue;
      if (match) mine.push(object);
      else if (!ownerLeaves) released.push(object);
    } else if (match && !ownerLeaves && object.metadata.deletionTimestamp === undefined) {
      mine.push(object);
      adopted.push(object);
    }
  }
  if (adopted.length === 0 && released.length === 0) return { mine, adopted, released, releases: none, adoptions: none, ops: none };
  const keyOf = (object: KubeObject) => ({ namespace: object.metadata.namespace ?? "", name: object.metadata.name });
  const adoptions = adopted.map((object) => ({
    ...patchOp(kind, keyOf(object), { metadata: { ownerReferences: [{ ...controllerReference(owner, ownerKind) }], uid: object.metadata.uid } }),
    tolerates: [404],
  }));
  const releases = released.map((object) => ({
    ...patchOp(kind, keyOf(object), { metadata: { ownerReferences: [{ $patch: "delete", uid: owner.metadata.uid }], uid: object.metadata.uid } }),
    tolerates: [404, 422],
  }));
  return { mine, adopted, released, releases, adoptions, ops: [...releases, ...confirmed(owner, ownerKind, kind, adopted[0]), ...adoptions] };
}

/** Once for all that is adopted. */
export function confirmed(owner: KubeObject, ownerKind: AnyKind, kind: AnyKind, first: KubeObject | undefined): readonly WriteOp[] {
  if (first === undefined) return none;
  const { namespace = "", name, uid } = first.metadata;
  const confirms = { kind: ownerKind.gvk.kind, uid: owner.metadata.uid, otherwise: `can't adopt ${kind.gvk.kind} ${namespace}/${name} (${uid})` };
  return [{ ...getOp(ownerKind, { namespace: owner.metadata.namespace ?? "", name: owner.metadata.name }), confirms }];
}
