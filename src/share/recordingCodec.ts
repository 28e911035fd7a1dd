import { deflateSync, Inflate, strFromU8, strToU8 } from "fflate";
import { canonicalJson } from "../base/canonicalJson.ts";
import type { Json } from "../base/json.ts";
import type { ClusterRecording } from "../cluster/commands.ts";
import { fromBase64Url, toBase64Url } from "../base/base64Url.ts";
import { linkLimits, nestsDeeper } from "./limits.ts";
import { guardRecording } from "./recordingGuard.ts";

export type Decoded = { readonly ok: true; readonly recording: ClusterRecording } | { readonly ok: false; readonly reason: string };

/** The payload of a link: canonical JSON, deflated, base64url. */
export function encodeRecording(recording: ClusterRecording): string {
  return toBase64Url(deflateSync(strToU8(canonicalJson(recording as unknown as Json)), { level: 9 }));
}

/** Inflates no further than the limit: a small link must not become a large memory. */
function inflate(bytes: Uint8Array): Uint8Array | null {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  const stream = new Inflate((chunk, final) => {
    size += chunk.length;
    if (size <= linkLimits.inflated) chunks.push(chunk);
    ended ||= final;
  });
  for (let at = 0; at < bytes.length && size <= linkLimits.inflated; at += 4096) {
    const end = Math.min(at + 4096, bytes.length);
    stream.push(bytes.subarray(at, end), end === bytes.length);
  }
  if (size > linkLimits.inflated || !ended) return null;
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** Reads JSON that came from outside into a Recording, within the limits. */
export function recordingFromJson(json: string): Decoded {
  if (json.length > linkLimits.inflated) return { ok: false, reason: "it is larger than 2 MB" };
  if (nestsDeeper(json, linkLimits.depth)) return { ok: false, reason: `it nests deeper than ${linkLimits.depth} levels` };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { ok: false, reason: "its content is not JSON" };
  }
  const guarded = guardRecording(value);
  return "recording" in guarded ? { ok: true, recording: guarded.recording } : { ok: false, reason: `it is not a recording (${guarded.wrong})` };
}

/** Reads a link's payload. Never throws: whatever is wrong comes back as a reason in words. */
export function decodeRecording(payload: string): Decoded {
  if (payload.length > linkLimits.encoded) return { ok: false, reason: "it is longer than 32 KB" };
  const bytes = fromBase64Url(payload);
  if (bytes === null || bytes.length === 0) return { ok: false, reason: "it has characters that no link has, or was cut off" };
  try {
    const json = inflate(bytes);
    return json === null ? { ok: false, reason: "it was cut off, or unpacks to more than 2 MB" } : recordingFromJson(strFromU8(json));
  } catch {
    return { ok: false, reason: "it is damaged" };
  }
}
