// Follows component-helpers/auth/rbac/reconciliation/reconcile_{role,rolebindings}.go, as pkg/registry/rbac/rest/storage_rbac.go has it at each start.
import type { ApiRequest, Verb } from "../../../apimachinery/apiRequest.ts";
import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Json, JsonObject } from "../../../base/json.ts";
import { rbacGroup, type Binding, type ClusterRole } from "../../../kinds/rbac/types.ts";
import { objectKeyOf } from "../../resources.ts";
import type { ServerView } from "../../serverView.ts";
import { missingRights } from "../rules.ts";
import { policyObjects, type PolicyObject } from "./policyObjects.ts";

const autoUpdate = "rbac.authorization.kubernetes.io/autoupdate";

/**
 * The requests that bring what the store has of the bootstrap policy up to date: rights, subjects, labels and annotations that are
 * missing are added, what is there beside them stays; a binding to another role is made anew. Who says autoupdate "false" is left alone.
 */
export function policyUpdates(server: ServerView): readonly ApiRequest[] {
  const requests: ApiRequest[] = [];
  for (const entry of policyObjects()) {
    const resource = server.resources.get(`${entry.plural}.${rbacGroup}`);
    const existing = resource === null ? null : server.cache.get(resource, objectKeyOf(resource, entry.namespace, entry.name));
    if (existing === null || existing.metadata.annotations?.[autoUpdate] === "false") continue;
    const next = entry.plural.endsWith("roles") ? roleAfter(existing as ClusterRole, entry.object) : bindingAfter(existing as Binding, entry.object);
    if (next === "anew") requests.push(requestOf(entry, "delete", null), requestOf(entry, "create", entry.object));
    else if (next !== null) requests.push(requestOf(entry, "update", next as unknown as Json));
  }
  return requests;
}

function roleAfter(existing: ClusterRole, wanted: JsonObject): ClusterRole | null {
  const expected = wanted as unknown as ClusterRole;
  const aggregationRule = expected.aggregationRule ?? null;
  // The rules of a role that gathers are its controller's.
  const missing = aggregationRule === null ? missingRights(existing.rules ?? [], expected.rules ?? []) : [];
  const selectors = existing.aggregationRule?.clusterRoleSelectors ?? [];
  const lacking = (aggregationRule?.clusterRoleSelectors ?? []).filter((selector) => !selectors.some((has) => deepEqual(has as Json, selector as Json)));
  const { aggregationRule: gathers, ...plain } = withMetadataOf(existing, expected);
  const gathering = lacking.length === 0 ? gathers : { clusterRoleSelectors: [...selectors, ...lacking] };
  const next: ClusterRole = {
    ...plain, ...(aggregationRule === null || gathering === undefined ? {} : { aggregationRule: gathering }), ...(missing.length === 0 ? {} : { rules: [...(existing.rules ?? []), ...missing] }),
  };
  return deepEqual(next as unknown as Json, existing as unknown as Json) ? null : next;
}

function bindingAfter(existing: Binding, wanted: JsonObject): Binding | "anew" | null {
  const expected = wanted as unknown as Binding;
  if (!deepEqual(existing.roleRef as unknown as Json, expected.roleRef as unknown as Json)) return "anew";
  const subjects = existing.subjects ?? [];
  const missing = (expected.subjects ?? []).filter((subject) => !subjects.some((has) => deepEqual(has as unknown as Json, subject as unknown as Json)));
  const base = withMetadataOf(existing, expected);
  const next = missing.length === 0 ? base : { ...base, subjects: [...subjects, ...missing] };
  return deepEqual(next as unknown as Json, existing as unknown as Json) ? null : next;
}

/** With the labels and annotations that are missing; those that are there keep their values. */
function withMetadataOf<O extends KubeObject>(existing: O, expected: O): O {
  const { labels, annotations } = existing.metadata;
  return { ...existing, metadata: { ...existing.metadata, labels: { ...expected.metadata.labels, ...labels }, annotations: { ...expected.metadata.annotations, ...annotations } } };
}

function requestOf({ plural, namespace, name }: PolicyObject, verb: Verb, body: Json): ApiRequest {
  const path = `/apis/${rbacGroup}/v1${namespace === "" ? "" : `/namespaces/${namespace}`}/${plural}${verb === "create" ? "" : `/${name}`}`;
  return {
    id: `bootstrap/${name}`, verb, path, query: {}, contentType: "", accept: "", userAgent: "kube-apiserver/v1.36.2",
    identity: { type: "user", name: "system:apiserver", groups: ["system:masters"] }, body,
  };
}
