import type { GroupVersionKind, ObjectKey } from "../apimachinery/gvk.ts";
import { apiVersionOf } from "../apimachinery/gvk.ts";

/** What of a KindDefinition a path is made of. */
export interface PathKind {
  readonly gvk: GroupVersionKind;
  readonly plural: string;
  readonly scope: "Namespaced" | "Cluster";
}

/** "/api/v1/namespaces/default/pods", "/apis/apps/v1/deployments" (all namespaces), "/api/v1/nodes". */
export function collectionPath(kind: PathKind, namespace: string | null): string {
  const root = kind.gvk.group === "" ? `/api/${kind.gvk.version}` : `/apis/${apiVersionOf(kind.gvk)}`;
  return kind.scope === "Namespaced" && namespace !== null && namespace !== "" ? `${root}/namespaces/${namespace}/${kind.plural}` : `${root}/${kind.plural}`;
}

export function objectPath(kind: PathKind, key: ObjectKey, subresource?: string): string {
  const path = `${collectionPath(kind, key.namespace)}/${key.name}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** "<plural>.<group>/<namespace>/<name>": how a causal link names an object. */
export function causalObject(kind: PathKind, key: ObjectKey): string {
  const resource = kind.gvk.group === "" ? kind.plural : `${kind.plural}.${kind.gvk.group}`;
  return `${resource}/${key.namespace}/${key.name}`;
}
