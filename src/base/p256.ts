// ECDSA over NIST P-256 (FIPS 186-5, SEC 2), as far as a simulated cluster signs: multiples of the base point, signatures, and their check by
// who has the key. Nothing takes care that its time tells nothing: the keys follow from a seed which every recording tells.
import { inverse, pointOf, times, type Point } from "./ellipticCurve.ts";

export const p256FieldSize = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
/** The number of points: scalars are below it. */
export const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
export const p256Base: Point = { x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n, y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n };

/** `scalar` times the base point, for a scalar from 1 and below the order. */
export function multipleOfBase(scalar: bigint): Point {
  const point = pointOf(p256FieldSize, times(p256FieldSize, p256Base, scalar));
  if (point === null) throw new RangeError("a scalar must be from 1 and below the curve's order");
  return point;
}

/** What of a signature does not depend on what is signed. */
export interface Nonce {
  readonly r: bigint;
  readonly inverse: bigint;
}

export function nonceOf(scalar: bigint): Nonce {
  return { r: multipleOfBase(scalar).x % p256Order, inverse: inverse(scalar, p256Order) };
}

/** The `s` of a signature; its `r` is the nonce's. `digest`: the hash as a number. */
export function signDigest(digest: bigint, secret: bigint, { r, inverse: inverseOfNonce }: Nonce): bigint {
  return (inverseOfNonce * ((digest + r * secret) % p256Order)) % p256Order;
}

/** Whether (r, s) is a signature by this secret: who has it needs one multiplication where others need two. */
export function isSignature(digest: bigint, secret: bigint, r: bigint, s: bigint): boolean {
  if (r < 1n || r >= p256Order || s < 1n || s >= p256Order) return false;
  const scalar = (inverse(s, p256Order) * ((digest + r * secret) % p256Order)) % p256Order;
  return scalar !== 0n && multipleOfBase(scalar).x % p256Order === r;
}

/** The uncompressed form of a point: 4, x, y. */
export function pointBytes({ x, y }: Point): Uint8Array {
  const bytes = new Uint8Array(65);
  bytes[0] = 4;
  bytes.set(bytesOf(x), 1);
  bytes.set(bytesOf(y), 33);
  return bytes;
}

/** 32 bytes, the most significant first. */
export function bytesOf(value: bigint): Uint8Array {
  const view = new DataView(new ArrayBuffer(32));
  for (let limb = 0; limb < 4; limb++) view.setBigUint64(24 - 8 * limb, BigInt.asUintN(64, value >> BigInt(64 * limb)));
  return new Uint8Array(view.buffer);
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Of bytes, the most significant first. */
export function numberOf(bytes: Uint8Array): bigint {
  let hex = "0x0";
  for (let at = 0; at < bytes.length; at++) hex += hexOfByte[bytes[at] ?? 0] ?? "";
  return BigInt(hex);
}
