import { expect, test } from "vitest";
import type { Node } from "../../kinds/core/node/types.ts";
import type { Service } from "../../kinds/core/service/types.ts";
import type { Pod, TopologySpreadConstraint } from "../../kinds/core/pod/types.ts";
import { SchedulerCache } from "../cache.ts";
import { viewOf, type ClusterObjects } from "../clusterView.ts";
import { decide, type Decision } from "../cycle.ts";
import { Nominator } from "../nominator.ts";
import { podInfoOf } from "../podInfo.ts";
import { firstOf, nodeNamed, objectsWith, podNamed, replicaSetNamed } from "../testing/builders.ts";
import { podTopologySpread } from "./podTopologySpread.ts";

const zoneKey = "topology.kubernetes.io/zone";
const hard: TopologySpreadConstraint = { maxSkew: 1, topologyKey: zoneKey, whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: { app: "web" } } };
const zones: readonly Node[] = [nodeNamed("n1", "a"), nodeNamed("n2", "b")];

function decideFor(pod: Pod, placed: readonly (readonly [Pod, string])[], nodes: readonly Node[] = zones, objects: ClusterObjects = objectsWith()): Decision {
  const cache = new SchedulerCache();
  for (const node of nodes) cache.setNode(node);
  for (const [other, node] of placed) cache.setPod(podInfoOf(other), node);
  return decide([podTopologySpread], podInfoOf(pod), viewOf(cache, new Nominator(), objects), 0, firstOf).decision;
}

const web = (name: string, ...constraints: readonly TopologySpreadConstraint[]): Pod => podNamed(name, { app: "web" }, { topologySpreadConstraints: constraints });
const going = (pod: Pod): Pod => ({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } });
const tainted = (node: Node): Node => ({ ...node, spec: { taints: [{ key: "only", effect: "NoSchedule" }] } });

test.each<readonly [string, TopologySpreadConstraint, readonly (readonly [Pod, string])[], readonly Node[], readonly string[]]>([
  ["an even start is open everywhere", hard, [], zones, ["n1", "n2"]],
  ["the fuller zone is closed", hard, [[web("a"), "n1"]], zones, ["n2"]],
  ["a wider skew leaves it open", { ...hard, maxSkew: 2 }, [[web("a"), "n1"]], zones, ["n1", "n2"]],
  ["a pod that is going does not count", hard, [[going(web("a")), "n1"]], zones, ["n1", "n2"]],
  ["another namespace does not count", hard, [[podNamed("a", { app: "web" }, {}, "other"), "n1"]], zones, ["n1", "n2"]],
  ["with fewer domains than asked for, the lowest is taken as none", { ...hard, minDomains: 3 }, [[web("a"), "n1"], [web("b"), "n2"]], zones, []],
  ["enough domains are counted as they are", { ...hard, minDomains: 2 }, [[web("a"), "n1"], [web("b"), "n2"]], zones, ["n1", "n2"]],
  ["a tainted node is a domain", hard, [[web("a"), "n1"]], [nodeNamed("n1", "a"), tainted(nodeNamed("n2", "b"))], ["n2"]],
  ["unless taints are honoured", { ...hard, nodeTaintsPolicy: "Honor" }, [[web("a"), "n1"]], [nodeNamed("n1", "a"), tainted(nodeNamed("n2", "b"))], ["n1", "n2"]],
  ["an empty selector finds nobody", { ...hard, labelSelector: {} }, [[web("a"), "n1"]], zones, ["n1", "n2"]],
  ["matchLabelKeys tells revisions apart", { ...hard, matchLabelKeys: ["rev"] }, [[podNamed("a", { app: "web", rev: "1" }), "n1"]], zones, ["n2"]],
])("%s", (_name, constraint, placed, nodes, feasible) => {
  const pod = constraint.matchLabelKeys === undefined ? web("new", constraint) : podNamed("new", { app: "web", rev: "1" }, { topologySpreadConstraints: [constraint] });
  expect(decideFor(pod, placed, nodes).feasible).toEqual(feasible);
});

test("matchLabelKeys: an older revision does not count", () => {
  const pod = podNamed("new", { app: "web", rev: "2" }, { topologySpreadConstraints: [{ ...hard, matchLabelKeys: ["rev"] }] });
  expect(decideFor(pod, [[podNamed("a", { app: "web", rev: "1" }), "n1"]]).feasible).toEqual(["n1", "n2"]);
});

test("a node without the key is out of the question", () => {
  const bare: Node = { ...nodeNamed("n3", ""), metadata: { ...nodeNamed("n3", "").metadata, labels: {} } };
  expect(decideFor(web("new", hard), [], [...zones, bare]).rejected.get("n3")).toEqual({
    plugin: "PodTopologySpread", resolvable: false, reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  });
});

test("a pod that says nothing is spread by its ReplicaSet's and its services' selectors, and only where it has some", () => {
  const owned = { app: "web", "pod-template-hash": "h" };
  const withSet = objectsWith([replicaSetNamed("web", owned)]);
  const placed = [[podNamed("a", owned), "n1"]] as const;
  expect(decideFor(podNamed("new", owned), placed, zones, withSet).best).toEqual(["n2"]);
  const service = { apiVersion: "v1", kind: "Service", metadata: podNamed("s", {}).metadata, spec: { selector: { app: "web" } } } as unknown as Service;
  const alone = podNamed("new", { app: "web" });
  expect(decideFor(alone, placed, zones, { ...objectsWith(), services: () => [service] }).best).toEqual(["n2"]);
  expect(decideFor(alone, placed).scores.size).toBe(0);
});
