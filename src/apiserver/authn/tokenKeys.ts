import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** The pair that signs service account tokens: derived from the cluster's seed, so that a replay signs alike. */
export class TokenKeys {
  /** Names the pair; a fingerprint of what it is made of, so that nothing is computed before the first token. */
  readonly keyId: string;
  private readonly seed: number;
  private keys: { readonly secret: Uint8Array; readonly public: Uint8Array } | null = null;

  constructor(seed: number) {
    this.seed = seed;
    this.keyId = base64Url(sha256(latin1(`orrery service account key id ${seed}`)).subarray(0, 16));
  }

  private pair(): { readonly secret: Uint8Array; readonly public: Uint8Array } {
    if (this.keys === null) {
      const secret = p256.utils.randomSecretKey(stretch(this.seed));
      this.keys = { secret, public: p256.getPublicKey(secret, true) };
    }
    return this.keys;
  }

  /** The ES256 signature of a text of ASCII characters. */
  sign(text: string): Uint8Array {
    return p256.sign(latin1(text), this.pair().secret, { lowS: false });
  }

  verify(text: string, signature: Uint8Array): boolean {
    try {
      return p256.verify(signature, latin1(text), this.pair().public, { lowS: false });
    } catch {
      return false;
    }
  }
}

/** 48 bytes from the seed: what the curve reduces to a key without bias. */
function stretch(seed: number): Uint8Array {
  const bytes = new Uint8Array(48);
  bytes.set(sha256(latin1(`orrery service account key ${seed} a`)), 0);
  bytes.set(sha256(latin1(`orrery service account key ${seed} b`)).subarray(0, 16), 32);
  return bytes;
}

export function latin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at) & 0xff;
  return bytes;
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export function base64Url(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const group = (a << 16) | (b << 8) | c;
    const count = Math.min(3, bytes.length - at) + 1;
    for (let digit = 0; digit < count; digit++) text += digits[(group >> (18 - 6 * digit)) & 63];
  }
  return text;
}

/** Null where the text is not base64url. */
export function fromBase64Url(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let group = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    const value = digits.indexOf(character);
    if (value < 0) return null;
    group = ((group << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (group >> bits) & 0xff;
    }
  }
  return bytes;
}
