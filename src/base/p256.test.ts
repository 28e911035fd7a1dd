import { createECDH, createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { bytesOf, isSignature, multipleOfBase, nonceOf, numberOf, p256Order, pointBytes, signDigest } from "./p256.ts";

const secrets = [1n, 2n, 3n, 0x1234567890abcdefn, p256Order - 1n, p256Order - 2n, ...Array.from({ length: 10 }, (_, at) => numberOf(createHash("sha256").update(`secret ${at}`).digest()) % p256Order)];
const digestOf = (text: string): bigint => numberOf(createHash("sha256").update(text).digest());

function jwk(secret: bigint): { readonly kty: "EC"; readonly crv: "P-256"; readonly x: string; readonly y: string; readonly d: string } {
  const { x, y } = multipleOfBase(secret);
  const text = (value: bigint): string => Buffer.from(bytesOf(value)).toString("base64url");
  return { kty: "EC", crv: "P-256", x: text(x), y: text(y), d: text(secret) };
}

describe("P-256", () => {
  it.each(secrets)("multiplies the base point as OpenSSL does: %s", (secret) => {
    const ecdh = createECDH("prime256v1");
    ecdh.setPrivateKey(Buffer.from(bytesOf(secret)));
    expect(Buffer.from(pointBytes(multipleOfBase(secret))).toString("hex")).toBe(ecdh.getPublicKey("hex"));
  });

  it.each(secrets)("signs what OpenSSL verifies, and takes what OpenSSL signs: %s", (secret) => {
    const nonce = nonceOf(digestOf(`nonce ${secret}`) % p256Order);
    const s = signDigest(digestOf("a text"), secret, nonce);
    const signature = Buffer.concat([bytesOf(nonce.r), bytesOf(s)]);
    const publicKey = createPublicKey({ key: jwk(secret), format: "jwk" });
    expect(verify("sha256", Buffer.from("a text"), { key: publicKey, dsaEncoding: "ieee-p1363" }, signature)).toBe(true);
    expect(isSignature(digestOf("a text"), secret, nonce.r, s)).toBe(true);
    const theirs = sign("sha256", Buffer.from("theirs"), { key: createPrivateKey({ key: jwk(secret), format: "jwk" }), dsaEncoding: "ieee-p1363" });
    const [r, theirS] = [numberOf(theirs.subarray(0, 32)), numberOf(theirs.subarray(32))];
    expect(isSignature(digestOf("theirs"), secret, r, theirS)).toBe(true);
    expect(isSignature(digestOf("other"), secret, r, theirS)).toBe(false);
    expect(isSignature(digestOf("theirs"), secret === 1n ? 2n : 1n, r, theirS)).toBe(false);
  });

  it.each([[0n, 1n], [1n, 0n], [p256Order, 1n], [1n, p256Order], [1n, 1n]])("refuses r %s with s %s", (r, s) => {
    expect(isSignature(digestOf("a text"), 5n, r, s)).toBe(false);
  });
});
