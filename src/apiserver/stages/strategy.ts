import { required } from "../../apimachinery/fieldError.ts";
import type { KubeObject, ObjectMeta } from "../../apimachinery/objectMeta.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import { badRequest, conflict, invalidStatus, plainError } from "../../apimachinery/statusErrors.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { Strategy } from "../../kinds/define.ts";
import { generateName, newUid } from "../metadata/uid.ts";
import { refuse, targetOf, workOf, type RequestContext, type Target } from "../requestContext.ts";
import { subresourceHandler } from "../subresources/index.ts";

/** Resets what clients may not set, then validates. Follows registry/rest/{create,update}.go. */
export function strategyStage(rc: RequestContext): string {
  const target = targetOf(rc);
  const work = workOf(rc);
  if (work.operation === "DELETE") return "";
  const handler = target.subresource === "" ? null : subresourceHandler(target.subresource);
  const strategy = handler === null ? target.resource.kind.strategy : handler.strategy(target.resource.kind);
  if (work.operation === "CREATE") work.object = create(rc, target, strategy ?? target.resource.kind.strategy, work.object as KubeObject);
  else work.object = update(rc, target, strategy, work.object as KubeObject, work.old as KubeObject);
  return "valid";
}

function gk(target: Target): { readonly group: string; readonly kind: string } {
  return { group: target.resource.group, kind: target.resource.kind.gvk.kind };
}

/** The namespace of the object is that of the path. */
export function checkNamespace(target: Target, meta: Partial<ObjectMeta>): void {
  const namespace = meta.namespace ?? "";
  if (namespace === "" || (namespace === target.namespace && target.resource.namespaced)) return;
  if (!target.resource.namespaced) return;
  refuse(badRequest("the namespace of the provided object does not match the namespace sent on the request"));
}

function create(rc: RequestContext, target: Target, strategy: Strategy<KubeObject>, given: KubeObject): KubeObject {
  const meta: Partial<ObjectMeta> = given.metadata ?? {};
  if ((meta.resourceVersion ?? "") !== "" && meta.resourceVersion !== "0") refuse(plainError("resourceVersion should not be set on objects to be created"));
  const prepared = strategy.prepareForCreate({ ...given, metadata: createdMeta(rc, target, meta) });
  const errors = [...metadataErrors(prepared), ...strategy.validate(prepared)];
  if (errors.length > 0) refuse(invalidStatus(gk(target), prepared.metadata.name, errors));
  rc.warnings.push(...strategy.warnings(prepared, null));
  return prepared;
}

/** Order of keys as the API writes them: it is what people read in YAML. */
function createdMeta(rc: RequestContext, target: Target, meta: Partial<ObjectMeta>): ObjectMeta {
  const { name: _name, namespace: _namespace, uid: _uid, resourceVersion: _resourceVersion, creationTimestamp: _created, deletionTimestamp: _deleted, deletionGracePeriodSeconds: _grace, ...rest } = meta;
  const prefix = meta.generateName ?? "";
  let name = meta.name ?? "";
  if (name === "" && prefix !== "") name = generateName(prefix, rc.random.fork("generateName"));
  return {
    name,
    ...(target.resource.namespaced ? { namespace: target.namespace } : {}),
    uid: newUid(rc.random.fork("uid")),
    resourceVersion: "",
    creationTimestamp: formatRfc3339(rc.nowUs),
    ...rest,
  };
}

/** What no kind can judge for itself: it does not see the name that is missing. */
function metadataErrors(object: KubeObject): readonly FieldError[] {
  return object.metadata.name === "" ? [required("metadata.name", "name or generateName is required")] : [];
}

function update(rc: RequestContext, target: Target, strategy: Strategy<KubeObject> | null, given: KubeObject, old: KubeObject): KubeObject {
  if (strategy === null) return given;
  const prepared = strategy.prepareForUpdate(updatedMeta(given, old), old);
  const errors = strategy.validateUpdate(prepared, old);
  if (errors.length > 0) refuse(invalidStatus(gk(target), prepared.metadata.name, errors));
  rc.warnings.push(...strategy.warnings(prepared, old));
  return prepared;
}

/** What an update cannot change. A deletion that has begun is never taken back. */
function updatedMeta(given: KubeObject, old: KubeObject): KubeObject {
  const { name: _name, namespace: _namespace, uid: _uid, resourceVersion: _version, creationTimestamp: _created, deletionTimestamp: _deleted, deletionGracePeriodSeconds: _grace, generation: _generation, ...rest } = given.metadata;
  const before = old.metadata;
  return {
    ...given,
    metadata: {
      name: before.name,
      ...(before.namespace === undefined ? {} : { namespace: before.namespace }),
      uid: before.uid,
      resourceVersion: before.resourceVersion,
      ...(before.generation === undefined ? {} : { generation: before.generation }),
      creationTimestamp: before.creationTimestamp,
      ...(before.deletionTimestamp === undefined ? {} : { deletionTimestamp: before.deletionTimestamp }),
      ...(before.deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds: before.deletionGracePeriodSeconds }),
      ...rest,
    },
  };
}

/** Name, namespace, uid and version of an update against what is stored. */
export function checkUpdate(target: Target, given: KubeObject, old: KubeObject, versionRequired: boolean): boolean {
  const meta: Partial<ObjectMeta> = given.metadata ?? {};
  const gr = { group: target.resource.group, resource: target.resource.plural };
  if ((meta.name ?? "") === "") refuse(badRequest(`name must be provided`));
  if (meta.name !== target.name) refuse(badRequest(`the name of the object (${meta.name}) does not match the name on the URL (${target.name})`));
  checkNamespace(target, meta);
  if (meta.uid !== undefined && meta.uid !== "" && meta.uid !== old.metadata.uid) {
    refuse(conflict(gr, target.name, `Precondition failed: UID in precondition: ${meta.uid}, UID in object meta: ${old.metadata.uid}`));
  }
  const version = meta.resourceVersion ?? "";
  if (version === "") {
    if (versionRequired) refuse(invalidStatus(gk(target), target.name, [{ path: "metadata.resourceVersion", type: "Invalid", value: 0, detail: "must be specified for an update" }]));
    return false;
  }
  if (version !== old.metadata.resourceVersion) refuse(conflict(gr, target.name));
  return true;
}
