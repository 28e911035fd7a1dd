import type { ApiResponse } from "../apimachinery/apiRequest.ts";
import type { JsonObject } from "../base/json.ts";
import { isJsonObject } from "../base/json.ts";

/** The message of a refusal: what upstream's err.Error() says. */
export function statusMessage(response: ApiResponse | null): string {
  if (response === null) return "the connection to the API server was lost";
  const message = isJsonObject(response.body) ? response.body["message"] : undefined;
  return typeof message === "string" ? message : `the server answered ${response.code}`;
}

export function statusReason(response: ApiResponse | null): string {
  const reason = response !== null && isJsonObject(response.body) ? response.body["reason"] : undefined;
  return typeof reason === "string" ? reason : "";
}

/** Whether the refusal names this cause in its details. */
export function hasCause(response: ApiResponse | null, type: string): boolean {
  if (response === null || !isJsonObject(response.body)) return false;
  const details = response.body["details"];
  const causes = isJsonObject(details) ? details["causes"] : undefined;
  return Array.isArray(causes) && causes.some((cause: JsonObject) => cause["reason"] === type);
}
