// Follows pkg/apis/core/validation/events.go.
import { forbidden, invalid, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Label, isQualifiedName } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateImmutable } from "../../metadata/validate.ts";
import { hasKey } from "../../sharing.ts";
import type { Event } from "./types.ts";

/** Kinds of the cluster's own, whose events live in the namespace "default". */
const clusterKinds: ReadonlySet<string> = new Set(["Node", "Namespace", "PersistentVolume", "PriorityClass", "IngressClass", "StorageClass", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "APIService"]);

export function validateEvent(event: Event): readonly FieldError[] {
  const errors: FieldError[] = [...validateInvolvedNamespace(event)];
  // Events in the new style say when they happened; then the new rules hold.
  if (!hasTime(event)) return errors;
  const component = event.reportingComponent ?? "";
  if (component === "") errors.push(required("reportingComponent"));
  for (const message of isQualifiedName(component)) errors.push(invalid("reportingComponent", component, message));
  errors.push(...validateText("reportingInstance", event.reportingInstance, 128), ...validateText("action", event.action, 128), ...validateText("reason", event.reason, 128));
  if ((event.message ?? "").length > 1024) errors.push(invalid("message", "", "can have at most 1024 characters"));
  return errors;
}

function hasTime(event: Event): boolean {
  return hasKey(event, "eventTime");
}

function validateText(path: string, text: string | undefined, most: number): readonly FieldError[] {
  if ((text ?? "") === "") return [required(path)];
  return (text ?? "").length > most ? [invalid(path, "", `can have at most ${most} characters`)] : [];
}

function validateInvolvedNamespace(event: Event): readonly FieldError[] {
  const involved = event.involvedObject.namespace ?? "";
  const own = event.metadata.namespace ?? "";
  const path = "involvedObject.namespace";
  if (involved === "") {
    // Objects of the cluster have their events in "default"; components in the new style may also use kube-system.
    const allowed = own === "" || own === "default" || (hasTime(event) && own === "kube-system");
    return allowed ? [] : [invalid(path, involved, "does not match event.namespace")];
  }
  if (clusterKinds.has(event.involvedObject.kind ?? "")) return [invalid(path, involved, `not allowed for kind ${event.involvedObject.kind ?? ""}`)];
  if (own !== involved) return [invalid(path, involved, "does not match event.namespace")];
  return isDns1123Label(own).map((message) => invalid("namespace", own, message));
}

export function validateEventUpdate(event: Event, old: Event): readonly FieldError[] {
  if (!hasTime(event)) return validateInvolvedNamespace(event);
  const errors: FieldError[] = [];
  for (const name of ["involvedObject", "reason", "reportingComponent", "reportingInstance", "action", "related", "type", "message"] as const) {
    errors.push(...validateImmutable((event[name] ?? null) as string | null, (old[name] ?? null) as string | null, name));
  }
  if (old.series !== undefined && event.series === undefined) errors.push(forbidden("series", "may not be removed"));
  return errors;
}
