import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { badRequest, expired, notAcceptable, notFound, plainError, timeoutStatus, type StatusAnswer } from "../../apimachinery/statusErrors.ts";
import { answer } from "../answers.ts";
import { computedObjects } from "../computed/index.ts";
import { encodeList, encodeObject, type ListMeta } from "../encode/encodeObject.ts";
import { includeObjectOf } from "../encode/includeObject.ts";
import { printingOf, refuse, type Outcome, type RequestContext, type Target } from "../requestContext.ts";
import { objectKeyOf, type Resource } from "../resources.ts";
import { subresourceHandler } from "../subresources/index.ts";
import { selects } from "../watch/selection.ts";
import { decodeContinue, encodeContinue } from "./continueToken.ts";
import { invalidVersionText, listOptions, type ListOptions } from "./listOptions.ts";

export function getObject(rc: RequestContext, target: Target): Outcome {
  const resourceVersion = rc.request.query["resourceVersion"] ?? "";
  if (!/^[0-9]*$/.test(resourceVersion)) refuse(plainError(invalidVersionText(resourceVersion)));
  // Upstream reads from etcd itself without a version; "0" is content with the cache as it is.
  if (resourceVersion === "" && !rc.fresh && !rc.observed) return { type: "awaitFresh" };
  if (resourceVersion !== "") requireRevision(rc, Number(resourceVersion));
  const { resource } = target;
  if (rc.accepted.partialOf === "list") refuse(notAcceptable(`you requested PartialObjectMetadataList, but the requested object is not a list (*${internalType(resource)})`));
  const computed = computedObjects(rc.server, resource, rc.nowUs);
  const object = computed === null ? rc.server.cache.get(resource, objectKeyOf(resource, target.namespace, target.name)) : (computed.find(({ metadata }) => metadata.name === target.name && (metadata.namespace ?? "") === target.namespace) ?? null);
  if (object === null) refuse(computed === null ? notFound({ group: resource.group, resource: resource.plural }, target.name) : notComputed(target));
  const handler = target.subresource === "" ? null : subresourceHandler(target.subresource);
  if (handler?.read !== undefined) return handler.read(rc, target, object);
  const body = encodeObject(resource, object, rc.accepted.form, includeObjectOf(rc), rc.nowUs, printingOf(rc));
  return { type: "answer", response: answer(200, body, rc.warnings) };
}

/** Servers of such kinds name the kind, and metrics-server the namespace with the pod. */
function notComputed({ resource, namespace, name }: Target): StatusAnswer {
  return notFound({ group: resource.group, resource: resource.kind.gvk.kind.toLowerCase() }, namespace === "" ? name : `${namespace}/${name}`);
}

/** A version that the cache has not seen: upstream waits 3 s and gives up. */
function requireRevision(rc: RequestContext, revision: number): void {
  if (revision > rc.server.cache.revision) refuse(tooLarge(rc, revision));
}

export function tooLarge(rc: RequestContext, revision: number): StatusAnswer {
  const status = timeoutStatus(`Too large resource version: ${revision}, current: ${rc.server.cache.revision}`, 1);
  const details = { causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }], retryAfterSeconds: 1 };
  return { code: status.code, body: { ...status.body, details } };
}

export function listObjects(rc: RequestContext, target: Target): Outcome {
  const includeObject = includeObjectOf(rc);
  const options = listOptions(rc, target, false);
  if (rc.accepted.partialOf === "object") refuse(notAcceptable(`you requested PartialObjectMetadata, but the requested object is a list (*${internalType(target.resource)}List)`));
  const consistent = options.resourceVersion === "" && options.continue === "";
  if (consistent && !rc.fresh && !rc.observed) return { type: "awaitFresh" };
  if (options.revision > 0) requireRevision(rc, options.revision);
  const { objects, meta } = page(rc, target, options);
  const body = encodeList(target.resource, objects, meta, rc.accepted, includeObject, rc.nowUs, printingOf(rc));
  return { type: "answer", response: answer(200, body, rc.warnings) };
}

/** The name of the Go type: "core.ConfigMap". */
function internalType(resource: Resource): string {
  const group = resource.group === "" ? "core" : (resource.group.split(".")[0] ?? "");
  return `${group}.${resource.kind.gvk.kind}`;
}

export interface Page {
  readonly objects: readonly KubeObject[];
  readonly meta: ListMeta;
}

/** One page of a list; later pages look at the revision of the first. Follows etcd3/store.go GetList. */
export function page(rc: RequestContext, target: Target, options: ListOptions): Page {
  const { cache } = rc.server;
  const { resource } = target;
  const computed = computedObjects(rc.server, resource, rc.nowUs);
  if (computed !== null) return { objects: computed.filter((object) => (target.namespace === "" || object.metadata.namespace === target.namespace) && selects(resource, options.selection, object)), meta: {} };
  let revision = cache.revision;
  let after = "";
  let old: readonly (readonly [string, KubeObject])[] | null = null;
  if (options.continue !== "") {
    if (options.resourceVersion !== "" && options.resourceVersion !== "0") refuse(badRequest("specifying resource version is not allowed when using continue"));
    const token = decodeContinue(options.continue);
    if (typeof token === "string") refuse(badRequest(token));
    after = token.start;
    revision = token.revision < 0 ? cache.revision : token.revision;
  } else if (options.match === "Exact" && options.revision > 0) revision = options.revision;
  if (revision !== cache.revision) {
    old = cache.at(resource, target.namespace, revision);
    if (old === null) refuse(options.continue === "" ? expired(`The resourceVersion for the provided list is too old.`) : continueExpired(cache.revision, after));
  }
  const objects: KubeObject[] = [];
  let last = "";
  let remaining = 0;
  // With resourceVersion 0 the whole list comes from the cache, whatever the limit.
  const limit = options.resourceVersion === "0" ? 0 : options.limit;
  const filtered = options.selection.labels !== null || options.selection.fields.length > 0;
  for (const [key, object] of old ?? cache.range(resource, target.namespace, after)) {
    if (key < after) continue;
    if (limit > 0 && objects.length === limit) {
      remaining++;
      if (filtered && selectsAny(remaining)) break;
      continue;
    }
    if (!selects(resource, options.selection, object)) continue;
    objects.push(object);
    last = key;
  }
  const meta: ListMeta = { resourceVersion: String(revision) };
  if (remaining === 0) return { objects, meta };
  const next = { ...meta, continue: encodeContinue(revision, `${last}\0`) };
  return { objects, meta: filtered ? next : { ...next, remainingItemCount: remaining } };
}

/** How many remain is only told for lists without selectors, so one is enough to know. */
function selectsAny(remaining: number): boolean {
  return remaining > 0;
}

/** Names a token with which the client may go on at the newest revision. */
function continueExpired(revision: number, start: string): StatusAnswer {
  const status = expired(
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
  );
  void revision;
  return { code: status.code, body: { ...status.body, metadata: { continue: encodeContinue(-1, start) } } };
}
