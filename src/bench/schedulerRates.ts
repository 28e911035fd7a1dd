import type { Node } from "../kinds/core/node/types.ts";
import type { Pod, PodSpec } from "../kinds/core/pod/types.ts";
import { SchedulerCache } from "../scheduler/cache.ts";
import { viewOf, type ClusterObjects } from "../scheduler/clusterView.ts";
import { decide } from "../scheduler/cycle.ts";
import { DecisionLog, keptDecision } from "../scheduler/decisions.ts";
import { Nominator } from "../scheduler/nominator.ts";
import { defaultPlugins } from "../scheduler/plugins/index.ts";
import { podInfoOf } from "../scheduler/podInfo.ts";
import { looseRandom } from "../sim/streams.ts";
import { jsonRoundTrips } from "./calibration.ts";
import type { Gate } from "./gates.ts";

/** Shapes of upstream's scheduler_perf (test/integration/scheduler_perf), with its thresholds in pods a second; plain pods have ours. */
interface Shape {
  readonly name: string;
  readonly atLeast: number;
  /** Placed before any is counted, and counted. */
  readonly before: number;
  readonly counted: number;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Partial<PodSpec>;
  /** Each pod closes a node to the next: more nodes must be looked at until enough are found, as upstream. */
  readonly closesNodes?: true;
}

const nodeCount = 5_000;
const hostname = "kubernetes.io/hostname";
const zone = "topology.kubernetes.io/zone";
const colored = (color: string, topologyKey: string) => ({ labelSelector: { matchLabels: { color } }, topologyKey, namespaces: ["sched-0", "sched-1"] });

const shapes: readonly Shape[] = [
  { name: "plain pods", atLeast: 1_000, before: 1_000, counted: 10_000, labels: {}, spec: {} },
  {
    name: "NodeAffinity", atLeast: 220, before: 1_000, counted: 5_000, labels: {},
    spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: zone, operator: "In", values: ["zone1", "zone2"] }] }] } } } },
  },
  {
    name: "PreferredPodAffinity", atLeast: 90, before: 5_000, counted: 2_000, labels: { color: "red" },
    spec: { affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: colored("red", hostname) }] } } },
  },
  {
    name: "PodAntiAffinity", closesNodes: true, atLeast: 60, before: 1_000, counted: 2_000, labels: { color: "green" },
    spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [colored("green", hostname)] } } },
  },
  {
    name: "PodAffinity", atLeast: 35, before: 5_000, counted: 2_000, labels: { color: "blue" },
    spec: { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [colored("blue", zone)] } } },
  },
];

const meta = { uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" } as const;
const empty = { services: () => [], replicaSet: () => null, statefulSet: () => null, replicationController: () => null, namespaces: () => ["sched-0", "sched-1"], namespaceLabels: () => ({}), disruptionBudgets: () => [] } as const;
const objects: ClusterObjects = {
  ...empty, claim: () => null, storageClass: () => null, volume: () => null, volumesOfClass: () => [], csiNode: () => null, csiDriver: () => null, storageCapacities: () => [], attachments: () => [],
};

function nodeAt(at: number): Node {
  const amounts = { cpu: "4", memory: "32Gi", pods: "110" };
  return {
    apiVersion: "v1", kind: "Node", spec: {}, metadata: { ...meta, name: `node-${at}`, labels: { [hostname]: `node-${at}`, [zone]: "zone1" } },
    status: { allocatable: amounts, capacity: amounts },
  };
}

function podAt(at: number, { labels, spec }: Shape): Pod {
  return {
    apiVersion: "v1", kind: "Pod", metadata: { ...meta, name: `pod-${at}`, namespace: "sched-1", labels },
    spec: { containers: [{ name: "pause", image: "registry.k8s.io/pause:3.10.1", resources: { requests: { cpu: "100m", memory: "500Mi" } } }], ...spec },
  };
}

const blocks = 5;
/** Of the whole: the processor's speed changes within seconds, and each block is compared with another. */
const repeats = 3;

/** CPU seconds a pod in each block of those that are counted: filters, scores, the choice, its table kept, the pod assumed. */
function secondsAPod(shape: Shape, part: number): readonly number[] {
  const cache = new SchedulerCache();
  for (let at = 0; at < nodeCount; at++) cache.setNode(nodeAt(at));
  const view = viewOf(cache, new Nominator(), objects);
  const log = new DecisionLog();
  const random = looseRandom(1, "ties");
  let start = 0;
  const place = (from: number, to: number): void => {
    for (let at = from; at < to; at++) {
      const pod = podInfoOf(podAt(at, shape));
      const { decision } = decide(defaultPlugins, pod, view, start, random);
      if (decision.chosen === null) throw new Error(`${shape.name}: pod ${at} has no place`);
      start = decision.nextStart;
      log.keep(pod.key, keptDecision(decision, null, []));
      cache.setPod(pod, decision.chosen);
    }
  };
  place(0, shape.before);
  const seconds: number[] = [];
  for (let block = 0; block < blocks; block++) {
    const cpu = process.cpuUsage();
    const size = Math.floor((shape.counted * part) / blocks);
    place(shape.before + block * size, shape.before + (block + 1) * size);
    const { user, system } = process.cpuUsage(cpu);
    seconds.push((user + system) / 1e6 / size);
  }
  return seconds;
}

/** What a pod costs the scheduler with all plugins of the default profile, on 5,000 nodes. For a profile: only some shapes, and only part of their pods. */
export function schedulerRates(gate: Gate, only: readonly string[] | null = null, part = 1): Promise<void> {
  for (const shape of shapes.filter(({ name }) => only?.includes(name) ?? true)) {
    const trips = jsonRoundTrips();
    const runs = Array.from({ length: repeats }, () => secondsAPod(shape, part));
    const seconds = Array.from({ length: blocks }, (_, block) => runs.map((run) => run[block] ?? 0).sort((a, b) => a - b)[repeats >> 1] ?? 0);
    const middle = [...seconds].sort((a, b) => a - b)[Math.floor(blocks / 2)] ?? 0;
    const detail = `${nodeCount} nodes, ${shape.counted} pods after ${shape.before}; a pod costs ${(middle * trips).toFixed(1)} JRT`;
    gate(`scheduler, ${shape.name}: pods a CPU second`, 1 / middle, "at least", shape.atLeast, detail);
    if (shape.closesNodes !== true) gate(`scheduler, ${shape.name}: the last pods to the first`, (seconds.at(-1) ?? 0) / (seconds[0] ?? 1), "at most", 1.6, "whatever is placed already");
  }
  return Promise.resolve();
}
