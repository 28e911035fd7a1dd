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

/** Why a patched object that says it is of another type cannot be read as what it was; null where it can. */
export type TypeFault = (kind: string, apiVersion: string) => string | null;

/**
 * Applies a JSON, merge or strategic merge patch and decodes what comes out, which is of the type that it was. Server-side apply is another
 * matter (see apply.ts).
 */
export function applyPatch(type: Exclude<PatchType, "application/apply-patch+yaml">, schema: ObjectSchema, object: JsonObject, patch: Json, fieldValidation: FieldValidation, typeFault: TypeFault = () => null): AppliedPatch {
  const patched = type === "application/json-patch+json" ? applyJsonPatch(object, patch)
    : type === "application/merge-patch+json" ? applyMergePatch(object, patch)
    : applyStrategicMergePatch(schema, object, patch);
  if (!patched.ok) return patched;
  const refused = (message: string): AppliedPatch => ({ ok: false, answer: invalidStatus({ group: "", kind: "" }, "", [invalid("patch", goJson(inGoOrder(patched.value)), message)]) });
  // A strategic merge patch is laid over the typed object, which tells its own type; what the others make is read as if it had been sent.
  const fault = type === "application/strategic-merge-patch+json" ? null : faultOfType(patched.value, typeFault);
  if (fault !== null) return refused(fault);
  const decoded = decodeObject(schema, ofTypeOf(object, patched.value), fieldValidation, object);
  return decoded.ok ? { ok: true, value: sharing(object, decoded.value), warnings: decoded.warnings } : refused(decoded.message);
}

const typeFields = ["kind", "apiVersion"] as const;

function faultOfType(patched: JsonObject, typeFault: TypeFault): string | null {
  const [kind, apiVersion] = typeFields.map((field) => patched[field] ?? "");
  return typeof kind === "string" && typeof apiVersion === "string" && kind !== "" && apiVersion !== "" ? typeFault(kind, apiVersion) : null;
}

/** With the type of the object before; what is no text is left to decoding, which refuses it. */
function ofTypeOf(object: JsonObject, patched: JsonObject): JsonObject {
  let out = patched;
  for (const field of typeFields) {
    const [before, after] = [object[field], patched[field] ?? ""];
    if (before !== undefined && before !== after && typeof after === "string") out = { ...out, [field]: before };
  }
  return out;
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
