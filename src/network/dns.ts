// Follows coredns plugin/kubernetes and the DNS specification of kubernetes/dns (schema 1.1.0).
import type { Service } from "../kinds/core/service/types.ts";
import type { Endpoint, EndpointSlice } from "../kinds/discovery/endpointslice/types.ts";
import type { Payload } from "./packet.ts";

export type DnsRecord = "A" | "AAAA" | "SRV" | "CNAME" | "PTR" | "TXT";
export type DnsAnswer = Extract<Payload, { type: "dnsAnswer" }>;

/** What the server knows of the cluster. */
export interface DnsView {
  readonly clusterDomain: string;
  readonly ttlSeconds: number;
  service(namespace: string, name: string): Service | null;
  slices(namespace: string, name: string): readonly EndpointSlice[];
  hasNamespace(namespace: string): boolean;
  /** Services with this cluster IP, and slices that hold this address. */
  owners(ip: string): { readonly services: readonly Service[]; readonly slices: readonly EndpointSlice[] };
}

const schemaVersion = "1.1.0";
const schemaTtlSeconds = 28_800;

type Entry = DnsAnswer["answers"][number];

/** null: outside the cluster's domain, to be forwarded. */
export function answerDns(view: DnsView, question: string, record: DnsRecord): DnsAnswer | null {
  const name = question.toLowerCase().replace(/\.$/, "");
  const suffix = `.${view.clusterDomain}`;
  if (name !== view.clusterDomain && !name.endsWith(suffix)) return null;
  const labels = name === view.clusterDomain ? [] : name.slice(0, -suffix.length).split(".");
  const kind = labels.pop();
  if (kind === undefined) return answer([]);
  const namespace = labels.pop();
  if (namespace === undefined && kind === "dns-version") return answer(record === "TXT" ? [{ name: `${name}.`, record: "TXT", data: `"${schemaVersion}"`, ttlSeconds: schemaTtlSeconds }] : []);
  if (namespace === undefined) return kind === "svc" || kind === "pod" ? answer([]) : nameError;
  if (kind === "pod") return podAnswer(view, namespace, labels, `${name}.`, record);
  if (kind !== "svc") return nameError;
  const service = labels.pop();
  if (service === undefined) return view.hasNamespace(namespace) ? answer([]) : nameError;
  const found = view.service(namespace, service);
  return found === null ? nameError : serviceAnswer(view, found, labels, `${name}.`, record);
}

/** The name of an address, "7.1.244.10.in-addr.arpa"; null: nobody in the cluster has it, to be forwarded. */
export function answerReverse(view: DnsView, question: string): DnsAnswer | null {
  const digits = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa\.?$/i.exec(question);
  if (digits === null) return null;
  const ip = digits.slice(1).reverse().join(".");
  const { services, slices } = view.owners(ip);
  const domain = (namespace: string | undefined, service: string): string => `${service}.${namespace ?? ""}.svc.${view.clusterDomain}.`;
  const [service] = services;
  const names = service === undefined
    ? slices.flatMap((slice) => (slice.endpoints ?? []).filter(({ addresses }) => addresses.includes(ip)).map((endpoint) => `${endpointHostname(endpoint)}.${domain(slice.metadata.namespace, slice.metadata.labels?.["kubernetes.io/service-name"] ?? "")}`))
    : [domain(service.metadata.namespace, service.metadata.name)];
  return names.length === 0 ? null : answer(names.map((data) => ({ name: `${digits[0].replace(/\.$/, "")}.`, record: "PTR", data, ttlSeconds: view.ttlSeconds })));
}

function serviceAnswer(view: DnsView, service: Service, labels: readonly string[], name: string, record: DnsRecord): DnsAnswer {
  const { spec } = service;
  const ttlSeconds = view.ttlSeconds;
  if (spec.type === "ExternalName") {
    if (labels.length > 0) return nameError;
    return answer([{ name, record: "CNAME", data: `${(spec.externalName ?? "").replace(/\.$/, "")}.`, ttlSeconds }]);
  }
  const headless = spec.clusterIP === "None";
  const namespace = service.metadata.namespace ?? "";
  const domain = `${service.metadata.name}.${namespace}.svc.${view.clusterDomain}.`;
  const slices = headless ? view.slices(namespace, service.metadata.name) : [];
  if (labels.length === 0) {
    if (record !== "A") return answer(record === "SRV" ? srvOfAllPorts(view, service, slices, domain) : []);
    if (!headless) return answer([{ name, record: "A", data: spec.clusterIP ?? "", ttlSeconds }]);
    const addresses = readyEndpoints(slices).flatMap((endpoint) => endpoint.addresses.slice(0, 1));
    // A headless service without ready endpoints is an unknown name to CoreDNS, not an empty answer.
    return addresses.length === 0 ? nameError : answer([...new Set(addresses)].map((data) => ({ name, record: "A", data, ttlSeconds })));
  }
  if (labels.length === 2 && labels[0]?.startsWith("_") === true && labels[1]?.startsWith("_") === true) {
    return srvAnswer(view, service, slices, domain, labels[0].slice(1), labels[1].slice(1).toUpperCase(), name, record);
  }
  if (labels.length !== 1 || !headless) return nameError;
  const endpoint = readyEndpoints(slices).find((candidate) => endpointHostname(candidate) === labels[0]);
  if (endpoint === undefined) return nameError;
  return answer(record === "A" ? endpoint.addresses.slice(0, 1).map((data) => ({ name, record: "A", data, ttlSeconds })) : []);
}

function srvAnswer(view: DnsView, service: Service, slices: readonly EndpointSlice[], domain: string, port: string, protocol: string, name: string, record: DnsRecord): DnsAnswer {
  const entries: Entry[] = [];
  if (service.spec.clusterIP !== "None") {
    for (const candidate of service.spec.ports ?? []) {
      if (candidate.name !== port || (candidate.protocol ?? "TCP") !== protocol) continue;
      entries.push({ name, record: "SRV", data: `0 100 ${candidate.port} ${domain}`, ttlSeconds: view.ttlSeconds });
    }
  } else {
    for (const slice of slices) for (const candidate of slice.ports ?? []) {
      if ((candidate.name ?? "") !== port || (candidate.protocol ?? "TCP") !== protocol || candidate.port === undefined) continue;
      const ready = readyEndpoints([slice]);
      for (const endpoint of ready) entries.push({ name, record: "SRV", data: `0 ${weight(ready.length)} ${candidate.port} ${endpointHostname(endpoint)}.${domain}`, ttlSeconds: view.ttlSeconds });
    }
  }
  if (entries.length === 0) return nameError;
  return answer(record === "SRV" ? entries : []);
}

function srvOfAllPorts(view: DnsView, service: Service, slices: readonly EndpointSlice[], domain: string): readonly Entry[] {
  const ttlSeconds = view.ttlSeconds;
  if (service.spec.clusterIP !== "None") return (service.spec.ports ?? []).map((port) => ({ name: domain, record: "SRV", data: `0 ${weight(service.spec.ports?.length ?? 1)} ${port.port} ${domain}`, ttlSeconds }));
  return slices.flatMap((slice) => (slice.ports ?? []).flatMap((port) => readyEndpoints([slice]).map((endpoint) => ({ name: domain, record: "SRV", data: `0 ${weight(readyEndpoints([slice]).length)} ${port.port ?? 0} ${endpointHostname(endpoint)}.${domain}`, ttlSeconds }))));
}

/** "10-244-1-7.default.pod.cluster.local": any address of an existing namespace (`pods insecure`). */
function podAnswer(view: DnsView, namespace: string, labels: readonly string[], name: string, record: DnsRecord): DnsAnswer {
  const dashed = labels[0];
  if (labels.length !== 1 || dashed === undefined) return labels.length === 0 && view.hasNamespace(namespace) ? answer([]) : nameError;
  if (!/^[0-9]{1,3}(-[0-9]{1,3}){3}$/.test(dashed) || !view.hasNamespace(namespace)) return nameError;
  return answer(record === "A" ? [{ name, record: "A", data: dashed.replaceAll("-", "."), ttlSeconds: view.ttlSeconds }] : []);
}

function readyEndpoints(slices: readonly EndpointSlice[]): readonly Endpoint[] {
  return slices.flatMap((slice) => (slice.endpoints ?? []).filter((endpoint) => endpoint.conditions?.ready !== false));
}

/** A pod's hostname where its subdomain gives it one, else its address with dashes. */
function endpointHostname(endpoint: Endpoint): string {
  return endpoint.hostname !== undefined && endpoint.hostname !== "" ? endpoint.hostname : (endpoint.addresses[0] ?? "").replaceAll(".", "-");
}

function weight(count: number): number {
  return count === 0 ? 100 : Math.max(1, Math.floor(100 / count));
}

const nameError: DnsAnswer = { type: "dnsAnswer", code: "NXDOMAIN", answers: [] };

function answer(answers: readonly Entry[]): DnsAnswer {
  return { type: "dnsAnswer", code: "NOERROR", answers };
}
