import { sha256 } from "@noble/hashes/sha2.js";
import { bytesOf, multipleOfBase, nonceOf, numberOf, p256Order, pointBytes, signDigest } from "../../base/p256.ts";
import { encodeBase64Bytes } from "../../kinds/base64.ts";

// A self-signed X.509 certificate (RFC 5280) with a P-256 key (RFC 5480), the same for the same seed.

const ecPublicKeyOid = [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const prime256v1Oid = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const ecdsaWithSha256Oid = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const commonNameOid = [0x06, 0x03, 0x55, 0x04, 0x03];
const basicConstraintsOid = [0x06, 0x03, 0x55, 0x1d, 0x13];
const keyUsageOid = [0x06, 0x03, 0x55, 0x1d, 0x0f];
const validFrom = "20250101000000Z";
const validUntil = "20550101000000Z";
const commonName = "kubernetes";

/** PEM of the certificate authority of the cluster with this seed. */
export function rootCaOf(seed: number): string {
  const secret = scalarOf(`orrery root ca ${seed}`);
  const nonce = nonceOf(scalarOf(`orrery root ca nonce ${seed}`));
  const signed = certificateBody(pointBytes(multipleOfBase(secret)));
  const s = signDigest(numberOf(sha256(Uint8Array.from(signed))), secret, nonce);
  const certificate = sequence(signed, sequence(ecdsaWithSha256Oid), bitString(sequence(integer(nonce.r), integer(s))));
  return `-----BEGIN CERTIFICATE-----\n${lines(encodeBase64Bytes(certificate))}\n-----END CERTIFICATE-----\n`;
}

function scalarOf(text: string): bigint {
  return numberOf(sha256(ascii(text))) % p256Order;
}

function certificateBody(publicKey: Uint8Array): readonly number[] {
  const name = sequence(element(0x31, sequence(commonNameOid, element(0x0c, ascii(commonName)))));
  return sequence(
    element(0xa0, [0x02, 0x01, 0x02]),
    [0x02, 0x01, 0x00],
    sequence(ecdsaWithSha256Oid),
    name,
    sequence(element(0x18, ascii(validFrom)), element(0x18, ascii(validUntil))),
    name,
    sequence(sequence(ecPublicKeyOid, prime256v1Oid), bitString(publicKey)),
    element(
      0xa3,
      sequence(
        sequence(basicConstraintsOid, [0x01, 0x01, 0xff], element(0x04, sequence([0x01, 0x01, 0xff]))),
        sequence(keyUsageOid, [0x01, 0x01, 0xff], element(0x04, [0x03, 0x02, 0x02, 0xa4])),
      ),
    ),
  );
}

type Bytes = Uint8Array | readonly number[];

/** One DER element: tag, length, content. */
function element(tag: number, content: Bytes): readonly number[] {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return [tag, ...size, ...content];
}

function sequence(...parts: readonly Bytes[]): readonly number[] {
  return element(0x30, parts.flatMap((part) => [...part]));
}

/** A number from 1 as DER writes it: as short as can be, and not negative. */
function integer(value: bigint): readonly number[] {
  const bytes = bytesOf(value);
  const digits = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return element(0x02, (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits);
}

function bitString(content: Bytes): readonly number[] {
  return element(0x03, [0, ...content]);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function lines(text: string): string {
  const rows: string[] = [];
  for (let index = 0; index < text.length; index += 64) rows.push(text.slice(index, index + 64));
  return rows.join("\n");
}
