import { sha256 } from "@noble/hashes/sha2.js";
import { multipleOfBase, nonceOf, numberOf, p256Order, pointBytes, signDigest } from "../../base/p256.ts";
import { ascii, bitString, certificatePem, element, integer, sequence } from "../certificates/derWriter.ts";

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
  return certificatePem(signedBy(seed, certificateBody(pointBytes(multipleOfBase(secretOf(seed)))), ""));
}

/** A certificate with this body, signed by the authority. `purpose`: tells its nonce from those of others. */
export function signedBy(seed: number, body: readonly number[], purpose: string): readonly number[] {
  const nonce = nonceOf(scalarOf(`orrery root ca nonce ${seed}${purpose}`));
  const s = signDigest(numberOf(sha256(Uint8Array.from(body))), secretOf(seed), nonce);
  return sequence(body, ecdsaWithSha256, bitString(sequence(integer(nonce.r), integer(s))));
}

const secretOf = (seed: number): bigint => scalarOf(`orrery root ca ${seed}`);

/** The authority's name, and its way to sign, as certificates say them. */
export const authorityName = sequence(element(0x31, sequence(commonNameOid, element(0x0c, ascii(commonName)))));
export const ecdsaWithSha256 = sequence(ecdsaWithSha256Oid);

function scalarOf(text: string): bigint {
  return numberOf(sha256(ascii(text))) % p256Order;
}

function certificateBody(publicKey: Uint8Array): readonly number[] {
  return sequence(
    element(0xa0, [0x02, 0x01, 0x02]),
    [0x02, 0x01, 0x00],
    ecdsaWithSha256,
    authorityName,
    sequence(element(0x18, ascii(validFrom)), element(0x18, ascii(validUntil))),
    authorityName,
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
