// Follows pkg/apis/certificates/helpers.go (ParseCSR) and crypto/x509 of Go (ParseCertificateRequest, CheckSignature).
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { decodeBase64 } from "../base64.ts";
import { ecdsaFault, ecdsaHashes } from "./ecdsa.ts";
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

/** Parses spec.request (base64 of a PEM block) and checks a signature of RSA with PKCS #1 padding or of ECDSA. Differs: others (PSS, Ed25519) are taken on trust. */
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
  const fault = signatureFault(bytes, { info, signature, publicKey, algorithmId });
  if (fault !== null) return { ok: false, fault };
  return { ok: true, request: subjectOf(bytes, subject) };
}

interface Signed {
  readonly info: DerElement;
  readonly signature: DerElement;
  readonly publicKey: DerElement;
  readonly algorithmId: string;
}

/** What is wrong with the signature; null where it is right, and where it is of a sort that is not checked. */
function signatureFault(bytes: readonly number[], { info, signature, publicKey, algorithmId }: Signed): string | null {
  const rsa = Object.hasOwn(rsaHashes, algorithmId) ? rsaHashes[algorithmId] : undefined;
  const ecdsa = Object.hasOwn(ecdsaHashes, algorithmId) ? ecdsaHashes[algorithmId] : undefined;
  if (rsa === undefined && ecdsa === undefined) return null;
  const [keyAlgorithm, keyBits] = childrenOf(bytes, publicKey);
  const [keyType, curve] = keyAlgorithm === undefined ? [] : childrenOf(bytes, keyAlgorithm);
  const keyId = keyType === undefined || keyType.tag !== derTags.objectId ? "" : objectIdText(bytes, keyType);
  const goType = goKeyTypes[keyId];
  if (goType !== undefined && (rsa !== undefined) !== (keyId === rsaKeyId)) return `x509: signature algorithm specifies an ${rsa === undefined ? "ECDSA" : "RSA"} public key, but have public key of type ${goType}`;
  if (rsa !== undefined) return isRsaSigned(bytes, info, signature, publicKey, rsa) ? null : "crypto/rsa: verification error";
  if (ecdsa === undefined || curve === undefined || keyBits === undefined || curve.tag !== derTags.objectId || keyBits.tag !== derTags.bitString) throw new DerError("x509: invalid ECDSA parameters");
  // The first byte of a bit string says how many of its last bits do not count.
  return ecdsaFault(objectIdText(bytes, curve), bytes.slice(keyBits.contentStart + 1, keyBits.end), ecdsa, bytes.slice(info.start, info.end), bytes.slice(signature.contentStart + 1, signature.end));
}

const rsaKeyId = "1.2.840.113549.1.1.1";
const goKeyTypes: Readonly<Record<string, string>> = { [rsaKeyId]: "*rsa.PublicKey", "1.2.840.10045.2.1": "*ecdsa.PublicKey", "1.3.101.112": "ed25519.PublicKey" };

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
