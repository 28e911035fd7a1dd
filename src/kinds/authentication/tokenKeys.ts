import { sha256 } from "@noble/hashes/sha2.js";
import { latin1, toBase64Url } from "../../base/base64Url.ts";
import { bytesOf, isSignature, multipleOfBase, nonceOf, numberOf, p256Order, pointBytes, signDigest, type Nonce } from "../../base/p256.ts";

/** The pair that signs service account tokens: derived from the cluster's seed, so that a replay signs alike. */
export class TokenKeys {
  /** Names the pair; a fingerprint of what it is made of, so that nothing is computed before the first token. */
  readonly keyId: string;
  /** The first part of every token. */
  readonly head: string;
  private readonly seed: number;
  private secret_: bigint | null = null;
  private nonce_: Nonce | null = null;

  constructor(seed: number) {
    this.seed = seed;
    this.keyId = toBase64Url(sha256(latin1(`orrery service account key id ${seed}`)).subarray(0, 16));
    this.head = toBase64Url(latin1(JSON.stringify({ alg: "ES256", kid: this.keyId })));
  }

  private get secret(): bigint {
    this.secret_ ??= scalarFrom(latin1(`orrery service account key ${this.seed}`));
    return this.secret_;
  }

  private get nonce(): Nonce {
    this.nonce_ ??= nonceOf(scalarFrom(latin1(`orrery service account nonce ${this.seed}`)));
    return this.nonce_;
  }

  /**
   * The ES256 signature of a text of ASCII characters, as anybody's ES256 accepts it. Every pod has its token signed, so all
   * signatures share one nonce: two multiplications instead of a curve's. That gives a key away to who holds two signatures; this
   * key follows from the seed, which every recording tells, so it has nothing to hide.
   */
  sign(text: string): Uint8Array {
    const signature = new Uint8Array(64);
    signature.set(bytesOf(this.nonce.r), 0);
    signature.set(bytesOf(signDigest(numberOf(sha256(latin1(text))), this.secret, this.nonce)), 32);
    return signature;
  }

  /** The uncompressed point. */
  publicKey(): Uint8Array {
    return pointBytes(multipleOfBase(this.secret));
  }

  verify(text: string, signature: Uint8Array): boolean {
    if (signature.length !== 64) return false;
    return isSignature(numberOf(sha256(latin1(text))), this.secret, numberOf(signature.subarray(0, 32)), numberOf(signature.subarray(32)));
  }
}

/** A number below the curve's order, from 48 bytes so that none is likelier than another. */
function scalarFrom(...parts: readonly Uint8Array[]): bigint {
  const length = parts.reduce((sum, part) => sum + part.length, 1);
  const input = new Uint8Array(length);
  let at = 1;
  for (const part of parts) {
    input.set(part, at);
    at += part.length;
  }
  const bytes = new Uint8Array(48);
  bytes.set(sha256(input), 0);
  input[0] = 1;
  bytes.set(sha256(input).subarray(0, 16), 32);
  return numberOf(bytes) % p256Order;
}
