import { extended } from "../../base/extended.ts";
import { forbidden, notSupported } from "../../apimachinery/fieldError.ts";
import { parseSelector, SelectorError } from "../../apimachinery/labels.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import { badRequest, invalidStatus } from "../../apimachinery/statusErrors.ts";
import { refuse, type RequestContext, type Target } from "../requestContext.ts";
import { parseFieldSelector, selectionOf, type FieldRequirement, type Selection } from "../watch/selection.ts";

export interface ListOptions {
  readonly labelSelector: string;
  readonly fields: readonly FieldRequirement[];
  readonly selection: Selection;
  readonly resourceVersion: string;
  /** 0 where none is given. */
  readonly revision: number;
  readonly match: string;
  readonly limit: number;
  readonly continue: string;
  readonly bookmarks: boolean;
  readonly sendInitialEvents: boolean | null;
  readonly timeoutSeconds: number | null;
}

/** Follows apimachinery/pkg/apis/meta/internalversion/validation/validation.go. */
export function listOptions(rc: RequestContext, target: Target, watch: boolean): ListOptions {
  const { query } = rc.request;
  const text = (key: string): string => query[key] ?? "";
  const limit = integer(text("limit")) ?? 0;
  const timeoutSeconds = integer(text("timeoutSeconds"));
  const labelSelector = text("labelSelector");
  try {
    if (labelSelector !== "") parseSelector(labelSelector);
  } catch (error) {
    if (error instanceof SelectorError) refuse(badRequest(error.message));
    throw error;
  }
  const fields = fieldRequirements(target, text("fieldSelector"));
  const sendInitialEvents = text("sendInitialEvents") === "" ? null : parseBool(text("sendInitialEvents"));
  const options = {
    labelSelector, fields, selection: selectionOf(target.namespace, labelSelector, withName(target, fields)),
    resourceVersion: text("resourceVersion"), match: text("resourceVersionMatch"), limit: Math.max(0, limit), continue: text("continue"),
    bookmarks: parseBool(text("allowWatchBookmarks")), sendInitialEvents, timeoutSeconds,
  };
  const errors = watch ? watchErrors(options) : listErrors(options);
  if (errors.length > 0) refuse(invalidStatus({ group: "meta.k8s.io", kind: "ListOptions" }, "", errors));
  return extended(options, { revision: revisionOf(options.resourceVersion) });
}

/** A watch of one object by path is a field selector on its name. */
function withName(target: Target, fields: readonly FieldRequirement[]): readonly FieldRequirement[] {
  return target.name === "" ? fields : [...fields, { field: "metadata.name", negated: false, value: target.name }];
}

function integer(text: string): number | null {
  if (text === "") return null;
  if (!/^[+-]?[0-9]+$/.test(text)) refuse(badRequest(`strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`));
  return Number(text);
}

/** As Go's query conversion reads a boolean: all but "false" and "0" is true. */
export function parseBool(text: string): boolean {
  return text !== "" && text !== "0" && text.toLowerCase() !== "false";
}

export function fieldRequirements(target: Target, text: string): readonly FieldRequirement[] {
  if (text === "") return [];
  const requirements = parseFieldSelector(text);
  if (typeof requirements === "string") refuse(badRequest(requirements));
  const known = target.resource.kind.selectableFields;
  for (const { field } of requirements) {
    if (field === "metadata.name" || (field === "metadata.namespace" && target.resource.namespaced) || field in known) continue;
    if (Object.keys(known).length > 0) refuse(badRequest(`field label not supported: ${field}`));
    refuse(badRequest(`${goQuote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`));
  }
  return requirements;
}

type Checked = Omit<ListOptions, "revision">;

function listErrors(options: Checked): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { match, resourceVersion } = options;
  if (match !== "") {
    if (resourceVersion === "") errors.push(forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"));
    if (options.continue !== "") errors.push(forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
    if (match !== "Exact" && match !== "NotOlderThan") errors.push(notSupported("resourceVersionMatch", match, ["Exact", "NotOlderThan", ""]));
    if (match === "Exact" && resourceVersion === "0") errors.push(forbidden("resourceVersionMatch", 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (options.sendInitialEvents !== null) errors.push(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  return errors;
}

function watchErrors(options: Checked): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { match, sendInitialEvents } = options;
  if (sendInitialEvents !== null) {
    if (match !== "NotOlderThan") errors.push(forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    if (match !== "" && match !== "NotOlderThan") errors.push(notSupported("resourceVersionMatch", match, ["NotOlderThan"]));
  } else if (match !== "") {
    errors.push(forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
  }
  return errors;
}

export function invalidVersionText(text: string): string {
  return `resourceVersion: Invalid value: ${goQuote(text)}: strconv.ParseUint: parsing ${goQuote(text)}: invalid syntax`;
}

function revisionOf(text: string): number {
  if (text === "") return 0;
  if (!/^[0-9]+$/.test(text)) refuse(badRequest(`invalid resource version: ${invalidVersionText(text)}`));
  return Number(text);
}
