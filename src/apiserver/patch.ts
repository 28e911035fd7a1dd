import { apiVersionOf, parseApiVersion } from "../apimachinery/gvk.ts";
import { serverSideApply } from "../apimachinery/serverSideApply.ts";
import { decodeObject } from "../apimachinery/schema/decode.ts";
import { invalid } from "../apimachinery/fieldError.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { badRequest, invalidStatus } from "../apimachinery/statusErrors.ts";
import { applyPatch, type PatchType } from "../apimachinery/patch/applyPatch.ts";
import { applyDefaults } from "../apimachinery/schema/defaults.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { schemas } from "../kinds/schemaTable.ts";
import { mediaType } from "./answers.ts";
import { conversionFault, repeatedText, validationOf } from "./codec.ts";
import { parseBool } from "./verbs/listOptions.ts";
import { refuse, workOf, type RequestContext, type Target } from "./requestContext.ts";
import { scaleApplied } from "./metadata/scaleApply.ts";
import { resetFieldsOf } from "./metadata/trackFields.ts";
import { forOtherOwners, versionDefaults } from "./versions.ts";
import type { SubresourceHandler } from "./subresources/define.ts";

export const applyPatchType = "application/apply-patch+yaml";

export function isApply(rc: RequestContext): boolean {
  return rc.request.verb === "patch" && mediaType(rc.request.contentType) === applyPatchType;
}

/** Server-side apply: the configuration laid over the live object (null: it creates it), with its owners. */
export function applied(rc: RequestContext, target: Target, live: JsonObject | null, handler: SubresourceHandler | null): JsonObject {
  const { kind, apiVersion } = target.resource;
  if (handler?.view !== undefined && handler.body !== undefined && live !== null) {
    checkConfigurationText(rc);
    checkConfigurationType(workOf(rc).input, handler.body.group, handler.body.version, handler.body.kind);
    return scaleApplied(rc, target, live as unknown as KubeObject, handler) as unknown as JsonObject;
  }
  const work = workOf(rc);
  const schema = schemas.object(target.resource.schema);
  if (schema === null) throw new Error(`no schema for ${target.resource.schema}`);
  const { group, version } = target.resource;
  checkConfigurationText(rc);
  checkConfigurationType(work.input, group, version, kind.gvk.kind);
  const result = serverSideApply({
    schema, gvk: { group, version, kind: kind.gvk.kind }, live, applied: work.input, manager: work.manager, subresource: target.subresource,
    force: parseBool(rc.request.query["force"] ?? ""), nowUs: rc.nowUs, resetFields: resetFieldsOf(kind, target.subresource), ...forOtherOwners(rc, target.resource),
  });
  if (!result.ok) refuse(result.answer);
  if (result.value === live) return live;
  const decoded = decodeObject(schema, { ...result.value, kind: kind.gvk.kind, apiVersion }, "Ignore");
  if (!decoded.ok) refuse(badRequest(decoded.message));
  return versionDefaults(target.resource, applyDefaults(schema, decoded.value) as never) as unknown as JsonObject;
}

/** Unreadable YAML, and keys that it holds twice. */
function checkConfigurationText(rc: RequestContext): void {
  const { unreadable, repeatedKeys = [] } = rc.request.bodyFaults ?? {};
  if (unreadable !== undefined) refuse(badRequest(`error decoding YAML: error converting YAML to JSON: ${unreadable}`));
  if (repeatedKeys.length === 0) return;
  if (validationOf(rc) === "Strict") refuse(badRequest(`error strict decoding YAML: error converting YAML to JSON: ${repeatedText(repeatedKeys)}`));
  if (validationOf(rc) === "Warn") rc.warnings.push(...repeatedKeys);
}

/** The configuration must say of what kind it is, and in the version of the path. */
function checkConfigurationType(configuration: Json, group: string, version: string, kind: string): void {
  if (!isJsonObject(configuration)) return;
  const given = { apiVersion: String(configuration["apiVersion"] ?? ""), kind: String(configuration["kind"] ?? "") };
  const { group: givenGroup, version: givenVersion } = parseApiVersion(given.apiVersion);
  if (given.kind !== kind) refuse(badRequest(`invalid object type: ${givenGroup}/${givenVersion}, Kind=${given.kind}`));
  const expected = apiVersionOf({ group, version });
  if (given.apiVersion !== expected) refuse(badRequest(`incorrect version specified in apply patch. Specified patch version: ${given.apiVersion}, expected: ${expected}`));
}

/** The patched representation, decoded as if it had been sent whole. Follows endpoints/handlers/patch.go. */
export function patched(rc: RequestContext, target: Target, original: JsonObject, handler: SubresourceHandler | null): JsonObject {
  const own = target.resource.schema;
  const viewed = handler?.view !== undefined;
  const schema = schemas.object(viewed ? (handler.body?.schema ?? own) : own);
  if (schema === null) throw new Error(`no schema for ${own}`);
  const type = mediaType(rc.request.contentType) as Exclude<PatchType, "application/apply-patch+yaml">;
  const [ownKind, ownVersion] = [String(original["kind"]), String(original["apiVersion"])];
  const result = applyPatch(type, schema, original, workOf(rc).input, validationOf(rc), (kind, apiVersion) => conversionFault(kind, apiVersion, ownKind, ownVersion));
  if (!result.ok) refuse(result.answer);
  const repeated = rc.request.bodyFaults?.repeatedKeys ?? [];
  if (repeated.length > 0 && validationOf(rc) === "Strict") refuse(invalidStatus({ group: "", kind: "" }, "", [invalid("patch", JSON.stringify(workOf(rc).input), `strict decoding error: ${repeatedText(repeated)}`)]));
  if (validationOf(rc) === "Warn") rc.warnings.push(...repeated);
  rc.warnings.push(...result.warnings);
  const filled = applyDefaults(schema, result.value, original);
  return viewed ? filled : (versionDefaults(target.resource, filled as never) as unknown as JsonObject);
}
