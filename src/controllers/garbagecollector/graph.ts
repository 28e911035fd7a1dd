import { apiVersionOf } from "../../apimachinery/gvk.ts";
import type { KubeObject, OwnerReference } from "../../apimachinery/objectMeta.ts";
import type { ControllerView } from "../../client/controller.ts";
import type { KindDefinition } from "../../kinds/define.ts";

export const uidIndex = "uid";
export const ownerIndex = "ownerUid";
export const foregroundFinalizer = "foregroundDeletion";
export const orphanFinalizer = "orphan";

export const uidIndexOf = (object: KubeObject): readonly string[] => [object.metadata.uid];
export const ownerIndexOf = (object: KubeObject): readonly string[] => object.metadata.ownerReferences?.map((owner) => owner.uid) ?? [];

/** An object with the kind it is served as. */
export interface GraphNode {
  readonly kind: KindDefinition;
  readonly object: KubeObject;
}

export const isBeingDeleted = (object: KubeObject): boolean => object.metadata.deletionTimestamp !== undefined;
const hasFinalizer = (object: KubeObject, name: string): boolean => object.metadata.finalizers?.includes(name) === true;
/** It waits for its dependents to go first. */
export const isDeletingDependents = (object: KubeObject): boolean => isBeingDeleted(object) && hasFinalizer(object, foregroundFinalizer);
export const isOrphaning = (object: KubeObject): boolean => isBeingDeleted(object) && hasFinalizer(object, orphanFinalizer);

/** Who owns whom, read from the informers' indexes: there is no second copy of it. */
export class OwnerGraph {
  readonly #kinds: readonly KindDefinition[];
  /** By "apiVersion/kind" of a reference. */
  readonly #byReference = new Map<string, KindDefinition>();

  constructor(kinds: readonly KindDefinition[]) {
    this.#kinds = kinds;
    for (const kind of kinds) for (const version of kind.versions) this.#byReference.set(`${apiVersionOf({ group: kind.gvk.group, version })}/${kind.gvk.kind}`, kind);
  }

  byUid(uid: string, view: ControllerView): GraphNode | null {
    for (const kind of this.#kinds) {
      const object = view.lister(kind).byIndex(uidIndex, uid)[0];
      if (object !== undefined) return { kind, object };
    }
    return null;
  }

  dependents(uid: string, view: ControllerView): readonly GraphNode[] {
    return this.#kinds.flatMap((kind) => view.lister(kind).byIndex(ownerIndex, uid).map((object) => ({ kind, object })));
  }

  /** Dependents that hold the owner back in a foreground deletion. */
  blockingDependents(uid: string, view: ControllerView): readonly GraphNode[] {
    return this.dependents(uid, view).filter(({ object }) => object.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true));
  }

  /** The kind an owner reference names; null where no such kind is served. */
  kindOf(reference: OwnerReference): KindDefinition | null {
    return this.#byReference.get(`${reference.apiVersion}/${reference.kind}`) ?? null;
  }
}
