// Points of the curves y^2 = x^3 - 3x + b over the numbers below a prime p: those of NIST (SEC 2). Nothing takes care that its time tells nothing.

/** (X, Y, Z) for the point (X / Z^2, Y / Z^3); Z = 0 is the point at infinity. */
export type Jacobian = readonly [x: bigint, y: bigint, z: bigint];
const infinity: Jacobian = [1n, 1n, 0n];

export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** The rest of a division, never negative. */
export function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** What times the value leaves 1. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [r0, r1] = [modulus, modulo(value, modulus)];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return modulo(t0, modulus);
}

function doubled(p: bigint, [x, y, z]: Jacobian): Jacobian {
  const zz = (z * z) % p;
  const yy = (y * y) % p;
  const beta = (x * yy) % p;
  const alpha = (3n * (x - zz) * (x + zz)) % p;
  const x3 = (alpha * alpha - 8n * beta) % p;
  return [x3, (alpha * (4n * beta - x3) - 8n * yy * yy) % p, (2n * y * z) % p];
}

export function plus(p: bigint, a: Jacobian, b: Jacobian): Jacobian {
  if (a[2] === 0n) return b;
  if (b[2] === 0n) return a;
  const [aa, bb] = [(a[2] * a[2]) % p, (b[2] * b[2]) % p];
  const [u, v] = [(a[0] * bb) % p, (b[0] * aa) % p];
  const h = modulo(v - u, p);
  const r = modulo(b[1] * aa * a[2] - a[1] * bb * b[2], p);
  if (h === 0n) return r === 0n ? doubled(p, a) : infinity;
  const hh = (h * h) % p;
  const hhh = (h * hh) % p;
  const x = (r * r - hhh - 2n * u * hh) % p;
  return [x, (r * (u * hh - x) - a[1] * bb * b[2] * hhh) % p, (a[2] * b[2] * h) % p];
}

/** `scalar` times a point, for a scalar from 0. */
export function times(p: bigint, { x, y }: Point, scalar: bigint): Jacobian {
  const point: Jacobian = [x, y, 1n];
  let sum = infinity;
  for (const bit of scalar.toString(2)) {
    sum = doubled(p, sum);
    if (bit === "1") sum = plus(p, sum, point);
  }
  return sum;
}

/** Null for the point at infinity. */
export function pointOf(p: bigint, [x, y, z]: Jacobian): Point | null {
  if (z === 0n) return null;
  const unit = inverse(z, p);
  const square = (unit * unit) % p;
  return { x: modulo(x * square, p), y: modulo(y * square * unit, p) };
}
