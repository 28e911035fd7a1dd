import { expect, test } from "vitest";
import type { PodSpec } from "../kinds/core/pod/types.ts";
import { SchedulerCache } from "./cache.ts";
import { viewOf } from "./clusterView.ts";
import { decide } from "./cycle.ts";
import { Nominator } from "./nominator.ts";
import { defaultPlugins } from "./plugins/index.ts";
import { podInfoOf } from "./podInfo.ts";
import { firstOf, nodeNamed, objectsWith, podNamed, replicaSetNamed } from "./testing/builders.ts";

const labels = { app: "web", "pod-template-hash": "5d4f" };
const selector = { matchLabels: { app: "web" } };
const zoneKey = "topology.kubernetes.io/zone";

const sorts: readonly (readonly [string, Partial<PodSpec>])[] = [
  ["the system's spreading", {}],
  ["constraints of their own", { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: zoneKey, whenUnsatisfiable: "DoNotSchedule", labelSelector: selector }, { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector: selector }] }],
  ["affinity and anti-affinity", {
    affinity: {
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: selector, topologyKey: zoneKey }] },
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: "other" } }, topologyKey: "kubernetes.io/hostname" }],
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 50, podAffinityTerm: { labelSelector: selector, topologyKey: "kubernetes.io/hostname" } }],
      },
    },
  }],
];

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The speed is printed, and not held against a limit: a busy machine must not fail a test. */
test.each(sorts)("1,000 pods on 100 nodes with %s spread evenly", (sort, spec) => {
  const cache = new SchedulerCache();
  for (let at = 0; at < 100; at++) cache.setNode(nodeNamed(`n${at}`, `z${at % 4}`, at % 3 === 0 ? ["registry.example/app:1"] : []));
  const view = viewOf(cache, new Nominator(), objectsWith([replicaSetNamed("web", labels)]));
  let start = 0;
  const times: number[] = [];
  for (let at = 0; at < 1_000; at++) {
    if (at % 250 === 0) times.push(cpuMs());
    const pod = podInfoOf(podNamed(`p${at}`, labels, spec));
    const { decision } = decide(defaultPlugins, pod, view, start, firstOf);
    start = decision.nextStart;
    expect(decision.chosen).not.toBeNull();
    cache.setPod(pod, decision.chosen ?? "");
  }
  times.push(cpuMs());
  const parts = times.slice(1).map((time, at) => Math.round(time - (times[at] ?? 0)));
  console.log(`scheduler: ${sort}: ${Math.round(1_000_000 / ((times[4] ?? 0) - (times[0] ?? 0)))} pods a CPU second (${parts.join(" + ")} ms for 250 pods each)`);
  const perNode = cache.nodes().map((node) => node.pods.size);
  if (sort !== "affinity and anti-affinity") expect(Math.max(...perNode) - Math.min(...perNode)).toBeLessThanOrEqual(6);
});
