import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import { isLongerAsText, type JsonObject } from "../../base/json.ts";
import { ended, hasSpecFinalizers, noteObject, whileDeleted } from "../outcomes.ts";
import { alreadyExists, plainError } from "../../apimachinery/statusErrors.ts";
import { refuse, targetOf, workOf, type Outcome, type PlannedWrite, type RequestContext, type Target } from "../requestContext.ts";
import { objectKeyOf } from "../resources.ts";
import { addressWrite } from "../services/addressObjects.ts";
import { planDelete } from "../verbs/delete.ts";

/** Ends the request where nothing is to be written; else hands a transaction to etcd. */
export function persist(rc: RequestContext): Outcome {
  const target = targetOf(rc);
  const work = workOf(rc);
  if (work.operation === "DELETE") return planDelete(rc, target);
  const object = work.object as KubeObject;
  const code = work.operation === "CREATE" ? 201 : 200;
  if (work.operation === "UPDATE") {
    const old = work.old as KubeObject;
    if (finishesDeletion(object)) return finishDeletion(rc, target, object, work.oldRevision);
    if (deepEqual(object, old)) return ended(rc, target, old, code);
  }
  const value = (object.metadata.resourceVersion === undefined ? object : { ...object, metadata: withoutVersion(object.metadata) }) as unknown as JsonObject;
  if (rc.outside && isLongerAsText(value, maximumStoredBytes)) refuse(plainError("etcdserver: request is too large"));
  if (work.dryRun && work.operation === "CREATE") refuseWhatIsThere(rc, target, object.metadata.name);
  if (work.dryRun) return ended(rc, target, work.operation === "CREATE" ? (value as unknown as KubeObject) : object, code);
  if (work.takes !== "") return { type: "write", write: addressWrite(rc, object) };
  const { resource } = target;
  const kind = resource.kind.gvk.kind;
  const plan: Draft<PlannedWrite> = {
    key: resource.keyPrefix + objectKeyOf(resource, target.namespace, object.metadata.name),
    expectRevision: work.operation === "CREATE" ? 0 : work.oldRevision,
    value,
    noteText: `wrote ${kind} ${object.metadata.name}`,
    noteObject: noteObject(target, object.metadata.name),
    onConflict: work.operation === "UPDATE" || rc.request.verb !== "create" ? "retry" : generated(rc) ? "generateAgain" : "alreadyExists",
    answer: work.answer ?? (target.subresource === "scale" ? { type: "scale", code } : { type: "object", code }),
  };
  // Events do not live for ever: etcd forgets them after an hour, as upstream's --event-ttl.
  if (resource.conversion !== null) plan.version = resource.version;
  if (resource.kind.ttlSeconds !== undefined) plan.ttlSeconds = resource.kind.ttlSeconds;
  if (work.quotaWrites.length > 0) plan.quotaWrites = work.quotaWrites;
  if (work.reserved.ips.length + work.reserved.ports.length > 0) plan.reserved = work.reserved;
  return { type: "write", write: plan };
}

/** Etcd is not asked on a dry run. Follows registry/generic/registry/dryrun.go. */
function refuseWhatIsThere(rc: RequestContext, { resource, namespace }: Target, name: string): void {
  const there = rc.server.cache.get(resource, objectKeyOf(resource, namespace, name));
  if (there === null) return;
  const refused = alreadyExists({ group: resource.group, resource: resource.plural }, name);
  refuse(there.metadata.deletionTimestamp === undefined ? refused : whileDeleted(refused));
}

/** Not by `delete` or rest parameters, which would make it, and every later copy, one of the engine's slow objects. */
function withoutVersion(meta: KubeObject["metadata"]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key in meta) if (key !== "resourceVersion") out[key] = meta[key as keyof typeof meta];
  return out;
}

/** etcd's --max-request-bytes. */
const maximumStoredBytes = 1.5 * 1024 * 1024;

function generated(rc: RequestContext): boolean {
  const meta = (workOf(rc).input as { readonly metadata?: { readonly name?: string } } | null)?.metadata;
  return (meta?.name ?? "") === "";
}

/** While it is being made. */
type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** The last finalizer of an object in deletion is gone. Follows registry/store.go deleteWithoutFinalizers. */
function finishesDeletion(object: KubeObject): boolean {
  const meta = object.metadata;
  return meta.deletionTimestamp !== undefined && (meta.finalizers?.length ?? 0) === 0 && (meta.deletionGracePeriodSeconds ?? 0) === 0 && !hasSpecFinalizers(object);
}

function finishDeletion(rc: RequestContext, target: Target, object: KubeObject, revision: number): Outcome {
  const work = workOf(rc);
  if (work.dryRun) return ended(rc, target, object, 200);
  const { resource } = target;
  return {
    type: "write",
    write: {
      key: resource.keyPrefix + objectKeyOf(resource, target.namespace, target.name), expectRevision: revision, value: null,
      noteText: `deleted ${resource.kind.gvk.kind} ${target.name}, its last finalizer is gone`, noteObject: noteObject(target, target.name),
      onConflict: "retry", answer: { type: "deleted", object, keepsVersion: true }, ...(resource.conversion === null ? {} : { version: resource.version }),
    },
  };
}
