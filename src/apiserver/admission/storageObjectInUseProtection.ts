import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Admission, AdmissionPlugin } from "./define.ts";
import { unchanged } from "./podFields.ts";

const finalizers: Readonly<Record<string, string>> = {
  persistentvolumes: "kubernetes.io/pv-protection",
  persistentvolumeclaims: "kubernetes.io/pvc-protection",
  "volumeattributesclasses.storage.k8s.io": "kubernetes.io/vac-protection",
};

/** What is in use stays until it is free: its finalizer holds it. Follows plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go. */
export const storageObjectInUseProtection: AdmissionPlugin = { name: "StorageObjectInUseProtection", implemented: true, resources: Object.keys(finalizers), mutate };

function mutate(admission: Admission): KubeObject {
  const object = unchanged(admission);
  const { target, operation } = admission;
  const finalizer = finalizers[target.resource.id];
  if (finalizer === undefined || target.subresource !== "" || operation !== "CREATE") return object;
  const given = object.metadata.finalizers ?? [];
  return given.includes(finalizer) ? object : { ...object, metadata: { ...object.metadata, finalizers: [...given, finalizer] } };
}
