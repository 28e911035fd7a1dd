// Follows pkg/apis/core/validation/validation.go (ValidateSecret) and pkg/api/secret/warnings.go.
import { forbidden, invalid, key as keyPath, required, tooLong } from "../../../apimachinery/fieldError.ts";
import { jsonSyntaxError } from "../../../apimachinery/jsonSyntax.ts";
import { isConfigMapKey, isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { deepEqual } from "../../../base/deepEqual.ts";
import { base64Bytes, decodeBase64 } from "../../base64.ts";
import { sortedKeys } from "../../graph/edges.ts";
import { fieldImmutableMessage, validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import type { Secret } from "./types.ts";

const maxSizeBytes = 1024 * 1024;
const redacted = "<secret contents redacted>";

export function validateSecret(secret: Secret): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMeta(secret.metadata, true, isDns1123Subdomain, "metadata")];
  let sizeBytes = 0;
  for (const name of sortedKeys(secret.data)) {
    for (const message of isConfigMapKey(name)) errors.push(invalid(keyPath("data", name), name, message));
    sizeBytes += base64Bytes(secret.data?.[name] ?? "");
  }
  if (sizeBytes > maxSizeBytes) errors.push(tooLong("data", maxSizeBytes));
  return [...errors, ...validateType(secret)];
}

function validateType(secret: Secret): readonly FieldError[] {
  const data = secret.data ?? {};
  const lacking = (name: string): readonly FieldError[] => (data[name] === undefined ? [required(keyPath("data", name))] : []);
  switch (secret.type) {
    case "kubernetes.io/service-account-token":
      return (secret.metadata.annotations?.["kubernetes.io/service-account.name"] ?? "") === "" ? [required("metadata.annotations[kubernetes.io/service-account.name]")] : [];
    case "kubernetes.io/dockercfg":
      return validateJson(secret, ".dockercfg");
    case "kubernetes.io/dockerconfigjson":
      return validateJson(secret, ".dockerconfigjson");
    case "kubernetes.io/basic-auth":
      return data.username === undefined && data.password === undefined ? [required(keyPath("data", "username")), required(keyPath("data", "password"))] : [];
    case "kubernetes.io/ssh-auth":
      return (data["ssh-privatekey"] ?? "") === "" ? [required(keyPath("data", "ssh-privatekey"))] : [];
    case "kubernetes.io/tls":
      return [...lacking("tls.crt"), ...lacking("tls.key")];
    default:
      return [];
  }
}

function validateJson(secret: Secret, name: string): readonly FieldError[] {
  const encoded = secret.data?.[name];
  if (encoded === undefined) return [required(keyPath("data", name))];
  const fault = jsonSyntaxError(decodeBase64(encoded));
  return fault === null ? [] : [invalid(keyPath("data", name), redacted, fault)];
}

export function validateSecretUpdate(secret: Secret, old: Secret): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(secret.metadata, old.metadata, "metadata"), ...validateImmutable(secret.type ?? "", old.type ?? "", "type")];
  if (old.immutable === true) {
    if (secret.immutable !== true) errors.push(forbidden("immutable", `${fieldImmutableMessage} when \`immutable\` is set`));
    if (!deepEqual(secret.data ?? {}, old.data ?? {})) errors.push(forbidden("data", `${fieldImmutableMessage} when \`immutable\` is set`));
  }
  return [...errors, ...validateSecret(secret)];
}

export function secretWarnings(secret: Secret): readonly string[] {
  const data = secret.data ?? {};
  if (secret.type !== "kubernetes.io/tls") return [];
  const isSecretEmpty = (data["tls.crt"] ?? "") === "" || (data["tls.key"] ?? "") === "";
  if (isSecretEmpty) return [];
  return decodeBase64(data["tls.crt"] ?? "").includes("-----BEGIN CERTIFICATE-----") && decodeBase64(data["tls.key"] ?? "").includes("-----BEGIN ") ? [] : ["tls: failed to find any PEM data in certificate input"];
}
