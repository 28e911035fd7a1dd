import type { Json, JsonObject } from "../base/json.ts";
import { causeReason, errorBody, toAggregateText } from "./fieldError.ts";
import { goQuote } from "./goFormat.ts";
import type { FieldError } from "./status.ts";

// Follows apimachinery/pkg/api/errors/errors.go: the Status bodies of refusals.

export interface StatusAnswer {
  readonly code: number;
  readonly body: JsonObject;
}
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** "deployments.apps", "pods". */
export function groupResourceText(gr: GroupResource): string {
  return gr.group === "" ? gr.resource : `${gr.resource}.${gr.group}`;
}
export function groupKindText(gk: GroupKind): string {
  return gk.group === "" ? gk.kind : `${gk.kind}.${gk.group}`;
}

/** A Status with status Failure; `reason` "" and `details` null are left out. */
export function failure(code: number, reason: string, message: string, details: JsonObject | null): StatusAnswer {
  return {
    code,
    body: {
      kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure",
      ...(message === "" ? {} : { message }),
      ...(reason === "" ? {} : { reason }),
      ...(details === null ? {} : { details }),
      code,
    },
  };
}

/** Details in upstream's order, empty members left out. */
function detailsOf(name: string, group: string, kind: string, causes: readonly StatusCause[] = [], retryAfterSeconds = 0): JsonObject {
  return {
    ...(name === "" ? {} : { name }),
    ...(group === "" ? {} : { group }),
    ...(kind === "" ? {} : { kind }),
    ...(causes.length === 0 ? {} : { causes: causes as readonly Json[] }),
    ...(retryAfterSeconds === 0 ? {} : { retryAfterSeconds }),
  };
}

export function notFound(gr: GroupResource, name: string): StatusAnswer {
  return failure(404, "NotFound", `${groupResourceText(gr)} ${goQuote(name)} not found`, detailsOf(name, gr.group, gr.resource));
}
export function alreadyExists(gr: GroupResource, name: string): StatusAnswer {
  return failure(409, "AlreadyExists", `${groupResourceText(gr)} ${goQuote(name)} already exists`, detailsOf(name, gr.group, gr.resource));
}
/** generateName met an existing name too often. */
export function generateNameConflict(gr: GroupResource, name: string): StatusAnswer {
  return failure(409, "AlreadyExists", `${groupResourceText(gr)} ${goQuote(name)} already exists, the server was not able to generate a unique name for the object`, detailsOf(name, gr.group, gr.resource, [], 1));
}
export const staleObjectMessage = "the object has been modified; please apply your changes to the latest version and try again";

export function conflict(gr: GroupResource, name: string, message: string = staleObjectMessage): StatusAnswer {
  return failure(409, "Conflict", `Operation cannot be fulfilled on ${groupResourceText(gr)} ${goQuote(name)}: ${message}`, detailsOf(name, gr.group, gr.resource));
}
/** Server-side apply met fields that others own. */
export function applyConflict(message: string, causes: readonly StatusCause[]): StatusAnswer {
  return failure(409, "Conflict", message, detailsOf("", "", "", causes));
}
/** 422 with one cause a field error; the message joins them. */
export function invalidStatus(gk: GroupKind, name: string, errors: readonly FieldError[]): StatusAnswer {
  const head = `${groupKindText(gk)} ${goQuote(name)} is invalid`;
  const causes = errors.map((error) => ({ reason: causeReason(error.type), message: errorBody(error), field: error.path === "" ? "<nil>" : error.path }));
  return failure(422, "Invalid", errors.length === 0 ? head : `${head}: ${toAggregateText(errors)}`, detailsOf(name, gk.group, gk.kind, causes));
}
export function badRequest(message: string): StatusAnswer {
  return failure(400, "BadRequest", message, null);
}
export function unauthorized(): StatusAnswer {
  return failure(401, "Unauthorized", "Unauthorized", null);
}
/** `message` is what comes after "is forbidden: ". */
export function forbiddenStatus(gr: GroupResource, name: string, message: string): StatusAnswer {
  const subject = gr.resource === "" ? "forbidden" : name === "" ? `${groupResourceText(gr)} is forbidden` : `${groupResourceText(gr)} ${goQuote(name)} is forbidden`;
  return failure(403, "Forbidden", `${subject}: ${message}`, detailsOf(name, gr.group, gr.resource));
}
/** A resource version that is not kept any more (410, reason Expired): list again. */
export function expired(message: string): StatusAnswer {
  return failure(410, "Expired", message, null);
}
export function gone(message: string): StatusAnswer {
  return failure(410, "Gone", message, null);
}
export function methodNotSupported(gr: GroupResource, verb: string): StatusAnswer {
  return failure(405, "MethodNotAllowed", `${verb} is not supported on resources of kind ${goQuote(groupResourceText(gr))}`, detailsOf("", gr.group, gr.resource));
}
/** No handler for this method on a known path. */
export function methodNotAllowed(): StatusAnswer {
  return failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
}
/** No such path. */
export function noSuchResource(): StatusAnswer {
  return failure(404, "NotFound", "the server could not find the requested resource", {});
}
export function notAcceptable(message: string): StatusAnswer {
  return failure(406, "NotAcceptable", message, null);
}
export function unsupportedMediaType(message: string): StatusAnswer {
  return failure(415, "UnsupportedMediaType", message, null);
}
export function requestEntityTooLarge(message: string): StatusAnswer {
  return failure(413, "RequestEntityTooLarge", `Request entity is too large: ${message}`, null);
}
export function tooManyRequests(message: string, retryAfterSeconds: number): StatusAnswer {
  return failure(429, "TooManyRequests", message, retryAfterSeconds === 0 ? null : detailsOf("", "", "", [], retryAfterSeconds));
}
/** A budget refuses an eviction. */
export function evictionRefused(message: string, causes: readonly StatusCause[], retryAfterSeconds = 0): StatusAnswer {
  return failure(429, "TooManyRequests", message, detailsOf("", "", "", causes, retryAfterSeconds));
}
export function timeoutStatus(message: string, retryAfterSeconds: number): StatusAnswer {
  return failure(504, "Timeout", `Timeout: ${message}`, detailsOf("", "", "", [], retryAfterSeconds));
}
export function serverTimeout(gr: GroupResource, operation: string, retryAfterSeconds: number): StatusAnswer {
  return failure(500, "ServerTimeout", `The ${operation} operation against ${groupResourceText(gr)} could not be completed at this time, please try again.`, detailsOf(operation, gr.group, gr.resource, [], retryAfterSeconds));
}
export function serviceUnavailable(message: string): StatusAnswer {
  return failure(503, "ServiceUnavailable", message, null);
}
export function internalServerError(message: string): StatusAnswer {
  return failure(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });
}
/** An error of upstream that carries no status of its own: 500 without a reason. */
export function plainError(message: string): StatusAnswer {
  return failure(500, "", message, null);
}
export function success(details: JsonObject | null): JsonObject {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", ...(details === null ? {} : { details }) };
}
