import { describe, expect, it } from "vitest";
import type { Service, ServiceSpec } from "../kinds/core/service/types.ts";
import type { EndpointSlice } from "../kinds/discovery/endpointslice/types.ts";
import { answerDns, answerReverse } from "./dns.ts";
import type { DnsRecord, DnsView } from "./dns.ts";
import { podResolvConf, resolvConfText } from "./resolvConf.ts";
import { continueLookup, searchCandidates, startLookup } from "./resolver.ts";
import type { LookupStep } from "./resolver.ts";

function service(name: string, spec: ServiceSpec): Service {
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "shop", uid: name, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" }, spec };
}

const services = new Map([
  ["web", service("web", { clusterIP: "10.96.1.1", ports: [{ name: "http", port: 80, protocol: "TCP" }] })],
  ["db", service("db", { clusterIP: "None", ports: [{ name: "sql", port: 5432, protocol: "TCP" }] })],
  ["empty", service("empty", { clusterIP: "None", ports: [{ port: 1 }] })],
  ["out", service("out", { type: "ExternalName", externalName: "my.example.com" })],
]);
const dbSlice: EndpointSlice = {
  apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", addressType: "IPv4", metadata: { name: "db-1", namespace: "shop", labels: { "kubernetes.io/service-name": "db" }, uid: "s", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
  ports: [{ name: "sql", port: 5432, protocol: "TCP" }],
  endpoints: [
    { addresses: ["10.244.1.2"], hostname: "db-0", conditions: { ready: true } },
    { addresses: ["10.244.2.2"], conditions: { ready: true } },
    { addresses: ["10.244.3.2"], hostname: "db-2", conditions: { ready: false } },
  ],
};
const view: DnsView = {
  clusterDomain: "cluster.local", ttlSeconds: 30,
  service: (namespace, name) => (namespace === "shop" ? (services.get(name) ?? null) : null),
  slices: (_namespace, name) => (name === "db" ? [dbSlice] : []),
  hasNamespace: (namespace) => namespace === "shop",
  owners: (ip) => ({ services: [...services.values()].filter(({ spec }) => spec.clusterIP === ip), slices: [dbSlice].filter(({ endpoints }) => endpoints?.some(({ addresses }) => addresses.includes(ip)) === true) }),
};

describe("records of the cluster's domain", () => {
  const rows: readonly [string, DnsRecord, string][] = [
    ["web.shop.svc.cluster.local.", "A", "NOERROR 10.96.1.1"],
    ["WEB.shop.svc.Cluster.Local.", "A", "NOERROR 10.96.1.1"],
    ["nope.shop.svc.cluster.local.", "A", "NXDOMAIN"],
    ["web.other.svc.cluster.local.", "A", "NXDOMAIN"],
    ["shop.svc.cluster.local.", "A", "NOERROR"],
    ["other.svc.cluster.local.", "A", "NXDOMAIN"],
    ["web.shop.svc.cluster.local.svc.cluster.local.", "A", "NXDOMAIN"],
    ["_http._tcp.web.shop.svc.cluster.local.", "SRV", "NOERROR 0 100 80 web.shop.svc.cluster.local."],
    ["_nope._tcp.web.shop.svc.cluster.local.", "SRV", "NXDOMAIN"],
    ["db.shop.svc.cluster.local.", "A", "NOERROR 10.244.1.2,10.244.2.2"],
    ["db-0.db.shop.svc.cluster.local.", "A", "NOERROR 10.244.1.2"],
    ["10-244-2-2.db.shop.svc.cluster.local.", "A", "NOERROR 10.244.2.2"],
    ["db-2.db.shop.svc.cluster.local.", "A", "NXDOMAIN"],
    ["_sql._tcp.db.shop.svc.cluster.local.", "SRV", "NOERROR 0 50 5432 db-0.db.shop.svc.cluster.local.,0 50 5432 10-244-2-2.db.shop.svc.cluster.local."],
    ["empty.shop.svc.cluster.local.", "A", "NXDOMAIN"],
    ["out.shop.svc.cluster.local.", "A", "NOERROR my.example.com."],
    ["10-244-7-9.shop.pod.cluster.local.", "A", "NOERROR 10.244.7.9"],
    ["10-244-7-9.other.pod.cluster.local.", "A", "NXDOMAIN"],
    ["web.shop.svc.cluster.local.", "AAAA", "NOERROR"],
    ["dns-version.cluster.local.", "TXT", 'NOERROR "1.1.0"'],
    ["example.com.", "A", "forwarded"],
  ];
  it.each(rows)("%s %s", (name, record, expected) => {
    const answer = answerDns(view, name, record);
    expect(answer === null ? "forwarded" : `${answer.code} ${answer.answers.map((entry) => entry.data).join(",")}`.trim()).toBe(expected);
  });
});

it.each([
  ["1.1.96.10.in-addr.arpa.", "web.shop.svc.cluster.local."],
  ["2.1.244.10.in-addr.arpa", "db-0.db.shop.svc.cluster.local."],
  ["2.2.244.10.in-addr.arpa", "10-244-2-2.db.shop.svc.cluster.local."],
  ["9.9.9.9.in-addr.arpa", "forwarded"],
  ["web.shop.svc.cluster.local", "forwarded"],
])("whose address %s is", (question, expected) => expect(answerReverse(view, question)?.answers.map(({ data }) => data).join() ?? "forwarded").toBe(expected));

describe("a pod's resolv.conf", () => {
  const cluster = { namespace: "shop", hostNetwork: false, dnsPolicy: "ClusterFirst", dnsConfig: null };
  it("searches the namespace, the cluster's services, the cluster's domain", () => {
    expect(resolvConfText(podResolvConf(cluster, "10.96.0.10", "cluster.local"))).toBe("search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n");
  });
  it.each([
    ["host network without ClusterFirstWithHostNet is the node's", { ...cluster, hostNetwork: true }, "nameserver 172.18.0.1\n"],
    ["Default is the node's", { ...cluster, dnsPolicy: "Default" }, "nameserver 172.18.0.1\n"],
    ["None is only what dnsConfig says", { ...cluster, dnsPolicy: "None", dnsConfig: { nameservers: ["192.0.2.1"], searches: ["a.example"], options: [{ name: "ndots", value: "2" }] } }, "search a.example\nnameserver 192.0.2.1\noptions ndots:2\n"],
    ["dnsConfig is merged", { ...cluster, dnsConfig: { searches: ["a.example"] } }, "search shop.svc.cluster.local svc.cluster.local cluster.local a.example\nnameserver 10.96.0.10\noptions ndots:5\n"],
  ])("%s", (_name, pod, text) => expect(resolvConfText(podResolvConf(pod, "10.96.0.10", "cluster.local"))).toBe(text));
});

describe("a lookup", () => {
  const conf = podResolvConf({ namespace: "shop", hostNetwork: false, dnsPolicy: "ClusterFirst", dnsConfig: null }, "10.96.0.10", "cluster.local");

  /** Runs a lookup against the view; "silence" names are never answered. Returns the names asked and the end. */
  function run(name: string, silent: boolean = false): { readonly asked: readonly string[]; readonly end: string } {
    const asked: string[] = [];
    let step: LookupStep = startLookup(conf, name);
    while (step.type === "ask") {
      asked.push(step.question.name);
      step = continueLookup(step.lookup, silent ? null : (answerDns(view, step.question.name, "A") ?? { type: "dnsAnswer", code: "NXDOMAIN", answers: [] }));
    }
    return { asked, end: step.result.type === "addresses" ? step.result.addresses.join(",") : step.result.reason };
  }

  it("with fewer dots than ndots tries the search path first", () => {
    expect(searchCandidates(conf, "web")).toEqual(["web.shop.svc.cluster.local.", "web.svc.cluster.local.", "web.cluster.local.", "web."]);
    expect(searchCandidates(conf, "a.b.c.d.e.f")[0]).toBe("a.b.c.d.e.f.");
    expect(searchCandidates(conf, "web.shop.")).toEqual(["web.shop."]);
  });
  it.each([
    ["web", { asked: ["web.shop.svc.cluster.local."], end: "10.96.1.1" }],
    ["web.shop", { asked: ["web.shop.shop.svc.cluster.local.", "web.shop.svc.cluster.local."], end: "10.96.1.1" }],
    ["nope", { asked: ["nope.shop.svc.cluster.local.", "nope.svc.cluster.local.", "nope.cluster.local.", "nope."], end: "notFound" }],
    ["10.1.2.3", { asked: [], end: "10.1.2.3" }],
    ["localhost", { asked: [], end: "127.0.0.1" }],
    ["bad name", { asked: [], end: "notFound" }],
  ])("%s", (name, expected) => expect(run(name)).toEqual(expected));

  it("gives up after two silent tries of 5 s", () => {
    expect(run("web", true)).toEqual({ asked: ["web.shop.svc.cluster.local.", "web.shop.svc.cluster.local."], end: "tryAgain" });
    const first = startLookup(conf, "web");
    expect(first.type === "ask" && first.question.timeoutUs).toBe(5_000_000);
  });
});
