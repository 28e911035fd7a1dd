import type { ApiResponse } from "../apimachinery/apiRequest.ts";
import type { StatusAnswer } from "../apimachinery/statusErrors.ts";
import type { Json } from "../base/json.ts";

export function answer(code: number, body: Json, warnings: readonly string[] = []): ApiResponse {
  return { code, body, warnings };
}

export function statusResponse(status: StatusAnswer, warnings: readonly string[] = [], headers: Readonly<Record<string, string>> = {}): ApiResponse {
  const retryAfter = retryAfterOf(status.body["details"]);
  const all = retryAfter === null ? headers : { ...headers, "Retry-After": String(retryAfter) };
  return Object.keys(all).length === 0 ? { code: status.code, body: status.body, warnings } : { code: status.code, body: status.body, warnings, headers: all };
}

function retryAfterOf(details: Json | undefined): number | null {
  if (typeof details !== "object" || details === null || Array.isArray(details)) return null;
  const seconds = (details as Readonly<Record<string, Json>>)["retryAfterSeconds"];
  return typeof seconds === "number" ? seconds : null;
}

export function textResponse(code: number, body: string): ApiResponse {
  return { code, body, warnings: [], contentType: "text/plain; charset=utf-8" };
}

/** "application/json" of "Application/JSON; charset=utf-8". */
export function mediaType(contentType: string): string {
  if (contentType === "application/json" || contentType === "application/strategic-merge-patch+json") return contentType;
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}
