// Follows pkg/apis/storage/validation/validation.go: what classes of storage have in common.
import { invalid, required, tooLong } from "../../apimachinery/fieldError.ts";
import { isQualifiedName, utf8Bytes } from "../../apimachinery/names.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import { sortedKeys } from "../graph/edges.ts";

const mostParameters = 512;
/** Of parameters and of an attachment's metadata alike. */
export const maxMapBytes = 256 * 1024;

export function validateProvisioner(provisioner: string, path: string): readonly FieldError[] {
  const name = provisioner.toLowerCase();
  return name === "" ? [required(path)] : isQualifiedName(name).map((message) => invalid(path, name, message));
}

export function validateParameters(parameters: Readonly<Record<string, string>> | undefined, mayBeEmpty: boolean, path: string): readonly FieldError[] {
  const names = sortedKeys(parameters);
  if (names.length > mostParameters) return [tooLong(path, mostParameters)];
  const errors: FieldError[] = names.includes("") ? [invalid(path, "", "field can not be empty.")] : [];
  if (mapBytes(parameters) > maxMapBytes) errors.push(tooLong(path, maxMapBytes));
  if (!mayBeEmpty && names.length === 0) errors.push(required(path, "must contain at least one key/value pair"));
  return errors;
}

export function mapBytes(map: Readonly<Record<string, string>> | undefined): number {
  return sortedKeys(map).reduce((sum, name) => sum + utf8Bytes(name) + utf8Bytes(map?.[name] ?? ""), 0);
}
