import { expect, test } from "vitest";
import type { Node } from "../../kinds/core/node/types.ts";
import type { Pod, PodAffinityTerm, PodSpec } from "../../kinds/core/pod/types.ts";
import { SchedulerCache } from "../cache.ts";
import { viewOf } from "../clusterView.ts";
import { decide, type Decision } from "../cycle.ts";
import { byNode } from "../decisions.ts";
import { Nominator } from "../nominator.ts";
import { podInfoOf } from "../podInfo.ts";
import { firstOf, nodeNamed, objectsWith, podNamed } from "../testing/builders.ts";
import { interPodAffinity } from "./interPodAffinity.ts";

const zoneKey = "topology.kubernetes.io/zone";
const nodes: readonly Node[] = [nodeNamed("n1", "a"), nodeNamed("n2", "a"), nodeNamed("n3", "b")];
const namespaces = { default: { team: "x" }, friends: { team: "x" }, strangers: { team: "y" } };

const near = (...terms: readonly PodAffinityTerm[]): Partial<PodSpec> => ({ affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } });
const apart = (...terms: readonly PodAffinityTerm[]): Partial<PodSpec> => ({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } });
const term = (app: string, more: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({ topologyKey: zoneKey, labelSelector: { matchLabels: { app } }, ...more });

function decideFor(pod: Pod, placed: readonly (readonly [Pod, string])[]): Decision {
  const cache = new SchedulerCache();
  for (const node of nodes) cache.setNode(node);
  for (const [other, node] of placed) cache.setPod(podInfoOf(other), node);
  return decide([interPodAffinity], podInfoOf(pod), viewOf(cache, new Nominator(), objectsWith([], namespaces)), 0, firstOf).decision;
}

const db = (namespace = "default"): Pod => podNamed("db", { app: "db" }, {}, namespace);

test.each<readonly [string, Partial<PodSpec>, readonly (readonly [Pod, string])[], readonly string[]]>([
  ["near a friend: its whole zone", near(term("db")), [[db(), "n1"]], ["n1", "n2"]],
  ["nobody to be near", near(term("db")), [], []],
  ["the first of a group may begin anywhere", near(term("web")), [], ["n1", "n2", "n3"]],
  ["but not where somebody is there already", near(term("web")), [[podNamed("w", { app: "web" }), "n3"]], ["n3"]],
  ["all terms must match one pod", near(term("db"), term("cache")), [[db(), "n1"], [podNamed("c", { app: "cache" }), "n1"]], []],
  ["apart from a foe: outside its zone", apart(term("db")), [[db(), "n1"]], ["n3"]],
  ["another namespace is not looked at", apart(term("db")), [[db("friends"), "n1"]], ["n1", "n2", "n3"]],
  ["unless it is named", apart(term("db", { namespaces: ["friends"] })), [[db("friends"), "n1"]], ["n3"]],
  ["or its labels are", apart(term("db", { namespaceSelector: { matchLabels: { team: "x" } } })), [[db("friends"), "n1"]], ["n3"]],
  ["and not a stranger's", apart(term("db", { namespaceSelector: { matchLabels: { team: "x" } } })), [[db("strangers"), "n1"]], ["n1", "n2", "n3"]],
  ["an empty namespace selector means all", apart(term("db", { namespaceSelector: {} })), [[db("strangers"), "n1"]], ["n3"]],
  ["a placed pod's own dislike counts too", {}, [[podNamed("w", { app: "shy" }, apart(term("web"))), "n1"]], ["n3"]],
  ["not in a namespace that it does not mean", {}, [[podNamed("w", { app: "shy" }, apart(term("web")), "friends"), "n1"]], ["n1", "n2", "n3"]],
])("%s", (_name, spec, placed, feasible) => {
  expect([...decideFor(podNamed("new", { app: "web" }, spec), placed).feasible].sort()).toEqual(feasible);
});

test("who is placed likes and dislikes in the scores", () => {
  const fond = podNamed("fond", { app: "fond" }, { affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 40, podAffinityTerm: term("web", { topologyKey: "kubernetes.io/hostname" }) }] } } });
  const shy = podNamed("shy", { app: "shy" }, { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, podAffinityTerm: term("web", { topologyKey: "kubernetes.io/hostname" }) }] } } });
  const decision = decideFor(podNamed("new", { app: "web" }), [[fond, "n1"], [shy, "n3"]]);
  expect(byNode(decision.scored, decision.scores.get("InterPodAffinity") ?? [])).toEqual({ n1: 100, n2: 20, n3: 0 });
});

test("the counts are as before once preemption has tried a removal and taken it back", () => {
  const cache = new SchedulerCache();
  for (const node of nodes) cache.setNode(node);
  const foe = podInfoOf(db());
  cache.setPod(foe, "n1");
  const pod = podInfoOf(podNamed("new", { app: "web" }, apart(term("db"))));
  const view = viewOf(cache, new Nominator(), objectsWith([], namespaces));
  const { state } = decide([interPodAffinity], pod, view, 0, firstOf);
  const node = view.node("n1");
  if (node === null) throw new Error("no node n1");
  const answer = (): string => interPodAffinity.filter?.(state, pod, node).code ?? "";
  expect(answer()).toBe("unschedulable");
  interPodAffinity.adjust?.(state, pod, foe, node, -1);
  expect(answer()).toBe("success");
  interPodAffinity.adjust?.(state, pod, foe, node, 1);
  expect(answer()).toBe("unschedulable");
});
