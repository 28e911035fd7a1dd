// Follows pkg/registry/networking/ingress/strategy.go and pkg/printers/internalversion/printers.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Column, GraphEdge, GraphTraits, Health, KindDefinition, ObjectIndex } from "../../define.ts";
import { ownerEdges, plural } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { fillAbsent } from "../../sharing.ts";
import { strategy, withFieldOf, withGeneration } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Ingress, IngressBackend, IngressSpec } from "./types.ts";
import { ingressWarnings, validateIngressCreate, validateIngressStatusUpdate, validateIngressUpdate } from "./validate.ts";

const shownHosts = 3;

const columns: readonly Column<Ingress>[] = [
  nameColumn(),
  { name: "Class", type: "string", description: "Ingress Class", priority: 0, cell: (ingress) => ingress.spec.ingressClassName ?? "<none>" },
  { name: "Hosts", type: "string", description: "Ingress Hosts", priority: 0, cell: hostsText },
  { name: "Address", type: "string", description: "Ingress Address", priority: 0, cell: (ingress) => ingressAddresses(ingress).join(",") },
  { name: "Ports", type: "string", description: "Ingress Ports", priority: 0, cell: (ingress) => ((ingress.spec.tls ?? []).length > 0 ? "80, 443" : "80") },
  ageColumn(),
];

const graph: GraphTraits<Ingress> = {
  icon: "ingress",
  tier: "edge",
  health(ingress): Health {
    if (ingress.metadata.deletionTimestamp !== undefined) return "terminating";
    return ingressAddresses(ingress).length === 0 ? "progressing" : "ok";
  },
  node: () => null,
  sentence(ingress) {
    if (ingress.metadata.deletionTimestamp !== undefined) return "Being deleted.";
    const addresses = ingressAddresses(ingress);
    const paths = (ingress.spec.rules ?? []).reduce((count, rule) => count + (rule.http?.paths ?? []).length, 0);
    const what = paths === 0 ? "Sends every request to its default backend" : `Routes requests by host and path (${plural(paths, "path")}) to Services`;
    return addresses.length === 0 ? `${what}, but no ingress controller has given it an address yet.` : `${what}; reachable at ${addresses.join(", ")}.`;
  },
  summary: (ingress) => ({
    tier: "edge",
    type: "Ingress",
    addresses: ingressAddresses(ingress),
    ports: (ingress.spec.tls ?? []).length > 0 ? ["80/TCP", "443/TCP"] : ["80/TCP"],
    rules: [
      ...(ingress.spec.rules ?? []).flatMap((rule) => (rule.http?.paths ?? []).map((path) => ({ host: rule.host ?? "*", path: path.path ?? "/", backend: backendText(path.backend) }))),
      ...(ingress.spec.defaultBackend === undefined ? [] : [{ host: "*", path: "", backend: backendText(ingress.spec.defaultBackend) }]),
    ],
    readyEndpoints: 0,
    totalEndpoints: 0,
  }),
  edges(ingress, index: ObjectIndex) {
    const edges: GraphEdge[] = [...ownerEdges(ingress, index)];
    for (const name of backendServices(ingress)) {
      const service = index.byName("services", ingress.metadata.namespace ?? "", name);
      if (service !== null) edges.push({ from: ingress.metadata.uid, to: service.metadata.uid, relation: "routesTo" });
    }
    return edges;
  },
};

const annotationPrefix = "nginx.ingress.kubernetes.io/";

/** What of ingress-nginx's annotations does what it says; all others are warned of by name. */
const simulatedAnnotations: ReadonlySet<string> = new Set((
  "affinity affinity-canary-behavior allowlist-source-range app-root auth-realm auth-secret auth-secret-type auth-type canary canary-by-cookie canary-by-header canary-by-header-pattern canary-by-header-value " +
  "canary-weight canary-weight-total denylist-source-range enable-access-log force-ssl-redirect limit-allowlist limit-burst-multiplier limit-connections limit-rpm limit-rps limit-whitelist permanent-redirect " +
  "permanent-redirect-code preserve-trailing-slash proxy-body-size proxy-connect-timeout proxy-next-upstream proxy-next-upstream-tries proxy-read-timeout proxy-send-timeout rewrite-target service-upstream " +
  "session-cookie-change-on-failure session-cookie-expires session-cookie-max-age session-cookie-name session-cookie-path session-cookie-samesite session-cookie-secure ssl-redirect temporal-redirect " +
  "temporal-redirect-code upstream-vhost use-regex whitelist-source-range x-forwarded-prefix"
).split(" "));

/** Values of simulated annotations that are not. */
const otherValues: Readonly<Record<string, (value: string) => boolean>> = {
  affinity: (value) => value !== "cookie",
  "auth-type": (value) => value !== "basic",
};

function unsimulatedAnnotations(ingress: Ingress): readonly string[] {
  return Object.entries(ingress.metadata.annotations ?? {}).flatMap(([key, value]) => {
    if (!key.startsWith(annotationPrefix)) return [];
    const name = key.slice(annotationPrefix.length);
    if (!simulatedAnnotations.has(name)) return name === "backend-protocol" && value === "HTTP" ? [] : [`Ingress: annotation ${key}: kept, but not simulated yet`];
    return Object.hasOwn(otherValues, name) && otherValues[name]?.(value) === true ? [`Ingress: annotation ${key}: ${value}: kept, but not simulated yet`] : [];
  });
}

export const ingressKind: KindDefinition<Ingress> = {
  gvk: { group: "networking.k8s.io", version: "v1", kind: "Ingress" },
  versions: ["v1"],
  plural: "ingresses",
  singular: "ingress",
  shortNames: ["ing"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["status"],
  schema: "io.k8s.api.networking.v1.Ingress",
  defaults(ingress) {
    const spec = (ingress.spec as IngressSpec | undefined) ?? {};
    const status = fillAbsent(ingress.status ?? {}, { loadBalancer: {} });
    return spec === ingress.spec && status === ingress.status ? ingress : { ...ingress, spec, status };
  },
  strategy: strategy<Ingress>({
    prepareForCreate: (ingress) => withGeneration({ ...ingress, status: { loadBalancer: {} } }, 1),
    prepareForUpdate: (ingress, old) => withGeneration(withFieldOf(ingress, old, "status"), (old.metadata.generation ?? 0) + (deepEqual(ingress.spec, old.spec) ? 0 : 1)),
    validate: validateIngressCreate,
    validateUpdate: validateIngressUpdate,
    warnings: ingressWarnings,
  }),
  statusStrategy: strategy<Ingress>({ prepareForUpdate: (ingress, old) => withFieldOf(ingress, old, "spec"), validateUpdate: validateIngressStatusUpdate }),
  selectableFields: {},
  columns,
  unsimulatedWarnings: unsimulatedAnnotations,
  scale: null,
  graph,
  template: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  ingressClassName: nginx
  rules:
    - host: web.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 80
`,
};

function hostsText(ingress: Ingress): string {
  const hosts = (ingress.spec.rules ?? []).map((rule) => rule.host ?? "").filter((host) => host !== "");
  if (hosts.length === 0) return "*";
  const text = hosts.slice(0, shownHosts).join(",");
  return hosts.length > shownHosts ? `${text} + ${hosts.length - shownHosts} more...` : text;
}

/** Addresses that an ingress controller has written into the status, each once, sorted. */
export function ingressAddresses(ingress: Ingress): readonly string[] {
  const addresses = (ingress.status?.loadBalancer?.ingress ?? []).map((entry) => ((entry.ip ?? "") === "" ? (entry.hostname ?? "") : (entry.ip ?? "")));
  return [...new Set(addresses.filter((address) => address !== ""))].sort();
}

/** "web:80", or the resource it names. */
function backendText(backend: IngressBackend): string {
  if (backend.service !== undefined) return `${backend.service.name}:${backend.service.port?.name ?? backend.service.port?.number ?? ""}`;
  return backend.resource === undefined ? "" : `${backend.resource.kind}/${backend.resource.name}`;
}

function backendServices(ingress: Ingress): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (backend: IngressBackend | undefined): void => {
    if (backend?.service !== undefined) names.add(backend.service.name);
  };
  for (const rule of ingress.spec.rules ?? []) for (const path of rule.http?.paths ?? []) add(path.backend);
  add(ingress.spec.defaultBackend);
  return names;
}
