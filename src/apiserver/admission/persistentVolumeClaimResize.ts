import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { compareQuantityTexts } from "../../apimachinery/quantity.ts";
import { forbiddenStatus } from "../../apimachinery/statusErrors.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import type { StorageClass } from "../../kinds/storage/storageclass/types.ts";
import { refuse } from "../requestContext.ts";
import type { Admission, AdmissionPlugin } from "./define.ts";
import { classOfClaim, isClaim } from "./storageClasses.ts";

/** Only a bound claim grows, and only where its class allows it. Follows plugin/pkg/admission/storage/persistentvolume/resize/admission.go. */
export const persistentVolumeClaimResize: AdmissionPlugin = { name: "PersistentVolumeClaimResize", implemented: true, resources: ["persistentvolumeclaims"], validate };

function validate(admission: Admission): void {
  const { object, old } = admission;
  if (!isClaim(admission) || admission.operation !== "UPDATE" || object === null || old === null) return;
  if (compareQuantityTexts(sizeOf(object), sizeOf(old)) <= 0) return;
  const refuseClaim = (text: string): never => refuse(forbiddenStatus({ group: "", resource: "persistentvolumeclaims" }, object.metadata.name, text));
  if ((old as unknown as PersistentVolumeClaim).status?.phase !== "Bound") refuseClaim("Only bound persistent volume claims can be expanded");
  if (!allowsResize(admission, classOfClaim(object) ?? "", classOfClaim(old) ?? "")) {
    refuseClaim("only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize");
  }
}

function sizeOf(claim: KubeObject): string {
  return (claim as unknown as PersistentVolumeClaim).spec.resources?.requests?.storage ?? "0";
}

function allowsResize(admission: Admission, name: string, oldName: string): boolean {
  const { server } = admission.rc;
  const resource = server.resources.get("storageclasses.storage.k8s.io");
  if (name === "" || name !== oldName || resource === null) return false;
  return (server.cache.get(resource, name) as unknown as StorageClass | null)?.allowVolumeExpansion === true;
}
