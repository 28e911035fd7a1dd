import type { Deployment } from "../../kinds/apps/deployment/types.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";

const created = "2026-01-01T00:00:00Z";
const meta = (name: string, creationTimestamp = created) => ({ name, namespace: "default", uid: `uid-${name}`, resourceVersion: "1", creationTimestamp });

export function deploymentOf(replicas: number, strategy: { readonly surge?: number | string; readonly unavailable?: number | string } = {}): Deployment {
  const { surge = "25%", unavailable = "25%" } = strategy;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta("web"),
    spec: { replicas, selector: { matchLabels: { app: "web" } }, strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } }, template: { spec: { containers: [] } } },
  };
}

/** `available` of `replicas` pods are available. `age`: the older, the smaller. */
export function replicaSetOf(name: string, replicas: number, available = replicas, age = 0, annotations: Readonly<Record<string, string>> = {}): ReplicaSet {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { ...meta(name, `2026-01-01T00:${String(age).padStart(2, "0")}:00Z`), annotations },
    spec: { replicas, selector: {}, template: { spec: { containers: [] } } },
    status: { replicas, availableReplicas: available },
  };
}

export interface PodOptions {
  readonly node?: string;
  readonly phase?: string;
  /** Seconds after midnight since when it is ready; absent: it is not. */
  readonly readyAt?: number;
  readonly createdAt?: number;
  readonly restarts?: number;
  readonly cost?: string;
}

export const atSecond = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString().replace(".000Z", "Z");

export function podOf(name: string, options: PodOptions = {}): Pod {
  const { node, phase = "Running", readyAt, createdAt = 0, restarts = 0, cost } = options;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...meta(name, atSecond(createdAt)), ...(cost === undefined ? {} : { annotations: { "controller.kubernetes.io/pod-deletion-cost": cost } }) },
    spec: { containers: [], ...(node === undefined ? {} : { nodeName: node }) },
    status: {
      phase,
      conditions: readyAt === undefined ? [] : [{ type: "Ready", status: "True", lastTransitionTime: atSecond(readyAt) }],
      containerStatuses: [{ name: "c", image: "i", imageID: "i", ready: readyAt !== undefined, restartCount: restarts }],
    },
  };
}
