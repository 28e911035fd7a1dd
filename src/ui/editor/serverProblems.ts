import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { isJsonObject, type Json } from "../../base/json.ts";
import { failureText } from "../engine/failureText.ts";
import type { Problem } from "../stores/editorStore.ts";
import { locate, pathParts, type ManifestDoc } from "./manifestDocs.ts";

function causesOf(body: Json): readonly { readonly field: string; readonly message: string }[] {
  const details = isJsonObject(body) ? body["details"] : undefined;
  const causes = isJsonObject(details) ? details["causes"] : undefined;
  if (!Array.isArray(causes)) return [];
  return causes.filter(isJsonObject).map((cause) => ({ field: String(cause["field"] ?? ""), message: String(cause["message"] ?? "") }));
}

/** Fields that a strict decoder names in its one message: unknown field "spec.foo", duplicate field "...". */
function strictFields(message: string): readonly { readonly field: string; readonly message: string }[] {
  return [...message.matchAll(/(unknown|duplicate) field "([^"]+)"/g)].map((match) => ({ field: match[2] ?? "", message: `${match[1]} field ${match[2]}` }));
}

/** The server's refusal as problems at the lines that caused it; its own words, unshortened, where it names no field. */
export function serverProblems(file: string, doc: ManifestDoc, response: ApiResponse): readonly Problem[] {
  const whole = failureText(response);
  const causes = causesOf(response.body);
  const named = causes.length > 0 ? causes : strictFields(whole);
  const at = (field: string, message: string): Problem => ({ file, ...locate(doc, pathParts(field)), severity: "error", message, by: "server" });
  if (named.length === 0) return [at("kind", whole)];
  return named.map(({ field, message }) => at(field, `${field}: ${message.replace(`${field}: `, "")}`));
}
