import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { badRequest } from "../apimachinery/statusErrors.ts";
import { apiVersionOf, parseApiVersion } from "../apimachinery/gvk.ts";
import { decodeObject, type DecodeResult, type FieldValidation } from "../apimachinery/schema/decode.ts";
import { applyDefaults } from "../apimachinery/schema/defaults.ts";
import { jsonSyntaxError } from "../apimachinery/jsonSyntax.ts";
import { schemas } from "../kinds/schemaTable.ts";
import { refuse, type RequestContext } from "./requestContext.ts";
import type { Resource } from "./resources.ts";
import { versionDefaults } from "./versions.ts";
import type { SubresourceHandler } from "./subresources/define.ts";

/** Follows sigs.k8s.io/json: no more strict errors than these are kept. */
const mostWarnings = 100;

export interface DecodedBody {
  readonly object: JsonObject;
  readonly warnings: readonly string[];
}

/** Reads a body as an object of the path's kind, strictly or not, pruned and with its defaults. Follows handlers/create.go. */
export function decodeObjectBody(rc: RequestContext, resource: Resource, type: SubresourceHandler["body"] | null, body: Json, stored: KubeObject | null = null): DecodedBody {
  const own = type === null || type === undefined;
  const kind = own ? resource.kind.gvk.kind : type.kind;
  const apiVersion = own ? resource.apiVersion : apiVersionOf(type);
  const fields = readBody(kind, body, rc.request.bodyFaults?.unreadable ?? null);
  checkType(kind, apiVersion, fields);
  const schema = schemas.object(own ? resource.schema : type.schema);
  if (schema === null) throw new Error(`no schema for ${apiVersion} ${kind}`);
  const typed = fields["kind"] === kind && fields["apiVersion"] === apiVersion ? fields : { ...fields, kind, apiVersion };
  const decoded = withRepeatedKeys(rc, decodeObject(schema, typed, validationOf(rc), own && resource.conversion === null && stored !== null ? (stored as unknown as JsonObject) : undefined));
  if (!decoded.ok) refuse(badRequest(`${kind} in version "${parseApiVersion(apiVersion).version}" cannot be handled as a ${kind}: ${decoded.message}`));
  const filled = applyDefaults(schema, decoded.value);
  return { object: own ? (versionDefaults(resource, filled as never) as unknown as JsonObject) : filled, warnings: decoded.warnings.slice(0, mostWarnings) };
}

const strictPrefix = "strict decoding error: ";

/** Keys that came twice are as wrong as fields that do not exist: refused, warned of, or passed over. */
function withRepeatedKeys(rc: RequestContext, decoded: DecodeResult): DecodeResult {
  const repeated = rc.request.bodyFaults?.repeatedKeys ?? [];
  const validation = validationOf(rc);
  if (repeated.length === 0 || validation === "Ignore") return decoded;
  // A wrong type is told first, and alone.
  if (!decoded.ok && !decoded.message.startsWith(strictPrefix)) return decoded;
  if (decoded.ok && validation === "Warn") return { ...decoded, warnings: [...repeated, ...decoded.warnings] };
  const others = decoded.ok ? [] : [decoded.message.slice(strictPrefix.length)];
  return { ok: false, message: `${strictPrefix}${[repeatedText(repeated), ...others].join(", ")}` };
}

/** Of JSON, one complaint a key; go-yaml tells all in one error of many lines. */
export function repeatedText(repeated: readonly string[]): string {
  return repeated[0]?.startsWith("line ") === true ? `yaml: unmarshal errors:\n  ${repeated.join("\n  ")}` : repeated.join(", ");
}

/** Fills in the defaults again after somebody changed the object, which had them `before`. */
export function defaulted(resource: Resource, object: JsonObject, before: JsonObject | null): JsonObject {
  const schema = schemas.object(resource.kind.schema);
  const filled = schema === null ? object : applyDefaults(schema, object, before ?? undefined);
  return resource.kind.defaults(filled as never) as unknown as JsonObject;
}

export function validationOf(rc: RequestContext): FieldValidation {
  const text = rc.request.query["fieldValidation"] ?? "";
  return text === "Strict" || text === "Ignore" ? text : "Warn";
}

/** The Go type that upstream reads first, as its errors name it. */
const goHeader = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** What the body is where it is no object at all. */
function readBody(kind: string, body: Json, unreadable: string | null): JsonObject {
  if (isJsonObject(body)) return body;
  if (unreadable !== null) refuse(badRequest(`the object provided is unrecognized (must be of type ${kind}): ${unreadable} (${summary(String(body))})`));
  const head = `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: `;
  if (body === null || body === "") refuse(badRequest(`${head}unexpected end of JSON input (<empty>)`));
  // A text is what could not be read as JSON.
  if (typeof body === "string") refuse(badRequest(`${head}${jsonSyntaxError(body) ?? `json: cannot unmarshal string into Go value of type ${goHeader}`} (${summary(body)})`));
  const what = Array.isArray(body) ? "array" : typeof body === "boolean" ? "bool" : typeof body;
  const text = JSON.stringify(body);
  refuse(badRequest(`${head}json: cannot unmarshal ${what} into Go value of type ${goHeader} (${summary(text)})`));
}

/** The first bytes, in hexadecimal where they begin no object, as upstream shows what it could not read. */
function summary(text: string): string {
  if (text.startsWith("{")) return text.length > 30 ? `${text.slice(0, 30)} ...` : text;
  let hex = "";
  for (const character of text.slice(0, 30)) hex += character.charCodeAt(0).toString(16).padStart(2, "0");
  return text.length > 30 ? `${hex} ...` : hex;
}

/** A missing apiVersion or kind is that of the path; another one is refused. */
function checkType(kind: string, apiVersion: string, body: JsonObject): void {
  const givenKind = typeof body["kind"] === "string" && body["kind"] !== "" ? body["kind"] : kind;
  const givenVersion = typeof body["apiVersion"] === "string" && body["apiVersion"] !== "" ? body["apiVersion"] : apiVersion;
  if (givenKind === kind && givenVersion === apiVersion) return;
  if (givenVersion.split("/").length > 2) refuse(badRequest(`the object provided is unrecognized (must be of type ${kind}): unexpected GroupVersion string: ${givenVersion} (${summary(JSON.stringify(body))})`));
  const fault = conversionFault(givenKind, givenVersion, kind, apiVersion);
  if (fault !== null) refuse(badRequest(`${givenKind} in version "${parseApiVersion(givenVersion).version}" cannot be handled as a ${kind}: ${fault}`));
  refuse(badRequest(`the API version in the data (${givenVersion}) does not match the expected API version (${apiVersion})`));
}

/** Why an object that says it is of one type cannot be read as one of another; null where the kind is the same and its version known. */
export function conversionFault(givenKind: string, givenVersion: string, kind: string, apiVersion: string): string | null {
  if (givenKind === kind && givenVersion === apiVersion) return null;
  const { group, version } = parseApiVersion(givenVersion);
  const known = schemas.object(`io.k8s.api.${packageOf(group)}.${version}.${givenKind}`) !== null || retiredVersions.has(givenVersion);
  if (!known) return `no kind "${givenKind}" is registered for version "${givenVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`;
  return givenKind === kind ? null : `converting (${version}.${givenKind}) to (${packageOf(parseApiVersion(apiVersion).group)}.${kind}): unknown conversion`;
}

/** No longer served, but their types are still known to the server. */
const retiredVersions = new Set([
  "extensions/v1beta1", "apps/v1beta1", "apps/v1beta2", "batch/v1beta1", "policy/v1beta1", "networking.k8s.io/v1beta1", "autoscaling/v2beta1", "autoscaling/v2beta2",
  "rbac.authorization.k8s.io/v1beta1", "scheduling.k8s.io/v1beta1", "storage.k8s.io/v1beta1", "coordination.k8s.io/v1beta1", "discovery.k8s.io/v1beta1", "events.k8s.io/v1beta1",
]);

/** The Go package of a group: "core", "apps", "networking" of "networking.k8s.io". */
function packageOf(group: string): string {
  return group === "" ? "core" : (group.split(".")[0] ?? group);
}
