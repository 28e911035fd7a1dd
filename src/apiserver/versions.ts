// Several versions of one kind: stored in one, read and written in any. Follows apiserver/pkg/endpoints/handlers and apimachinery/pkg/runtime/converter.go.
import { parseApiVersion } from "../apimachinery/gvk.ts";
import type { OtherVersion } from "../apimachinery/managedFields.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { badRequest } from "../apimachinery/statusErrors.ts";
import type { JsonObject } from "../base/json.ts";
import { schemas } from "../kinds/schemaTable.ts";
import { refuse, targetOf, workOf, type RequestContext } from "./requestContext.ts";
import type { Resource } from "./resources.ts";

/** An object in the version of a resource's path. */
export function inVersion(resource: Resource, object: KubeObject): KubeObject {
  return resource.conversion === null || object.apiVersion === resource.apiVersion ? object : resource.conversion.fromStored(object);
}

/** The defaults of a resource's version. */
export function versionDefaults(resource: Resource, object: KubeObject): KubeObject {
  return resource.conversion === null ? resource.kind.defaults(object) : resource.conversion.defaults(object);
}

/** What was written in another version goes on as what is stored: fields have their owners by then, in the version that was written. */
export function toStored(rc: RequestContext): void {
  const { resource } = targetOf(rc);
  const work = workOf(rc);
  if (resource.conversion === null || work.operation === "DELETE" || work.object === null || work.object.apiVersion !== resource.apiVersion) return;
  const stored = resource.conversion.toStored(work.object);
  const { kind } = resource.kind.gvk;
  if (typeof stored === "string") refuse(badRequest(`${kind} in version "${resource.version}" cannot be handled as a ${kind}: ${stored}`));
  work.object = resource.kind.defaults(stored);
}

/** How the field owners of other versions see a change; nothing for a kind of one version. */
export function forOtherOwners(rc: RequestContext, resource: Resource): { readonly otherVersion?: (apiVersion: string) => OtherVersion | null } {
  if (resource.kind.versions.length === 1) return {};
  return {
    otherVersion(apiVersion) {
      const other = rc.server.resources.get(resource.id, parseApiVersion(apiVersion).version);
      const schema = other === null ? null : schemas.object(other.schema);
      if (other === null || schema === null) return null;
      return { schema, convert: (object) => converted(resource, other, object as unknown as KubeObject) as unknown as JsonObject, revert: (object) => converted(other, resource, object as unknown as KubeObject) as unknown as JsonObject };
    },
  };
}

function converted(from: Resource, to: Resource, object: KubeObject): KubeObject {
  const stored = from.conversion === null ? object : from.conversion.toStored(object);
  return typeof stored === "string" ? object : inVersion(to, stored);
}
