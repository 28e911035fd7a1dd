// Follows kubernetes/ingress-nginx internal/ingress/controller/controller.go (getBackendServers, createServers) and template/nginx.tmpl.
import { compareText } from "../base/compareText.ts";
import type { Ingress, IngressBackend } from "../kinds/networking/ingress/types.ts";
import type { IngressClass } from "../kinds/networking/ingressclass/types.ts";

/** Where a location sends its requests. `port` is a name or a number. */
export interface Backend {
  readonly namespace: string;
  readonly service: string;
  readonly port: string | number;
}

export interface Location {
  readonly path: string;
  readonly pathType: "Exact" | "Prefix" | "ImplementationSpecific";
  /** null: the controller's own default backend (404). */
  readonly backend: Backend | null;
  /** "namespace/name"; "" for the location that every server has. */
  readonly ingress: string;
  readonly rewriteTarget: string;
  readonly sslRedirect: boolean;
}

export interface Server {
  /** "_" is the catch-all. */
  readonly host: string;
  readonly tls: boolean;
  /** In the order nginx tries them: exact ones first, then by falling length. */
  readonly locations: readonly Location[];
}

export interface IngressConfig {
  readonly servers: readonly Server[];
}

export const controllerName = "k8s.io/ingress-nginx";
const prefix = "nginx.ingress.kubernetes.io/";

/** The Ingresses this controller serves, oldest first: on a conflict the older one keeps its path. */
export function servedIngresses(ingresses: readonly Ingress[], classes: readonly IngressClass[], className: string): readonly Ingress[] {
  const ours = new Set(classes.filter((candidate) => candidate.spec?.controller === controllerName).map((candidate) => candidate.metadata.name));
  const served = ingresses.filter((ingress) => {
    const annotation = ingress.metadata.annotations?.["kubernetes.io/ingress.class"];
    if (annotation !== undefined && annotation !== "") return annotation === className;
    return ingress.spec.ingressClassName !== undefined && ours.has(ingress.spec.ingressClassName);
  });
  return served.sort((a, b) => compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || compareText(`${a.metadata.namespace ?? ""}/${a.metadata.name}`, `${b.metadata.namespace ?? ""}/${b.metadata.name}`));
}

/** The configuration of all served Ingresses together. */
export function buildIngressConfig(served: readonly Ingress[]): IngressConfig {
  const servers = new Map<string, { tls: boolean; fallback: Location | null; locations: Map<string, Location> }>();
  const serverOf = (host: string): { tls: boolean; fallback: Location | null; locations: Map<string, Location> } => {
    let server = servers.get(host);
    if (server === undefined) servers.set(host, (server = { tls: false, fallback: null, locations: new Map() }));
    return server;
  };
  serverOf("_");
  for (const ingress of served) {
    const name = `${ingress.metadata.namespace ?? ""}/${ingress.metadata.name}`;
    const tlsHosts = new Set((ingress.spec.tls ?? []).flatMap((tls) => tls.hosts ?? []));
    const annotations = ingress.metadata.annotations ?? {};
    const rewriteTarget = annotations[`${prefix}rewrite-target`] ?? "";
    const redirects = annotations[`${prefix}ssl-redirect`] !== "false";
    const location = (path: string, pathType: Location["pathType"], backend: IngressBackend, tls: boolean): Location => ({ path, pathType, backend: backendOf(ingress, backend), ingress: name, rewriteTarget, sslRedirect: tls && redirects });
    const fallback = ingress.spec.defaultBackend;
    if (fallback !== undefined && (ingress.spec.rules ?? []).length === 0) serverOf("_").fallback ??= location("/", "Prefix", fallback, false);
    for (const rule of ingress.spec.rules ?? []) {
      const host = rule.host === undefined || rule.host === "" ? "_" : rule.host;
      const server = serverOf(host);
      const tls = tlsHosts.has(host);
      if (tls) server.tls = true;
      if (fallback !== undefined) server.fallback ??= location("/", "Prefix", fallback, tls);
      for (const path of rule.http?.paths ?? []) {
        const text = path.path === undefined || path.path === "" ? "/" : path.path;
        const pathType = path.pathType === "Exact" || path.pathType === "Prefix" ? path.pathType : "ImplementationSpecific";
        const key = `${pathType === "Exact" ? "=" : ""}${text}`;
        if (!server.locations.has(key)) server.locations.set(key, location(text, pathType, path.backend, tls));
      }
    }
  }
  return { servers: [...servers].sort(([a], [b]) => compareText(a, b)).map(([host, server]) => ({ host, tls: server.tls, locations: ordered(server.locations, server.fallback) })) };
}

function ordered(locations: ReadonlyMap<string, Location>, fallback: Location | null): readonly Location[] {
  const all = [...locations.values()];
  const hasRoot = all.some((location) => location.path === "/" && location.pathType !== "Exact");
  if (!hasRoot) all.push(fallback ?? { path: "/", pathType: "Prefix", backend: null, ingress: "", rewriteTarget: "", sslRedirect: false });
  return all.sort((a, b) => Number(b.pathType === "Exact") - Number(a.pathType === "Exact") || b.path.length - a.path.length || compareText(a.path, b.path));
}

function backendOf(ingress: Ingress, backend: IngressBackend): Backend | null {
  const service = backend.service;
  if (service === undefined) return null;
  return { namespace: ingress.metadata.namespace ?? "", service: service.name, port: service.port?.name !== undefined && service.port.name !== "" ? service.port.name : (service.port?.number ?? 0) };
}

export interface IngressMatch {
  readonly server: Server;
  readonly location: Location;
  /** The path after a rewrite. */
  readonly path: string;
}

/** Which location answers: the exact host before a wildcard before the catch-all, then an exact path before the longest prefix. */
export function matchIngress(config: IngressConfig, host: string, pathAndQuery: string): IngressMatch {
  const server = serverFor(config, host);
  const question = pathAndQuery.indexOf("?");
  const path = question < 0 ? pathAndQuery : pathAndQuery.slice(0, question);
  const location = server.locations.find((candidate) => pathMatches(candidate, path)) ?? noLocation;
  const rewritten = location.rewriteTarget === "" ? pathAndQuery : `${location.rewriteTarget}${question < 0 ? "" : pathAndQuery.slice(question)}`;
  return { server, location, path: rewritten };
}

const noLocation: Location = { path: "/", pathType: "Prefix", backend: null, ingress: "", rewriteTarget: "", sslRedirect: false };
const catchAll: Server = { host: "_", tls: false, locations: [noLocation] };

function serverFor(config: IngressConfig, hostHeader: string): Server {
  const host = hostHeader.replace(/:[0-9]+$/, "").toLowerCase();
  const exact = config.servers.find((server) => server.host === host);
  if (exact !== undefined) return exact;
  const dot = host.indexOf(".");
  // "*.foo.com" stands for exactly one label.
  const wildcard = dot > 0 ? config.servers.find((server) => server.host === `*${host.slice(dot)}`) : undefined;
  return wildcard ?? config.servers.find((server) => server.host === "_") ?? catchAll;
}

function pathMatches(location: Location, path: string): boolean {
  if (location.pathType === "Exact") return path === location.path;
  if (location.path === "/") return true;
  if (location.pathType === "ImplementationSpecific") return path.startsWith(location.path);
  const trimmed = location.path.endsWith("/") ? location.path.slice(0, -1) : location.path;
  return path === trimmed || path.startsWith(`${trimmed}/`);
}

/** "default-web-80", as the controller names its upstreams. */
export function upstreamName(backend: Backend | null): string {
  return backend === null ? "upstream-default-backend" : `${backend.namespace}-${backend.service}-${backend.port}`;
}

/** The server blocks of the generated nginx.conf. */
export function nginxConf(config: IngressConfig): string {
  const lines = ["http {", "\tupstream upstream_balancer {", "\t\tserver 0.0.0.1; # placeholder", "\t\tbalancer_by_lua_file /etc/nginx/lua/nginx/ngx_conf_balancer.lua;", "\t\tkeepalive 320;", "\t}", ""];
  for (const server of config.servers) {
    lines.push(`\t## start server ${server.host}`, "\tserver {", `\t\tserver_name ${server.host === "_" ? "_" : server.host.startsWith("*.") ? `~^(?<subdomain>[\\w-]+)\\.${server.host.slice(2).replaceAll(".", "\\.")}$` : server.host} ;`, "", `\t\tlisten 80 ${server.host === "_" ? "default_server reuseport backlog=4096 " : ""};`, `\t\tlisten 443 ${server.host === "_" ? "default_server reuseport backlog=4096 " : ""}ssl;`, "");
    for (const location of server.locations) {
      for (const text of nginxLocations(location)) lines.push(...locationLines(text, location));
    }
    lines.push("\t}", `\t## end server ${server.host}`, "");
  }
  lines.push("}");
  return `${lines.join("\n")}\n`;
}

function nginxLocations(location: Location): readonly string[] {
  if (location.pathType === "Exact") return [`= ${location.path}`];
  if (location.pathType === "ImplementationSpecific" || location.path === "/") return [location.path];
  const trimmed = location.path.endsWith("/") ? location.path.slice(0, -1) : location.path;
  return [`${trimmed}/`, `= ${trimmed}`];
}

function locationLines(text: string, location: Location): readonly string[] {
  const [namespace = "", ingress = ""] = location.ingress.split("/");
  return [
    `\t\tlocation ${text} {`,
    `\t\t\tset $namespace      "${namespace}";`,
    `\t\t\tset $ingress_name   "${ingress}";`,
    `\t\t\tset $service_name   "${location.backend?.service ?? ""}";`,
    `\t\t\tset $service_port   "${location.backend?.port ?? ""}";`,
    `\t\t\tset $location_path  "${location.path}";`,
    ...(location.sslRedirect ? ["\t\t\tset $force_ssl_redirect \"true\";"] : []),
    ...(location.rewriteTarget === "" ? [] : [`\t\t\trewrite "(?i)${location.path}" ${location.rewriteTarget} break;`]),
    `\t\t\tset $proxy_upstream_name "${upstreamName(location.backend)}";`,
    "\t\t\tproxy_next_upstream                     error timeout;",
    "\t\t\tproxy_next_upstream_tries               3;",
    "\t\t\tproxy_pass http://upstream_balancer;",
    "\t\t}", "",
  ];
}
