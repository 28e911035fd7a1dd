import { canonicalJson } from "../base/canonicalJson.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { parseApiVersion } from "../apimachinery/gvk.ts";
import type { KindDefinition } from "../kinds/define.ts";
import { kindByGvk, schemaNameOf } from "../kinds/index.ts";
import { schemas } from "../kinds/schemaTable.ts";
import { threeWayPatch } from "./threeWayPatch.ts";

// Follows kubectl/pkg/cmd/apply/{apply,patcher}.go and kubectl/pkg/util/apply.go (client-side apply).

export const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";
export const applyFieldManager = "kubectl-client-side-apply";
const strategicMergePatch = "application/strategic-merge-patch+json";

/** A manifest that the cluster has a place for. */
export interface ApplyTarget {
  readonly kind: KindDefinition;
  readonly manifest: JsonObject;
  readonly namespace: string;
  readonly name: string;
  /** "deployment.apps/web", as kubectl names it. */
  readonly label: string;
  readonly collection: string;
  readonly path: string;
}

/** Why a manifest has no place, and which of its fields says so. */
export interface ApplyRefusal {
  readonly field: string;
  readonly message: string;
}

export type ApplyStep =
  | { readonly type: "create"; readonly path: string; readonly body: JsonObject }
  | { readonly type: "patch"; readonly path: string; readonly contentType: string; readonly body: JsonObject; readonly lastAppliedMissing: boolean }
  | { readonly type: "unchanged" };

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** Finds the kind, name and path of a manifest, in the words kubectl uses where there are none. */
export function applyTarget(manifest: Json, defaultNamespace: string): ApplyTarget | ApplyRefusal {
  if (!isJsonObject(manifest)) return { field: "", message: "a manifest is a mapping with apiVersion, kind and metadata" };
  const apiVersion = text(manifest["apiVersion"]);
  const kindName = text(manifest["kind"]);
  if (apiVersion === "") return { field: "apiVersion", message: "apiVersion not set" };
  if (kindName === "") return { field: "kind", message: "kind not set" };
  const gv = parseApiVersion(apiVersion);
  const kind = kindByGvk({ ...gv, kind: kindName });
  if (kind === null) return { field: "kind", message: `no matches for kind "${kindName}" in version "${apiVersion}"` };
  const metadata = isJsonObject(manifest["metadata"]) ? manifest["metadata"] : {};
  const name = text(metadata["name"]);
  if (name === "") return { field: "metadata", message: text(metadata["generateName"]) === "" ? "resource name may not be empty" : "cannot use generate name with apply" };
  const namespaced = kind.scope === "Namespaced";
  const namespace = namespaced ? text(metadata["namespace"]) || defaultNamespace : "";
  const root = gv.group === "" ? `/api/${gv.version}` : `/apis/${gv.group}/${gv.version}`;
  const collection = namespaced ? `${root}/namespaces/${namespace}/${kind.plural}` : `${root}/${kind.plural}`;
  const placed = namespaced ? { ...manifest, metadata: { ...metadata, namespace } } : manifest;
  const label = `${kind.singular}${gv.group === "" ? "" : `.${gv.group}`}/${name}`;
  return { kind, manifest: placed, namespace, name, label, collection, path: `${collection}/${encodeURIComponent(name)}` };
}

function annotationsOf(object: JsonObject): JsonObject {
  const metadata = object["metadata"];
  const annotations = isJsonObject(metadata) ? metadata["annotations"] : undefined;
  return isJsonObject(annotations) ? annotations : {};
}

function withAnnotations(object: JsonObject, annotations: JsonObject): JsonObject {
  const metadata = isJsonObject(object["metadata"]) ? object["metadata"] : {};
  return { ...object, metadata: { ...metadata, annotations } };
}

/** As Go's encoder writes JSON: keys sorted, and the characters that HTML minds as escapes. */
function goJson(value: Json): string {
  return canonicalJson(value).replace(/[<>&\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The manifest with itself, as it stands, in the annotation that the next apply compares with. */
export function withLastApplied(manifest: JsonObject): JsonObject {
  const { [lastAppliedAnnotation]: _, ...annotations } = annotationsOf(manifest);
  const bare = withAnnotations(manifest, annotations);
  return withAnnotations(manifest, { ...annotations, [lastAppliedAnnotation]: `${goJson(bare)}\n` });
}

function lastApplied(live: JsonObject): JsonObject | null {
  const saved = annotationsOf(live)[lastAppliedAnnotation];
  if (typeof saved !== "string") return null;
  try {
    const parsed = JSON.parse(saved) as Json;
    return isJsonObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** What `kubectl apply` does with a manifest, given the object as it is in the cluster (null: it is not there). */
export function planApply(target: ApplyTarget, live: JsonObject | null): ApplyStep {
  const modified = withLastApplied(target.manifest);
  if (live === null) return { type: "create", path: target.collection, body: modified };
  const original = lastApplied(live);
  const body = threeWayPatch(original ?? {}, modified, live, schemas.object(schemaNameOf(target.kind, parseApiVersion(text(target.manifest["apiVersion"])).version)));
  if (Object.keys(body).length === 0) return { type: "unchanged" };
  return { type: "patch", path: target.path, contentType: strategicMergePatch, body, lastAppliedMissing: original === null };
}
