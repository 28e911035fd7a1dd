// Follows pkg/apis/certificates/helpers.go (ParseCSR) and crypto/x509 of Go (ParseCertificateRequest, CheckSignature).
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { decodeBase64 } from "../base64.ts";
import { childrenOf, DerError, derTags, numberOf, objectIdText, pemBlocks, readElement, type DerElement } from "./der.ts";

/** What of a certificate request admission looks at. */
export interface ParsedRequest {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

export type RequestResult = { readonly ok: true; readonly request: ParsedRequest } | { readonly ok: false; readonly fault: string };

const commonNameId = "2.5.4.3";
const organizationId = "2.5.4.10";
/** RSA with PKCS #1 padding: the hash, and what stands before it in the signed block. */
const rsaHashes: Readonly<Record<string, readonly [hash: (bytes: Uint8Array) => Uint8Array, prefix: string]>> = {
  "1.2.840.113549.1.1.11": [sha256, "3031300d060960864801650304020105000420"],
  "1.2.840.113549.1.1.12": [sha384, "3041300d060960864801650304020205000430"],
  "1.2.840.113549.1.1.13": [sha512, "3051300d060960864801650304020305000440"],
};
/** Longer keys are not computed with: a request could keep the server busy. */
const mostKeyBits = 8192;

/** Parses spec.request (base64 of a PEM block) and checks an RSA signature. Differs: other signatures are taken on trust. */
export function parseCertificateRequest(encoded: string): RequestResult {
  const [block] = pemBlocks(decodeBase64(encoded));
  if (block === undefined || block.type !== "CERTIFICATE REQUEST") return { ok: false, fault: "PEM block type must be CERTIFICATE REQUEST" };
  try {
    return parse(block.bytes);
  } catch (error) {
    if (error instanceof DerError) return { ok: false, fault: error.message };
    throw error;
  }
}

function parse(bytes: readonly number[]): RequestResult {
  const whole = readElement(bytes, 0, bytes.length, derTags.sequence);
  if (whole.end < bytes.length) throw new DerError("asn1: syntax error: trailing data");
  const info = readElement(bytes, whole.contentStart, whole.end, derTags.sequence);
  const algorithm = readElement(bytes, info.end, whole.end, derTags.sequence);
  const signature = readElement(bytes, algorithm.end, whole.end, derTags.bitString);
  const version = readElement(bytes, info.contentStart, info.end, derTags.integer);
  const subject = readElement(bytes, version.end, info.end, derTags.sequence);
  const publicKey = readElement(bytes, subject.end, info.end, derTags.sequence);
  const algorithmId = objectIdText(bytes, readElement(bytes, algorithm.contentStart, algorithm.end, derTags.objectId));
  const rsa = rsaHashes[algorithmId];
  if (rsa !== undefined && Object.hasOwn(rsaHashes, algorithmId) && !isRsaSigned(bytes, info, signature, publicKey, rsa)) return { ok: false, fault: "crypto/rsa: verification error" };
  return { ok: true, request: subjectOf(bytes, subject) };
}

function subjectOf(bytes: readonly number[], subject: DerElement): ParsedRequest {
  let commonName = "";
  const organizations: string[] = [];
  for (const set of childrenOf(bytes, subject)) {
    for (const pair of childrenOf(bytes, set)) {
      const [type, value] = childrenOf(bytes, pair);
      if (type === undefined || value === undefined || type.tag !== derTags.objectId) throw new DerError("x509: invalid RDNSequence: invalid attribute type");
      const id = objectIdText(bytes, type);
      if (id === commonNameId) commonName = textOf(bytes, value);
      else if (id === organizationId) organizations.push(textOf(bytes, value));
    }
  }
  return { commonName, organizations };
}

/** Names of users and groups are ASCII; other bytes are shown as they are. */
function textOf(bytes: readonly number[], element: DerElement): string {
  return String.fromCharCode(...bytes.slice(element.contentStart, element.end));
}

function isRsaSigned(bytes: readonly number[], info: DerElement, signature: DerElement, publicKey: DerElement, [hash, prefix]: readonly [hash: (bytes: Uint8Array) => Uint8Array, prefix: string]): boolean {
  const [, keyBits] = childrenOf(bytes, publicKey);
  if (keyBits === undefined || keyBits.tag !== derTags.bitString) throw new DerError("x509: invalid RSA public key");
  const key = readElement(bytes, keyBits.contentStart + 1, keyBits.end, derTags.sequence);
  const modulusAt = readElement(bytes, key.contentStart, key.end, derTags.integer);
  const exponentAt = readElement(bytes, modulusAt.end, key.end, derTags.integer);
  const modulus = numberOf(bytes, modulusAt.contentStart, modulusAt.end);
  const exponent = numberOf(bytes, exponentAt.contentStart, exponentAt.end);
  const length = Math.ceil(modulus.toString(2).length / 8);
  if (length * 8 > mostKeyBits || modulus <= 1n || exponent > 0x7fffffffn) return false;
  const opened = power(numberOf(bytes, signature.contentStart + 1, signature.end), exponent, modulus).toString(16).padStart(length * 2, "0");
  const digest = Array.from(hash(Uint8Array.from(bytes.slice(info.start, info.end))), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const ending = `00${prefix}${digest}`;
  return opened === `0001${"f".repeat(Math.max(0, length * 2 - 4 - ending.length))}${ending}`;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base % modulus, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % modulus) if ((rest & 1n) === 1n) result = (result * square) % modulus;
  return result;
}
