// Follows pkg/apis/apps/validation/validation.go and pkg/apis/core/validation/validation.go: the counts that controllers write into a status.
import { invalid } from "../apimachinery/fieldError.ts";
import type { FieldError } from "../apimachinery/status.ts";
import { validateNonnegative } from "./metadata/validate.ts";

type Counts = Readonly<Record<string, unknown>>;

/** None of the counts may be negative. */
export function validateCounts(status: Counts, names: readonly string[]): readonly FieldError[] {
  return names.flatMap((name) => validateNonnegative(countOf(status, name), `status.${name}`));
}

/** None of the counts may be above another one. */
export function validateNotAbove(status: Counts, names: readonly string[], limit: string, message: string): readonly FieldError[] {
  return names.filter((name) => countOf(status, name) > countOf(status, limit)).map((name) => invalid(`status.${name}`, countOf(status, name), message));
}

/** Collisions of names that were seen stay seen. */
export function validateCollisions(status: Counts, old: Counts): readonly FieldError[] {
  const before = old["collisionCount"];
  return typeof before === "number" && (status["collisionCount"] === undefined || countOf(status, "collisionCount") < before) ? [invalid("status.collisionCount", countOf(status, "collisionCount"), "cannot be decremented")] : [];
}

function countOf(status: Counts, name: string): number {
  const value = status[name];
  return typeof value === "number" ? value : 0;
}
