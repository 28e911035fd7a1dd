import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { badRequest } from "../apimachinery/statusErrors.ts";
import { apiVersionOf } from "../apimachinery/gvk.ts";
import { refuse, type RequestContext } from "./requestContext.ts";
import type { Resource } from "./resources.ts";
import type { SubresourceHandler } from "./subresources/define.ts";

export interface DecodedBody {
  readonly object: JsonObject;
  readonly warnings: readonly string[];
}

/** Reads a body as an object of the path's kind: group, version and kind must be those of the path. */
export function decodeObjectBody(_rc: RequestContext, resource: Resource, type: SubresourceHandler["body"] | null, body: Json): DecodedBody {
  const kind = type?.kind ?? resource.kind.gvk.kind;
  const apiVersion = type === null || type === undefined ? resource.apiVersion : apiVersionOf(type);
  if (!isJsonObject(body)) refuse(badRequest(`the object provided is unrecognized (must be of type ${kind})`));
  const object: JsonObject = { ...body, apiVersion, kind };
  return { object: type === null || type === undefined ? (resource.kind.defaults(object as never) as unknown as JsonObject) : object, warnings: [] };
}
