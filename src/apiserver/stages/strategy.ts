import { goQuote } from "../../apimachinery/goFormat.ts";
import type { KubeObject, ObjectMeta } from "../../apimachinery/objectMeta.ts";
import { badRequest, conflict, invalidStatus, plainError } from "../../apimachinery/statusErrors.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { Strategy, Subresource } from "../../kinds/define.ts";
import { validateObjectMetaUpdate } from "../../kinds/metadata/validate.ts";
import { stampCertificateRequest } from "../certificates/stampRequest.ts";
import { generateName, newUid } from "../metadata/uid.ts";
import { refuse, targetOf, workOf, type RequestContext, type Target } from "../requestContext.ts";
import { takenAddress } from "../services/addressObjects.ts";
import { allocateForService } from "../services/allocate.ts";
import { subresourceHandler } from "../subresources/index.ts";

/** Resets what clients may not set, then validates. Follows registry/rest/{create,update}.go. */
export function strategyStage(rc: RequestContext): string {
  const target = targetOf(rc);
  const work = workOf(rc);
  if (work.operation === "DELETE") return "";
  const handler = target.subresource === "" ? null : subresourceHandler(target.subresource);
  const { kind } = target.resource;
  const own = kind.subresourceStrategies?.[target.subresource as Subresource];
  const strategy = handler === null ? kind.strategy : (own ?? handler.strategy(kind));
  stampCertificateRequest(rc);
  if (work.operation === "CREATE") work.object = create(rc, target, strategy ?? target.resource.kind.strategy, work.object as KubeObject);
  else work.object = update(rc, target, strategy, work.object as KubeObject, work.old as KubeObject);
  if (rc.outside && rc.server.options.warnsOfUnsimulated && (target.subresource === "" || target.subresource === "ephemeralcontainers")) rc.warnings.push(...(kind.unsimulatedWarnings?.(work.object) ?? []));
  allocateForService(rc);
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
  const errors = strategy.validate(prepared);
  if (errors.length > 0) refuse(invalidStatus(gk(target), prepared.metadata.name, errors));
  rc.warnings.push(...strategy.warnings(prepared, null));
  return prepared;
}

/** Order of keys as the API writes them: it is what people read in YAML. */
function createdMeta(rc: RequestContext, target: Target, meta: Partial<ObjectMeta>): ObjectMeta {
  const prefix = meta.generateName ?? "";
  let name = meta.name ?? "";
  if (name === "" && prefix !== "") name = takenAddress(rc.progress)?.name ?? generateName(prefix, rc.random.fork("generateName"));
  const uid = newUid(rc.random.fork("uid"));
  const creationTimestamp = formatRfc3339(rc.nowUs);
  const made: Record<string, unknown> = target.resource.namespaced ? { name, namespace: target.namespace, uid, creationTimestamp } : { name, uid, creationTimestamp };
  return withOthers(made, meta, setOnCreate);
}

/** What the server sets whatever a client says. */
const setOnCreate: ReadonlySet<string> = new Set(["name", "namespace", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"]);
const setOnUpdate: ReadonlySet<string> = new Set(["name", "namespace", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"]);

/** `made` with the members of `meta` that are not named. Not by rest parameters, which are slow where objects have many shapes. */
function withOthers(made: Record<string, unknown>, meta: Partial<ObjectMeta>, named: ReadonlySet<string>): ObjectMeta {
  for (const key in meta) {
    const value = meta[key as keyof ObjectMeta];
    if (value !== undefined && !named.has(key)) made[key] = value;
  }
  return made as unknown as ObjectMeta;
}

function update(rc: RequestContext, target: Target, strategy: Strategy<KubeObject> | null, given: KubeObject, old: KubeObject): KubeObject {
  if (strategy === null) return given;
  const prepared = strategy.prepareForUpdate(updatedMeta(given, old), old, rc.nowUs);
  const generic = genericMetaErrors(prepared, old);
  const own = strategy.validateUpdate(prepared, old);
  if (generic.length + own.length > 0) refuse(invalidStatus(gk(target), prepared.metadata.name, [...generic, ...own]));
  rc.warnings.push(...strategy.warnings(prepared, old));
  return prepared;
}

/** Upstream judges the metadata of an update twice, once for all kinds and once in the kind's own validation; causes come double. */
function genericMetaErrors(object: KubeObject, old: KubeObject): ReturnType<typeof validateObjectMetaUpdate> {
  const errors = validateObjectMetaUpdate(object.metadata, old.metadata, "metadata");
  return errors.length === 0 ? errors : errors.filter((error) => !error.path.startsWith("metadata.finalizers["));
}

/** What the server sets stays as it is where the client leaves it out; creation and generation stay whatever it says. */
function updatedMeta(given: KubeObject, old: KubeObject): KubeObject {
  const before = old.metadata;
  const meta = given.metadata;
  if (meta === before) return given;
  const deletionTimestamp = meta.deletionTimestamp ?? before.deletionTimestamp;
  const deletionGracePeriodSeconds = meta.deletionGracePeriodSeconds ?? before.deletionGracePeriodSeconds;
  const made: Record<string, unknown> = { name: before.name };
  if (before.namespace !== undefined) made["namespace"] = before.namespace;
  made["uid"] = (meta.uid ?? "") === "" ? before.uid : meta.uid;
  made["resourceVersion"] = before.resourceVersion;
  if (before.generation !== undefined) made["generation"] = before.generation;
  made["creationTimestamp"] = before.creationTimestamp;
  if (deletionTimestamp !== undefined) made["deletionTimestamp"] = deletionTimestamp;
  if (deletionGracePeriodSeconds !== undefined) made["deletionGracePeriodSeconds"] = deletionGracePeriodSeconds;
  return { ...given, metadata: withOthers(made, meta, setOnUpdate) };
}

/** PUT and apply create an object under the name in the path, and never another one than they meant. */
export function checkCreatedByName(target: Target, given: KubeObject): void {
  const meta: Partial<ObjectMeta> = given.metadata ?? {};
  checkName(target, meta);
  if ((meta.uid ?? "") === "") return;
  const gr = { group: target.resource.group, resource: target.resource.plural };
  refuse(conflict(gr, target.name, `uid mismatch: the provided object specified uid ${meta.uid}, and no existing object was found`));
}

function checkName(target: Target, meta: Partial<ObjectMeta>): void {
  if ((meta.name ?? "") === "") refuse(badRequest(`the name of the object (${target.name} based on URL) was undeterminable: name must be provided`));
  if (meta.name !== target.name) refuse(badRequest(`the name of the object (${meta.name}) does not match the name on the URL (${target.name})`));
}

/** Name, namespace, uid and version of an update against what is stored. */
export function checkUpdate(target: Target, given: KubeObject, old: KubeObject, verb: string): boolean {
  const versionRequired = verb === "update" && target.resource.kind.updateNeedsVersion === true;
  const meta: Partial<ObjectMeta> = given.metadata ?? {};
  const gr = { group: target.resource.group, resource: target.resource.plural };
  checkName(target, meta);
  checkNamespace(target, meta);
  // A patch that names another uid breaks a rule of the metadata; a whole object with it means another object.
  if (verb === "update" && meta.uid !== undefined && meta.uid !== "" && meta.uid !== old.metadata.uid) {
    refuse(conflict(gr, target.name, `Precondition failed: UID in precondition: ${meta.uid}, UID in object meta: ${old.metadata.uid}`));
  }
  const version = meta.resourceVersion ?? "";
  if (version === "") {
    if (versionRequired) refuse(invalidStatus({ group: gr.group, kind: gr.resource }, target.name, [{ path: "metadata.resourceVersion", type: "Invalid", value: 0, detail: "must be specified for an update" }]));
    return false;
  }
  if (!/^[0-9]+$/.test(version)) refuse(plainError(`strconv.ParseUint: parsing ${goQuote(version)}: invalid syntax`));
  if (version !== old.metadata.resourceVersion) refuse(conflict(gr, target.name));
  return true;
}
