import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { storageClassKind } from "../../kinds/storage/storageclass/kind.ts";
import { podClaimIndex, podClaimIndexOf } from "../podsByClaim.ts";
import type { BindStep } from "./bind.ts";
import { bind } from "./bind.ts";
import { candidateIndex, candidateIndexOf } from "./candidates.ts";
import type { ReclaimStep } from "./reclaim.ts";
import { deleteVolume } from "./reclaim.ts";
import { syncClaim } from "./syncClaim.ts";
import type { LookStep } from "./syncVolume.ts";
import { syncVolume, syncVolumeOf } from "./syncVolume.ts";

// Follows pkg/controller/volume/persistentvolume/{pv_controller,pv_controller_base}.go. Keys are claims, and volumes (without a namespace).

/** Binds claims to volumes, and gives volumes back when their claim is gone. */
export function createPersistentVolumeController(): ControllerDefinition {
  return {
    name: "persistentvolume-binder",
    account: "persistent-volume-binder",
    eventComponent: "persistentvolume-controller",
    for: null,
    owns: [],
    watches: [
      { kind: persistentVolumeKind, map: volumeChanged },
      { kind: persistentVolumeClaimKind, map: claimChanged },
    ],
    reads: [storageClassKind, podKind],
    indexes: [indexesOf(podKind, { [podClaimIndex]: podClaimIndexOf }), indexesOf(persistentVolumeKind, { [candidateIndex]: candidateIndexOf })],
    // One at a time: two claims that are looked at together would want the same volume.
    concurrency: 1,
    reconcile,
    resume,
  };
}

const volumeKey = (name: string): ObjectKey => ({ namespace: "", name });

function volumeChanged({ change, object }: Change): readonly ObjectKey[] {
  if (change !== "deleted") return [volumeKey(object.metadata.name)];
  const reference = (object as PersistentVolume).spec.claimRef;
  return reference === undefined ? [] : [{ namespace: reference.namespace ?? "", name: reference.name ?? "" }];
}

function claimChanged({ change, object }: Change): readonly ObjectKey[] {
  if (change !== "deleted") return [{ namespace: object.metadata.namespace ?? "", name: object.metadata.name }];
  const { volumeName } = (object as PersistentVolumeClaim).spec;
  return (volumeName ?? "") === "" ? [] : [volumeKey(volumeName ?? "")];
}

function reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  if (key.namespace === "") {
    const volume = ctx.lister(persistentVolumeKind).get(key);
    return volume === null ? {} : syncVolume(volume, ctx);
  }
  const claim = ctx.lister(persistentVolumeClaimKind).get(key);
  return claim === null ? {} : syncClaim(claim, ctx);
}

function resume(_key: ObjectKey, data: Json, answers: readonly ApiResponse[], ctx: ReconcileContext): ReconcileResult {
  const step = data as unknown as BindStep | LookStep | ReclaimStep;
  const answer = answers[0] as ApiResponse;
  switch (step.after) {
    case "look":
      return syncVolumeOf(step.volume, answer.code === 404 ? null : (answer.body as unknown as PersistentVolumeClaim), ctx);
    case "read":
      return answer.code === 404 ? {} : deleteVolume(answer.body as unknown as PersistentVolume, ctx);
    case "volume":
      return bind(answer.body as unknown as PersistentVolume, step.claim, step.at, ctx);
    default:
      return bind(step.volume, answer.body as unknown as PersistentVolumeClaim, step.at, ctx);
  }
}
