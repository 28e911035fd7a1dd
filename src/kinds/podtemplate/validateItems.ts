// Follows pkg/apis/core/validation/validation.go: which keys become which files.
import { index, invalid, required } from "../../apimachinery/fieldError.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { KeyToPath } from "../core/pod/types.ts";
import { validateLocalPath } from "./validatePaths.ts";

export function validateMode(mode: number | undefined, path: string): readonly FieldError[] {
  return mode !== undefined && (mode < 0 || mode > 0o777) ? [invalid(path, mode, "must be a number between 0 and 0777 (octal), both inclusive")] : [];
}

export function validateItems(items: readonly KeyToPath[] | undefined, path: string): readonly FieldError[] {
  return (items ?? []).flatMap((item, at) => validateItem(item, index(path, at)));
}

export function validateItem(item: KeyToPath, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if ((item.key ?? "") === "") errors.push(required(`${path}.key`));
  if ((item.path ?? "") === "") errors.push(required(`${path}.path`));
  return [...errors, ...validateLocalPath(item.path ?? "", `${path}.path`), ...validateMode(item.mode, `${path}.mode`)];
}
