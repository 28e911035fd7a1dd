// Follows pkg/apis/apps/validation/validation.go: numbers that may be given as a share of the replicas.
import { invalid } from "../apimachinery/fieldError.ts";
import { isValidPercent } from "../apimachinery/names.ts";
import type { FieldError } from "../apimachinery/status.ts";
import { validateNonnegative } from "./metadata/validate.ts";

export type IntOrPercent = number | string;

/** A number that is not negative, or a percentage. */
export function validateIntOrPercent(value: IntOrPercent, path: string): readonly FieldError[] {
  return typeof value === "number" ? validateNonnegative(value, path) : isValidPercent(value).map((message) => invalid(path, value, message));
}

export function validateAtMostAll(value: IntOrPercent, path: string): readonly FieldError[] {
  return typeof value === "string" && isValidPercent(value).length === 0 && intOrPercentAmount(value) > 100 ? [invalid(path, value, "must not be greater than 100%")] : [];
}

/** The number, or that before the percent sign; 0 for a text that is neither. */
export function intOrPercentAmount(value: IntOrPercent): number {
  if (typeof value === "number") return value;
  if (isValidPercent(value).length === 0) return Number(value.slice(0, -1));
  return /^[+-]?\d+$/.test(value) ? Number(value) : 0;
}
