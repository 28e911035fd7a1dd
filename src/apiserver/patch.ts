import { badRequest } from "../apimachinery/statusErrors.ts";
import type { JsonObject } from "../base/json.ts";
import { isJsonObject } from "../base/json.ts";
import { decodeObjectBody } from "./codec.ts";
import { refuse, workOf, type RequestContext, type Target } from "./requestContext.ts";
import type { SubresourceHandler } from "./subresources/define.ts";

/** The patched representation, decoded as if it had been sent whole. Follows endpoints/handlers/patch.go. */
export function applyPatch(rc: RequestContext, target: Target, original: JsonObject, handler: SubresourceHandler | null): JsonObject {
  const patch = workOf(rc).input;
  if (!isJsonObject(patch)) refuse(badRequest("json patches are not there yet"));
  const decoded = decodeObjectBody(rc, target.resource, handler?.body ?? null, mergeInto(original, patch));
  return decoded.object;
}

function mergeInto(original: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, JsonObject[string]> = { ...original };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (isJsonObject(value)) result[key] = mergeInto(isJsonObject(result[key]) ? (result[key] as JsonObject) : {}, value);
    else result[key] = value;
  }
  return result;
}
