import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { defaultOf } from "../../kinds/storage/storageclass/kind.ts";
import { betaClassAnnotation } from "../../kinds/volumes/accessModes.ts";
import type { Admission } from "./define.ts";

/** Whether this write makes or changes a claim itself, not a subresource of it. */
export function isClaim(admission: Admission): boolean {
  return admission.target.resource.id === "persistentvolumeclaims" && admission.target.subresource === "";
}

/** The class that a claim names, by the old annotation or by its field; null where it names none, which "" is not. */
export function classOfClaim(claim: KubeObject): string | null {
  return claim.metadata.annotations?.[betaClassAnnotation] ?? (claim.spec as { readonly storageClassName?: string } | undefined)?.storageClassName ?? null;
}

/** The class for claims that name none. */
export function defaultStorageClass(admission: Admission): KubeObject | null {
  const { server } = admission.rc;
  const resource = server.resources.get("storageclasses.storage.k8s.io");
  return resource === null ? null : defaultOf(Array.from(server.cache.range(resource, ""), ([, object]) => object));
}
