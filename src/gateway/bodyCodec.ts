import { LineCounter, parseDocument, type ScalarTag, type Tags } from "yaml";
import type { BodyFaults } from "../apimachinery/apiRequest.ts";
import { goYamlTags } from "../apimachinery/goYamlTags.ts";
import { jsonSyntaxError } from "../apimachinery/jsonSyntax.ts";
import { decodeProtobuf, protobufMediaType } from "../apimachinery/protobuf/decodeProtobuf.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { schemas } from "../kinds/schemaTable.ts";
import { checkJsonLimits, checkYamlLimits } from "./bodyLimits.ts";
import { repeatedJsonKeys, repeatedYamlKeys } from "./repeatedKeys.ts";
import { RequestRefused } from "./requestRefused.ts";
import { goYamlComplaint } from "./yamlComplaint.ts";

const mostAliases = 100;
/** What cannot be read goes on to the API server, which says why in its own words; but no journal keeps megabytes of it. */
const longestUnreadable = 64 * 1024;

const json: readonly string[] = ["", "application/json", "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+json"];
const yaml: readonly string[] = ["application/yaml", "application/x-yaml", "text/yaml", "application/apply-patch+yaml"];

const utf8 = new TextDecoder("utf-8", { fatal: true });

function badBody(message: string): RequestRefused {
  return new RequestRefused(400, "BadRequest", message);
}

export interface DecodedBody {
  readonly body: Json;
  readonly faults: BodyFaults | null;
}

function unreadable(text: string, complaint: string): DecodedBody {
  return { body: text.slice(0, longestUnreadable), faults: { unreadable: `yaml: ${complaint}` } };
}

/** What is marked as binary is the text that it encodes. */
const binary: ScalarTag = { tag: "tag:yaml.org,2002:binary", resolve: (text) => Buffer.from(text, "base64").toString() };
const customTags = (tags: Tags): Tags => [...goYamlTags(tags), binary];

/** A number beyond those of JSON, as Go shows it; null where there is none. Worth a look only where a text could hold one. */
function beyondNumbers(text: string, body: Json): string | null {
  if (!/[eE]\+?[0-9]{3}|[0-9]{300}|\.(nan|inf)/i.test(text)) return null;
  const pending: Json[] = [body];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === "number" && !Number.isFinite(next)) return Number.isNaN(next) ? "NaN" : next > 0 ? "+Inf" : "-Inf";
    if (typeof next === "object" && next !== null) for (const each of Object.values(next as JsonObject)) pending.push(each);
  }
  return null;
}

/** As sigs.k8s.io/yaml reads it: of a repeated key the last counts. */
function readYaml(text: string): DecodedBody {
  checkYamlLimits(text);
  const lines = new LineCounter();
  // Its own search for duplicate keys takes the square of their number.
  const document = parseDocument(text, { version: "1.1", customTags, merge: true, uniqueKeys: false, lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined) return unreadable(text, goYamlComplaint(text, problem));
  try {
    const body = document.toJS({ maxAliasCount: mostAliases }) as Json;
    const beyond = beyondNumbers(text, body);
    if (beyond !== null) return { body: text.slice(0, longestUnreadable), faults: { unreadable: `json: unsupported value: ${beyond}` } };
    return withRepeated(body, repeatedYamlKeys(document, lines));
  } catch (error) {
    return unreadable(text, error instanceof ReferenceError ? "document contains excessive aliasing" : error instanceof Error ? error.message : "unreadable");
  }
}

function readJson(text: string, method: string): DecodedBody {
  checkJsonLimits(text);
  let body: Json;
  try {
    body = JSON.parse(text) as Json;
  } catch {
    if (method !== "DELETE" && text.length <= longestUnreadable) return { body: text, faults: null };
    throw badBody(`couldn't get version/kind; json parse error: ${jsonSyntaxError(text) ?? "unexpected end of JSON input"}`);
  }
  if (beyondNumbers(text, body) !== null) throw badBody("json: cannot unmarshal number into Go value of type float64: it is beyond its range");
  // A body that is one string goes on as it is written, like all that is no object.
  return typeof body === "string" ? { body: text, faults: null } : withRepeated(body, repeatedJsonKeys(text));
}

function withRepeated(body: Json, repeatedKeys: readonly string[]): DecodedBody {
  return { body, faults: repeatedKeys.length === 0 ? null : { repeatedKeys } };
}

export function isProtobuf(contentType: string): boolean {
  return mediaOf(contentType) === protobufMediaType;
}

function mediaOf(contentType: string): string {
  return contentType.split(";")[0]?.trim().toLowerCase() ?? "";
}

/** The body as plain data. A content type that is not read gives null: the API server answers that it is none of its own. */
export function decodeBody(body: Buffer, contentType: string, method: string): DecodedBody {
  if (body.length === 0) return { body: null, faults: null };
  if (isProtobuf(contentType)) {
    const decoded = decodeProtobuf(schemas, body);
    if (!decoded.ok) throw badBody(decoded.message);
    return { body: decoded.value, faults: null };
  }
  const media = mediaOf(contentType);
  if (!json.includes(media) && !yaml.includes(media)) return { body: null, faults: null };
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw badBody("the request body is not valid UTF-8");
  }
  return yaml.includes(media) ? readYaml(text) : readJson(text, method);
}
