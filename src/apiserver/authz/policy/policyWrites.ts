import type { ApiRequest } from "../../../apimachinery/apiRequest.ts";
import type { JsonObject } from "../../../base/json.ts";
import { formatRfc3339 } from "../../../base/rfc3339.ts";
import { rbacGroup } from "../../../kinds/rbac/types.ts";
import type { Random } from "../../../sim/random.ts";
import { newUid } from "../../metadata/uid.ts";
import type { PlannedWrite } from "../../requestContext.ts";
import { objectKeyOf, type Resource } from "../../resources.ts";
import type { ServerView } from "../../serverView.ts";
import { policyObjects, type PolicyObject } from "./policyObjects.ts";

export interface PolicyWrite {
  readonly request: ApiRequest;
  readonly write: PlannedWrite;
}

/**
 * The writes of what the bootstrap policy has and the store has not, for namespaces that are there. They go to etcd as they are: these
 * objects are valid and whole, and a hundred requests through all stages would be a good part of a cluster's start. What is there
 * already is brought up to date by policyUpdates.
 */
export function policyWrites(server: ServerView, random: Random, nowUs: number, hasNamespace: (name: string) => boolean): readonly PolicyWrite[] {
  const writes: PolicyWrite[] = [];
  const time = formatRfc3339(nowUs);
  for (const entry of policyObjects()) {
    const { plural, namespace, name } = entry;
    const resource = server.resources.get(`${plural}.${rbacGroup}`);
    if (resource === null || server.cache.get(resource, objectKeyOf(resource, namespace, name)) !== null) continue;
    if (namespace === "" || hasNamespace(namespace)) writes.push({ request: requestOf(resource, entry), write: writeOf(resource, entry, newUid(random.fork("uid")), time) });
  }
  return writes;
}

function requestOf({ apiVersion, plural }: Resource, { namespace, name }: PolicyObject): ApiRequest {
  const path = `/apis/${apiVersion}${namespace === "" ? "" : `/namespaces/${namespace}`}/${plural}`;
  return {
    id: `bootstrap/${name}`, verb: "create", path, query: {}, contentType: "", accept: "", userAgent: "kube-apiserver/v1.36.2",
    identity: { type: "user", name: "system:apiserver", groups: ["system:masters"] }, body: null,
  };
}

function writeOf(resource: Resource, { namespace, name, object }: PolicyObject, uid: string, creationTimestamp: string): PlannedWrite {
  const { labels, annotations } = object["metadata"] as { readonly labels: JsonObject; readonly annotations: JsonObject };
  const managed = { manager: "kube-apiserver", operation: "Update", apiVersion: resource.apiVersion, time: creationTimestamp, fieldsType: "FieldsV1", fieldsV1: fieldsOf(object, labels, annotations) };
  const own = namespace === "" ? { name, uid } : { name, namespace, uid };
  return {
    key: resource.keyPrefix + objectKeyOf(resource, namespace, name),
    expectRevision: 0,
    value: { ...object, metadata: { ...own, creationTimestamp, labels, annotations, managedFields: [managed] } },
    noteText: `wrote ${resource.kind.gvk.kind} ${name}`,
    noteObject: `${resource.id}/${namespace}/${name}`,
    onConflict: "alreadyExists",
    answer: { type: "body", code: 201, body: null },
  };
}

/** Lists and references of these kinds are owned whole. */
function fieldsOf(object: JsonObject, labels: JsonObject, annotations: JsonObject): JsonObject {
  const keys = (map: JsonObject): JsonObject => ({ ".": {}, ...Object.fromEntries(Object.keys(map).map((key) => [`f:${key}`, {}])) });
  const fields: Record<string, JsonObject> = { "f:metadata": { "f:annotations": keys(annotations), "f:labels": keys(labels) } };
  for (const field of ["rules", "subjects", "roleRef"]) if (object[field] !== undefined) fields[`f:${field}`] = {};
  if (object["aggregationRule"] !== undefined) fields["f:aggregationRule"] = { ".": {}, "f:clusterRoleSelectors": {} };
  return fields;
}
