import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { ReplicaSet } from "../kinds/apps/replicaset/types.ts";
import type { Node } from "../kinds/core/node/types.ts";
import type { Pod } from "../kinds/core/pod/types.ts";
import type { PersistentVolumeClaim } from "../kinds/core/persistentvolumeclaim/types.ts";
import type { StorageClass } from "../kinds/storage/storageclass/types.ts";
import type { Service } from "../kinds/core/service/types.ts";
import { SchedulerCache } from "./cache.ts";
import { viewOf, type ClusterObjects } from "./clusterView.ts";
import { byNode } from "./decisions.ts";
import { decide, fitErrorText } from "./cycle.ts";
import type { DisruptionBudget } from "./disruptionBudgets.ts";
import { Nominator } from "./nominator.ts";
import { defaultPlugins } from "./plugins/index.ts";
import { podInfoOf } from "./podInfo.ts";
import type { PersistentVolume } from "../kinds/core/persistentvolume/types.ts";
import { storageClassOf } from "../kinds/volumes/binding.ts";
import { firstOf, noStorage } from "./testing/builders.ts";
import { planPreemption } from "./preemption.ts";

interface Case {
  readonly name: string;
  readonly category: string;
  readonly nodes: readonly Node[];
  readonly existing: readonly Pod[];
  readonly namespaces: readonly KubeObject[];
  readonly objects: readonly KubeObject[];
  readonly pod: Pod;
  readonly expect: {
    readonly feasible: readonly string[];
    readonly failures: Readonly<Record<string, { readonly plugin: string; readonly code: string; readonly reasons: readonly string[] }>>;
    readonly scores?: Readonly<Record<string, { readonly weight: number; readonly normalized: Readonly<Record<string, number>> }>>;
    readonly final?: Readonly<Record<string, number>>;
    readonly result: { readonly scheduled: boolean; readonly nodeIsOneOf?: readonly string[]; readonly condition?: { readonly message: string }; readonly nominatedNodeName?: string | null; readonly victims?: readonly string[] | null };
  };
}

const folder = join(import.meta.dirname, "../../../shared/oracles/scheduler");
const recorded = existsSync(folder);
if (!recorded) console.log("scheduler: the recorded decisions are not here, their tests are skipped");
const cases: readonly Case[] = recorded
  ? readdirSync(folder).filter((name) => name.endsWith(".json")).sort().map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Case)
  : [];

const ours = new Set(defaultPlugins.map((plugin) => plugin.name));

function objectsOf(scenario: Case): ClusterObjects {
  const ofKind = (kind: string): readonly unknown[] => scenario.objects.filter((object) => object.kind === kind);
  // Recorded without a status; the API server and the binder give every volume its phase.
  const volumes = (ofKind("PersistentVolume") as readonly PersistentVolume[]).map((volume) => ({ ...volume, status: { phase: "Available", ...volume.status } }));
  return {
    ...noStorage,
    services: () => ofKind("Service") as readonly Service[],
    replicaSet: (_namespace, name) => (ofKind("ReplicaSet") as readonly ReplicaSet[]).find((replicaSet) => replicaSet.metadata.name === name) ?? null,
    namespaces: () => scenario.namespaces.map((namespace) => namespace.metadata.name).sort(),
    namespaceLabels: (name) => scenario.namespaces.find((namespace) => namespace.metadata.name === name)?.metadata.labels,
    disruptionBudgets: () => ofKind("PodDisruptionBudget") as readonly DisruptionBudget[],
    claim: (namespace, name) => (ofKind("PersistentVolumeClaim") as readonly PersistentVolumeClaim[]).find((claim) => claim.metadata.namespace === namespace && claim.metadata.name === name) ?? null,
    volume: (name) => volumes.find((volume) => volume.metadata.name === name) ?? null,
    volumesOfClass: (name) => volumes.filter((volume) => storageClassOf(volume) === name),
    storageClass: (name) => (ofKind("StorageClass") as readonly StorageClass[]).find((storageClass) => storageClass.metadata.name === name) ?? null,
  };
}

function run(scenario: Case) {
  const cache = new SchedulerCache();
  for (const node of scenario.nodes) cache.setNode(node);
  for (const pod of scenario.existing) cache.setPod(podInfoOf(pod), pod.spec.nodeName ?? "");
  const pod = podInfoOf(scenario.pod);
  const { decision, state } = decide(defaultPlugins, pod, viewOf(cache, new Nominator(), objectsOf(scenario)), 0, firstOf);
  const plan = decision.chosen === null ? planPreemption(defaultPlugins, state, pod, decision, firstOf) : null;
  return { decision, plan };
}

describe.skipIf(!recorded)("decisions recorded of a real scheduler", () => {
  it.each(cases.map((scenario) => [scenario.name, scenario] as const))("%s: who fits, who is refused and why", (_name, scenario) => {
    const { decision } = run(scenario);
    expect([...decision.feasible].sort()).toEqual([...scenario.expect.feasible].sort());
    const refused = Object.fromEntries([...decision.rejected].map(([node, refusal]) => [node, { plugin: refusal.plugin, code: refusal.resolvable ? "Unschedulable" : "UnschedulableAndUnresolvable", reasons: refusal.reasons }]));
    expect(refused).toEqual(scenario.expect.failures);
  });

  it.each(cases.filter((scenario) => scenario.expect.scores !== undefined).map((scenario) => [scenario.name, scenario] as const))("%s: the scores of the plugins here", (_name, scenario) => {
    const { decision } = run(scenario);
    const wanted = Object.entries(scenario.expect.scores ?? {}).filter(([plugin]) => ours.has(plugin));
    for (const [plugin, score] of wanted) {
      expect([plugin, byNode(decision.scored, decision.scores.get(plugin) ?? [])]).toEqual([plugin, score.normalized]);
      expect(defaultPlugins.find((known) => known.name === plugin)?.weight).toBe(score.weight);
    }
    expect(byNode(decision.scored, decision.final)).toEqual(scenario.expect.final);
    // Where a volume must be made first and nobody makes it, the recording ended without a node.
    if (scenario.expect.result.scheduled) expect([...decision.best].sort()).toEqual([...(scenario.expect.result.nodeIsOneOf ?? [])].sort());
    expect([...decision.scores.keys()].sort()).toEqual(wanted.map(([plugin]) => plugin).sort());
  });

  it.each(cases.filter((scenario) => scenario.expect.result.condition !== undefined).map((scenario) => [scenario.name, scenario] as const))("%s: the text of the refusal", (_name, scenario) => {
    const { decision, plan } = run(scenario);
    const { result } = scenario.expect;
    const preempts = plan !== null && "node" in plan;
    expect(fitErrorText(decision, preempts ? "" : `no new claims to deallocate, preemption: ${plan?.message}`)).toBe(result.condition?.message);
    expect(preempts ? plan.node : null).toEqual(result.nominatedNodeName ?? null);
    expect(preempts ? plan.victims.map((victim) => victim.pod.metadata.name).sort() : []).toEqual([...(result.victims ?? [])].sort());
  });
});
