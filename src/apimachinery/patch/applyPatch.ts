import { deepEqual } from "../../base/deepEqual.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { invalid } from "../fieldError.ts";
import { goJson } from "../goFormat.ts";
import { decodeObject, type FieldValidation } from "../schema/decode.ts";
import type { ObjectSchema } from "../schema/types.ts";
import { invalidStatus, type StatusAnswer } from "../statusErrors.ts";
import { applyJsonPatch } from "./jsonPatch.ts";
import { applyMergePatch } from "./mergePatch.ts";
import { applyStrategicMergePatch } from "./strategicMergePatch.ts";

export const patchTypes = ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"] as const;
export type PatchType = (typeof patchTypes)[number];

export type AppliedPatch =
  | { readonly ok: true; readonly value: JsonObject; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly answer: StatusAnswer };

/** Applies a JSON, merge or strategic merge patch and decodes what comes out. Server-side apply is another matter (see apply.ts). */
export function applyPatch(type: Exclude<PatchType, "application/apply-patch+yaml">, schema: ObjectSchema, object: JsonObject, patch: Json, fieldValidation: FieldValidation): AppliedPatch {
  const patched = type === "application/json-patch+json" ? applyJsonPatch(object, patch)
    : type === "application/merge-patch+json" ? applyMergePatch(object, patch)
    : applyStrategicMergePatch(schema, object, patch);
  if (!patched.ok) return patched;
  const decoded = decodeObject(schema, patched.value, fieldValidation, object);
  if (decoded.ok) return { ok: true, value: sharing(object, decoded.value), warnings: decoded.warnings };
  return { ok: false, answer: invalidStatus({ group: "", kind: "" }, "", [invalid("patch", goJson(inGoOrder(patched.value)), decoded.message)]) };
}

/** A patch rebuilds maps on its way; parts that came out equal are the old ones again, so that later stages see at once what did not change. */
function sharing(before: JsonObject, after: JsonObject): JsonObject {
  let missing = 0;
  let out: Record<string, Json> | null = null;
  let same = true;
  for (const _ in before) missing++;
  for (const key in after) {
    missing--;
    const value = after[key];
    const old = before[key];
    if (value === old) continue;
    if (value === undefined || old === undefined || !deepEqual(old, value)) same = false;
    else (out ??= { ...after })[key] = old;
  }
  return same && missing === 0 ? before : (out ?? after);
}

const metadataOrder = [
  "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations",
  "ownerReferences", "finalizers", "managedFields",
] as const;

/** As the server's library prints a patched document: its keys sorted, the metadata in the order of its Go struct. */
function inGoOrder(object: JsonObject): JsonObject {
  const out: Record<string, Json> = {};
  for (const key of Object.keys(object).sort()) out[key] = object[key] ?? null;
  const metadata = object["metadata"];
  if (typeof metadata === "object" && metadata !== null && !Array.isArray(metadata)) {
    const source = metadata as JsonObject;
    const ordered: Record<string, Json> = {};
    for (const key of [...metadataOrder, ...Object.keys(source)]) if (source[key] !== undefined) ordered[key] = source[key];
    out["metadata"] = ordered;
  }
  return out;
}
