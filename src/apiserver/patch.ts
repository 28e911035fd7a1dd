import { applyPatch, type PatchType } from "../apimachinery/patch/applyPatch.ts";
import { applyDefaults } from "../apimachinery/schema/defaults.ts";
import type { JsonObject } from "../base/json.ts";
import { schemas } from "../kinds/schemaTable.ts";
import { mediaType } from "./answers.ts";
import { validationOf } from "./codec.ts";
import { refuse, workOf, type RequestContext, type Target } from "./requestContext.ts";
import type { SubresourceHandler } from "./subresources/define.ts";

/** The patched representation, decoded as if it had been sent whole. Follows endpoints/handlers/patch.go. */
export function patched(rc: RequestContext, target: Target, original: JsonObject, handler: SubresourceHandler | null): JsonObject {
  const { kind } = target.resource;
  const viewed = handler?.view !== undefined;
  const schema = schemas.object(viewed ? (handler.body?.schema ?? kind.schema) : kind.schema);
  if (schema === null) throw new Error(`no schema for ${kind.schema}`);
  const type = mediaType(rc.request.contentType) as Exclude<PatchType, "application/apply-patch+yaml">;
  const result = applyPatch(type, schema, original, workOf(rc).input, validationOf(rc));
  if (!result.ok) refuse(result.answer);
  rc.warnings.push(...result.warnings);
  const filled = applyDefaults(schema, result.value);
  return viewed ? filled : (kind.defaults(filled as never) as unknown as JsonObject);
}
