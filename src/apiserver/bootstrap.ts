import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { formatRfc3339 } from "../base/rfc3339.ts";
import { formatIpv4 } from "./services/ipv4.ts";
import { defaultServiceCidr, serviceCidrsId, serviceRanges } from "./services/serviceRanges.ts";
import { objectKeyOf, type Resource } from "./resources.ts";
import type { ServerView } from "./serverView.ts";

/** What the server makes of itself at its first start. Follows pkg/controlplane/controller and bootstrap post-start hooks. */
interface BootstrapObject {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly object: JsonObject;
}

const namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

export function bootstrapObjects(server: ServerView): readonly BootstrapObject[] {
  const { advertiseAddress, advertisePort } = server.options;
  const { range } = server.allocations;
  const kubernetes = { name: "kubernetes", namespace: "default", labels: { component: "apiserver", provider: "kubernetes" } };
  const ports = [{ name: "https", port: advertisePort, protocol: "TCP" }];
  return [
    ...namespaces.map((name) => entry("namespaces", "", name, { apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    priorityClass("system-cluster-critical", 2_000_000_000, "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."),
    priorityClass("system-node-critical", 2_000_001_000, "Used for system critical pods that must not be moved from their current node."),
    entry(serviceCidrsId, "", defaultServiceCidr, { apiVersion: "networking.k8s.io/v1", kind: "ServiceCIDR", metadata: { name: defaultServiceCidr }, spec: { cidrs: [server.allocations.cidr] } }),
    entry("services", "default", "kubernetes", {
      apiVersion: "v1", kind: "Service", metadata: kubernetes,
      spec: { type: "ClusterIP", clusterIP: formatIpv4(range.first + 1), sessionAffinity: "None", ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: advertisePort }] },
    }),
    entry("endpoints", "default", "kubernetes", {
      apiVersion: "v1", kind: "Endpoints", metadata: { name: "kubernetes", namespace: "default", labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } },
      subsets: [{ addresses: [{ ip: advertiseAddress }], ports }],
    }),
    entry("endpointslices.discovery.k8s.io", "default", "kubernetes", {
      apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { name: "kubernetes", namespace: "default", labels: { "kubernetes.io/service-name": "kubernetes" } },
      addressType: "IPv4", endpoints: [{ addresses: [advertiseAddress], conditions: { ready: true } }], ports,
    }),
  ];
}

function entry(resource: string, namespace: string, name: string, object: JsonObject): BootstrapObject {
  return { resource, namespace, name, object };
}

function priorityClass(name: string, value: number, description: string): BootstrapObject {
  return entry("priorityclasses.scheduling.k8s.io", "", name, { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value, description });
}

export function isBootstrapObject(server: ServerView, resource: Resource, objectKey: string): boolean {
  const known = bootstrapResources.has(resource.id);
  return known && bootstrapObjects(server).some((entry) => entry.resource === resource.id && objectKeyOf(resource, entry.namespace, entry.name) === objectKey);
}

const bootstrapResources = new Set(["namespaces", "services", serviceCidrsId, "endpoints", "endpointslices.discovery.k8s.io", "priorityclasses.scheduling.k8s.io"]);

/** The requests for what is not there yet and can be made now: its namespace is there. */
export function bootstrapRequests(server: ServerView, nowUs: number): readonly ApiRequest[] {
  const requests: ApiRequest[] = [];
  for (const { resource: id, namespace, name, object } of bootstrapObjects(server)) {
    const resource = server.resources.get(id);
    if (resource === null || server.cache.get(resource, namespace === "" ? name : `${namespace}/${name}`) !== null) continue;
    if (namespace !== "" && !hasNamespace(server, namespace)) continue;
    if (id === "services" && serviceRanges(server).length === 0) continue;
    const root = resource.group === "" ? "/api/v1" : `/apis/${resource.apiVersion}`;
    requests.push(bootstrapRequest(`${root}${namespace === "" ? "" : `/namespaces/${namespace}`}/${resource.plural}`, name, object));
  }
  const ready = readyRequest(server, nowUs);
  return ready === null ? requests : [...requests, ready];
}

function bootstrapRequest(path: string, name: string, body: Json): ApiRequest {
  return {
    id: `bootstrap/${name}`, verb: "create", path, query: {}, contentType: "", accept: "", userAgent: "kube-apiserver/v1.36.2",
    identity: { type: "user", name: "system:apiserver", groups: ["system:masters"] }, body,
  };
}

/**
 * The condition of the ServiceCIDR that the server made, where it has none and is as the server's setting says.
 * Follows pkg/controlplane/controller/defaultservicecidr.
 */
function readyRequest(server: ServerView, nowUs: number): ApiRequest | null {
  const resource = server.resources.get(serviceCidrsId);
  const object = resource === null ? null : server.cache.get(resource, defaultServiceCidr);
  if (resource === null || object === null || object.metadata.deletionTimestamp !== undefined) return null;
  const { spec, status } = object as { readonly spec?: { readonly cidrs?: readonly string[] }; readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] } };
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if ((ready !== undefined && ready.status !== "Unknown") || spec?.cidrs?.join() !== server.allocations.cidr) return null;
  const condition = { type: "Ready", status: "True", message: "Kubernetes default Service CIDR is ready", lastTransitionTime: formatRfc3339(nowUs) };
  const body = { apiVersion: resource.apiVersion, kind: "ServiceCIDR", metadata: { name: defaultServiceCidr }, status: { conditions: [condition] } };
  return {
    ...bootstrapRequest(`/apis/${resource.apiVersion}/servicecidrs/${defaultServiceCidr}/status`, defaultServiceCidr, body), verb: "patch", contentType: "application/apply-patch+yaml",
    query: { fieldManager: "kubernetes-service-cidr-controller", force: "true" },
  };
}

export function hasNamespace(server: ServerView, name: string): boolean {
  const resource = server.resources.get("namespaces");
  return resource !== null && server.cache.get(resource, name) !== null;
}
