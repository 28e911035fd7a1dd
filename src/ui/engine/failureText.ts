import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { isJsonObject } from "../../base/json.ts";

/** The server's own words where it answered with a Status. */
export function failureText(response: ApiResponse): string {
  const message = isJsonObject(response.body) ? response.body["message"] : response.body;
  return typeof message === "string" && message !== "" ? message : `The server answered ${response.code}.`;
}

export function succeeded(response: ApiResponse): boolean {
  return response.code >= 200 && response.code < 300;
}
