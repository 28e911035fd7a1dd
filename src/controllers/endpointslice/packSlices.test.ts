import { expect, test } from "vitest";
import type { Endpoint, EndpointSlice } from "../../kinds/discovery/endpointslice/types.ts";
import { portsKey } from "./endpoint.ts";
import { packSlices } from "./packSlices.ts";

const ports = [{ name: "", port: 80, protocol: "TCP" }];
const endpoint = (index: number, ready = true): Endpoint => ({ addresses: [`10.0.0.${index}`], conditions: { ready, serving: ready, terminating: false }, targetRef: { kind: "Pod", name: `p${index}`, uid: `u${index}` } });
const range = (from: number, to: number): readonly Endpoint[] => Array.from({ length: to - from }, (_, offset) => endpoint(from + offset));
const slice = (name: string, endpoints: readonly Endpoint[], slicePorts = ports): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name, namespace: "default", uid: name, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
  addressType: "IPv4",
  endpoints,
  ports: slicePorts,
});
const wanted = (endpoints: readonly Endpoint[]) => new Map(endpoints.length === 0 ? [] : [[portsKey(ports), { ports, endpoints }]]);
const pack = (endpoints: readonly Endpoint[], existing: readonly EndpointSlice[]) => {
  const plan = packSlices(wanted(endpoints), existing, () => true);
  return {
    create: plan.create.map((group) => group.endpoints.length),
    update: Object.fromEntries(plan.update.map((change) => [change.slice.metadata.name, change.endpoints.length])),
    reuse: plan.reuse.map(({ slice: { metadata }, group }) => `${metadata.name} ${group.endpoints.length}`),
    remove: plan.remove.map((each) => each.metadata.name),
  };
};

test("a slice holds a hundred", () => {
  expect(pack(range(0, 250), [])).toEqual({ create: [100, 100, 50], update: {}, reuse: [], remove: [] });
});

test("nothing changed, nothing is written", () => {
  expect(pack(range(0, 120), [slice("a", range(0, 100)), slice("b", range(100, 120))])).toEqual({ create: [], update: {}, reuse: [], remove: [] });
});

test("one endpoint that is no longer ready changes its slice only", () => {
  const endpoints = [...range(0, 119), endpoint(119, false)];
  expect(pack(endpoints, [slice("a", range(0, 100)), slice("b", range(100, 120))])).toEqual({ create: [], update: { b: 20 }, reuse: [], remove: [] });
});

test("new endpoints go into a slice that changes anyway, else into the fullest with room", () => {
  expect(pack(range(1, 122), [slice("a", range(0, 100)), slice("b", range(100, 120))])).toEqual({ create: [], update: { a: 100, b: 21 }, reuse: [], remove: [] });
  expect(pack(range(0, 95), [slice("a", range(0, 60)), slice("b", range(60, 90))])).toEqual({ create: [], update: { a: 65 }, reuse: [], remove: [] });
});

test("a slice whose endpoints are all gone is filled again or removed", () => {
  expect(pack(range(100, 130), [slice("a", range(0, 10))])).toEqual({ create: [], update: { a: 30 }, reuse: [], remove: [] });
  expect(pack(range(0, 10), [slice("a", range(0, 10)), slice("b", range(10, 20))])).toEqual({ create: [], update: {}, reuse: [], remove: ["b"] });
});

test("no endpoints at all: an empty slice without ports stands for it", () => {
  expect(pack([], [])).toEqual({ create: [0], update: {}, reuse: [], remove: [] });
  expect(pack([], [slice("a", range(0, 3))])).toEqual({ create: [], update: {}, reuse: ["a 0"], remove: [] });
  expect(pack([], [slice("empty", [], [])])).toEqual({ create: [], update: {}, reuse: [], remove: [] });
});

test("a slice that is not needed becomes one that is, rather than go while another comes", () => {
  expect(pack(range(0, 150), [slice("placeholder", [], [])])).toEqual({ create: [100], update: {}, reuse: ["placeholder 50"], remove: [] });
  expect(pack(range(0, 3), [slice("old", range(0, 3), []), slice("older", range(5, 3), [])])).toEqual({ create: [], update: {}, reuse: ["old 3"], remove: ["older"] });
});
