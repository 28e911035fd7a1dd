// Follows kubernetes/ingress-nginx internal/ingress/controller/controller.go (getBackendServers, createServers, mergeAlternativeBackends) and location.go.
import { compareText } from "../../../base/compareText.ts";
import type { Secret } from "../../../kinds/core/secret/types.ts";
import type { Ingress, IngressBackend } from "../../../kinds/networking/ingress/types.ts";
import { decodeBase64 } from "../../../kinds/base64.ts";
import { affinityOf, isCanary, settingsOf, shapingOf } from "./annotations.ts";
import type { Options } from "./annotations.ts";
import { certificateOf, isFor } from "./certificates.ts";
import { expression } from "./matching.ts";
import { fakeCertificate, upstreamName } from "./model.ts";
import type { Affinity, Backend, Canary, GlobalSettings, IngressConfig, Location, LocationSettings, Server, ServerCertificate } from "./model.ts";

/** What a configuration is made of beside the Ingresses. */
export interface ConfigSources {
  /** The controller's ConfigMap. */
  readonly options: Options;
  readonly secret: (name: string) => Secret | null;
  /** --default-ssl-certificate: "namespace/name"; "" for the controller's own. */
  readonly defaultCertificate: string;
  /** --default-backend-service; null: the controller's own 404. */
  readonly defaultBackend: Backend | null;
}

interface Draft {
  certificate: ServerCertificate | null;
  fallback: Location | null;
  readonly locations: Map<string, Location>;
}

/** The configuration of all served Ingresses together. */
export function buildIngressConfig(served: readonly Ingress[], sources: ConfigSources): IngressConfig {
  const problems = new Set<string>();
  const global = globalSettings(sources, problems);
  const drafts = new Map<string, Draft>([["_", { certificate: null, fallback: null, locations: new Map() }]]);
  const draftOf = (host: string): Draft => {
    let draft = drafts.get(host);
    if (draft === undefined) drafts.set(host, (draft = { certificate: null, fallback: null, locations: new Map() }));
    return draft;
  };
  const affinities: Record<string, Affinity> = {};
  for (const ingress of served.filter((each) => !isCanary(each))) addIngress(ingress, sources, global, draftOf, affinities, problems);
  const servers = [...drafts].sort(([a], [b]) => compareText(a, b)).map(([host, draft]) => serverOf(host, draft, sources));
  for (const { regex, locations } of servers) for (const { path, ingress } of locations) {
    if (regex && expression(`^${path}`) === null) problems.add(`path "${path}" of Ingress ${ingress} is no regular expression, or one that is not simulated because it may take for ever: it matches nothing`);
  }
  return { servers, canaries: canariesOf(served, servers, affinities, problems), affinities, global, problems: [...problems] };
}

function addIngress(ingress: Ingress, sources: ConfigSources, global: GlobalSettings, draftOf: (host: string) => Draft, affinities: Record<string, Affinity>, problems: Set<string>): void {
  const name = nameOf(ingress);
  const settings = withPasswords(settingsOf(ingress, sources.options), sources);
  if (settings.denied !== "") problems.add(`error obtaining annotations of Ingress ${name}: ${settings.denied}`);
  const affinity = affinityOf(ingress);
  const location = (path: string, pathType: Location["pathType"], given: IngressBackend): Location => {
    const backend = backendOf(ingress, given);
    if (backend === null) problems.add(`Ingress "${name}" and path "${path}" does not contain a service backend, using default backend`);
    // An upstream's first Ingress decides about its affinity.
    else if (affinity !== null) affinities[upstreamName(backend)] ??= affinity;
    return { path, pathType, ingressPath: path, ingressPathType: pathType, backend: backend ?? sources.defaultBackend, ingress: name, settings };
  };
  const fallback = ingress.spec.defaultBackend;
  const rules = ingress.spec.rules ?? [];
  if (fallback !== undefined && rules.length === 0) draftOf("_").fallback ??= location("/", "Prefix", fallback);
  for (const rule of rules) {
    const host = rule.host === undefined || rule.host === "" ? "_" : rule.host.toLowerCase();
    const draft = draftOf(host);
    if ((ingress.spec.tls ?? []).length > 0) draft.certificate ??= certificateFor(host, ingress, sources, global, problems);
    if (fallback !== undefined) draft.fallback ??= location("/", "Prefix", fallback);
    for (const given of rule.http?.paths ?? []) {
      const path = given.path === undefined || given.path === "" ? "/" : given.path;
      const pathType = given.pathType === "Exact" || given.pathType === "Prefix" ? given.pathType : "ImplementationSpecific";
      const key = `${pathType} ${path}`;
      if (!draft.locations.has(key)) draft.locations.set(key, location(path, pathType, given.backend));
    }
  }
}

/** One that the Ingress names for the host, or any of its own that is valid for it; whatever cannot be used is replaced by the default. */
function certificateFor(host: string, ingress: Ingress, sources: ConfigSources, global: GlobalSettings, problems: Set<string>): ServerCertificate {
  const tls = ingress.spec.tls ?? [];
  const namespace = ingress.metadata.namespace ?? "";
  const read = (secretName: string): ServerCertificate | string => {
    const secret = sources.secret(`${namespace}/${secretName}`);
    return secret === null ? `local SSL certificate ${namespace}/${secretName} was not found` : certificateOf(secret);
  };
  const named = tls.find((entry) => (entry.hosts ?? []).some((each) => each.toLowerCase() === host));
  if (named === undefined) {
    for (const { secretName = "" } of tls) {
      const certificate = secretName === "" ? "" : read(secretName);
      if (typeof certificate !== "string" && isFor(certificate, host)) return certificate;
    }
    return global.defaultCertificate;
  }
  if ((named.secretName ?? "") === "") return global.defaultCertificate;
  const certificate = read(named.secretName ?? "");
  if (typeof certificate === "string") {
    problems.add(`Error getting SSL certificate "${namespace}/${named.secretName ?? ""}": ${certificate}. Using default certificate`);
    return global.defaultCertificate;
  }
  if (isFor(certificate, host) || certificate.names.length === 0) return certificate;
  problems.add(`SSL certificate "${certificate.secret}" does not contain a Common Name or Subject Alternative Name for server "${host}". Using default certificate`);
  return global.defaultCertificate;
}

/** A Secret of type auth-file has the file under "auth"; in one of type auth-map each key is a user. */
function withPasswords(settings: LocationSettings, sources: ConfigSources): LocationSettings {
  const { auth } = settings;
  if (auth === null) return settings;
  const data = sources.secret(auth.secret)?.data ?? null;
  const denied = (text: string): LocationSettings => ({ ...settings, denied: settings.denied || text });
  if (data === null) return denied(`unexpected error reading secret ${auth.secret}: no object matching key "${auth.secret}" in local store`);
  if (auth.file === "map") return { ...settings, auth: { ...auth, file: Object.entries(data).map(([user, hash]) => `${user}:${decodeBase64(hash)}`).join("\n") } };
  return data["auth"] === undefined ? denied(`the secret ${auth.secret} does not contain a key with value auth`) : { ...settings, auth: { ...auth, file: decodeBase64(data["auth"]) } };
}

function serverOf(host: string, draft: Draft, sources: ConfigSources): Server {
  const given = [...draft.locations.values()];
  const seen = new Set<string>();
  if (!given.some((location) => location.path === "/" && location.pathType !== "Exact")) given.push(draft.fallback ?? { path: "/", pathType: "Prefix", ingressPath: "/", ingressPathType: "Prefix", backend: sources.defaultBackend, ingress: "", settings: defaultSettings(sources) });
  given.sort((a, b) => b.path.length - a.path.length || compareText(b.path, a.path));
  const exact = new Set(given.filter((location) => location.pathType === "Exact").map((location) => location.path));
  const locations = given.flatMap((location): readonly Location[] => {
    if (location.pathType !== "Prefix" || location.path === "/") return [location];
    const bare = location.path.endsWith("/") ? location.path.slice(0, -1) : location.path;
    const folder: Location = { ...location, path: `${bare}/` };
    return exact.has(bare) ? [folder] : [folder, { ...location, path: bare, pathType: "Exact" }];
  }).filter((location) => {
    const text = `${location.pathType === "Exact" ? "=" : ""}${location.path}`;
    return !seen.has(text) && seen.add(text);
  });
  const regex = locations.some(({ settings, path }) => settings.useRegex || (settings.rewriteTarget !== "" && settings.rewriteTarget !== path));
  // nginx tries an exact path first and then the longest; regular expressions as they stand, which is longest first too.
  if (!regex) locations.sort((a, b) => Number(b.pathType === "Exact") - Number(a.pathType === "Exact") || b.path.length - a.path.length);
  return { host, certificate: draft.certificate, regex, locations };
}

/** A canary stands beside the upstream of the same host, path and type; the first one counts. */
function canariesOf(served: readonly Ingress[], servers: readonly Server[], affinities: Record<string, Affinity>, problems: Set<string>): Readonly<Record<string, Canary>> {
  const canaries: Record<string, Canary> = {};
  for (const ingress of served.filter(isCanary)) {
    const affinity = affinityOf(ingress);
    const stand = (primary: Location, given: IngressBackend): void => {
      const backend = backendOf(ingress, given);
      if (backend === null || primary.backend === null) return;
      const [main, own] = [upstreamName(primary.backend), upstreamName(backend)];
      if (main === own) return;
      canaries[main] ??= { upstream: own, backend, ingress: nameOf(ingress), ...shapingOf(ingress) };
      const shared = affinity ?? affinities[main];
      if (shared !== undefined && shared.canarySticky) affinities[own] ??= shared;
    };
    for (const rule of ingress.spec.rules ?? []) {
      const server = servers.find((each) => each.host === ((rule.host ?? "") === "" ? "_" : rule.host?.toLowerCase()));
      for (const given of rule.http?.paths ?? []) {
        const path = given.path === undefined || given.path === "" ? "/" : given.path;
        const primary = server?.locations.find((location) => location.ingress !== "" && location.ingressPath === path && location.ingressPathType === given.pathType);
        if (primary === undefined) problems.add(`canary Ingress ${nameOf(ingress)}: unable to find real backend for path ${path}. It will be ignored`);
        else stand(primary, given.backend);
      }
    }
  }
  return canaries;
}

function globalSettings({ options, secret, defaultCertificate }: ConfigSources, problems: Set<string>): GlobalSettings {
  const on = (name: string, fallback: boolean): boolean => (options[name] === undefined ? fallback : options[name] === "true");
  const number = (name: string, fallback: number): number => (/^[0-9]{3,9}$/.test(options[name] ?? "") ? Number(options[name]) : fallback);
  for (const name of Object.keys(options).sort()) if (!simulatedOptions.has(name)) problems.add(`ConfigMap option "${name}" is not simulated and does nothing`);
  const maxAge = options["hsts-max-age"] ?? "31536000";
  const found = defaultCertificate === "" ? null : secret(defaultCertificate);
  const certificate = found === null ? "" : certificateOf(found);
  if (typeof certificate === "string" && defaultCertificate !== "") problems.add(`Error loading default certificate "${defaultCertificate}", falling back to generated default: ${certificate || "it was not found"}`);
  return {
    hsts: on("hsts", true) ? `max-age=${maxAge}${on("hsts-include-subdomains", true) ? "; includeSubDomains" : ""}${on("hsts-preload", false) ? "; preload" : ""}` : "",
    redirectCode: number("http-redirect-code", 308),
    limitStatus: { requests: number("limit-req-status-code", 503), connections: number("limit-conn-status-code", 503) },
    useForwardedHeaders: on("use-forwarded-headers", false),
    defaultCertificate: typeof certificate === "string" ? fakeCertificate : certificate,
  };
}

/** Options of the controller's ConfigMap that do what they say. */
const simulatedOptions: ReadonlySet<string> = new Set([
  "hsts", "hsts-include-subdomains", "hsts-max-age", "hsts-preload", "http-redirect-code", "limit-req-status-code", "limit-conn-status-code", "use-forwarded-headers",
  "ssl-redirect", "force-ssl-redirect", "proxy-body-size", "proxy-connect-timeout", "proxy-read-timeout", "proxy-send-timeout", "proxy-next-upstream", "proxy-next-upstream-tries",
  "whitelist-source-range", "denylist-source-range", "service-upstream",
]);

function defaultSettings({ options }: ConfigSources): LocationSettings {
  return settingsOf({ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "", uid: "", resourceVersion: "", creationTimestamp: "" }, spec: {} }, options);
}

function nameOf(ingress: Ingress): string {
  return `${ingress.metadata.namespace ?? ""}/${ingress.metadata.name}`;
}

function backendOf(ingress: Ingress, { service }: IngressBackend): Backend | null {
  if (service === undefined) return null;
  return { namespace: ingress.metadata.namespace ?? "", service: service.name, port: service.port?.name !== undefined && service.port.name !== "" ? service.port.name : (service.port?.number ?? 0) };
}

export const noSources: ConfigSources = { options: {}, secret: () => null, defaultCertificate: "", defaultBackend: null };
