import type { Json, JsonObject } from "../../base/json.ts";
import { jsonSyntaxError } from "../jsonSyntax.ts";
import { failure, type StatusAnswer } from "../statusErrors.ts";

export type PatchResult = { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly answer: StatusAnswer };

/** An operation that cannot be done: upstream hides why. */
export function unprocessable(): StatusAnswer {
  return failure(422, "Invalid", "the server rejected our request due to an error in our request", {});
}

/** As encoding/json names a value that cannot become the Go type. A body that did not parse comes as its text. */
export function cannotUnmarshal(value: Json, goType: string): string {
  const syntax = typeof value === "string" ? jsonSyntaxError(value) : null;
  if (syntax !== null) return syntax;
  const what = Array.isArray(value) ? "array" : value === null ? "null" : typeof value === "boolean" ? "bool" : typeof value;
  return `json: cannot unmarshal ${what} into Go value of type ${goType}`;
}
