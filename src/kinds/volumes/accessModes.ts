// Follows pkg/apis/core/validation/validation.go and pkg/apis/core/helper/helpers.go: what volumes and claims have in common.
import { forbidden, invalid, notSupported, required } from "../../apimachinery/fieldError.ts";
import { isDns1123Subdomain } from "../../apimachinery/names.ts";
import { compareQuantityTexts } from "../../apimachinery/quantity.ts";
import type { FieldError } from "../../apimachinery/status.ts";

const oncePod = "ReadWriteOncePod";
const accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", oncePod];
const volumeModes = ["Block", "Filesystem"];
/** In the order in which a table shows them. */
const shortNames = [["ReadWriteOnce", "RWO"], ["ReadOnlyMany", "ROX"], ["ReadWriteMany", "RWX"], [oncePod, "RWOP"]] as const;

/** How a class of storage was named before it had a field. */
export const betaClassAnnotation = "volume.beta.kubernetes.io/storage-class";
export const oldClassAnnotationWarning = `metadata.annotations[${betaClassAnnotation}]: deprecated since v1.8; use "storageClassName" attribute instead`;

/** `absent` is what is said where there is none. */
export function validateAccessModes(modes: readonly string[] | undefined, absent: string, path: string): readonly FieldError[] {
  return (modes ?? []).length === 0 ? [required(path, absent)] : [];
}

export function validateModeNames(modes: readonly string[] | undefined, path: string): readonly FieldError[] {
  const given = modes ?? [];
  const errors = given.filter((mode) => !accessModes.includes(mode)).map((mode) => notSupported(path, mode, accessModes));
  const mixed = given.includes(oncePod) && given.some((mode) => mode !== oncePod && accessModes.includes(mode));
  return mixed ? [...errors, forbidden(path, "may not use ReadWriteOncePod with other access modes")] : errors;
}

export function validateVolumeMode(mode: string | undefined, path: string): readonly FieldError[] {
  return mode === undefined || volumeModes.includes(mode) ? [] : [notSupported(path, mode, volumeModes)];
}

/** The name of a class; an empty one is no name. */
export function validateClassName(name: string | undefined, path: string): readonly FieldError[] {
  return (name ?? "") === "" ? [] : isDns1123Subdomain(name ?? "").map((message) => invalid(path, name ?? "", message));
}

export function validatePositiveQuantity(text: string, path: string): readonly FieldError[] {
  return compareQuantityTexts(text, "0") <= 0 ? [invalid(path, text, "must be greater than zero")] : [];
}

/** "RWO,ROX". */
export function accessModesText(modes: readonly string[] | undefined): string {
  return shortNames.filter(([mode]) => (modes ?? []).includes(mode)).map(([, short]) => short).join(",");
}
