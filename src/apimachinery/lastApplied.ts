// Follows apimachinery/pkg/util/managedfields/internal/{lastappliedmanager,lastappliedupdater,lastapplied}.go.
import { canonicalJson } from "../base/canonicalJson.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { compareObjects, fieldsOf } from "./fieldCompare.ts";
import { difference, type FieldSet } from "./fieldSet.ts";
import { htmlEscaped } from "./goFormat.ts";
import { withoutManagedFields } from "./managedFields.ts";
import type { ObjectSchema } from "./schema/types.ts";
import { typedErrors } from "./typedMerge.ts";

export const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";
/** TotalAnnotationSizeLimitB. */
const mostAnnotationBytes = 256 * 1024;

/** What kubectl's client-side apply set and nobody has changed since: kubectl's server-side apply may take it over. Null where the annotation says nothing. */
export function unchangedSinceLastApplied(schema: ObjectSchema, live: JsonObject, apiVersion: string): FieldSet | null {
  const text = annotationsOf(live)?.[lastAppliedAnnotation];
  if (typeof text !== "string" || text === "") return null;
  const applied = parsed(text);
  if (!isJsonObject(applied) || applied["apiVersion"] !== apiVersion || typedErrors(schema, applied).length > 0) return null;
  const { taken, removed } = compareObjects(schema, applied, withoutManagedFields(live));
  return difference(difference(fieldsOf(schema, applied), taken), removed);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

/** The object with the annotation saying what was applied now, where it has one; without it where it would be too long. */
export function withLastApplied(object: JsonObject, applied: JsonObject): JsonObject {
  const annotations = annotationsOf(object);
  const before = annotations?.[lastAppliedAnnotation];
  if (annotations === null || typeof before !== "string" || before === "") return object;
  const text = `${htmlEscaped(canonicalJson(withoutAnnotation(applied)))}\n`;
  if (text === before) return object;
  const { [lastAppliedAnnotation]: _, ...others } = annotations;
  const next = { ...annotations, [lastAppliedAnnotation]: text };
  const size = Object.entries(next).reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  return { ...object, metadata: { ...(object["metadata"] as JsonObject), annotations: size > mostAnnotationBytes ? others : next } };
}

function withoutAnnotation(applied: JsonObject): JsonObject {
  const annotations = annotationsOf(applied);
  if (annotations === null || annotations[lastAppliedAnnotation] === undefined) return applied;
  const { [lastAppliedAnnotation]: _, ...others } = annotations;
  return { ...applied, metadata: { ...(applied["metadata"] as JsonObject), annotations: others } };
}

function annotationsOf(object: JsonObject): JsonObject | null {
  const metadata = object["metadata"];
  const annotations = isJsonObject(metadata) ? metadata["annotations"] : undefined;
  return isJsonObject(annotations) ? annotations : null;
}
