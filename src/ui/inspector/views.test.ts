import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Json } from "../../base/json.ts";
import { nodeFact, podFact } from "../engine/testing/demoFacts.ts";
import { fieldChanges, valueText, writersOf } from "./fieldDiff.ts";
import { ownersOf } from "./fieldOwners.ts";
import { kubectlLines } from "./kubectlLines.ts";
import { notSimulated } from "./NotSimulated.tsx";
import { chainsOf } from "./packetRules.ts";

describe("fieldChanges", () => {
  const before: Json = { metadata: { resourceVersion: "1", managedFields: [], labels: { app: "web" } }, spec: { replicas: 3, containers: [{ name: "web", image: "nginx:1.27" }, { name: "log", image: "busybox" }] } };
  const after: Json = { metadata: { resourceVersion: "2", managedFields: [{}], labels: { app: "web", "a.b/c": "d" } }, spec: { replicas: 5, containers: [{ name: "log", image: "busybox" }, { name: "web", image: "nginx:1.28" }] } };

  it("names each field that differs, tells items of lists by their names, and leaves out what every write changes", () => {
    expect(fieldChanges(before, after)).toEqual([
      { path: 'metadata.labels["a.b/c"]', before: undefined, after: "d" },
      { path: "spec.replicas", before: 3, after: 5 },
      { path: "spec.containers[web].image", before: "nginx:1.27", after: "nginx:1.28" },
    ]);
  });
  it("takes a list without names as one value, and the same as no change", () => {
    expect(fieldChanges({ a: [1, 2] }, { a: [1, 3] })).toEqual([{ path: "a", before: [1, 2], after: [1, 3] }]);
    expect(fieldChanges(before, before)).toEqual([]);
  });
  it("ends in a bounded depth and a bounded text", () => {
    let deep: Json = "x";
    for (let level = 0; level < 300; level++) deep = { a: deep };
    expect(fieldChanges(deep, { a: 1 })).toHaveLength(1);
    expect(valueText(deep)).toHaveLength(90);
  });
});

describe("writersOf", () => {
  const entry = (manager: string, time: string, subresource?: string) => ({ manager, time, ...(subresource === undefined ? {} : { subresource }) });
  const of = (...managedFields: Json[]): Json => ({ metadata: { managedFields } });
  it("names those whose entry is new or another than before", () => {
    expect(writersOf(of(entry("kubectl", "1"), entry("kubelet", "2", "status")), of(entry("kubectl", "1"), entry("kubelet", "3", "status")))).toEqual(["kubelet (status)"]);
    expect(writersOf(undefined, of(entry("kubectl", "1")))).toEqual(["kubectl"]);
    expect(writersOf(of(entry("kubectl", "1")), of(entry("kubectl", "1")))).toEqual([]);
    expect(writersOf(5, { metadata: { managedFields: [7] } })).toEqual([]);
  });
});

describe("ownersOf", () => {
  const object = { metadata: { name: "web", labels: { app: "web" } }, spec: { replicas: 2, containers: [{ name: "web", image: "nginx" }, { name: "log", image: "busybox" }] }, status: { ready: 1 } };
  const managedFields: Json = [
    { manager: "kubectl", operation: "Apply", time: "2026-01-01T00:00:20Z", fieldsV1: { "f:metadata": { "f:labels": { ".": {}, "f:app": {} } }, "f:spec": { "f:containers": { 'k:{"name":"web"}': { ".": {}, "f:image": {} } } } } },
    { manager: "kube-controller-manager", operation: "Update", subresource: "status", fieldsV1: { "f:status": {} } },
  ];
  const yaml = stringify(object);
  const lineOf = (text: string) => yaml.split("\n").findIndex((line) => line.includes(text));
  const { writers, lines } = ownersOf(yaml, managedFields);

  it("gives each line to those whose field set has it", () => {
    expect(writers.map(({ manager, subresource }) => [manager, subresource])).toEqual([["kubectl", ""], ["kube-controller-manager", "status"]]);
    expect(lines[lineOf("labels:")]).toEqual([0]);
    expect(lines[lineOf("app: web")]).toEqual([0]);
    expect(lines[lineOf("image: nginx")]).toEqual([0]);
    expect(lines[lineOf("image: busybox")]).toEqual([]);
    expect(lines[lineOf("replicas")]).toEqual([]);
  });
  it("gives what is under a leaf of the set to its writer as well", () => {
    expect([lines[lineOf("status:")], lines[lineOf("ready: 1")]]).toEqual([[1], [1]]);
  });
  it("bears field sets that make no sense", () => {
    expect(ownersOf(yaml, [{ fieldsV1: { "f:spec": { "f:containers": { "k:{oops": {}, "k:null": {}, "v:": 7 } } } }, 5, null]).lines.flat()).toEqual([]);
    expect(ownersOf(yaml, undefined).writers).toEqual([]);
  });
});

describe("chainsOf", () => {
  const chains = chainsOf([
    "*nat",
    '-A KUBE-SERVICES -d 10.96.0.9/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-A',
    "-A KUBE-SVC-A -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-B",
    "-A KUBE-SEP-B -p tcp -m tcp -j DNAT --to-destination 10.244.1.7:80",
    "-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN",
    "COMMIT",
  ]);
  it("gathers rules by chain, in the order they come", () => {
    expect(chains.map(({ table, name, rules }) => [table, name, rules.length])).toEqual([["nat", "KUBE-SERVICES", 1], ["nat", "KUBE-SVC-A", 1], ["nat", "KUBE-SEP-B", 1], ["nat", "KUBE-POSTROUTING", 1]]);
  });
  it("says in words what a rule looks at and where it sends", () => {
    const rules = chains.map(({ rules: [rule] }) => rule);
    expect(rules[0]).toMatchObject({ match: "to 10.96.0.9, tcp, port 80", comment: "default/web:http cluster IP", target: "KUBE-SVC-A" });
    expect(rules[1]).toMatchObject({ match: "50 of 100, at random", target: "KUBE-SEP-B" });
    expect(rules[2]).toMatchObject({ target: "DNAT", destination: "10.244.1.7:80" });
    expect(rules[3]).toMatchObject({ match: "not marked 0x4000/0x4000", target: "RETURN" });
  });
});

describe("kubectlLines", () => {
  it("names a namespace only where it is not the default one, and what fits the kind", () => {
    const pod = kubectlLines(podFact({ uid: "p", namespace: "shop", name: "web-1", node: "node-1", status: "Running", ready: true, image: "nginx" })).map(({ command }) => command);
    expect(pod).toContain("kubectl get pod/web-1 -n shop -o yaml");
    expect(pod).toContain("kubectl delete pod web-1 -n shop");
    const node = kubectlLines(nodeFact(1, true)).map(({ command }) => command);
    expect(node).toContain("kubectl cordon node-1");
    expect(node.some((command) => command.includes("-n "))).toBe(false);
  });
});

it("says of each image that is not simulated so, whoever of the node's pods had it pulled", () => {
  const said = ['Image "shop/cart:2" is not simulated: a generic server answers on its container ports', 'Unknown behaviour "x" of container c: known are cpu'];
  expect(notSimulated(["shop/cart:2", "nginx:1.27", "shop/cart:2", "shop/cart"], said)).toEqual(["shop/cart:2"]);
});
