// Follows apimachinery/pkg/apis/meta/v1/validation/validation.go.
import { forbidden, index, invalid, required } from "../../apimachinery/fieldError.ts";
import { SelectorError, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import { isValidLabelValue, validateLabelName, validateLabels } from "../../apimachinery/names.ts";
import type { LabelSelector } from "../../apimachinery/objectMeta.ts";
import type { FieldError } from "../../apimachinery/status.ts";

export const valuesNeeded = "must be specified when `operator` is 'In' or 'NotIn'";
export const valuesForbidden = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";

export function validateLabelSelector(selector: LabelSelector | undefined, path: string): readonly FieldError[] {
  if (selector === undefined) return [];
  const errors: FieldError[] = [...validateLabels(selector.matchLabels, `${path}.matchLabels`)];
  for (const [at, requirement] of (selector.matchExpressions ?? []).entries()) {
    const own = index(`${path}.matchExpressions`, at);
    const values = requirement.values ?? [];
    const operator = requirement.operator ?? "";
    if (operator === "In" || operator === "NotIn") {
      if (values.length === 0) errors.push(required(`${own}.values`, valuesNeeded));
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (values.length > 0) errors.push(forbidden(`${own}.values`, valuesForbidden));
    } else {
      errors.push(invalid(`${own}.operator`, operator, "not a valid selector operator"));
    }
    errors.push(...validateLabelName(requirement.key ?? "", `${own}.key`));
    for (const [i, value] of values.entries()) for (const message of isValidLabelValue(value)) errors.push(invalid(index(`${own}.values`, i), value, message));
  }
  return errors;
}

/** Whether a selector can be made of it at all. */
export function isUsableSelector(selector: LabelSelector | undefined): boolean {
  try {
    selectorFromLabelSelector(selector);
    return true;
  } catch (error) {
    if (error instanceof SelectorError) return false;
    throw error;
  }
}
