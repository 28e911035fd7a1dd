import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Admission, AdmissionPlugin } from "./define.ts";
import { unchanged } from "./podFields.ts";
import { classOfClaim, defaultStorageClass as chosenClass, isClaim } from "./storageClasses.ts";

/** A claim that names no class gets the default one. Follows plugin/pkg/admission/storage/storageclass/setdefault/admission.go. */
export const defaultStorageClass: AdmissionPlugin = { name: "DefaultStorageClass", implemented: true, resources: ["persistentvolumeclaims"], mutate };

function mutate(admission: Admission): KubeObject {
  const claim = unchanged(admission);
  if (!isClaim(admission) || admission.operation !== "CREATE" || classOfClaim(claim) !== null) return claim;
  const chosen = chosenClass(admission);
  return chosen === null ? claim : { ...claim, spec: { ...(claim.spec as object | undefined), storageClassName: chosen.metadata.name } };
}
