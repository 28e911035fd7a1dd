import { describe, expect, it } from "vitest";
import type { PodSpec } from "../kinds/core/pod/types.ts";
import { SchedulerCache } from "./cache.ts";
import { viewOf } from "./clusterView.ts";
import type { PluginConfig, ProfileConfiguration, ScoringStrategy } from "./configuration.ts";
import { decide, feasibleNodesToFind, type Decision } from "./cycle.ts";
import { Nominator } from "./nominator.ts";
import { defaultPlugins } from "./plugins/index.ts";
import { podInfoOf } from "./podInfo.ts";
import { profilesOf, type Profile } from "./profiles.ts";
import { firstOf, nodeNamed, objectsWith, podNamed, replicaSetNamed } from "./testing/builders.ts";
import { SchedulerWorld } from "./testing/schedulerWorld.ts";

function profileOf(configuration: ProfileConfiguration): Profile {
  return profilesOf({ profiles: [configuration] })[0] as Profile;
}

function pointsOf(profile: Profile, point: "filter" | "score" | "preFilter"): readonly string[] {
  return profile.plugins.filter((plugin) => plugin[point] !== undefined).map(({ name }) => name);
}

const sixteen = { cpu: "16", memory: "64Gi", pods: "110" };
const asking = (cpu: string, memory: string): Partial<PodSpec> => ({ containers: [{ name: "c", image: "i", resources: { requests: { cpu, memory } } }] });

/** Two nodes of 16 CPUs and 64 GiB in zones a and b, of which the first is in use as `used` says. */
function decisionOf(profile: Profile, used: readonly Partial<PodSpec>[], spec: Partial<PodSpec> = asking("2", "4Gi"), labels: Readonly<Record<string, string>> = { app: "new" }): Decision {
  const cache = new SchedulerCache();
  cache.setNode(nodeNamed("n1", "a"));
  cache.setNode(nodeNamed("n2", "b"));
  for (const [index, each] of used.entries()) cache.setPod(podInfoOf(podNamed(`u${index}`, { app: "old" }, each)), "n1");
  const view = viewOf(cache, new Nominator(), objectsWith([replicaSetNamed("web", { app: "old" })]));
  return decide(profile.plugins, podInfoOf(podNamed("p", labels, spec)), view, 0, firstOf).decision;
}

describe("profiles", () => {
  it("without a configuration there is one, with all default plugins", () => {
    const [only, ...others] = profilesOf();
    expect(others).toEqual([]);
    expect(only).toMatchObject({ schedulerName: "default-scheduler", percentageOfNodesToScore: 0, preempts: true, deallocates: true });
    expect(only?.plugins).toBe(defaultPlugins);
  });

  it("one that changes nothing filters in the same order and scores with the same weights", () => {
    const same = profileOf({});
    for (const point of ["filter", "score"] as const) expect(pointsOf(same, point)).toEqual(defaultPlugins.filter((plugin) => plugin[point] !== undefined).map(({ name }) => name));
    const weights = (plugins: Profile["plugins"]): readonly number[] => plugins.filter((plugin) => plugin.score !== undefined).map(({ weight }) => weight);
    expect(weights(same.plugins)).toEqual(weights(defaultPlugins));
  });

  it("plugins are taken away everywhere, or at one extension point", () => {
    const without = profileOf({ plugins: { multiPoint: { disabled: [{ name: "InterPodAffinity" }, { name: "DefaultPreemption" }] } } });
    expect(pointsOf(without, "filter")).not.toContain("InterPodAffinity");
    expect(pointsOf(without, "score")).not.toContain("InterPodAffinity");
    expect(without).toMatchObject({ preempts: false, deallocates: true });
    const unscored = profileOf({ plugins: { preScore: { disabled: [{ name: "*" }] }, score: { disabled: [{ name: "*" }], enabled: [{ name: "NodeResourcesFit", weight: 7 }] } } });
    expect(pointsOf(unscored, "score")).toEqual(["NodeResourcesFit"]);
    expect(unscored.plugins.find(({ name }) => name === "NodeResourcesFit")?.weight).toBe(7);
    expect(pointsOf(unscored, "filter")).toEqual(pointsOf(profileOf({}), "filter"));
  });

  it("a plugin that is named again has the new weight, and keeps its place", () => {
    const heavier = profileOf({ plugins: { multiPoint: { enabled: [{ name: "NodeAffinity", weight: 50 }] } } });
    expect(heavier.plugins.find(({ name }) => name === "NodeAffinity")?.weight).toBe(50);
    expect(pointsOf(heavier, "filter")).toEqual(pointsOf(profileOf({}), "filter"));
    const first = profileOf({ plugins: { filter: { enabled: [{ name: "InterPodAffinity" }] } } });
    expect(pointsOf(first, "filter")[0]).toBe("InterPodAffinity");
  });

  it("all but a few: what is enabled beside a star is all there is", () => {
    const few = profileOf({ plugins: { multiPoint: { disabled: [{ name: "*" }], enabled: [{ name: "PrioritySort" }, { name: "DefaultBinder" }, { name: "NodeName" }, { name: "NodeResourcesFit" }] } } });
    expect(few.plugins.map(({ name }) => name)).toEqual(["NodeName", "NodeResourcesFit"]);
    expect(few).toMatchObject({ preempts: false, deallocates: false });
  });

  const refused: readonly (readonly [string, ProfileConfiguration, string])[] = [
    ["an unknown plugin", { plugins: { filter: { disabled: [{ name: "NodeColour" }] } } }, 'there is no plugin "NodeColour"'],
    ["no binder", { plugins: { multiPoint: { disabled: [{ name: "DefaultBinder" }] } } }, "without DefaultBinder"],
    ["an extension point that is fixed", { plugins: { bind: {} } as never }, "plugins.bind cannot be configured"],
    ["args of another plugin", { pluginConfig: [{ name: "VolumeBinding", args: {} } as unknown as PluginConfig] }, "args of VolumeBinding are not simulated"],
    ["a filter without what it goes by", { plugins: { preFilter: { disabled: [{ name: "PodTopologySpread" }] } } }, "PodTopologySpread needs preFilter"],
  ];
  it.each(refused)("%s is refused", (_what, configuration, message) => {
    expect(() => profileOf(configuration)).toThrow(message);
  });

  it("two of one name are refused", () => {
    expect(() => profilesOf({ profiles: [{ schedulerName: "a" }, { schedulerName: "a" }] })).toThrow('two profiles have the schedulerName "a"');
  });

  it("percentageOfNodesToScore is the profile's, else the scheduler's, else by the number of nodes", () => {
    const made = profilesOf({ percentageOfNodesToScore: 30, profiles: [{ schedulerName: "a" }, { schedulerName: "b", percentageOfNodesToScore: 80 }] });
    expect(made.map((each) => each.percentageOfNodesToScore)).toEqual([30, 80]);
    expect([feasibleNodesToFind(99, 10), feasibleNodesToFind(1_000, 0), feasibleNodesToFind(1_000, 30), feasibleNodesToFind(1_000, 5), feasibleNodesToFind(1_000, 100)]).toEqual([99, 420, 300, 100, 1_000]);
  });
});

describe("args of plugins", () => {
  const byResources = (scoringStrategy: ScoringStrategy): Profile => profileOf({
    plugins: { preScore: { disabled: [{ name: "*" }] }, score: { disabled: [{ name: "*" }], enabled: [{ name: "NodeResourcesFit" }] } }, pluginConfig: [{ name: "NodeResourcesFit", args: { scoringStrategy } }],
  });
  const scores = (strategy: ScoringStrategy, spec?: Partial<PodSpec>): readonly number[] => decisionOf(byResources(strategy), [asking("6", "28Gi")], spec).scores.get("NodeResourcesFit") ?? [];

  it("LeastAllocated spreads, MostAllocated packs", () => {
    // n1 would have 8 of 16 CPUs and 32 of 64 GiB in use, n2 2 and 4.
    expect(scores({ type: "LeastAllocated" })).toEqual([50, 90]);
    expect(scores({ type: "MostAllocated" })).toEqual([50, 9]);
    expect(decisionOf(byResources({ type: "MostAllocated" }), [asking("6", "28Gi")]).chosen).toBe("n1");
  });

  it("resources have weights, and only those named count", () => {
    expect(scores({ type: "MostAllocated", resources: [{ name: "cpu", weight: 3 }, { name: "memory", weight: 1 }] }, asking("4", "4Gi"))).toEqual([59, 20]);
    expect(scores({ type: "LeastAllocated", resources: [{ name: "memory" }] })).toEqual([50, 93]);
    expect(scores({ type: "LeastAllocated", resources: [{ name: "example.com/gpu" }] })).toEqual([0, 0]);
  });

  it("RequestedToCapacityRatio follows its shape, and resources that score nothing are left out", () => {
    const bins = { shape: [{ utilization: 0, score: 0 }, { utilization: 100, score: 10 }] };
    expect(scores({ type: "RequestedToCapacityRatio", requestedToCapacityRatio: bins })).toEqual([50, 9]);
    const tent = { shape: [{ utilization: 20, score: 0 }, { utilization: 50, score: 10 }, { utilization: 90, score: 2 }] };
    expect(scores({ type: "RequestedToCapacityRatio", requestedToCapacityRatio: tent })).toEqual([100, 0]);
    // 87 percent of n1's CPUs score 26 and half of its memory 100; n2's memory, in use to 6 percent, scores nothing.
    expect(scores({ type: "RequestedToCapacityRatio", requestedToCapacityRatio: tent }, asking("8", "4Gi"))).toEqual([63, 100]);
  });

  it("ignoredResources and their groups are not asked for", () => {
    const gpu: Partial<PodSpec> = { containers: [{ name: "c", image: "i", resources: { requests: { "example.com/gpu": "1" } } }] };
    const ignoring = (args: Extract<PluginConfig, { readonly name: "NodeResourcesFit" }>["args"]): Profile => profileOf({ pluginConfig: [{ name: "NodeResourcesFit", args }] });
    expect(decisionOf(ignoring({}), [], gpu).feasible).toEqual([]);
    expect(decisionOf(ignoring({ ignoredResources: ["example.com/gpu"] }), [], gpu).feasible).toEqual(["n1", "n2"]);
    expect(decisionOf(ignoring({ ignoredResourceGroups: ["example.com"] }), [], gpu).feasible).toEqual(["n1", "n2"]);
  });

  it("defaultConstraints of a list hold for pods without their own, DoNotSchedule too", () => {
    const strict = profileOf({ pluginConfig: [{ name: "PodTopologySpread", args: { defaultingType: "List", defaultConstraints: [{ maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule" }] } }] });
    const ofWeb = { app: "old", "pod-template-hash": "1" };
    expect(decisionOf(strict, [{}], {}, ofWeb)).toMatchObject({ feasible: ["n2"] });
    expect([...decisionOf(strict, [{}], {}, ofWeb).rejected.values()].map(({ reasons }) => reasons[0])).toEqual(["node(s) didn't match pod topology spread constraints"]);
    expect(decisionOf(strict, [{}], {}, { app: "new" }).feasible).toEqual(["n1", "n2"]);
    expect(decisionOf(profileOf({}), [{}], {}, ofWeb).feasible).toEqual(["n1", "n2"]);
    expect(decisionOf(profileOf({ pluginConfig: [{ name: "PodTopologySpread", args: { defaultingType: "List" } }] }), [{}], {}, ofWeb).scores.has("PodTopologySpread")).toBe(false);
  });

  it("hardPodAffinityWeight weighs what placed pods require; ignorePreferredTermsOfExistingPods leaves out what they wish", () => {
    const term = { labelSelector: { matchLabels: { app: "new" } }, topologyKey: "kubernetes.io/hostname" };
    const friend: Partial<PodSpec> = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
    const weighing = (args: Extract<PluginConfig, { readonly name: "InterPodAffinity" }>["args"]): Profile => profileOf({ pluginConfig: [{ name: "InterPodAffinity", args }] });
    expect(decisionOf(weighing({ hardPodAffinityWeight: 100 }), [friend]).scores.get("InterPodAffinity")).toEqual([100, 0]);
    expect(decisionOf(weighing({ hardPodAffinityWeight: 0 }), [friend]).scores.has("InterPodAffinity")).toBe(false);
    expect(decisionOf(weighing({ ignorePreferredTermsOfExistingPods: true }), [friend]).scores.has("InterPodAffinity")).toBe(false);
  });

  it("addedAffinity holds for every pod of the profile", () => {
    const key = "topology.kubernetes.io/zone";
    const only = profileOf({ pluginConfig: [{ name: "NodeAffinity", args: { addedAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: "In", values: ["b"] }] }] } } } }] });
    expect(decisionOf(only, [])).toMatchObject({ chosen: "n2" });
    expect(decisionOf(only, []).rejected.get("n1")).toMatchObject({ plugin: "NodeAffinity", resolvable: false, reasons: ["node(s) didn't match scheduler-enforced node affinity"] });
    const rather = profileOf({ pluginConfig: [{ name: "NodeAffinity", args: { addedAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, preference: { matchExpressions: [{ key, operator: "In", values: ["b"] }] } }] } } }] });
    expect(decisionOf(rather, []).scores.get("NodeAffinity")).toEqual([0, 100]);
  });
});

describe("a scheduler of several profiles", () => {
  it("places each pod by the profile it names, and leaves those of others alone", () => {
    const world = new SchedulerWorld({ profiles: [{ schedulerName: "default-scheduler" }, { schedulerName: "packer", pluginConfig: [{ name: "NodeResourcesFit", args: { scoringStrategy: { type: "MostAllocated" } } }], plugins: { preScore: { disabled: [{ name: "*" }] }, score: { disabled: [{ name: "*" }], enabled: [{ name: "NodeResourcesFit" }] } } }] });
    world.addNode("n1", "a");
    world.addNode("n2", "b");
    world.run(1);
    world.addPod("first", { nodeName: "n1" }, "1");
    world.addPod("packed", { schedulerName: "packer" }, "1");
    world.addPod("too-large", { schedulerName: "packer" }, "8");
    world.addPod("foreign", { schedulerName: "somebody-else" });
    const before = world.pod("foreign");
    world.run(5);
    world.addPod("spread", {}, "1");
    world.run(5);
    expect([world.nodeOf("packed"), world.nodeOf("spread")]).toEqual(["n1", "n2"]);
    expect(world.pod("foreign")).toEqual(before);
    expect(world.observe({ type: "queue" })).toMatchObject({ active: 0, unschedulable: 1 });
    const events = world.must("GET", "/api/v1/namespaces/default/events") as unknown as { readonly items: readonly { readonly reason: string; readonly source: { readonly component: string }; readonly involvedObject: { readonly name: string } }[] };
    expect(events.items.map(({ reason, source, involvedObject }) => `${involvedObject.name} ${reason} ${source.component}`).sort()).toEqual(["packed Scheduled packer", "spread Scheduled default-scheduler", "too-large FailedScheduling packer"]);
  });

  it("without DefaultPreemption nobody makes room", () => {
    const world = new SchedulerWorld({ profiles: [{ plugins: { postFilter: { disabled: [{ name: "DefaultPreemption" }] } } }] });
    world.addNode("n1", "a");
    world.addPriority("high", 1000);
    world.addPod("low", {}, "3");
    world.run(2);
    world.addPod("high", { priorityClassName: "high" }, "3");
    world.run(5);
    expect(world.nodeOf("low")).toBe("n1");
    expect(world.pod("high").status?.conditions?.[0]?.message).toBe("0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate");
  });
});

it("nodes of the builders are as the sums above take them", () => {
  expect(nodeNamed("n", "a").status?.allocatable).toEqual(sixteen);
});
