import { apiVersionOf } from "../apimachinery/gvk.ts";
import type { Selector } from "../apimachinery/labels.ts";
import { matches } from "../apimachinery/labels.ts";
import type { KubeObject, OwnerReference } from "../apimachinery/objectMeta.ts";
import { controllerOf } from "../apimachinery/objectMeta.ts";
import type { AnyKind } from "../client/controller.ts";
import type { WriteOp } from "../client/writes.ts";
import { patchOp } from "../client/writes.ts";

// Follows pkg/controller/controller_ref_manager.go. Differs: before it adopts it does not read the owner from the server once more; the
// server refuses a second controller.

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

export interface Claim<O> {
  /** What is the owner's, what it adopts included. */
  readonly mine: readonly O[];
  readonly adopted: readonly O[];
  readonly released: readonly O[];
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
  if (adopted.length === 0 && released.length === 0) return { mine, adopted, released, ops: [] };
  const keyOf = (object: O) => ({ namespace: object.metadata.namespace ?? "", name: object.metadata.name });
  const ops = [
    ...adopted.map((object) => ({
      ...patchOp(kind, keyOf(object), { metadata: { ownerReferences: [{ ...controllerReference(owner, ownerKind) }], uid: object.metadata.uid } }),
      tolerates: [404],
    })),
    ...released.map((object) => ({
      ...patchOp(kind, keyOf(object), { metadata: { ownerReferences: [{ $patch: "delete", uid: owner.metadata.uid }], uid: object.metadata.uid } }),
      tolerates: [404, 422],
    })),
  ];
  return { mine, adopted, released, ops };
}
