// Follows pkg/controller/controller_utils.go (ComputeHash), pkg/util/hash/hash.go and apimachinery/pkg/util/rand (SafeEncodeString).
import { fnv1a32 } from "../base/hash.ts";
import type { JsonObject } from "../base/json.ts";
import type { PodTemplateSpec } from "./core/pod/types.ts";
import { spewStruct } from "./goStructs/spew.ts";

const safeAlphabet = "bcdfghjklmnpqrstvwxz2456789";

const known = new WeakMap<PodTemplateSpec, string>();

/** The value of the label pod-template-hash: a hash of the template and of how often it collided. Equal to a real cluster's. */
export function podTemplateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  let text = known.get(template);
  if (text === undefined) {
    text = spewStruct("PodTemplateSpec", template as unknown as JsonObject);
    known.set(template, text);
  }
  return safeEncode(String(fnv1a32(collisionCount === undefined ? text : text + countBytes(collisionCount))));
}

/** Eight bytes, little-endian, as a text of the same bytes; counts beyond 127 do not occur. */
function countBytes(count: number): string {
  return `${String.fromCharCode(count & 0x7f)}\0\0\0\0\0\0\0`;
}

/** Each character as one that cannot spell words. */
export function safeEncode(text: string): string {
  let encoded = "";
  for (let index = 0; index < text.length; index++) encoded += safeAlphabet[text.charCodeAt(index) % safeAlphabet.length];
  return encoded;
}
