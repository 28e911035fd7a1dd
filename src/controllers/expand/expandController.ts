import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { compareQuantityTexts } from "../../apimachinery/quantity.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import { getOp } from "../../client/writes.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";

// Follows pkg/controller/volume/expand/expand_controller.go: no kind of volume is enlarged from within any more.

/** Tells of bound claims that ask for more than they have, that somebody outside must give it. */
export function createExpandController(): ControllerDefinition {
  return {
    name: "persistentvolume-expander",
    account: "expand-controller",
    eventComponent: "volume_expand",
    for: null,
    owns: [],
    watches: [{ kind: persistentVolumeClaimKind, map: grownClaim }],
    concurrency: 10,
    reconcile,
    resume,
  };
}

const asked = (claim: PersistentVolumeClaim): string => claim.spec.resources?.requests?.["storage"] ?? "0";
const held = (claim: PersistentVolumeClaim): string => claim.status?.capacity?.["storage"] ?? "0";

function grownClaim({ change, object, old }: Change): readonly ObjectKey[] {
  const claim = object as PersistentVolumeClaim;
  if (change === "deleted" || claim.status?.phase !== "Bound") return [];
  const before = old as PersistentVolumeClaim | null;
  const isGrown = before === null || compareQuantityTexts(asked(claim), asked(before)) > 0 || compareQuantityTexts(held(claim), held(before)) > 0;
  return isGrown ? [{ namespace: claim.metadata.namespace ?? "", name: claim.metadata.name }] : [];
}

function reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const claim = ctx.lister(persistentVolumeClaimKind).get(key);
  if (claim === null || (claim.spec.volumeName ?? "") === "") return {};
  ctx.write(getOp(persistentVolumeKind, { namespace: "", name: claim.spec.volumeName ?? "" }));
  return { resumeWith: claim as unknown as Json };
}

function resume(_key: ObjectKey, step: Json, answers: readonly ApiResponse[], ctx: ReconcileContext): ReconcileResult {
  const claim = step as unknown as PersistentVolumeClaim;
  const volume = (answers[0] as ApiResponse).body as unknown as PersistentVolume;
  if (volume.spec.claimRef?.uid !== claim.metadata.uid) return { error: `persistent Volume is not bound to PVC being updated : ${claim.metadata.namespace ?? ""}/${claim.metadata.name}` };
  if (compareQuantityTexts(asked(claim), held(claim)) > 0) ctx.event({ about: referenceTo(claim), type: "Warning", reason: "ExternalExpanding", message: "waiting for an external controller to expand this PVC" });
  return {};
}
