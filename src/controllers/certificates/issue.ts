// Follows pkg/controller/certificates/authority/{authority,policies}.go (PermissiveSigningPolicy).
import { sha256 } from "@noble/hashes/sha2.js";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { CertificateSigningRequest } from "../../kinds/certificates/certificatesigningrequest/types.ts";
import { authorityName, ecdsaWithSha256, signedBy } from "../rootcacertpublisher/rootCa.ts";
import { ascii, bitString, certificatePem, element, integer, objectId, sequence, type Bytes } from "./derWriter.ts";
import type { ReadRequest } from "./signerRules.ts";

const longestSeconds = 365 * 86_400;
const backdateSeconds = 300;
/** Shorter certificates do not lose what they are dated back. */
const shortSeconds = 8 * 3600;
const yes = [0x01, 0x01, 0xff];
const purposes: Readonly<Record<string, string>> = { "server auth": "1.3.6.1.5.5.7.3.1", "client auth": "1.3.6.1.5.5.7.3.2" };

/** The PEM of the certificate that a request gets. The same request gets the same one. */
export function issueCertificate(csr: CertificateSigningRequest, request: ReadRequest, seed: number, unixUs: number): string {
  const ttl = Math.min(csr.spec.expirationSeconds ?? longestSeconds, longestSeconds);
  const nowSeconds = Math.floor(unixUs / 1_000_000);
  const until = nowSeconds + (ttl < shortSeconds ? ttl : ttl - backdateSeconds);
  const digest = [...sha256(ascii(csr.metadata.uid))].slice(0, 16);
  const body = sequence(
    element(0xa0, integer(2n)),
    integer(BigInt(`0x${digest.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`) >> 1n),
    ecdsaWithSha256,
    authorityName,
    sequence(time(nowSeconds - backdateSeconds), time(until)),
    request.parts.subject,
    request.parts.publicKey,
    element(0xa3, sequence(...extensions(csr.spec.usages ?? [], request))),
  );
  return certificatePem(signedBy(seed, body, ` ${csr.metadata.uid}`));
}

function extensions(usages: readonly string[], { parts }: ReadRequest): readonly Bytes[] {
  const bits = (usages.includes("digital signature") ? 0x80 : 0) | (usages.includes("key encipherment") ? 0x20 : 0);
  const named = Object.keys(purposes).filter((usage) => usages.includes(usage));
  const found: Bytes[] = [];
  if (bits !== 0) found.push(extension("2.5.29.15", true, bitString([bits], bits === 0x80 ? 7 : 5)));
  if (named.length > 0) found.push(extension("2.5.29.37", false, sequence(...named.map((usage) => objectId(purposes[usage] ?? "")))));
  found.push(extension("2.5.29.19", true, sequence()));
  if (parts.alternativeNames !== null) found.push(extension("2.5.29.17", false, parts.alternativeNames));
  return found;
}

function extension(id: string, isCritical: boolean, value: Bytes): Bytes {
  return sequence(objectId(id), isCritical ? yes : [], element(0x04, value));
}

/** UTCTime until 2049, as RFC 5280 wants it. */
function time(seconds: number): Bytes {
  const digits = formatRfc3339(seconds * 1_000_000).replaceAll("-", "").replaceAll(":", "").replace("T", "");
  return digits < "2050" ? element(0x17, ascii(digits.slice(2))) : element(0x18, ascii(digits));
}
