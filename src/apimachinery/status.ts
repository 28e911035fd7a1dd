import type { Json } from "../base/json.ts";

/** Follows apimachinery/pkg/util/validation/field/errors.go. */
export type FieldErrorType = "Required" | "Invalid" | "NotSupported" | "Forbidden" | "Duplicate" | "TooLong" | "TooMany" | "NotFound" | "TypeInvalid" | "InternalError";
export interface FieldError {
  /** "spec.template.spec.containers[0].name" */
  readonly path: string;
  readonly type: FieldErrorType;
  readonly detail: string;
  readonly value?: Json;
}
