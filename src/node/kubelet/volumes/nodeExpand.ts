// Follows pkg/volume/util/operationexecutor/node_expander.go and pkg/volume/util/resize_util.go (MarkFSResizeFinished).
import { compareQuantityTexts } from "../../../apimachinery/quantity.ts";
import type { Json } from "../../../base/json.ts";
import type { ClientRequest } from "../../../client/clientSet.ts";
import type { PersistentVolume } from "../../../kinds/core/persistentvolume/types.ts";
import type { PersistentVolumeClaim } from "../../../kinds/core/persistentvolumeclaim/types.ts";

const held = (claim: PersistentVolumeClaim): string => claim.status?.capacity?.["storage"] ?? "0";

/** Whether the claim was promised more than the file system on its volume has. */
export function mayGrow(claim: PersistentVolumeClaim): boolean {
  return compareQuantityTexts(claim.spec.resources?.requests?.["storage"] ?? "0", held(claim)) > 0;
}

/** The write by which the file system has grown to its volume's size; null where it has that already. */
export function growthWrite(claim: PersistentVolumeClaim, volume: PersistentVolume): ClientRequest | null {
  const size = volume.spec.capacity?.["storage"] ?? "0";
  if (compareQuantityTexts(size, held(claim)) <= 0 || volume.spec.claimRef?.uid !== claim.metadata.uid) return null;
  const { namespace = "", name, resourceVersion } = claim.metadata;
  const conditions = (claim.status?.conditions ?? []).filter(({ type }) => type !== "Resizing" && type !== "FileSystemResizePending");
  const status = { capacity: { ...claim.status?.capacity, storage: size }, conditions: conditions.length === 0 ? null : conditions, allocatedResourceStatuses: null };
  return { verb: "patch", path: `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}/status`, contentType: "application/merge-patch+json", body: { metadata: { resourceVersion }, status } as unknown as Json };
}
