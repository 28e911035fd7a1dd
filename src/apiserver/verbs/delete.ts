import type { KubeObject, ObjectMeta } from "../../apimachinery/objectMeta.ts";
import { conflict, success } from "../../apimachinery/statusErrors.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { answer } from "../answers.ts";
import { refuse, workOf, type Outcome, type PlannedWrite, type RequestContext, type Target } from "../requestContext.ts";
import { objectKeyOf } from "../resources.ts";
import { ended, hasSpecFinalizers, noteObject } from "../outcomes.ts";
import type { DeleteOptions } from "./deleteOptions.ts";

const orphanFinalizer = "orphan";
const foregroundFinalizer = "foregroundDeletion";

/** Marks or removes an object. Follows registry/generic/registry/store.go Delete and registry/rest/delete.go. */
export function planDelete(rc: RequestContext, target: Target): Outcome {
  const work = workOf(rc);
  const old = work.old as KubeObject;
  const options = work.input as unknown as DeleteOptions;
  checkPreconditions(target, old, options);
  const { orphansByDefault } = target.resource.kind;
  if (orphansByDefault !== undefined && orphansByDefault !== "" && options.propagationPolicy === null && options.orphanDependents === null && !rc.warnings.includes(orphansByDefault)) rc.warnings.push(orphansByDefault);
  const marked = mark(rc, target, old, options);
  if (marked === null) return remove(rc, target, old, work.oldRevision);
  if (marked === old) return ended(rc, target, old, 200);
  if (work.dryRun) return ended(rc, target, marked, 200);
  const { resource } = target;
  return {
    type: "write",
    write: {
      ...deletionWrite(target, old, work.oldRevision),
      value: withoutVersion(marked),
      noteText: `began to delete ${resource.kind.gvk.kind} ${target.name}`,
      answer: { type: "object", code: 200 },
    },
  };
}

export function withoutVersion(object: KubeObject): JsonObject {
  const { resourceVersion: _version, ...metadata } = object.metadata;
  return { ...object, metadata } as unknown as JsonObject;
}

function deletionWrite(target: Target, old: KubeObject, revision: number): PlannedWrite {
  const { resource } = target;
  return {
    key: resource.keyPrefix + objectKeyOf(resource, old.metadata.namespace ?? "", old.metadata.name),
    expectRevision: revision, value: null, noteText: `deleted ${resource.kind.gvk.kind} ${old.metadata.name}`, noteObject: noteObject(target, old.metadata.name),
    onConflict: "retry", answer: { type: "deleted", object: old, keepsVersion: false }, ...(resource.conversion === null ? {} : { version: resource.version }),
  };
}

/** Whether it is the object, and the state of it, that the request means. */
export function checkPreconditions(target: Target, old: KubeObject, options: DeleteOptions): void {
  const gr = { group: target.resource.group, resource: target.resource.kind.gvk.kind };
  const { uid, resourceVersion } = old.metadata;
  const { preconditionUid, preconditionVersion } = options;
  if (hasSpecFinalizers(old) && preconditionUid !== null && preconditionUid !== uid) {
    // Namespaces have a storage of their own, which looks first and says it in its own words.
    refuse(conflict({ group: target.resource.group, resource: target.resource.plural }, target.name, `Precondition failed: UID in precondition: ${preconditionUid}, UID in object meta: ${uid}`));
  }
  if (preconditionUid !== null && preconditionUid !== uid) {
    refuse(conflict(gr, target.name, `the UID in the precondition (${preconditionUid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`));
  }
  if (preconditionVersion !== null && preconditionVersion !== resourceVersion) {
    refuse(conflict(gr, target.name, `the ResourceVersion in the precondition (${preconditionVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`));
  }
}

/** The object with its deletion begun; the object itself where that has happened already; null where it can go at once. */
function mark(rc: RequestContext, target: Target, old: KubeObject, options: DeleteOptions): KubeObject | null {
  const meta = old.metadata;
  if (hasSpecFinalizers(old)) return markNamespace(rc, old, options);
  const grace = graceOf(target, old, options);
  const finalizers = collectorFinalizers(meta.finalizers ?? [], options, target.resource.kind.orphansByDefault !== undefined);
  const begun = meta.deletionTimestamp !== undefined;
  const before = meta.deletionGracePeriodSeconds ?? 0;
  const graceful = grace !== null && grace > 0;
  if (begun && graceful && grace >= before) {
    // Grace is only ever shortened.
    return sameFinalizers(meta, finalizers) ? old : { ...old, metadata: withFinalizers(meta, finalizers) };
  }
  if (!graceful && finalizers.length === 0) return null;
  if (begun && grace === null && sameFinalizers(meta, finalizers)) return old;
  const seconds = graceful ? grace : 0;
  const bumped = meta.generation !== undefined && !begun ? { generation: meta.generation + 1 } : {};
  const startUs = begun ? startOf(rc, meta, before) : rc.nowUs;
  return { ...old, metadata: { ...withFinalizers(meta, finalizers), ...bumped, deletionTimestamp: formatRfc3339(startUs + seconds * 1_000_000), deletionGracePeriodSeconds: seconds } };
}

/**
 * Only namespaces have finalizers in their spec, and a deletion of their own: no grace, no finalizer of the collector's, and a phase
 * that tells of it from its first moment. Follows pkg/registry/core/namespace/storage/storage.go Delete.
 */
function markNamespace(rc: RequestContext, old: KubeObject, options: DeleteOptions): KubeObject {
  const meta = old.metadata;
  if (meta.deletionTimestamp !== undefined) return old;
  const finalizers = (meta.finalizers ?? []).filter((name) => options.orphanDependents !== false || name !== orphanFinalizer);
  return { ...old, metadata: { ...withFinalizers(meta, finalizers), deletionTimestamp: formatRfc3339(rc.nowUs) }, status: { ...(old.status as object | undefined), phase: "Terminating" } };
}

/** A shortened grace period counts from when the deletion began, but never ends in the past. */
function startOf(rc: RequestContext, _meta: ObjectMeta, _before: number): number {
  return rc.nowUs;
}

/** Null: this kind has no grace. */
function graceOf(target: Target, old: KubeObject, options: DeleteOptions): number | null {
  const own = target.resource.kind.strategy.gracePeriodSeconds(old);
  if (own === null) return null;
  if (own === 0) return 0;
  const asked = options.gracePeriodSeconds ?? own;
  return asked < 0 ? 1 : asked;
}

function collectorFinalizers(finalizers: readonly string[], options: DeleteOptions, orphansByDefault: boolean): readonly string[] {
  const policy = options.propagationPolicy;
  const has = (name: string): boolean => finalizers.includes(name);
  let orphan: boolean;
  let foreground: boolean;
  if (options.orphanDependents !== null) [orphan, foreground] = [options.orphanDependents, false];
  else if (policy !== null) [orphan, foreground] = [policy === "Orphan", policy === "Foreground"];
  else [orphan, foreground] = [has(orphanFinalizer) || (orphansByDefault && !has(foregroundFinalizer)), has(foregroundFinalizer)];
  if (orphan === has(orphanFinalizer) && foreground === has(foregroundFinalizer)) return finalizers;
  const rest = finalizers.filter((name) => name !== orphanFinalizer && name !== foregroundFinalizer);
  return [...rest, ...(orphan ? [orphanFinalizer] : []), ...(foreground ? [foregroundFinalizer] : [])];
}

function sameFinalizers(meta: ObjectMeta, finalizers: readonly string[]): boolean {
  return (meta.finalizers ?? []).join("\n") === finalizers.join("\n");
}

function withFinalizers(meta: ObjectMeta, finalizers: readonly string[]): ObjectMeta {
  const { finalizers: _finalizers, ...rest } = meta;
  return finalizers.length === 0 ? rest : { ...rest, finalizers };
}

function remove(rc: RequestContext, target: Target, old: KubeObject, revision: number): Outcome {
  const work = workOf(rc);
  const { kind } = target.resource;
  // Graceful kinds answer with the object as it was last: its grace over.
  const last: KubeObject = kind.strategy.gracePeriodSeconds(old) === null ? old : lastState(rc, old);
  const details: Json = {
    name: old.metadata.name, ...(target.resource.group === "" ? {} : { group: target.resource.group }), kind: target.resource.plural, uid: old.metadata.uid,
  };
  const body = success(details);
  if (work.dryRun) return kind.returnsDeletedObject === true ? ended(rc, target, last, 200) : { type: "answer", response: answer(200, body, rc.warnings) };
  const reply = kind.returnsDeletedObject === true ? ({ type: "deleted", object: last, keepsVersion: false } as const) : ({ type: "body", code: 200, body } as const);
  return { type: "write", write: { ...deletionWrite(target, old, revision), answer: reply } };
}

function lastState(rc: RequestContext, old: KubeObject): KubeObject {
  const meta = old.metadata;
  const generation = meta.generation === undefined || meta.deletionTimestamp !== undefined ? {} : { generation: meta.generation + 1 };
  return { ...old, metadata: { ...meta, ...generation, deletionTimestamp: formatRfc3339(rc.nowUs), deletionGracePeriodSeconds: 0 } };
}
