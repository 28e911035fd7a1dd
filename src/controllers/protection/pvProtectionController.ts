import type { ControllerDefinition } from "../../client/controller.ts";
import { updateOp } from "../../client/writes.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import { concernsProtection, withFinalizer, withoutFinalizer } from "./finalizers.ts";

// Follows pkg/controller/volume/pvprotection/pv_protection_controller.go.

const finalizer = "kubernetes.io/pv-protection";

/** A volume that is deleted stays while it is bound to a claim. */
export function createPvProtectionController(): ControllerDefinition {
  return {
    name: "pv-protection",
    account: "pv-protection-controller",
    for: null,
    owns: [],
    watches: [{ kind: persistentVolumeKind, map: ({ change, object }) => (change !== "deleted" && concernsProtection(object, finalizer) ? [{ namespace: "", name: object.metadata.name }] : []) }],
    concurrency: 1,
    reconcile(key, ctx) {
      const volume = ctx.lister(persistentVolumeKind).get(key);
      if (volume === null || !concernsProtection(volume, finalizer)) return {};
      const isLeaving = volume.metadata.deletionTimestamp !== undefined;
      if (isLeaving && volume.status?.phase === "Bound") return {};
      if (isLeaving) ctx.because(`let volume ${key.name} go: it is bound to no claim`);
      ctx.write({ ...updateOp(persistentVolumeKind, isLeaving ? withoutFinalizer(volume, finalizer) : withFinalizer(volume, finalizer)), tolerates: [404] });
      return {};
    },
  };
}
