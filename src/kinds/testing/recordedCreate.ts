import { readFileSync } from "node:fs";
import { causeReason, errorBody } from "../../apimachinery/fieldError.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import { applyMergePatch } from "../../apimachinery/patch/mergePatch.ts";
import { applyDefaults } from "../../apimachinery/schema/defaults.ts";
import { decodeObject, type FieldValidation } from "../../apimachinery/schema/decode.ts";
import { wireForm } from "../../apimachinery/schema/wire.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { KindDefinition } from "../define.ts";
import { kinds } from "../index.ts";
import type { Pod } from "../core/pod/types.ts";
import { schemaOf } from "../schemaTable.ts";

/** Recorded requests of a real server, replayed on the kinds alone: decoding, defaults, strategy and validation, without a server around them. */
export interface RecordedCase {
  readonly name: string;
  readonly steps: readonly RecordedStep[];
}
export interface RecordedStep {
  readonly request: { readonly method: string; readonly path: string; readonly body?: Json; readonly contentType?: string };
  readonly response: { readonly code: number; readonly body?: JsonObject; readonly warnings?: readonly string[] };
  readonly unordered?: boolean;
}

export function readCases(path: URL): readonly RecordedCase[] {
  const file = JSON.parse(readFileSync(path, "utf8")) as { readonly cases: readonly RecordedCase[] };
  return file.cases;
}

/** The kind that a collection's path names, and the namespace in it; null where it is none of ours. */
export function kindOfPath(path: string): { readonly kind: KindDefinition; readonly namespace: string } | null {
  const match = /^\/(?:api\/(?<version>v1)|apis\/(?<group>[^/]+)\/(?<groupVersion>[^/]+))(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[^/?]+)(?:\/(?<name>[^/?]+))?(?:\?.*)?$/.exec(path);
  if (match?.groups === undefined) return null;
  const { group = "", groupVersion = "v1", namespace = "", plural = "" } = match.groups;
  const kind = kinds.find((each) => each.gvk.group === group && each.gvk.version === groupVersion && each.plural === plural);
  return kind === undefined ? null : { kind, namespace };
}

export type Outcome =
  | { readonly type: "undecodable"; readonly message: string }
  | { readonly type: "invalid"; readonly causes: readonly JsonObject[]; readonly warnings: readonly string[] }
  | { readonly type: "created"; readonly object: KubeObject; readonly warnings: readonly string[] };

/** Creates the object as the server would, up to storing it. */
export function create(kind: KindDefinition, namespace: string, body: Json, fieldValidation: FieldValidation): Outcome {
  const schema = schemaOf(kind.schema);
  if (schema === null || schema === undefined) throw new Error(`no schema ${kind.schema}`);
  const decoded = decodeObject(schema, body, fieldValidation);
  if (!decoded.ok) return { type: "undecodable", message: decoded.message };
  let object = applyDefaults(schema, decoded.value) as unknown as KubeObject;
  object = kind.defaults(object);
  const meta = object.metadata;
  const name = (meta.name ?? "") === "" && (meta.generateName ?? "") !== "" ? `${meta.generateName}x2b3c` : meta.name;
  object = { ...object, metadata: { ...meta, ...(name === undefined ? {} : { name }), ...(kind.scope === "Namespaced" ? { namespace } : {}), uid: "00000000-0000-4000-8000-000000000000", creationTimestamp: "2026-01-01T00:00:00Z" } };
  if (kind.gvk.kind === "Pod") object = admitPod(object as unknown as Pod) as unknown as KubeObject;
  object = kind.strategy.prepareForCreate(object);
  const errors = kind.strategy.validate(object);
  const warnings = [...(kind.deprecation === undefined ? [] : [kind.deprecation]), ...decoded.warnings, ...kind.strategy.warnings(object, null)];
  if (errors.length > 0) return { type: "invalid", causes: errors.map(causeOf), warnings };
  return { type: "created", object: wireForm(schema, object as unknown as JsonObject) as unknown as KubeObject, warnings };
}

/** A merge patch on a stored object, as the server would take it. */
export function mergePatch(kind: KindDefinition, old: KubeObject, patch: Json): Outcome {
  const schema = schemaOf(kind.schema);
  const patched = applyMergePatch(old as unknown as JsonObject, patch);
  if (!patched.ok) return { type: "undecodable", message: "the patch does not apply" };
  const decoded = decodeObject(schema, patched.value, "Ignore");
  if (!decoded.ok) return { type: "undecodable", message: decoded.message };
  let object = kind.defaults(applyDefaults(schema, decoded.value) as unknown as KubeObject);
  object = kind.strategy.prepareForUpdate(object, old);
  const errors = kind.strategy.validateUpdate(object, old);
  if (errors.length > 0) return { type: "invalid", causes: errors.map(causeOf), warnings: [] };
  return { type: "created", object, warnings: kind.strategy.warnings(object, old) };
}

export function causeOf(error: FieldError): JsonObject {
  return { reason: causeReason(error.type), message: errorBody(error), field: error.path };
}

/** What admission adds to every pod; it is not the kinds' business, but the recorded answers have it. */
function admitPod(pod: Pod): Pod {
  const spec = pod.spec;
  const access = { name: "kube-api-access-x2b3c", readOnly: true, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" };
  const mounts = spec.automountServiceAccountToken !== false;
  const mounted = <C extends { readonly volumeMounts?: readonly { readonly mountPath: string }[] }>(container: C): C =>
    mounts && !(container.volumeMounts ?? []).some((mount) => mount.mountPath === access.mountPath) ? { ...container, volumeMounts: [...(container.volumeMounts ?? []), access] } : container;
  const volume = {
    name: access.name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        { downwardAPI: { items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }] } },
      ],
      defaultMode: 420,
    },
  };
  const tolerations = [...(spec.tolerations ?? [])];
  for (const key of ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]) {
    if (!tolerations.some((each) => (each.key === key || (each.key ?? "") === "") && (each.effect === "NoExecute" || (each.effect ?? "") === ""))) tolerations.push({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 });
  }
  const name = (spec.serviceAccountName ?? "") === "" ? "default" : spec.serviceAccountName;
  const containers = spec.containers.map(mounted);
  const initContainers = spec.initContainers?.map(mounted);
  const used = mounts && [...containers, ...(initContainers ?? [])].some((container) => (container.volumeMounts ?? []).some((mount) => mount.name === access.name));
  return {
    ...pod,
    spec: {
      ...spec,
      containers,
      ...(initContainers === undefined ? {} : { initContainers }),
      ...(name === undefined ? {} : { serviceAccountName: name }),
      tolerations,
      priority: spec.priority ?? 0,
      preemptionPolicy: spec.preemptionPolicy ?? "PreemptLowerPriority",
      ...(used ? { volumes: [...(spec.volumes ?? []), volume] } : {}),
    },
  };
}
