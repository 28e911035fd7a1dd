import { deepEqual } from "../../base/deepEqual.ts";
import type { Json } from "../../base/json.ts";
import type { ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import type { EventNote } from "../../client/eventRecorder.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { WriteOp } from "../../client/writes.ts";
import { updateOp, updateStatusOp } from "../../client/writes.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim, PersistentVolumeClaimStatus } from "../../kinds/core/persistentvolumeclaim/types.ts";
import { claimForVolume, volumeForClaim } from "../../kinds/volumes/binding.ts";

/** The four writes of a binding, in upstream's order; each builds on what the server answered to the one before. */
type Stage = "volume" | "volumeStatus" | "claim" | "claimStatus" | "done";

export type BindStep =
  | { readonly after: "volume"; readonly at: Stage; readonly claim: PersistentVolumeClaim }
  | { readonly after: "claim"; readonly at: Stage; readonly volume: PersistentVolume };

const preResizeCapacity = "volume.alpha.kubernetes.io/pre-resize-capacity";

/** Goes on with a binding at a stage. What is as it should be already is not written. */
export function bind(volume: PersistentVolume, claim: PersistentVolumeClaim, at: Stage, ctx: ReconcileContext): ReconcileResult {
  switch (at) {
    case "volume": {
      const bound = volumeForClaim(volume, claim);
      if (bound === volume) return bind(volume, claim, "volumeStatus", ctx);
      ctx.because(`chose volume ${volume.metadata.name} for claim ${claim.metadata.name}`);
      return written(updateOp(persistentVolumeKind, bound), { after: "volume", at: "volumeStatus", claim }, ctx);
    }
    case "volumeStatus": {
      const op = phaseOp(volume, "Bound");
      return op === null ? bind(volume, claim, "claim", ctx) : written(op, { after: "volume", at: "claim", claim }, ctx);
    }
    case "claim": {
      const bound = claimForVolume(claim, volume);
      return bound === claim ? bind(volume, claim, "claimStatus", ctx) : written(updateOp(persistentVolumeClaimKind, bound), { after: "claim", at: "claimStatus", volume }, ctx);
    }
    case "claimStatus": {
      const op = claimStatusOp(claim, "Bound", volume);
      if (op !== null) ctx.write(op);
      return {};
    }
    default:
      return {};
  }
}

function written(op: WriteOp, next: BindStep, ctx: ReconcileContext): ReconcileResult {
  ctx.write(op);
  return { resumeWith: next as unknown as Json };
}

/** The write of a phase; null where the volume has it. */
export function phaseOp(volume: PersistentVolume, phase: string, message = "", event?: EventNote): WriteOp | null {
  if (volume.status?.phase === phase) return null;
  const { message: _before, ...status } = volume.status ?? {};
  const op = updateStatusOp(persistentVolumeKind, { ...volume, status: { ...status, phase, ...(message === "" ? {} : { message }) } } as PersistentVolume);
  return { ...op, ...(event === undefined ? {} : { event }) };
}

/** The write of a claim's status; null where it is so. Without a volume it holds nothing. */
export function claimStatusOp(claim: PersistentVolumeClaim, phase: string, volume: PersistentVolume | null): WriteOp | null {
  const { accessModes: modes, capacity, ...others } = claim.status ?? {};
  let status: PersistentVolumeClaimStatus = { ...others, phase };
  if (volume !== null) {
    const isNew = claim.status?.phase !== phase;
    const { accessModes, capacity: size, volumeAttributesClassName: attributes } = volume.spec;
    const held = isNew ? sizeAtBinding(volume) ?? size : capacity;
    // What it says later is the resizer's: a difference may be meant.
    status = { ...status, ...(accessModes === undefined ? {} : { accessModes }), ...(held === undefined ? {} : { capacity: held }) };
    if (isNew && (attributes ?? "") !== "") status = { ...status, currentVolumeAttributesClassName: attributes ?? "" };
  }
  if (deepEqual(status, claim.status ?? {}) || (volume === null && claim.status?.phase === phase && modes === undefined && capacity === undefined)) return null;
  return updateStatusOp(persistentVolumeClaimKind, { ...claim, status } as PersistentVolumeClaim);
}

function sizeAtBinding(volume: PersistentVolume): Readonly<Record<string, string>> | null {
  const storage = volume.metadata.annotations?.[preResizeCapacity];
  return storage === undefined ? null : { storage };
}

/** A claim's phase with the event that tells of it, once. */
export function loseClaim(claim: PersistentVolumeClaim, reason: string, message: string, ctx: ReconcileContext): ReconcileResult {
  const op = claim.status?.phase === "Lost" ? null : claimStatusOp(claim, "Lost", null);
  if (op !== null) ctx.write({ ...op, event: { about: referenceTo(claim), type: "Warning", reason, message } });
  return {};
}
