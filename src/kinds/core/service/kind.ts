// Follows pkg/apis/core/v1/defaults.go, pkg/registry/core/service/strategy.go and pkg/printers/internalversion/printers.go.
import type { Column, KindDefinition } from "../../define.ts";
import { ageColumn, formatLabels, nameColumn } from "../../printing/cells.ts";
import { changeField, changeItems, fill, fillAbsent } from "../../sharing.ts";
import { strategy, withFieldOf, without } from "../../strategy.ts";
import { unsimulatedIn } from "../../unsimulated.ts";
import { storedVerbs } from "../../verbs.ts";
import { isExternallyAccessible, withAllocatedValuesOf, withIPFamilies, withSyncedClusterIPs, withoutTypeDependentFields } from "./fields.ts";
import { serviceGraph } from "./graph.ts";
import type { LoadBalancerIngress, Service, ServicePort, ServiceSpec, ServiceStatus } from "./types.ts";
import { serviceWarnings, validateService, validateServiceStatusUpdate, validateServiceUpdate } from "./validate.ts";

const affinitySeconds = 10_800;

const columns: readonly Column<Service>[] = [
  nameColumn(),
  { name: "Type", type: "string", description: "ServiceSpec.type", priority: 0, cell: (service) => service.spec.type ?? "" },
  { name: "Cluster-IP", type: "string", description: "ServiceSpec.clusterIP", priority: 0, cell: (service) => service.spec.clusterIPs?.[0] ?? "<none>" },
  { name: "External-IP", type: "string", description: "ServiceSpec.externalIPs", priority: 0, cell: externalIPText },
  { name: "Port(s)", type: "string", description: "ServiceSpec.ports", priority: 0, cell: (service) => portsText(service.spec.ports ?? []) },
  ageColumn(),
  { name: "Selector", type: "string", description: "ServiceSpec.selector", priority: 1, cell: (service) => formatLabels(service.spec.selector) },
];

/** Fields that are kept but do nothing yet. */
const unsimulated: readonly string[] = ["spec.loadBalancerClass"];

export const serviceKind: KindDefinition<Service> = {
  gvk: { group: "", version: "v1", kind: "Service" },
  versions: ["v1"],
  plural: "services",
  singular: "service",
  shortNames: ["svc"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["proxy", "status"],
  schema: "io.k8s.api.core.v1.Service",
  defaults(service) {
    const spec = specWithDefaults((service.spec as ServiceSpec | undefined) ?? {});
    const status = statusWithDefaults(service.status ?? {}, spec);
    return spec === service.spec && status === service.status ? service : { ...service, spec, status };
  },
  strategy: strategy<Service>({
    prepareForCreate: (service) => withIPFamilies({ ...service, spec: withSyncedClusterIPs(service.spec, null), status: { loadBalancer: {} } }, null),
    prepareForUpdate(service, old) {
      const synced = withAllocatedValuesOf(withSyncedClusterIPs(service.spec, old.spec), old.spec);
      return withIPFamilies({ ...withFieldOf(service, old, "status"), spec: withoutTypeDependentFields(synced, old.spec) }, old);
    },
    validate: validateService,
    validateUpdate: validateServiceUpdate,
    warnings: serviceWarnings,
    allowCreateOnUpdate: true,
  }),
  statusStrategy: strategy<Service>({ prepareForUpdate: (service, old) => withFieldOf(service, old, "spec"), validateUpdate: validateServiceStatusUpdate }),
  selectableFields: { "spec.clusterIP": (service) => service.spec.clusterIP ?? "", "spec.type": (service) => service.spec.type ?? "" },
  returnsDeletedObject: true,
  columns,
  unsimulated,
  unsimulatedWarnings: unsimulatedIn(unsimulated),
  scale: null,
  graph: serviceGraph,
  template: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 80
`,
};

function specWithDefaults(given: ServiceSpec): ServiceSpec {
  let spec = fill(given, { sessionAffinity: "None", type: "ClusterIP" });
  if (spec.sessionAffinity === "None") spec = without(spec, "sessionAffinityConfig");
  if (spec.sessionAffinity === "ClientIP" && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) spec = { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: affinitySeconds } } };
  spec = changeItems(spec, "ports", (port: ServicePort) => {
    const withProtocol = fill(port, { protocol: "TCP" });
    const target = withProtocol.targetPort;
    return target === undefined || target === 0 || target === "" ? { ...withProtocol, targetPort: withProtocol.port ?? 0 } : withProtocol;
  });
  if (isExternallyAccessible(spec)) spec = fill(spec, { externalTrafficPolicy: "Cluster" });
  if (spec.type === "NodePort" || spec.type === "LoadBalancer" || spec.type === "ClusterIP") spec = fillAbsent(spec, { internalTrafficPolicy: "Cluster" });
  return spec.type === "LoadBalancer" ? fillAbsent(spec, { allocateLoadBalancerNodePorts: true }) : spec;
}

function statusWithDefaults(given: ServiceStatus, spec: ServiceSpec): ServiceStatus {
  const status = fillAbsent(given, { loadBalancer: {} });
  if (spec.type !== "LoadBalancer") return status;
  return changeField(status, "loadBalancer", (balancer) => changeItems(balancer, "ingress", (ingress: LoadBalancerIngress) => ((ingress.ip ?? "") === "" ? ingress : fillAbsent(ingress, { ipMode: "VIP" }))));
}

/** Addresses of the load balancer, each once, sorted. */
export function loadBalancerAddresses(service: Service): readonly string[] {
  const addresses = (service.status?.loadBalancer?.ingress ?? []).map((ingress) => ((ingress.ip ?? "") === "" ? (ingress.hostname ?? "") : (ingress.ip ?? "")));
  return [...new Set(addresses.filter((address) => address !== ""))].sort();
}

function externalIPText(service: Service): string {
  const spec = service.spec;
  const external = spec.externalIPs ?? [];
  switch (spec.type) {
    case "ClusterIP":
    case "NodePort":
      return external.length > 0 ? external.join(",") : "<none>";
    case "LoadBalancer": {
      const all = [...loadBalancerAddresses(service), ...external];
      return all.length > 0 ? all.join(",") : "<pending>";
    }
    case "ExternalName":
      return spec.externalName ?? "";
    default:
      return "<unknown>";
  }
}

/** "80/TCP,443:30443/TCP". */
export function portsText(ports: readonly ServicePort[]): string {
  if (ports.length === 0) return "<none>";
  return ports.map((port) => ((port.nodePort ?? 0) > 0 ? `${port.port}:${port.nodePort}/${port.protocol ?? ""}` : `${port.port}/${port.protocol ?? ""}`)).join(",");
}
