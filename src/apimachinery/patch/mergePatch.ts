import { copyToExtend } from "../../base/extended.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { setOwn } from "../schema/decode.ts";
import { badRequest } from "../statusErrors.ts";
import { cannotUnmarshal, type PatchResult } from "./patchResult.ts";

/** RFC 7386 on an object: null removes, objects merge, all else replaces. */
export function applyMergePatch(object: JsonObject, patch: Json): PatchResult {
  if (!isJsonObject(patch)) return { ok: false, answer: badRequest(`error decoding patch: ${cannotUnmarshal(patch, "map[string]interface {}")}`) };
  return { ok: true, value: mergeObjects(object, patch) };
}

/** Shares what the patch leaves alone; the object itself where nothing changes. */
export function mergeObjects(object: JsonObject, patch: JsonObject): JsonObject {
  let out: Record<string, Json> | null = null;
  for (const key of Object.keys(patch)) {
    const change = patch[key] ?? null;
    const exists = Object.hasOwn(object, key);
    if (change === null) {
      if (!exists) continue;
      out ??= copyToExtend(object);
      delete out[key];
      continue;
    }
    const before = exists ? (object[key] ?? null) : null;
    const after = isJsonObject(change) ? mergeObjects(isJsonObject(before) ? before : {}, change) : change;
    if (after === before) continue;
    out ??= copyToExtend(object);
    setOwn(out, key, after);
  }
  return out ?? object;
}
