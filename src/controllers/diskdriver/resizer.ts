// Follows kubernetes-csi/external-resizer/pkg/controller (controller.go, expand_and_recover.go, resize_status.go).
import { compareQuantityTexts, quantityBytes, quantityText, unitQuantity } from "../../apimachinery/quantity.ts";
import type { Json } from "../../base/json.ts";
import type { ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import { patchOp } from "../../client/writes.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import { storageOf } from "../../kinds/volumes/binding.ts";
import { diskDriverName } from "../../kinds/volumes/diskDriver.ts";
import { second } from "../../sim/time.ts";
import { diskHeard, faultHeard, type CloudDisks } from "./cloudDisks.ts";

const gibibyte = 2 ** 30;
const pollUs = 1 * second;
const merge = "application/merge-patch+json";
type Condition = NonNullable<NonNullable<PersistentVolumeClaim["status"]>["conditions"]>[number];

/** Enlarges the disk of a claim that asks for more than it has; the file system on it is the node's business. */
export function growClaim(cloud: CloudDisks, claim: PersistentVolumeClaim, ctx: ReconcileContext): ReconcileResult {
  const held = claim.status?.capacity?.["storage"];
  if (claim.status?.phase !== "Bound" || held === undefined || compareQuantityTexts(storageOf(claim), held) <= 0) return {};
  const volume = ctx.lister(persistentVolumeKind).get({ namespace: "", name: claim.spec.volumeName ?? "" });
  if (volume?.spec.csi?.driver !== diskDriverName || volume.spec.claimRef?.uid !== claim.metadata.uid) return {};
  const { volumeHandle: handle } = volume.spec.csi;
  const { name } = volume.metadata;
  const bytes = Math.ceil(quantityBytes(storageOf(claim)) / gibibyte) * gibibyte;
  const size = quantityText(unitQuantity(bytes, "BinarySI"));
  const state = claim.status.allocatedResourceStatuses?.["storage"];
  if (compareQuantityTexts(volume.spec.capacity?.["storage"] ?? "0", size) >= 0) {
    if (state === "NodeResizePending" || state === "NodeResizeInProgress") return {};
    ctx.write({
      ...statusOp(claim, "NodeResizePending", { type: "FileSystemResizePending", status: "True", message: "Waiting for user to (re-)start a pod to finish file system resize of volume on node." }, ctx),
      event: { about: referenceTo(claim), type: "Normal", reason: "FileSystemResizeRequired", message: "Require file system resize of volume on node" },
    });
    return {};
  }
  if (state !== "ControllerResizeInProgress") {
    ctx.write({
      ...statusOp(claim, "ControllerResizeInProgress", { type: "Resizing", status: "True" }, ctx),
      event: { about: referenceTo(claim), type: "Normal", reason: "Resizing", message: `External resizer is resizing volume ${name}` },
    });
    return {};
  }
  const disk = diskHeard(cloud, handle);
  if (disk !== null && disk.bytes >= bytes) {
    ctx.because(`enlarged disk ${handle} to ${size}: claim ${claim.metadata.name} asks for it`);
    ctx.write(patchOp(persistentVolumeKind, { namespace: "", name }, { spec: { capacity: { storage: size } } }, merge));
    return { requeueAfterUs: 1 };
  }
  const fault = faultHeard(cloud, "resize", handle);
  cloud.ask("resize", handle, { bytes });
  if (fault === null) return { requeueAfterUs: pollUs };
  ctx.event({ about: referenceTo(claim), type: "Warning", reason: "VolumeResizeFailed", message: `resize volume ${JSON.stringify(name)} by resizer ${JSON.stringify(diskDriverName)} failed: ${fault}` });
  return { error: fault };
}

/** The state of the growth, and the one condition of it that holds; other conditions stay. */
function statusOp(claim: PersistentVolumeClaim, state: string, condition: Condition, ctx: ReconcileContext) {
  const others = (claim.status?.conditions ?? []).filter(({ type }) => type !== "Resizing" && type !== "FileSystemResizePending");
  const status = { conditions: [...others, { ...condition, lastTransitionTime: ctx.timestamp, lastProbeTime: null }], allocatedResources: { storage: storageOf(claim) }, allocatedResourceStatuses: { storage: state } };
  const { namespace = "", name, resourceVersion } = claim.metadata;
  return patchOp(persistentVolumeClaimKind, { namespace, name }, { metadata: { resourceVersion }, status } as unknown as Json, merge, "status");
}
