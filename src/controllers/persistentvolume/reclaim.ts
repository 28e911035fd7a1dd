import type { ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import { deleteOp, getOp } from "../../client/writes.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import { hasAnnotation, provisionedByAnnotation } from "../../kinds/volumes/binding.ts";
import { phaseOp } from "./bind.ts";

/** The server was asked for a volume that is to be deleted. */
export interface ReclaimStep {
  readonly after: "read";
}

const migratedToAnnotation = "pv.kubernetes.io/migrated-to";
const inTree = "kubernetes.io/";

/** Carries out the policy of a released volume. */
export function reclaim(volume: PersistentVolume, ctx: ReconcileContext): ReconcileResult {
  if (hasAnnotation(volume, migratedToAnnotation)) return {};
  switch (volume.spec.persistentVolumeReclaimPolicy) {
    case "Delete":
      // It may have changed since: what is deleted is what the server has.
      ctx.write({ ...getOp(persistentVolumeKind, { namespace: "", name: volume.metadata.name }), tolerates: [404] });
      return { resumeWith: { after: "read" } };
    case "Recycle":
      if (volume.spec.hostPath === undefined && volume.spec.nfs === undefined) fail(volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!", ctx);
      return {};
    case "Retain":
      return {};
    default:
      fail(volume, "VolumeUnknownReclaimPolicy", "Volume has unrecognized PersistentVolumeReclaimPolicy", ctx);
      return {};
  }
}

/** Deletes a volume where that is this controller's business; a provisioner outside deletes its own. */
export function deleteVolume(volume: PersistentVolume, ctx: ReconcileContext): ReconcileResult {
  if (!needsReclaim(volume, ctx)) return {};
  const verdict = deleterOf(volume);
  if (verdict === "external") return {};
  if (verdict === "deleted") {
    ctx.because(`deleted volume ${volume.metadata.name}: its claim is gone and its policy is Delete`);
    ctx.write({ ...deleteOp(persistentVolumeKind, { namespace: "", name: volume.metadata.name }), tolerates: [404] });
  } else fail(volume, "VolumeFailedDelete", verdict.fault, ctx);
  return {};
}

function needsReclaim(volume: PersistentVolume, ctx: ReconcileContext): boolean {
  const reference = volume.spec.claimRef;
  if ((reference?.uid ?? "") === "") return false;
  const claim = ctx.lister(persistentVolumeClaimKind).get({ namespace: reference?.namespace ?? "", name: reference?.name ?? "" });
  if (claim === null || claim.metadata.uid !== reference?.uid) return true;
  const name = claim.spec.volumeName ?? "";
  return name !== "" && name !== volume.metadata.name;
}

/** Only hostPath can be deleted from within, and only below /tmp. Follows pkg/volume/hostpath/host_path.go (hostPathDeleter). */
function deleterOf(volume: PersistentVolume): "external" | "deleted" | { readonly fault: string } {
  const provisioner = volume.metadata.annotations?.[provisionedByAnnotation] ?? "";
  if (provisioner !== "") return provisioner.startsWith(inTree) ? { fault: `no volume plugin matched name: ${provisioner}` } : "external";
  const { hostPath, nfs } = volume.spec;
  if (hostPath === undefined) return { fault: `error getting deleter volume plugin for volume ${JSON.stringify(volume.metadata.name)}: ${nfs === undefined ? "no volume plugin matched" : "no deletable volume plugin matched"}` };
  const at = hostPath.path.indexOf("/tmp/");
  return at >= 0 && hostPath.path.length > at + "/tmp/".length ? "deleted" : { fault: `host_path deleter only supports /tmp/.+ but received provided ${hostPath.path}` };
}

function fail(volume: PersistentVolume, reason: string, message: string, ctx: ReconcileContext): void {
  const op = phaseOp(volume, "Failed", message, { about: referenceTo(volume), type: "Warning", reason, message });
  if (op !== null) ctx.write(op);
}
