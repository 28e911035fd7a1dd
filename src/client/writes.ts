import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { ObjectKey } from "../apimachinery/gvk.ts";
import type { Json, JsonObject } from "../base/json.ts";
import type { EventNote } from "./eventRecorder.ts";
import type { ClientRequest } from "./clientSet.ts";
import type { PathKind } from "./paths.ts";
import { collectionPath, objectPath } from "./paths.ts";

/** A request asked for by a reconciler, as data. Run in order; the first failure stops the rest and backs the key off. */
export interface WriteOp extends ClientRequest {
  /** Operations of one group that stand together are sent at once; the next waits for all of them. */
  readonly group?: number;
  /** Codes that are as good as success: 404 for what is to be gone. */
  readonly tolerates?: readonly number[];
  /** An event to record when it is done; "{name}" in its message is the name that the server gave. */
  readonly event?: EventNote;
  /** Counts against the expectations of the key: lowered again where the create fails, or the delete of that key. */
  readonly expects?: "creation" | { readonly deletion: string };
  /** A read that the rest of the plan depends on: the plan fails where the object is another by now, or is being deleted. */
  readonly confirms?: Confirmation;
}

export interface Confirmation {
  readonly kind: string;
  readonly uid: string;
  /** What is not done otherwise: "can't adopt Pod default/web (<uid>)". */
  readonly otherwise: string;
}

export type PatchType = "application/merge-patch+json" | "application/strategic-merge-patch+json" | "application/json-patch+json";

/** What a delete may say. */
export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
  readonly gracePeriodSeconds?: number;
}

/** An object as a client makes it: the server gives it uid, resourceVersion and creation time. */
export interface NewObject extends Omit<KubeObject, "metadata"> {
  readonly metadata: Partial<KubeObject["metadata"]>;
}

const keyOf = (object: KubeObject): ObjectKey => ({ namespace: object.metadata.namespace ?? "", name: object.metadata.name });

export function createOp(kind: PathKind, object: NewObject): WriteOp {
  return { verb: "create", path: collectionPath(kind, object.metadata.namespace ?? null), body: object as unknown as Json };
}

export function updateOp(kind: PathKind, object: KubeObject): WriteOp {
  return { verb: "update", path: objectPath(kind, keyOf(object)), body: object as unknown as Json };
}

export function updateStatusOp(kind: PathKind, object: KubeObject): WriteOp {
  return { verb: "update", path: objectPath(kind, keyOf(object), "status"), body: object as unknown as Json };
}

export function patchOp(kind: PathKind, key: ObjectKey, patch: Json, type: PatchType = "application/strategic-merge-patch+json", subresource?: string): WriteOp {
  return { verb: "patch", path: objectPath(kind, key, subresource), contentType: type, body: patch };
}

export function deleteOp(kind: PathKind, key: ObjectKey, options: DeleteOptions = {}): WriteOp {
  const { uid, resourceVersion, propagationPolicy, gracePeriodSeconds } = options;
  const preconditions: JsonObject = { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  const body: JsonObject = {
    kind: "DeleteOptions",
    apiVersion: "v1",
    ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
  };
  return { verb: "delete", path: objectPath(kind, key), body };
}

export function getOp(kind: PathKind, key: ObjectKey): WriteOp {
  return { verb: "get", path: objectPath(kind, key) };
}

/** Why what was read is not what it was to be; null where it is. Follows pkg/controller/controller_ref_manager.go, RecheckDeletionTimestamp. */
export function notConfirmed({ kind, uid, otherwise }: Confirmation, object: KubeObject): string | null {
  const { namespace = "", name, uid: found, deletionTimestamp } = object.metadata;
  if (found !== uid) return `${otherwise}: can't recheck DeletionTimestamp: original ${kind} ${namespace}/${name} is gone: got uid ${found}, wanted ${uid}`;
  return deletionTimestamp === undefined ? null : `${otherwise}: ${namespace}/${name} has just been deleted at ${deletionTimestamp.replace("T", " ").replace("Z", " +0000 UTC")}`;
}
