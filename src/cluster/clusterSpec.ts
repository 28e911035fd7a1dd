import type { NodeSpec } from "../node/nodeSpec.ts";
import type { SchedulerConfiguration } from "../scheduler/configuration.ts";
import type { DurationUs } from "../sim/time.ts";

export type { NodeSpec };
export { kubeletProblem, manifestProblem, shutdownSeconds, staticPodsProblem } from "../node/nodeSettings.ts";
export { extensionPoints } from "../scheduler/configuration.ts";

export interface ClusterSpec {
  /** RFC 3339; a fixed date by default, the wall clock at start in the gateway, so that kubectl's ages are right. Part of the Recording. */
  readonly epoch: string;
  readonly controlPlanes: 1 | 3;
  readonly nodes: readonly NodeSpec[];
  /** As kube-controller-manager's --controllers: "*", "-nodelifecycle". */
  readonly controllers: readonly string[];
  /** coredns, ingress-nginx, cloud, local-path: programs and objects put in at boot. */
  readonly addons: readonly string[];
  /** calico enforces NetworkPolicy; flannel does not, and writers of policies are warned of it. */
  readonly cni: "calico" | "flannel";
  /** Overrides of cluster/costs.ts. */
  readonly costs: Readonly<Record<string, DurationUs>>;
  /** Overrides of the clients' rate limits, by component. */
  readonly limits: Readonly<Record<string, { readonly qps: number; readonly burst: number }>>;
  /** instant: pulled, started, ready at once, run until stopped. */
  readonly containers: "simulated" | "instant";
  /** Keys that etcd takes, in place of --quota-backend-bytes: 20,000 by default, what a browser's tab bears. */
  readonly etcdKeys?: number;
  /** As --leader-elect of the controller managers and the scheduler: true by default. With false there is one instance of each. */
  readonly leaderElect?: boolean;
  /** How many of each run on cp-1; one by default. The second ("kube-scheduler-2") waits for the first's lease to run out. */
  readonly instances?: Readonly<Partial<Record<InstancesOf, 1 | 2>>>;
  /** What kube-scheduler's --config says, as far as it is simulated. */
  readonly scheduler?: SchedulerConfiguration;
}

/** Components that may have a second instance. */
export const severalInstances = ["kube-controller-manager", "kube-scheduler"] as const;
export type InstancesOf = (typeof severalInstances)[number];

/** ["kube-scheduler"] or ["kube-scheduler", "kube-scheduler-2"]. */
export function instanceNames(spec: ClusterSpec, component: InstancesOf): readonly string[] {
  return spec.instances?.[component] === 2 ? [component, `${component}-2`] : [component];
}

const gibibyte = 1024 * 1024 * 1024;

export function defaultNode(index: number): NodeSpec {
  return {
    name: `node-${index}`,
    cpuMilli: 4000,
    memoryBytes: 8 * gibibyte,
    ephemeralStorageBytes: 100 * gibibyte,
    pods: 110,
    runtime: "containerd",
    zone: ["a", "b", "c"][(index - 1) % 3] ?? "a",
    labels: {},
  };
}

export const defaultClusterSpec: ClusterSpec = {
  epoch: "2026-01-01T00:00:00Z",
  controlPlanes: 1,
  nodes: [defaultNode(1), defaultNode(2), defaultNode(3)],
  controllers: ["*"],
  addons: ["coredns", "ingress-nginx", "cloud", "local-path"],
  cni: "calico",
  costs: {},
  limits: {},
  containers: "simulated",
};
