// Follows pkg/apis/core/validation/validation.go: namespaces.
import { index, invalid } from "../../../apimachinery/fieldError.ts";
import { isDns1123Label, isQualifiedName } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import type { Namespace } from "./types.ts";

export function validateNamespace(namespace: Namespace): readonly FieldError[] {
  return [...validateObjectMeta(namespace.metadata, false, isDns1123Label, "metadata"), ...validateFinalizers(namespace.spec.finalizers)];
}

export function validateNamespaceUpdate(namespace: Namespace, old: Namespace): readonly FieldError[] {
  return validateObjectMetaUpdate(namespace.metadata, old.metadata, "metadata");
}

export function validateNamespaceStatusUpdate(namespace: Namespace, old: Namespace): readonly FieldError[] {
  const errors = [...validateObjectMetaUpdate(namespace.metadata, old.metadata, "metadata")];
  const phase = namespace.status?.phase ?? "";
  const leaving = namespace.metadata.deletionTimestamp !== undefined;
  if (!leaving && phase !== "Active") errors.push(invalid("status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty"));
  if (leaving && phase !== "Terminating") errors.push(invalid("status.Phase", phase, "may only be 'Terminating' if `deletionTimestamp` is not empty"));
  return errors;
}

export function validateNamespaceFinalize(namespace: Namespace, old: Namespace): readonly FieldError[] {
  return [...validateObjectMetaUpdate(namespace.metadata, old.metadata, "metadata"), ...validateFinalizers(namespace.spec.finalizers, true)];
}

/** Creation names the list, the finalize subresource the entry. */
function validateFinalizers(finalizers: readonly string[] | undefined, byEntry = false): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [at, name] of (finalizers ?? []).entries()) {
    const path = byEntry ? index("spec.finalizers", at) : "spec.finalizers";
    for (const message of isQualifiedName(name)) errors.push(invalid(path, name, message));
    if (!name.includes("/") && name !== "kubernetes") errors.push(invalid(path, name, "name is neither a standard finalizer name nor is it fully qualified"));
  }
  return errors;
}
