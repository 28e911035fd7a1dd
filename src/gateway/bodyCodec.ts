import { parseDocument, visit } from "yaml";
import { jsonSyntaxError } from "../apimachinery/jsonSyntax.ts";
import { decodeProtobuf, protobufMediaType } from "../apimachinery/protobuf/decodeProtobuf.ts";
import type { Json } from "../base/json.ts";
import { schemas } from "../kinds/schemaTable.ts";
import { checkJsonLimits, checkYamlLimits } from "./bodyLimits.ts";
import { RequestRefused } from "./requestRefused.ts";

const mostAliases = 100;
/** What cannot be read goes on to the API server, which says why in its own words; but no journal keeps megabytes of it. */
const longestUnreadable = 64 * 1024;

const json: readonly string[] = ["", "application/json", "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+json"];
const yaml: readonly string[] = ["application/yaml", "application/x-yaml", "text/yaml", "application/apply-patch+yaml"];

function badBody(message: string): RequestRefused {
  return new RequestRefused(400, "BadRequest", message);
}

function readYaml(text: string): Json {
  checkYamlLimits(text);
  const converting = "error converting YAML to JSON: yaml: ";
  // Its own search for duplicate keys takes the square of their number.
  const document = parseDocument(text, { version: "1.1", merge: true, uniqueKeys: false });
  const [problem] = document.errors;
  if (problem !== undefined) throw badBody(`${converting}${problem.message.split("\n")[0] ?? ""}`);
  visit(document, {
    Map: (_key, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const name = typeof key === "object" && key !== null && "value" in key ? key.value : key;
        if (name !== "<<" && seen.has(name)) throw badBody(`${converting}key "${String(name).slice(0, 100)}" already set in map`);
        seen.add(name);
      }
    },
  });
  try {
    return document.toJS({ maxAliasCount: mostAliases }) as Json;
  } catch (error) {
    if (error instanceof ReferenceError) throw badBody(`${converting}document contains excessive aliasing`);
    throw badBody(`${converting}${error instanceof Error ? error.message : "unreadable"}`);
  }
}

export function isProtobuf(contentType: string): boolean {
  return mediaOf(contentType) === protobufMediaType;
}

function mediaOf(contentType: string): string {
  return contentType.split(";")[0]?.trim().toLowerCase() ?? "";
}

/** The body as plain data. A content type that is not read gives null: the API server answers that it is none of its own. */
export function decodeBody(body: Buffer, contentType: string, method: string): Json {
  if (body.length === 0) return null;
  if (isProtobuf(contentType)) {
    const decoded = decodeProtobuf(schemas, body);
    if (!decoded.ok) throw badBody(decoded.message);
    return decoded.value;
  }
  const media = mediaOf(contentType);
  if (!json.includes(media) && !yaml.includes(media)) return null;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw badBody("the request body is not valid UTF-8");
  }
  if (yaml.includes(media)) return readYaml(text);
  checkJsonLimits(text);
  try {
    return JSON.parse(text) as Json;
  } catch {
    if ((method === "POST" || method === "PUT") && text.length <= longestUnreadable) return text;
    throw badBody(`couldn't get version/kind; json parse error: ${jsonSyntaxError(text) ?? "unexpected end of JSON input"}`);
  }
}
