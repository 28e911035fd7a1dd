import { describe, expect, it } from "vitest";
import type { Json } from "../../base/json.ts";
import { kindByPlural } from "../index.ts";
import type { KindDefinition } from "../define.ts";
import { create } from "../testing/recordedCreate.ts";
import { faultsOf, made, updateFaults } from "../testing/faults.ts";
import { cidrWarnings, strictAddressFaults, strictCidrFaults } from "./addressRules.ts";

const group = "networking.k8s.io";
const [policies, cidrs, addresses, ingresses] = ["networkpolicies", "servicecidrs", "ipaddresses", "ingresses"].map((plural) => kindByPlural(group, plural)) as [KindDefinition, KindDefinition, KindDefinition, KindDefinition];
const policy = (spec: Json): Json => ({ apiVersion: `${group}/v1`, kind: "NetworkPolicy", metadata: { name: "n" }, spec });
const cidr = (...list: readonly string[]): Json => ({ apiVersion: `${group}/v1`, kind: "ServiceCIDR", metadata: { name: "c" }, spec: { cidrs: list } });
const address = (name: string, parentRef: Json = { resource: "services", name: "web", namespace: "default" }): Json => ({ apiVersion: `${group}/v1`, kind: "IPAddress", metadata: { name }, spec: parentRef === null ? {} : { parentRef } });

describe("a network policy is refused", () => {
  it.each([
    ["a protocol of nobody's", { ingress: [{ ports: [{ protocol: "ICMP", port: 1 }] }] }, ['spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"']],
    ["a port out of range", { egress: [{ ports: [{ port: 70000 }] }] }, ["spec.egress[0].ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive"]],
    ["a port's name that is none", { ingress: [{ ports: [{ port: "-a" }] }] }, ['spec.ingress[0].ports[0].port: Invalid value: "-a": must not begin or end with a hyphen']],
    ["a peer that says nothing", { egress: [{ to: [{}] }] }, ["spec.egress[0].to[0]: Required value: must specify a peer"]],
    ["a block without addresses", { ingress: [{ from: [{ ipBlock: { cidr: "" } }] }] }, ["spec.ingress[0].from[0].ipBlock.cidr: Required value"]],
    ["an exception of another family", { ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["fd00::/16", "10.1.0.0/16"] } }] }] }, ['spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "fd00::/16": must be a strict subset of `cidr`']],
    ["a type of nobody's", { policyTypes: ["Both"] }, ['spec.policyTypes[0]: Unsupported value: "Both": supported values: "Egress", "Ingress"']],
    ["a selector that is none", { podSelector: { matchExpressions: [{ key: "a", operator: "In" }] } }, ["spec.podSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"]],
  ] as readonly [string, Json, readonly string[]][])("for %s", (_what, spec, expected) => {
    expect(faultsOf(policies, policy(spec))).toEqual(expected);
  });
});

it("a policy for nothing in particular selects all pods, and warns of sloppy blocks", () => {
  expect(made(policies, policy({})).spec).toEqual({ podSelector: {}, policyTypes: ["Ingress"] });
  expect(policies.columns[1]?.cell(made(policies, policy({})), 0)).toBe("<none>");
  const outcome = create(policies, "default", policy({ egress: [{ to: [{ ipBlock: { cidr: "10.0.0.1/8", except: ["10.1.0.0/16"] } }] }] }), "Strict");
  expect(outcome).toMatchObject({ warnings: ['spec.egress[0].to[0].ipBlock.cidr: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)'] });
});

it("addresses and CIDRs of new fields have one form", () => {
  expect(["10.0.0.1", "fd00::1"].flatMap(strictAddressFaults)).toEqual([]);
  expect(["x", "10.0.0.01", "::ffff:1.2.3.4", "FD00::0:1"].flatMap(strictAddressFaults)).toEqual([
    "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)", "must not have leading 0s", "must not be an IPv4-mapped IPv6 address", 'must be in canonical form ("fd00::1")',
  ]);
  expect(["10.0.0.0/8", "fd00::/64"].flatMap(strictCidrFaults)).toEqual([]);
  expect(["10.0.0.0", "10.0.0.0/08", "10.0.0.1/8", "fd00:0::/64"].flatMap(strictCidrFaults)).toEqual([
    "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)", "must not have leading 0s in IP or prefix length", "must not have bits set beyond the prefix length", 'must be in canonical form ("fd00::/64")',
  ]);
  expect(cidrWarnings("FD00::/64", "p")).toEqual(['p: IPv6 CIDR value "FD00::/64" should be in RFC 5952 canonical format ("fd00::/64")']);
  expect(cidrWarnings("10.00.0.0/8", "p")).toEqual(['p: non-standard CIDR value "10.00.0.0/8" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"']);
});

it("an Ingress may lead to a resource of no group, which is null on the wire", () => {
  const ingress = (resource: Json): Json => ({ apiVersion: `${group}/v1`, kind: "Ingress", metadata: { name: "i" }, spec: { defaultBackend: { resource } } });
  expect(faultsOf(ingresses, ingress({ kind: "ConfigMap", name: "c" }))).toEqual([]);
  expect(faultsOf(ingresses, ingress({ apiGroup: "No!", kind: "", name: "c" }))).toEqual([expect.stringContaining('spec.defaultBackend.resource.apiGroup: Invalid value: "No!"'), "spec.defaultBackend.resource.kind: Required value: kind is required"]);
});

it("a ServiceCIDR has one or two ranges, of two families, for ever", () => {
  expect(faultsOf(cidrs, cidr())).toEqual(["spec.cidrs: Required value: at least one CIDR required"]);
  expect(faultsOf(cidrs, cidr("a", "b", "c"))).toEqual(['spec.cidrs: Invalid value: {"CIDRs":["a","b","c"]}: may only hold up to 2 values']);
  expect(faultsOf(cidrs, cidr("10.0.0.0/8", "11.0.0.0/8"))).toEqual(['spec.cidrs: Invalid value: {"CIDRs":["10.0.0.0/8","11.0.0.0/8"]}: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64']);
  expect(faultsOf(cidrs, cidr("10.0.0.0/8", "fd00::/64"))).toEqual([]);
  const stored = made(cidrs, cidr("10.0.0.0/8"));
  expect(updateFaults(cidrs, stored, (object) => ({ ...object, spec: { cidrs: ["10.1.0.0/16"] } }))).toEqual(['spec.cidrs: Invalid value: ["10.1.0.0/16"]: field is immutable']);
});

it("an IPAddress is named by the address and belongs to something", () => {
  expect(faultsOf(addresses, address("web"))).toEqual(['metadata.name: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']);
  expect(faultsOf(addresses, address("10.96.0.9", null))).toEqual(["spec.parentRef: Required value"]);
  expect(faultsOf(addresses, address("10.96.0.9", { group: "A", name: "a/b" }))).toEqual([
    expect.stringContaining('spec.parentRef.group: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of'), "spec.parentRef.resource: Required value", 'spec.parentRef.name: Invalid value: "a/b": may not contain \'/\'',
  ]);
  expect(addresses.columns[1]?.cell(made(addresses, address("10.96.0.9")), 0)).toBe("services/default/web");
});

it("an endpoint is meant for few zones and nodes, each once", () => {
  const slices = kindByPlural("discovery.k8s.io", "endpointslices") as KindDefinition;
  const slice = (hints: Json): Json => ({ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { name: "s" }, addressType: "IPv4", ports: [], endpoints: [{ addresses: ["10.0.0.1"], hints }] });
  const named = (count: number): Json => Array.from({ length: count }, (_, at) => ({ name: `n${at}` }));
  expect(faultsOf(slices, slice({ forNodes: named(8), forZones: named(8) }))).toEqual([]);
  expect(faultsOf(slices, slice({ forNodes: named(9) }))).toEqual(["endpoints[0].hints.forNodes: Too many: 9: must have at most 8 items"]);
  expect(faultsOf(slices, slice({ forNodes: [{ name: "a" }, { name: "a" }, { name: "No!" }] }))).toEqual(['endpoints[0].hints.forNodes[1].name: Duplicate value: "a"', expect.stringContaining('endpoints[0].hints.forNodes[2].name: Invalid value: "No!"')]);
});
