import type { Json } from "../../base/json.ts";
import type { ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import { getOp, updateOp } from "../../client/writes.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import { boundByControllerAnnotation, differInMode, hasAnnotation, provisionedByAnnotation } from "../../kinds/volumes/binding.ts";
import { phaseOp } from "./bind.ts";
import { reclaim } from "./reclaim.ts";

/** The server was asked for the claim of a volume. */
export interface LookStep {
  readonly after: "look";
  readonly volume: PersistentVolume;
}

export function syncVolume(volume: PersistentVolume, ctx: ReconcileContext): ReconcileResult {
  const reference = volume.spec.claimRef;
  if (reference === undefined || (reference.uid ?? "") === "") return setPhase(volume, "Available", ctx);
  const key = { namespace: reference.namespace ?? "", name: reference.name ?? "" };
  const claim = ctx.lister(persistentVolumeClaimKind).get(key);
  const isKnown = claim !== null ? claim.metadata.uid === reference.uid : isReleased(volume);
  if (isKnown) return syncVolumeOf(volume, claim, ctx);
  // The cache may be behind: before a volume is released, the server is asked.
  ctx.write({ ...getOp(persistentVolumeClaimKind, key), tolerates: [404] });
  return { resumeWith: { after: "look", volume } as unknown as Json };
}

/** The same, with the claim that its reference names; null where there is none. */
export function syncVolumeOf(volume: PersistentVolume, found: PersistentVolumeClaim | null, ctx: ReconcileContext): ReconcileResult {
  const claim = found?.metadata.uid === volume.spec.claimRef?.uid ? found : null;
  if (claim === null) return release(volume, ctx);
  const name = claim.spec.volumeName ?? "";
  if (name === volume.metadata.name) return setPhase(volume, "Bound", ctx);
  if (name === "") return finishByClaim(volume, claim, ctx);
  if (hasAnnotation(volume, provisionedByAnnotation) && volume.spec.persistentVolumeReclaimPolicy === "Delete") return release(volume, ctx);
  ctx.because(`freed volume ${volume.metadata.name}: its claim ${claim.metadata.name} is bound to ${name}`);
  ctx.write(updateOp(persistentVolumeKind, unbound(volume)));
  return {};
}

function isReleased(volume: PersistentVolume): boolean {
  return volume.status?.phase === "Released" || volume.status?.phase === "Failed";
}

function setPhase(volume: PersistentVolume, phase: string, ctx: ReconcileContext): ReconcileResult {
  const op = phaseOp(volume, phase);
  if (op !== null) ctx.write(op);
  return {};
}

/** Its new phase brings it here again, and then its policy is carried out. */
function release(volume: PersistentVolume, ctx: ReconcileContext): ReconcileResult {
  if (isReleased(volume)) return reclaim(volume, ctx);
  ctx.because(`released volume ${volume.metadata.name}: its claim is gone`);
  return setPhase(volume, "Released", ctx);
}

/** The claim does not name the volume yet: the rest of the binding is done from its side. */
function finishByClaim(volume: PersistentVolume, claim: PersistentVolumeClaim, ctx: ReconcileContext): ReconcileResult {
  if (differInMode(claim, volume)) {
    ctx.event({ about: referenceTo(volume), type: "Warning", reason: "VolumeMismatch", message: `Cannot bind PersistentVolume to requested PersistentVolumeClaim ${JSON.stringify(claim.metadata.name)} due to incompatible volumeMode.` });
    ctx.event({ about: referenceTo(claim), type: "Warning", reason: "VolumeMismatch", message: `Cannot bind PersistentVolume ${JSON.stringify(volume.metadata.name)} to requested PersistentVolumeClaim due to incompatible volumeMode.` });
  } else ctx.enqueue({ namespace: claim.metadata.namespace ?? "", name: claim.metadata.name });
  return {};
}

/** What the controller bound is free again; what the user bound beforehand stays meant for the claim of that name. */
function unbound(volume: PersistentVolume): PersistentVolume {
  const { claimRef, ...spec } = volume.spec;
  if (!hasAnnotation(volume, boundByControllerAnnotation)) {
    const { uid: _uid, ...reference } = claimRef ?? {};
    return { ...volume, spec: { ...spec, claimRef: reference } };
  }
  const { annotations, ...metadata } = volume.metadata;
  const { [boundByControllerAnnotation]: _bound, ...others } = annotations ?? {};
  return { ...volume, metadata: { ...metadata, ...(Object.keys(others).length === 0 ? {} : { annotations: others }) }, spec };
}
