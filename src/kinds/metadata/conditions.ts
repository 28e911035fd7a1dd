// Follows apimachinery/pkg/apis/meta/v1/validation/validation.go ValidateConditions: the conditions that all API groups share.
import { duplicate, index, invalid, notSupported, required, tooLong } from "../../apimachinery/fieldError.ts";
import { regexError, validateLabelName } from "../../apimachinery/names.ts";
import type { FieldError } from "../../apimachinery/status.ts";

/** metav1.Condition. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}

const reasonPattern = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
const reason = new RegExp(`^(?:${reasonPattern})$`);
const reasonMessage = "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'";
const longestReason = 1024;
const longestMessage = 32 * 1024;

export function validateConditions(conditions: readonly Condition[] | undefined, path: string): readonly FieldError[] {
  const seen = new Set<string>();
  return (conditions ?? []).flatMap((condition, at) => {
    const own = index(path, at);
    const errors: FieldError[] = seen.has(condition.type) ? [duplicate(`${own}.type`, condition.type)] : [];
    seen.add(condition.type);
    return [...errors, ...validateCondition(condition, own)];
  });
}

function validateCondition(condition: Condition, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateLabelName(condition.type ?? "", `${path}.type`)];
  if (!["False", "True", "Unknown"].includes(condition.status)) errors.push(notSupported(`${path}.status`, condition.status ?? "", ["False", "True", "Unknown"]));
  if ((condition.observedGeneration ?? 0) < 0) errors.push(invalid(`${path}.observedGeneration`, condition.observedGeneration, "must be greater than or equal to zero"));
  if ((condition.lastTransitionTime ?? null) === null) errors.push(required(`${path}.lastTransitionTime`, "must be set"));
  const why = condition.reason ?? "";
  if (why === "") errors.push(required(`${path}.reason`, "must be set"));
  else {
    if (!reason.test(why)) errors.push(invalid(`${path}.reason`, why, regexError(reasonMessage, reasonPattern, "my_name", "MY_NAME", "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB")));
    if (why.length > longestReason) errors.push(tooLong(`${path}.reason`, longestReason));
  }
  if ((condition.message ?? "").length > longestMessage) errors.push(tooLong(`${path}.message`, longestMessage));
  return errors;
}
