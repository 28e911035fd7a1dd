// Follows pkg/controller/controller_utils.go (ComputeHash) and apimachinery/pkg/util/rand (SafeEncodeString).
import { canonicalJson } from "../base/canonicalJson.ts";
import { fnv1a32 } from "../base/hash.ts";
import type { Json } from "../base/json.ts";
import type { PodTemplateSpec } from "./core/pod/types.ts";

const safeAlphabet = "bcdfghjklmnpqrstvwxz2456789";

/** The value of the label pod-template-hash: a hash of the template and of how often it collided. */
export function podTemplateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  const text = canonicalJson(template as unknown as Json) + (collisionCount === undefined ? "" : `#${collisionCount}`);
  return safeEncode(String(fnv1a32(text) >>> 0));
}

/** Each character as one that cannot spell words. */
export function safeEncode(text: string): string {
  let encoded = "";
  for (let index = 0; index < text.length; index++) encoded += safeAlphabet[text.charCodeAt(index) % safeAlphabet.length];
  return encoded;
}
