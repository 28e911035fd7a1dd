import { expect, it } from "vitest";
import { clusterSpecFrom } from "../gateway/args.ts";
import { wrongInOptionalParts } from "./specGuard.ts";

const scheduler = (profile: unknown): unknown => ({ scheduler: { profiles: [profile] } });
const fit = (scoringStrategy: unknown): unknown => scheduler({ pluginConfig: [{ name: "NodeResourcesFit", args: { scoringStrategy } }] });

it("a spec may say what it leaves out by default", () => {
  const spec = {
    leaderElect: true, instances: { "kube-scheduler": 2 }, etcdKeys: 5_000,
    scheduler: {
      percentageOfNodesToScore: 50,
      profiles: [
        { schedulerName: "default-scheduler", plugins: { score: { disabled: [{ name: "*" }], enabled: [{ name: "NodeResourcesFit", weight: 5 }] } } },
        { schedulerName: "bins", pluginConfig: [{ name: "NodeResourcesFit", args: { scoringStrategy: { type: "RequestedToCapacityRatio", resources: [{ name: "cpu", weight: 2 }], requestedToCapacityRatio: { shape: [{ utilization: 0, score: 0 }, { utilization: 100, score: 10 }] } } } }] },
      ],
    },
  };
  expect(wrongInOptionalParts(spec)).toBeNull();
  expect(wrongInOptionalParts({})).toBeNull();
});

it("a machine may say how its kubelet is set up, and what it runs of its own", () => {
  const machine = { kubelet: { shutdownGracePeriod: "1m30s", shutdownGracePeriodCriticalPods: "10s" }, staticPods: { "web.yaml": { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec: { containers: [] } } } };
  expect(wrongInOptionalParts({ nodes: [machine] })).toBeNull();
  expect(clusterSpecFrom({ nodes: [machine] }, "2026-01-01T00:00:00Z").nodes[0]).toMatchObject({ name: "node-1", pods: 110, ...machine });
});

const machine = (parts: unknown): unknown => ({ nodes: [parts] });
const wrong: readonly (readonly [unknown, string])[] = [
  [{ instances: { "kube-scheduler": 3 } }, "instances.kube-scheduler"],
  [{ instances: { etcd: 2 } }, "instances.etcd"],
  [{ leaderElect: "yes" }, "leaderElect"],
  [{ scheduler: { profiles: [] } }, "scheduler.profiles"],
  [scheduler({ colour: "red" }), "scheduler.profiles.0.colour"],
  [scheduler({ plugins: { bind: {} } }), "scheduler.profiles.0.plugins.bind"],
  [scheduler({ percentageOfNodesToScore: 101 }), "scheduler.profiles.0.percentageOfNodesToScore"],
  [scheduler({ pluginConfig: [{ name: "VolumeBinding", args: {} }] }), "scheduler.profiles.0.pluginConfig.0.name"],
  [scheduler({ pluginConfig: [{ name: "InterPodAffinity", args: { hardPodAffinityWeight: 101 } }] }), "hardPodAffinityWeight"],
  [scheduler({ pluginConfig: [{ name: "PodTopologySpread", args: { defaultConstraints: [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway" }] } }] }), "defaultingType must be List"],
  [machine({ kubelet: { shutdownGracePeriod: "soon" } }), 'nodes.0.kubelet: kubelet.shutdownGracePeriod: must be a duration as "30s"'],
  [machine({ kubelet: { shutdownGracePeriod: "10ms" } }), "must be either zero or otherwise >= 1 sec"],
  [machine({ kubelet: { shutdownGracePeriod: "5s", shutdownGracePeriodCriticalPods: "6s" } }), "must be <= shutdownGracePeriod"],
  [machine({ kubelet: { imageGCHighThresholdPercent: 101 } }), "imageGCHighThresholdPercent: must be between 0 and 100, inclusive"],
  [machine({ kubelet: { imageGCHighThresholdPercent: 80 } }), "imageGCLowThresholdPercent: 80 must be less than imageGCHighThresholdPercent 80"],
  [machine({ kubelet: { imageMaximumGCAge: "2m" } }), "imageMaximumGCAge: must be greater than imageMinimumGCAge"],
  [machine({ kubelet: { imageMinimumGCAge: "-1s" } }), 'imageMinimumGCAge: must be a duration as "2m0s"'],
  [machine({ kubelet: { evictionHard: {} } }), "kubelet.evictionHard: is not simulated"],
  [machine({ staticPods: { "../x": {} } }), "nodes.0.staticPods: staticPods: file: must be a name"],
  [machine({ staticPods: { "a.yaml": [] } }), "a.yaml: must be the manifest of a Pod"],
  [machine({ staticPods: { "a.yaml": { long: "x".repeat(70_000) } } }), "at most 65536 characters"],
  [machine({ staticPods: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`${at}.yaml`, {}])) }), "at most 32 files"],
  [fit({ type: "RequestedToCapacityRatio" }), "requestedToCapacityRatio must be specified"],
  [fit({ requestedToCapacityRatio: { shape: [{ utilization: 0, score: 0 }] } }), "only then"],
  [fit({ type: "RequestedToCapacityRatio", requestedToCapacityRatio: { shape: [{ utilization: 50, score: 0 }, { utilization: 50, score: 1 }] } }), "sorted in increasing order"],
  [fit({ resources: [{ name: "cpu", weight: 0 }] }), "not in valid range"],
];
it.each(wrong)("%j is refused, with the place", (spec, message) => {
  expect(wrongInOptionalParts(spec)).toContain(message);
  expect(() => clusterSpecFrom(spec, "2026-01-01T00:00:00Z")).toThrow(message);
});
