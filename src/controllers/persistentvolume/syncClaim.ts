import type { ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import { updateOp } from "../../client/writes.ts";
import { compareText } from "../../base/compareText.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { isPodTerminal } from "../../kinds/core/pod/podStatus.ts";
import { isDefaultStorageClass, storageClassKind } from "../../kinds/storage/storageclass/kind.ts";
import type { StorageClass } from "../../kinds/storage/storageclass/types.ts";
import { bindCompletedAnnotation, boundByControllerAnnotation, hasAnnotation, isBoundTo, namesClass, selectedNodeAnnotation, storageClassOf, whyUnfit } from "../../kinds/volumes/binding.ts";
import { second } from "../../sim/time.ts";
import { podClaimIndex } from "../podsByClaim.ts";
import { bind, claimStatusOp, loseClaim } from "./bind.ts";
import { bestVolumeFor } from "./candidates.ts";
import { provisionerOf } from "./provisioners.ts";

/** What is not bound is looked at again after upstream's period of resynchronisation. */
const resyncUs = 15 * second;
const later: ReconcileResult = { requeueAfterUs: resyncUs };

export function syncClaim(claim: PersistentVolumeClaim, ctx: ReconcileContext): ReconcileResult {
  return hasAnnotation(claim, bindCompletedAnnotation) ? syncBound(claim, ctx) : syncUnbound(claim, ctx);
}

function syncBound(claim: PersistentVolumeClaim, ctx: ReconcileContext): ReconcileResult {
  const name = claim.spec.volumeName ?? "";
  if (name === "") return loseClaim(claim, "ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!", ctx);
  const volume = ctx.lister(persistentVolumeKind).get({ namespace: "", name });
  if (volume === null) return loseClaim(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!", ctx);
  const { claimRef } = volume.spec;
  if (claimRef === undefined || claimRef.uid === claim.metadata.uid) return bind(volume, claim, "volume", ctx);
  return loseClaim(claim, "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly", ctx);
}

function syncUnbound(claim: PersistentVolumeClaim, ctx: ReconcileContext): ReconcileResult {
  if ((claim.spec.volumeName ?? "") !== "") return syncNamed(claim, ctx.lister(persistentVolumeKind).get({ namespace: "", name: claim.spec.volumeName ?? "" }), ctx);
  const waits = waitsForConsumer(claim, ctx);
  const volume = bestVolumeFor(claim, waits, ctx);
  if (volume !== null) return bind(volume, claim, "volume", ctx);
  if (assignDefaultClass(claim, ctx)) return later;
  if (waits && !hasAnnotation(claim, selectedNodeAnnotation)) return tellWaiting(claim, ctx);
  if (storageClassOf(claim) !== "") return provision(claim, ctx);
  tell(claim, "Normal", "FailedBinding", "no persistent volumes available for this claim and no storage class is set", ctx);
  return pending(claim, ctx);
}

/** The user asked for one volume and no other. */
function syncNamed(claim: PersistentVolumeClaim, volume: PersistentVolume | null, ctx: ReconcileContext): ReconcileResult {
  if (volume === null) return pending(claim, ctx);
  const name = JSON.stringify(volume.metadata.name);
  if (volume.spec.claimRef === undefined) {
    const fault = whyUnfit(volume, claim);
    if (fault === null) return bind(volume, claim, "volume", ctx);
    tell(claim, "Warning", "VolumeMismatch", `Cannot bind to requested volume ${name}: ${fault}`, ctx);
    return pending(claim, ctx);
  }
  if (isBoundTo(volume, claim)) return bind(volume, claim, "volume", ctx);
  tell(claim, "Warning", "FailedBinding", `volume ${name} already bound to a different claim.`, ctx);
  return hasAnnotation(claim, boundByControllerAnnotation) ? later : pending(claim, ctx);
}

function pending(claim: PersistentVolumeClaim, ctx: ReconcileContext): ReconcileResult {
  const op = claimStatusOp(claim, "Pending", null);
  if (op !== null) ctx.write(op);
  return later;
}

function tell(claim: PersistentVolumeClaim, type: "Normal" | "Warning", reason: string, message: string, ctx: ReconcileContext): void {
  ctx.event({ about: referenceTo(claim), type, reason, message });
}

/** A class that is not there binds at once. */
function waitsForConsumer(claim: PersistentVolumeClaim, ctx: ReconcileContext): boolean {
  const name = storageClassOf(claim);
  return name !== "" && ctx.lister(storageClassKind).get({ namespace: "", name })?.volumeBindingMode === "WaitForFirstConsumer";
}

function tellWaiting(claim: PersistentVolumeClaim, ctx: ReconcileContext): ReconcileResult {
  const pods = ctx.lister(podKind).byIndex(podClaimIndex, `${claim.metadata.namespace ?? ""}/${claim.metadata.name}`);
  const names = pods.filter((pod) => !isPodTerminal(pod) && (pod.spec.nodeName ?? "") === "").map((pod) => pod.metadata.name);
  if (names.length === 0) tell(claim, "Normal", "WaitForFirstConsumer", "waiting for first consumer to be created before binding", ctx);
  else tell(claim, "Normal", "WaitForPodScheduled", `waiting for pod${names.length === 1 ? "" : "s"} ${names.join(",")} to be scheduled`, ctx);
  return pending(claim, ctx);
}

/** A claim that names no class gets the default one, also when that comes later. */
function assignDefaultClass(claim: PersistentVolumeClaim, ctx: ReconcileContext): boolean {
  if (namesClass(claim)) return false;
  let chosen: StorageClass | null = null;
  for (const each of ctx.lister(storageClassKind).list(null)) if (isDefaultStorageClass(each) && (chosen === null || compareText(each.metadata.creationTimestamp, chosen.metadata.creationTimestamp) > 0)) chosen = each;
  if (chosen === null) return false;
  ctx.because(`gave claim ${claim.metadata.name} the default class ${chosen.metadata.name}`);
  ctx.write(updateOp(persistentVolumeClaimKind, { ...claim, spec: { ...claim.spec, storageClassName: chosen.metadata.name } }));
  return true;
}

const provisionerAnnotations = ["volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner"] as const;

/** Asks the provisioner of the class for a volume, by an annotation; all provisioners are outside of this controller. */
function provision(claim: PersistentVolumeClaim, ctx: ReconcileContext): ReconcileResult {
  const name = storageClassOf(claim);
  const storageClass = ctx.lister(storageClassKind).get({ namespace: "", name });
  const provisioner = storageClass === null ? { fault: `storageclass.storage.k8s.io ${JSON.stringify(name)} not found` } : provisionerOf(storageClass.provisioner);
  if ("fault" in provisioner) {
    tell(claim, "Warning", "ProvisioningFailed", provisioner.fault, ctx);
    return later;
  }
  const event = {
    about: referenceTo(claim), type: "Normal", reason: "ExternalProvisioning",
    message: `Waiting for a volume to be created either by the external provisioner '${provisioner.name}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
  } as const;
  const annotations = Object.fromEntries(provisionerAnnotations.map((annotation) => [annotation, provisioner.name]));
  if (claim.metadata.annotations?.[provisionerAnnotations[1]] === provisioner.name) ctx.event(event);
  else ctx.write({ ...updateOp(persistentVolumeClaimKind, { ...claim, metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, ...annotations } } }), event });
  return later;
}
