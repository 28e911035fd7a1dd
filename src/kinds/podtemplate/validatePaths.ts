// Follows pkg/apis/core/validation/validation.go: paths inside volumes.
import { invalid } from "../../apimachinery/fieldError.ts";
import type { FieldError } from "../../apimachinery/status.ts";

/** No ".." among the parts of a path. */
export function validateNoBacksteps(text: string, path: string): readonly FieldError[] {
  return text.split("/").includes("..") ? [invalid(path, text, "must not contain '..'")] : [];
}

/** A path that stays below where it starts. */
export function validateDescendingPath(text: string, path: string): readonly FieldError[] {
  return [...(text.startsWith("/") ? [invalid(path, text, "must be a relative path")] : []), ...validateNoBacksteps(text, path)];
}

/** The same, and not beginning with ".." either: such names are the volume's own. */
export function validateLocalPath(text: string, path: string): readonly FieldError[] {
  const errors = validateDescendingPath(text, path);
  return text.startsWith("..") && !text.startsWith("../") ? [...errors, invalid(path, text, "must not start with '..'")] : errors;
}
