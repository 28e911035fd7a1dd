// ECDSA over the curves of NIST (SEC 2, FIPS 186-5), as far as a signature is checked: as crypto/ecdsa of Go, whose messages are given.
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { inverse, modulo, plus, pointOf, times, type Point } from "../../base/ellipticCurve.ts";
import { numberOf as numberIn, p256Base, p256FieldSize, p256Order } from "../../base/p256.ts";
import { DerError, derTags, numberOf, readElement } from "./der.ts";

interface Curve extends Point {
  readonly bits: number;
  readonly p: bigint;
  readonly order: bigint;
  readonly b: bigint;
}

/** By object identifier. */
const curves: Readonly<Record<string, Curve>> = {
  "1.3.132.0.33": {
    bits: 224, p: 2n ** 224n - 2n ** 96n + 1n, order: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn, b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
    x: 0xb70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21n, y: 0xbd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34n,
  },
  "1.2.840.10045.3.1.7": {
    bits: 256, p: p256FieldSize, order: p256Order, b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn, ...p256Base,
  },
  "1.3.132.0.34": {
    bits: 384, p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n, order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    x: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n, y: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
  },
  "1.3.132.0.35": {
    bits: 521, p: 2n ** 521n - 1n, order: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    x: 0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n, y: 0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
  },
};

/** By object identifier of the signature's algorithm. */
export const ecdsaHashes: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = { "1.2.840.10045.4.3.2": sha256, "1.2.840.10045.4.3.3": sha384, "1.2.840.10045.4.3.4": sha512 };

/** What is wrong with a signature; null where it is right. `key`: the bits of the public key; `signature`: DER of (r, s). */
export function ecdsaFault(curveId: string, key: readonly number[], hash: (bytes: Uint8Array) => Uint8Array, signed: readonly number[], signature: readonly number[]): string | null {
  const curve = Object.hasOwn(curves, curveId) ? curves[curveId] : undefined;
  if (curve === undefined) return "x509: unsupported elliptic curve";
  const length = Math.ceil(curve.bits / 8);
  if (key[0] !== 4 || key.length !== 1 + 2 * length) return "x509: failed to unmarshal elliptic curve point";
  const [x, y] = [numberOf(key, 1, 1 + length), numberOf(key, 1 + length, key.length)];
  if (x >= curve.p || y >= curve.p || modulo(y * y - x * x * x + 3n * x - curve.b, curve.p) !== 0n) return "x509: failed to unmarshal elliptic curve point";
  return isSigned(curve, { x, y }, hash(Uint8Array.from(signed)), signature) ? null : "x509: ECDSA verification failure";
}

function isSigned(curve: Curve, key: Point, digest: Uint8Array, signature: readonly number[]): boolean {
  const pair = pairOf(signature);
  if (pair === null) return false;
  const [r, s] = pair;
  const { order, p } = curve;
  if (r < 1n || r >= order || s < 1n || s >= order) return false;
  const extra = BigInt(Math.max(0, digest.length * 8 - curve.bits));
  const scale = inverse(s, order);
  const sum = pointOf(p, plus(p, times(p, curve, modulo((numberIn(digest) >> extra) * scale, order)), times(p, key, modulo(r * scale, order))));
  return sum !== null && sum.x % order === r;
}

function pairOf(signature: readonly number[]): readonly [bigint, bigint] | null {
  try {
    const whole = readElement(signature, 0, signature.length, derTags.sequence);
    const r = readElement(signature, whole.contentStart, whole.end, derTags.integer);
    const s = readElement(signature, r.end, whole.end, derTags.integer);
    return s.end < whole.end || whole.end < signature.length ? null : [numberOf(signature, r.contentStart, r.end), numberOf(signature, s.contentStart, s.end)];
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}
