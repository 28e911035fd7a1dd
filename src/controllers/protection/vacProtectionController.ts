import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Change, ControllerDefinition, ReconcileContext } from "../../client/controller.ts";
import { updateOp } from "../../client/writes.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import { volumeAttributesClassKind } from "../../kinds/storage/volumeattributesclass/kind.ts";
import { concernsProtection, withFinalizer, withoutFinalizer } from "./finalizers.ts";

// Follows pkg/controller/storage/vacprotection/vac_protection_controller.go.

const finalizer = "kubernetes.io/vac-protection";

/** A VolumeAttributesClass that is deleted stays while a volume or a claim names it. */
export function createVacProtectionController(): ControllerDefinition {
  return {
    name: "vac-protection",
    account: "volumeattributesclass-protection-controller",
    for: null,
    owns: [],
    watches: [
      { kind: volumeAttributesClassKind, map: ({ change, object }) => (change !== "deleted" && concernsProtection(object, finalizer) ? [{ namespace: "", name: object.metadata.name }] : []) },
      { kind: persistentVolumeClaimKind, map: (change) => released(change, (object) => namedByClaim(object as PersistentVolumeClaim)) },
      { kind: persistentVolumeKind, map: (change) => released(change, (object) => [(object as PersistentVolume).spec.volumeAttributesClassName]) },
    ],
    concurrency: 1,
    reconcile(key, ctx) {
      const attributes = ctx.lister(volumeAttributesClassKind).get(key);
      if (attributes === null || !concernsProtection(attributes, finalizer)) return {};
      const isLeaving = attributes.metadata.deletionTimestamp !== undefined;
      if (isLeaving && isUsed(key.name, ctx)) return {};
      ctx.write({ ...updateOp(volumeAttributesClassKind, isLeaving ? withoutFinalizer(attributes, finalizer) : withFinalizer(attributes, finalizer)), tolerates: [404] });
      return {};
    },
  };
}

/** The classes that an object names no more. */
function released({ change, object, old }: Change, namesOf: (object: Change["object"]) => readonly (string | undefined)[]): readonly ObjectKey[] {
  const before = change === "deleted" ? namesOf(object) : old === null ? [] : namesOf(old);
  const now = change === "deleted" ? [] : namesOf(object);
  return before.filter((name) => (name ?? "") !== "" && !now.includes(name)).map((name) => ({ namespace: "", name: name ?? "" }));
}

function namedByClaim({ spec, status }: PersistentVolumeClaim): readonly (string | undefined)[] {
  return [spec.volumeAttributesClassName, status?.currentVolumeAttributesClassName, status?.modifyVolumeStatus?.targetVolumeAttributesClassName];
}

/** Classes are deleted so seldom that looking through all is cheaper than an index. */
function isUsed(name: string, ctx: ReconcileContext): boolean {
  return (
    ctx.lister(persistentVolumeKind).list(null).some((volume) => volume.spec.volumeAttributesClassName === name) ||
    ctx.lister(persistentVolumeClaimKind).list(null).some((claim) => namedByClaim(claim).includes(name))
  );
}
