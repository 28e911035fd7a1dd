// Follows pkg/apis/core/validation/events.go.
import type { Json } from "../../../base/json.ts";
import { invalid, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain, isQualifiedName } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { hasKey } from "../../sharing.ts";
import type { Event } from "./types.ts";

const maxTextLength = 128;
const maxNoteLength = 1024;

/** Events of core/v1: the old rules, and those of the new style once an event says when it happened. */
export function validateEvent(event: Event, reporter = "reportingComponent"): readonly FieldError[] {
  const own = event.metadata.namespace ?? "";
  const involved = event.involvedObject.namespace ?? "";
  const mismatch = [invalid("involvedObject.namespace", involved, "does not match event.namespace")];
  const errors: FieldError[] = [];
  if (!hasTime(event)) {
    if (involved === "" ? own !== "" && own !== "default" : own !== involved) errors.push(...mismatch);
  } else {
    if (involved === "" && own !== "default" && own !== "kube-system") errors.push(...mismatch);
    errors.push(...validateReporter(event, reporter));
  }
  return [...errors, ...isDns1123Subdomain(own).map((message) => invalid("namespace", own, message))];
}

function hasTime(event: Event): boolean {
  return hasKey(event, "eventTime") && event.eventTime !== "";
}

function validateReporter(event: Event, reporter: string): readonly FieldError[] {
  const component = event.reportingComponent ?? "";
  const errors: FieldError[] = component === "" ? [required(reporter)] : [];
  for (const message of isQualifiedName(component)) errors.push(invalid(reporter, component, message));
  for (const name of ["reportingInstance", "action", "reason"] as const) {
    const text = event[name] ?? "";
    if (text === "") errors.push(required(name));
    if (text.length > maxTextLength) errors.push(invalid(name, "", `can have at most ${maxTextLength} characters`));
  }
  if ((event.message ?? "").length > maxNoteLength) errors.push(invalid("message", "", `can have at most ${maxNoteLength} characters`));
  return errors;
}

/** Core/v1 lets an update change what it likes, as long as the whole is sound. */
export function validateEventUpdate(event: Event, _old: Event): readonly FieldError[] {
  return validateEvent(event);
}

/** Events that came through events.k8s.io/v1: only the new style. */
export function validateNewEvent(event: Event): readonly FieldError[] {
  const errors: FieldError[] = [...validateEvent(event, "reportingController"), ...validateObjectMeta(event.metadata, true, isDns1123Subdomain, "metadata"), ...validateSeries(event)];
  if (!hasTime(event)) errors.push(required("eventTime"));
  if (event.type !== "Normal" && event.type !== "Warning") errors.push(invalid("type", "", `has invalid value: ${event.type ?? ""}`));
  const unset: readonly (readonly [string, boolean])[] = [
    ["firstTimestamp", hasKey(event, "firstTimestamp")],
    ["lastTimestamp", hasKey(event, "lastTimestamp")],
    ["count", (event.count ?? 0) !== 0],
    ["source", Object.keys(event.source ?? {}).length > 0],
  ];
  for (const [name, isSet] of unset) if (isSet) errors.push(invalid(name, "", "needs to be unset"));
  return errors;
}

function validateSeries(event: Event): readonly FieldError[] {
  if (event.series === undefined) return [];
  const errors: FieldError[] = [];
  const count = event.series.count ?? 0;
  if (count < 2) errors.push(invalid("series.count", "", "should be at least 2"));
  if ((event.series.lastObservedTime ?? "") === "") errors.push(required("series.lastObservedTime"));
  return errors;
}

/** Of an event in the new style only its series may change. */
export function validateNewEventUpdate(event: Event, old: Event): readonly FieldError[] {
  const errors: FieldError[] = [...validateNewEvent(event), ...validateObjectMetaUpdate(event.metadata, old.metadata, "metadata")];
  const kept: readonly (readonly [string, keyof Event])[] = [
    ["involvedObject", "involvedObject"], ["reason", "reason"], ["message", "message"], ["source", "source"], ["firstTimestamp", "firstTimestamp"], ["lastTimestamp", "lastTimestamp"], ["count", "count"],
    ["reportingController", "reportingComponent"], ["reportingInstance", "reportingInstance"], ["type", "type"], ["eventTime", "eventTime"], ["action", "action"], ["related", "related"],
  ];
  for (const [path, name] of kept) errors.push(...validateImmutable((event[name] ?? null) as Json, (old[name] ?? null) as Json, path));
  return errors;
}
