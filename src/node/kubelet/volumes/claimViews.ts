// Follows pkg/kubelet/volumemanager/populator/desired_state_of_world_populator.go (getPVCExtractPV, getPVSpec).
import type { ApiResponse } from "../../../apimachinery/apiRequest.ts";
import { controllerOf } from "../../../apimachinery/objectMeta.ts";
import { isJsonObject } from "../../../base/json.ts";
import type { PersistentVolume } from "../../../kinds/core/persistentvolume/types.ts";
import type { PersistentVolumeClaim } from "../../../kinds/core/persistentvolumeclaim/types.ts";
import { diskDriverName } from "../../../kinds/volumes/diskDriver.ts";
import type { ClaimView } from "../podClaims.ts";

/** What a claim that was read leads to: its volume, or why the pod cannot have it. */
export function ofClaim(about: string, owner: string, pod: string, response: ApiResponse | null): { readonly ask: string; readonly uid: string } | { readonly error: string } {
  if (response?.code !== 200) return { error: `failed to fetch PVC from API server: ${messageOf(response)}` };
  const claim = response.body as unknown as PersistentVolumeClaim;
  if (owner !== "" && controllerOf(claim.metadata)?.uid !== owner) return { error: `PVC ${about} was not created for pod ${pod} (pod is not owner)` };
  if (claim.metadata.deletionTimestamp !== undefined) return { error: "PVC is being deleted" };
  if (claim.status?.phase !== "Bound") return { error: "PVC is not bound" };
  if ((claim.spec.volumeName ?? "") === "") return { error: "PVC has empty pvc.Spec.VolumeName" };
  return { ask: claim.spec.volumeName ?? "", uid: claim.metadata.uid };
}

/** What stands behind the volume of a claim. */
export function ofVolume(about: string, uid: string, name: string, response: ApiResponse | null): ClaimView {
  if (response?.code !== 200) return { error: `failed to fetch PV ${name} from API server: ${messageOf(response)}` };
  const { claimRef, hostPath, local, accessModes = [], ...source } = (response.body as unknown as PersistentVolume).spec;
  if (claimRef === undefined) return { error: `found PV object ${name} with nil pv.Spec.ClaimRef indicating it is not yet bound to the claim` };
  if (claimRef.uid !== uid) return { error: `found PV object ${name} with a pv.Spec.ClaimRef.UID ${claimRef.uid ?? ""} that does not point to claim ${uid} (${about})` };
  const path = hostPath?.path ?? local?.path;
  if (path !== undefined) return { path };
  if (source.csi?.driver === diskDriverName) return { disk: source.csi.volumeHandle, volume: name, ...(accessModes.join() === "ReadWriteOncePod" ? { alone: true } : {}) };
  if (source.csi !== undefined) return { error: `MountVolume.MountDevice failed for volume "${name}" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ${source.csi.driver} not found in the list of registered CSI drivers` };
  return { error: `volume "${name}": only hostPath and local volumes and the disks of the cloud are simulated` };
}

function messageOf(response: ApiResponse | null): string {
  if (response === null) return "the connection to the API server was lost";
  return isJsonObject(response.body) && typeof response.body["message"] === "string" ? response.body["message"] : `status ${response.code}`;
}
