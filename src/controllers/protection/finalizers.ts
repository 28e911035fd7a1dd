import type { KubeObject } from "../../apimachinery/objectMeta.ts";

// Follows pkg/controller/volume/protectionutil/utils.go.

export function hasFinalizer(object: KubeObject, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) === true;
}

/** It lives without the finalizer that it should have, or it goes and only waits for us. */
export function concernsProtection(object: KubeObject, finalizer: string): boolean {
  return (object.metadata.deletionTimestamp === undefined) !== hasFinalizer(object, finalizer);
}

export function withFinalizer<O extends KubeObject>(object: O, finalizer: string): O {
  return { ...object, metadata: { ...object.metadata, finalizers: [...(object.metadata.finalizers ?? []), finalizer] } };
}

export function withoutFinalizer<O extends KubeObject>(object: O, finalizer: string): O {
  return { ...object, metadata: { ...object.metadata, finalizers: (object.metadata.finalizers ?? []).filter((name) => name !== finalizer) } };
}
