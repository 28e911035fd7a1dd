// Follows sig-storage-lib-external-provisioner/controller/controller.go (shouldProvision, provisionClaimOperation, shouldDelete, deleteVolumeOperation).
import type { ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import { createOp, deleteOp, updateOp } from "../../client/writes.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import { storageClassKind } from "../../kinds/storage/storageclass/kind.ts";
import type { StorageClass } from "../../kinds/storage/storageclass/types.ts";
import { provisionedByAnnotation, selectedNodeAnnotation, storageClassOf } from "../../kinds/volumes/binding.ts";
import type { Provisioned, Provisioner } from "./provisioner.ts";

const askedAnnotation = "volume.kubernetes.io/storage-provisioner";
const olderAskedAnnotation = "volume.beta.kubernetes.io/storage-provisioner";

/** Makes the volume that a claim asks its provisioner for. */
export function provisionClaim(provisioner: Provisioner, claim: PersistentVolumeClaim, isFirstLook: boolean, ctx: ReconcileContext): ReconcileResult {
  const annotations = claim.metadata.annotations ?? {};
  if ((claim.spec.volumeName ?? "") !== "" || claim.metadata.deletionTimestamp !== undefined || (annotations[askedAnnotation] ?? annotations[olderAskedAnnotation]) !== provisioner.name) return {};
  const className = storageClassOf(claim);
  const storageClass = ctx.lister(storageClassKind).get({ namespace: "", name: className });
  if (storageClass === null) return { error: `storageclass.storage.k8s.io ${JSON.stringify(className)} not found` };
  const chosen = annotations[selectedNodeAnnotation] ?? "";
  if (chosen === "" && storageClass.volumeBindingMode === "WaitForFirstConsumer") return {};
  const name = `pvc-${claim.metadata.uid}`;
  if (ctx.lister(persistentVolumeKind).get({ namespace: "", name }) !== null) return {};

  const node = chosen === "" ? null : ctx.lister(nodeKind).get({ namespace: "", name: chosen });
  if (chosen !== "" && node === null) return chooseAnew(claim, storageClass, chosen, ctx);
  if (isFirstLook) tell(claim, "Normal", "Provisioning", `External provisioner is provisioning volume for claim "${claim.metadata.namespace ?? ""}/${claim.metadata.name}"`, ctx);
  const made = claim.spec.volumeMode === "Block"
    ? { fault: `${provisioner.name} does not support block volume provisioning` }
    : provisioner.provision({ claim, storageClass, node, name }, ctx);
  if ("againUs" in made) return { requeueAfterUs: made.againUs };
  if ("fault" in made) return failed(claim, className, made.fault, ctx);
  ctx.because(`made volume ${name} for claim ${claim.metadata.name}: its class ${className} asks ${provisioner.name} for one`);
  ctx.write({
    ...createOp(persistentVolumeKind, volumeOf(provisioner, claim, storageClass, name, made)),
    tolerates: [409],
    event: { about: referenceTo(claim), type: "Normal", reason: "ProvisioningSucceeded", message: `Successfully provisioned volume ${name}` },
  });
  return {};
}

function volumeOf(provisioner: Provisioner, claim: PersistentVolumeClaim, storageClass: StorageClass, name: string, made: Provisioned) {
  const { namespace, name: claimName, uid, resourceVersion } = claim.metadata;
  return {
    apiVersion: "v1", kind: "PersistentVolume",
    metadata: {
      name, annotations: { ...made.annotations, [provisionedByAnnotation]: provisioner.name },
      ...(provisioner.finalizer === undefined || storageClass.reclaimPolicy === "Retain" ? {} : { finalizers: [provisioner.finalizer] }),
    },
    spec: {
      ...made.spec,
      accessModes: claim.spec.accessModes ?? [],
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", ...(namespace === undefined ? {} : { namespace }), name: claimName, uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec.volumeMode ?? "Filesystem",
      ...(storageClass.mountOptions === undefined ? {} : { mountOptions: storageClass.mountOptions }),
    },
  };
}

function tell(claim: PersistentVolumeClaim, type: "Normal" | "Warning", reason: string, message: string, ctx: ReconcileContext): void {
  ctx.event({ about: referenceTo(claim), type, reason, message });
}

function failed(claim: PersistentVolumeClaim, className: string, fault: string, ctx: ReconcileContext): ReconcileResult {
  tell(claim, "Warning", "ProvisioningFailed", `failed to provision volume with StorageClass ${JSON.stringify(className)}: ${fault}`, ctx);
  return { error: fault };
}

/** The chosen node is gone: without the annotation the scheduler chooses again. */
function chooseAnew(claim: PersistentVolumeClaim, storageClass: StorageClass, node: string, ctx: ReconcileContext): ReconcileResult {
  tell(claim, "Warning", "ProvisioningFailed", `failed to provision volume with StorageClass ${JSON.stringify(storageClass.metadata.name)}: node ${JSON.stringify(node)} not found`, ctx);
  const { [selectedNodeAnnotation]: _gone, ...annotations } = claim.metadata.annotations ?? {};
  ctx.because(`gave claim ${claim.metadata.name} back to the scheduler: node ${node} is gone`);
  ctx.write(updateOp(persistentVolumeClaimKind, { ...claim, metadata: { ...claim.metadata, annotations } }));
  return {};
}

/** Deletes what lies behind a released volume, then the volume. What is to be retained is left alone. */
export function deleteProvisioned(provisioner: Provisioner, volume: PersistentVolume, ctx: ReconcileContext): ReconcileResult {
  const { annotations, finalizers = [], deletionTimestamp, name } = volume.metadata;
  const isHeld = provisioner.finalizer !== undefined && finalizers.includes(provisioner.finalizer);
  if (annotations?.[provisionedByAnnotation] !== provisioner.name || volume.spec.persistentVolumeReclaimPolicy !== "Delete" || volume.status?.phase !== "Released") return {};
  if (deletionTimestamp !== undefined && !isHeld) return {};
  const state = provisioner.remove(volume, ctx);
  if (state !== null && "againUs" in state) return { requeueAfterUs: state.againUs };
  if (state !== null) {
    ctx.event({ about: referenceTo(volume), type: "Warning", reason: "VolumeFailedDelete", message: state.fault });
    return { error: state.fault };
  }
  ctx.because(`deleted volume ${name} with what is on it: its claim is gone and its policy is Delete`);
  // Where it waits for the finalizer, its next version comes here again.
  if (deletionTimestamp === undefined) ctx.write({ ...deleteOp(persistentVolumeKind, { namespace: "", name }), tolerates: [404] });
  else ctx.write({ ...updateOp(persistentVolumeKind, { ...volume, metadata: { ...volume.metadata, finalizers: finalizers.filter((each) => each !== provisioner.finalizer) } }), tolerates: [404] });
  return {};
}

/** A policy of Retain gives up the finalizer, one of Delete takes it. Follows syncVolume's HonorPVReclaimPolicy. */
export function finalizerOf(provisioner: Provisioner, volume: PersistentVolume): readonly string[] | null {
  const { finalizers = [], annotations, deletionTimestamp } = volume.metadata;
  if (provisioner.finalizer === undefined || annotations?.[provisionedByAnnotation] !== provisioner.name) return null;
  const has = finalizers.includes(provisioner.finalizer);
  const wants = volume.spec.persistentVolumeReclaimPolicy === "Delete";
  if (has && !wants) return finalizers.filter((each) => each !== provisioner.finalizer);
  return !has && wants && deletionTimestamp === undefined ? [...finalizers, provisioner.finalizer] : null;
}
