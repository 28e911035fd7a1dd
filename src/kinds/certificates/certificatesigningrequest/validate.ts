// Follows pkg/apis/certificates/validation/validation.go and pkg/apis/core/validation/validation.go (ValidateSignerName).
import { deepEqual } from "../../../base/deepEqual.ts";
import { duplicate, forbidden, index, invalid, notSupported, required, tooLong } from "../../../apimachinery/fieldError.ts";
import { goQuote } from "../../../apimachinery/goFormat.ts";
import { isDns1123Label, isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { decodeBase64 } from "../../base64.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { DerError, derTags, pemBlocks, readElement } from "../der.ts";
import { parseCertificateRequest } from "../parseRequest.ts";
import type { CertificateCondition, CertificateSigningRequest } from "./types.ts";

const usages = [
  "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment", "decipher only", "digital signature", "email protection", "encipher only", "ipsec end system",
  "ipsec tunnel", "ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime", "server auth", "signing", "timestamping",
];
const legacySigner = "kubernetes.io/legacy-unknown";
const trueTypes = ["Approved", "Denied", "Failed"];
const leastSeconds = 600;
const maxDomain = 253;
const maxSignerName = maxDomain + 253 + 63 + 1 + 1;

/** What an update may do depends on where it comes in. */
export type UpdatedPart = "object" | "status" | "approval";

export function validateRequest(csr: CertificateSigningRequest): readonly FieldError[] {
  return validate(csr, null);
}

export function validateRequestUpdate(part: UpdatedPart): (csr: CertificateSigningRequest, old: CertificateSigningRequest) => readonly FieldError[] {
  return (csr, old) => {
    const errors: FieldError[] = [...validate(csr, old)];
    const path = "status.conditions";
    for (const type of trueTypes) if (ofType(csr, type).length < ofType(old, type).length) errors.push(forbidden(path, `updates may not remove a condition of type ${goQuote(type)}`));
    if (part !== "approval") {
      for (const type of ["Approved", "Denied"]) {
        const [before, after] = [ofType(old, type), ofType(csr, type)];
        if (after.length > before.length) errors.push(forbidden(path, `updates may not add a condition of type ${goQuote(type)}`));
        // Differs: upstream's message goes on with a diff of the two.
        else if (after.length === before.length && !deepEqual(before, after)) errors.push(forbidden(path, `updates may not modify a condition of type ${goQuote(type)}`));
      }
    }
    const certificate = csr.status?.certificate ?? "";
    const before = old.status?.certificate ?? "";
    if (certificate !== before) {
      if (part !== "status") errors.push(forbidden("status.certificate", "updates may not set certificate content"));
      else if (before !== "") errors.push(forbidden("status.certificate", "updates may not modify existing certificate content"));
    }
    return [...errors, ...validateObjectMetaUpdate(csr.metadata, old.metadata, "metadata")];
  };
}

function ofType(csr: CertificateSigningRequest, type: string): readonly CertificateCondition[] {
  return (csr.status?.conditions ?? []).filter((condition) => condition.type === type);
}

/** Faults that the stored object already has are let be. */
function validate(csr: CertificateSigningRequest, old: CertificateSigningRequest | null): readonly FieldError[] {
  const { request = "", signerName = "", expirationSeconds } = csr.spec;
  const errors: FieldError[] = [...validateObjectMeta(csr.metadata, false, () => [], "metadata")];
  const parsed = old?.spec.request === request ? null : parseCertificateRequest(request);
  if (parsed?.ok === false) errors.push(invalid("spec.request", request, parsed.fault));
  errors.push(...validateUsages(csr.spec.usages ?? [], old?.spec.usages ?? []));
  if (signerName === legacySigner && old?.spec.signerName !== legacySigner) errors.push(invalid("spec.signerName", signerName, "the legacy signerName is not allowed via this API version"));
  else errors.push(...validateSignerName(signerName, "spec.signerName"));
  if (expirationSeconds !== undefined && expirationSeconds < leastSeconds) errors.push(invalid("spec.expirationSeconds", expirationSeconds, "may not specify a duration less than 600 seconds (10 minutes)"));
  errors.push(...validateConditions(csr.status?.conditions ?? [], old?.status?.conditions ?? []));
  const certificate = csr.status?.certificate ?? "";
  const fault = old !== null && certificate === (old.status?.certificate ?? "") ? null : certificateFault(certificate);
  if (fault !== null) errors.push(invalid("status.certificate", "<certificate data>", fault));
  return errors;
}

function hasDuplicates(items: readonly string[]): boolean {
  return new Set(items).size !== items.length;
}

function validateUsages(given: readonly string[], before: readonly string[]): readonly FieldError[] {
  const path = "spec.usages";
  if (given.length === 0) return [required(path)];
  const errors: FieldError[] = [];
  if (before.every((usage) => usages.includes(usage))) for (const [at, usage] of given.entries()) if (!usages.includes(usage)) errors.push(notSupported(index(path, at), usage, usages));
  if (!hasDuplicates(before)) for (const [at, usage] of given.entries()) if (given.indexOf(usage) < at) errors.push(duplicate(index(path, at), usage));
  return errors;
}

function validateSignerName(name: string, path: string): readonly FieldError[] {
  if (name === "") return [required(path)];
  const [domain = "", rest = "", ...more] = name.split("/");
  if (!name.includes("/") || more.length > 0) return [invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  const errors: FieldError[] = domain.length > maxDomain ? [tooLong(path, maxDomain)] : [];
  const judge = (part: string, rule: (label: string) => readonly string[]): void => {
    for (const label of part.split(".")) for (const message of rule(label)) errors.push(invalid(path, part, `validating label ${goQuote(label)}: ${message}`));
  };
  judge(domain, isDns1123Label);
  if (!domain.includes(".")) errors.push(invalid(path, domain, "should be a domain with at least two segments separated by dots"));
  judge(rest, isDns1123Subdomain);
  return name.length > maxSignerName ? [...errors, tooLong(path, maxSignerName)] : errors;
}

function validateConditions(conditions: readonly CertificateCondition[], before: readonly CertificateCondition[]): readonly FieldError[] {
  const errors: FieldError[] = [];
  const typesBefore = before.map((condition) => condition.type ?? "");
  const bothBefore = typesBefore.includes("Approved") && typesBefore.includes("Denied");
  const seen = new Set<string>();
  for (const [at, condition] of conditions.entries()) {
    const path = index("status.conditions", at);
    const { type = "", status = "" } = condition;
    if (type === "" && !typesBefore.includes("")) errors.push(required(`${path}.type`));
    const allowed = trueTypes.includes(type) ? ["True"] : ["False", "True", "Unknown"];
    if (status === "") errors.push(required(`${path}.status`));
    else if (!allowed.includes(status)) errors.push(notSupported(`${path}.status`, status, allowed));
    const other = type === "Approved" ? "Denied" : type === "Denied" ? "Approved" : null;
    if (!bothBefore && other !== null && seen.has(other)) errors.push(invalid(`${path}.type`, type, "Approved and Denied conditions are mutually exclusive"));
    if (!hasDuplicates(typesBefore) && seen.has(type)) errors.push(duplicate(`${path}.type`, type));
    seen.add(type);
  }
  return errors;
}

function certificateFault(encoded: string): string | null {
  if (encoded === "") return null;
  const blocks = pemBlocks(decodeBase64(encoded));
  for (const block of blocks) {
    if (block.type !== "CERTIFICATE") return `only CERTIFICATE PEM blocks are allowed, found ${goQuote(block.type)}`;
    if (block.hasHeaders) return "no PEM block headers are permitted";
    if (block.bytes.length === 0) return "found CERTIFICATE PEM block containing 0 certificates";
    try {
      readElement(block.bytes, 0, block.bytes.length, derTags.sequence);
    } catch (error) {
      if (error instanceof DerError) return "x509: malformed certificate";
      throw error;
    }
  }
  return blocks.length === 0 ? "must contain at least one CERTIFICATE PEM block" : null;
}
