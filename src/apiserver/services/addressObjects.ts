import type { ApiRequest, Verb } from "../../apimachinery/apiRequest.ts";
import { trackUpdate } from "../../apimachinery/managedFields.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { schemas } from "../../kinds/schemaTable.ts";
import { newUid } from "../metadata/uid.ts";
import { workOf, type PlannedWrite, type RequestContext } from "../requestContext.ts";
import type { CacheEvent } from "../watch/objectCache.ts";
import { clusterIpsOf, type AllocatedSpec } from "./allocations.ts";

// Follows pkg/registry/core/service/ipallocator/ipallocator.go: each address that a Service has is an IPAddress object.

export const ipAddressesId = "ipaddresses.networking.k8s.io";
export const managedByLabel = "ipaddress.kubernetes.io/managed-by";
export const allocatorName = "ipallocator.k8s.io";
const apiVersion = "networking.k8s.io/v1";
const path = `/apis/${apiVersion}/ipaddresses`;
const step = "address/";

/** The address that this request has made an object of already, and for which name; null where it has none. */
export function takenAddress(progress: string): { readonly ip: string; readonly name: string } | null {
  if (!progress.startsWith(step)) return null;
  const [, ip = "", name = ""] = progress.split("/");
  return { ip, name };
}

export function addressObject(ip: string, namespace: string, name: string): JsonObject {
  return {
    apiVersion, kind: "IPAddress",
    metadata: { name: ip, labels: { "ipaddress.kubernetes.io/ip-family": "IPv4", [managedByLabel]: allocatorName } },
    spec: { parentRef: { resource: "services", namespace, name } },
  };
}

/** Whether the allocator made it, by its own word. */
export function isManaged({ metadata }: KubeObject): boolean {
  return metadata.labels?.[managedByLabel] === allocatorName;
}

/** The object of the address that a Service takes. When etcd has it, the Service is planned again and written itself. */
export function addressWrite(rc: RequestContext, { metadata }: KubeObject): PlannedWrite {
  const resource = rc.server.resources.get(ipAddressesId);
  const schema = resource === null ? null : schemas.object(resource.schema);
  if (resource === null || schema === null) throw new Error("addresses are not served");
  const { takes: ip } = workOf(rc);
  const { namespace = "", name } = metadata;
  const object = addressObject(ip, namespace, name);
  const { labels } = object["metadata"] as JsonObject;
  const next = { ...object, metadata: { name: ip, uid: newUid(rc.random.fork("uid")), creationTimestamp: formatRfc3339(rc.nowUs), labels: labels as Json } };
  return {
    key: resource.keyPrefix + ip, expectRevision: 0,
    value: trackUpdate({ schema, live: null, next: next as unknown as JsonObject, manager: "kube-apiserver", apiVersion, subresource: "", nowUs: rc.nowUs, resetFields: [] }),
    noteText: `took the address ${ip} for Service ${name}`, noteObject: `${resource.id}//${ip}`, onConflict: "planAgain", next: `${step}${ip}/${name}`, answer: { type: "object", code: 201 },
    reserved: { ips: [ip], ports: [] },
  };
}

/** The addresses that a Service had before a change and has no more. */
export function freedAddresses({ type, object, prev }: CacheEvent): readonly string[] {
  if (prev === null || (type !== "DELETED" && prev.spec === object.spec)) return none;
  const left = type === "DELETED" ? none : clusterIpsOf((object.spec ?? {}) as AllocatedSpec);
  return clusterIpsOf((prev.spec ?? {}) as AllocatedSpec).filter((ip) => !left.includes(ip));
}
const none: readonly string[] = [];

export function deleteAddress(ip: string): ApiRequest {
  return ownRequest("delete", `${path}/${ip}`, null);
}

export function createAddress(ip: string, namespace: string, name: string): ApiRequest {
  return ownRequest("create", path, addressObject(ip, namespace, name));
}

/** As the server asks itself. */
export function ownRequest(verb: Verb, path: string, body: Json): ApiRequest {
  return {
    id: `own/${path.slice(path.lastIndexOf("/") + 1)}`, verb, path, query: {}, contentType: "", accept: "", userAgent: "kube-apiserver/v1.36.2",
    identity: { type: "user", name: "system:apiserver", groups: ["system:masters"] }, body,
  };
}
