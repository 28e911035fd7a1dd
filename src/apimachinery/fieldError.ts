import type { Json } from "../base/json.ts";
import type { FieldError, FieldErrorType } from "./status.ts";
import { goJson, goQuote } from "./goFormat.ts";

// Follows apimachinery/pkg/util/validation/field/errors.go. A path is text here: child(path, "spec"), index(path, 0), key(path, "a").

const titles: Readonly<Record<FieldErrorType, string>> = {
  NotFound: "Not found", Required: "Required value", Duplicate: "Duplicate value", Invalid: "Invalid value", NotSupported: "Unsupported value",
  Forbidden: "Forbidden", TooLong: "Too long", TooMany: "Too many", InternalError: "Internal error", TypeInvalid: "Invalid value",
};

const reasons: Readonly<Record<FieldErrorType, string>> = {
  NotFound: "FieldValueNotFound", Required: "FieldValueRequired", Duplicate: "FieldValueDuplicate", Invalid: "FieldValueInvalid",
  NotSupported: "FieldValueNotSupported", Forbidden: "FieldValueForbidden", TooLong: "FieldValueTooLong", TooMany: "FieldValueTooMany",
  InternalError: "InternalError", TypeInvalid: "FieldValueTypeInvalid",
};

/** "spec" + "replicas" -> "spec.replicas"; "" is the root. */
export function child(path: string, ...names: readonly string[]): string {
  let out = path;
  for (const name of names) out = out === "" ? name : `${out}.${name}`;
  return out;
}
export function index(path: string, at: number): string {
  return `${path}[${at}]`;
}
/** An entry of a map: metadata.annotations[a/b]. */
export function key(path: string, name: string): string {
  return `${path}[${name}]`;
}

export function required(path: string, detail = ""): FieldError {
  return { path, type: "Required", detail };
}
/** `value` undefined leaves the value out of the message, null prints as null. */
export function invalid(path: string, value: Json | undefined, detail: string): FieldError {
  return value === undefined ? { path, type: "Invalid", detail } : { path, type: "Invalid", detail, value };
}
export function typeInvalid(path: string, value: Json, detail: string): FieldError {
  return { path, type: "TypeInvalid", detail, value };
}
/** The allowed values are printed in the order given. */
export function notSupported(path: string, value: Json, allowed: readonly string[]): FieldError {
  const detail = allowed.length === 0 ? "" : `supported values: ${allowed.map(goQuote).join(", ")}`;
  return { path, type: "NotSupported", detail, value };
}
export function forbidden(path: string, detail: string): FieldError {
  return { path, type: "Forbidden", detail };
}
export function duplicate(path: string, value: Json): FieldError {
  return { path, type: "Duplicate", detail: "", value };
}
export function notFoundField(path: string, value: Json): FieldError {
  return { path, type: "NotFound", detail: "", value };
}
/** A negative limit says only that it is too long. */
export function tooLong(path: string, maxBytes: number): FieldError {
  return { path, type: "TooLong", detail: maxBytes >= 0 ? `may not be more than ${maxBytes} bytes` : "value is too long" };
}
export function tooMany(path: string, actual: number, max: number): FieldError {
  const detail = max >= 0 ? `must have at most ${max} ${max === 1 ? "item" : "items"}` : "has too many items";
  return actual >= 0 ? { path, type: "TooMany", detail, value: actual } : { path, type: "TooMany", detail };
}
export function internalError(path: string, detail: string): FieldError {
  return { path, type: "InternalError", detail };
}

function valueText(value: Json): string {
  if (value === null) return "null";
  if (typeof value === "string") return goQuote(value);
  if (typeof value === "object") return goJson(value);
  return String(value);
}

/** The message without its path: what a cause of a Status says. */
export function errorBody(error: FieldError): string {
  const title = titles[error.type];
  const hidesValue = error.type === "Required" || error.type === "Forbidden" || error.type === "TooLong" || error.type === "InternalError";
  // Upstream prints an untyped nil as the *string* "null".
  const said = hidesValue || error.value === undefined ? title : `${title}: ${valueText(error.value)}`;
  return error.detail === "" ? said : `${said}: ${error.detail}`;
}

/** "spec.replicas: Invalid value: -1: must be greater than or equal to 0". */
export function errorText(error: FieldError): string {
  return `${error.path === "" ? "<nil>" : error.path}: ${errorBody(error)}`;
}

/** The reason of a Status's cause. */
export function causeReason(type: FieldErrorType): string {
  return reasons[type];
}

/** One text alone, several as [a, b]; equal ones once. */
export function aggregateText(messages: readonly string[]): string {
  const unique = [...new Set(messages)];
  return unique.length === 1 ? (unique[0] ?? "") : `[${unique.join(", ")}]`;
}
export function toAggregateText(errors: readonly FieldError[]): string {
  return errors.length === 0 ? "" : aggregateText(errors.map(errorText));
}
