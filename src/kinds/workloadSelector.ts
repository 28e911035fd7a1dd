// Follows pkg/apis/apps/validation/validation.go: the selectors of Deployments and ReplicaSets.
import type { Json } from "../base/json.ts";
import { invalid, required } from "../apimachinery/fieldError.ts";
import type { LabelSelector } from "../apimachinery/objectMeta.ts";
import type { FieldError } from "../apimachinery/status.ts";
import { isUsableSelector, validateLabelSelector } from "./metadata/labelSelector.ts";

/** The selector of a Deployment or ReplicaSet: upstream says "deployment" for both. */
export function validateWorkloadSelector(selector: LabelSelector | undefined, path: string): readonly FieldError[] {
  if (selector === undefined) return [required(path)];
  const errors: FieldError[] = [...validateLabelSelector(selector, path)];
  const shown = selector as Json;
  if (Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0) errors.push(invalid(path, shown, "empty selector is invalid for deployment"));
  if (!isUsableSelector(selector)) errors.push(invalid(path, shown, "invalid label selector"));
  return errors;
}
