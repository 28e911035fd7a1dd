import type { DurationUs } from "../sim/time.ts";

/** How long an event keeps a process busy, in virtual microseconds. ClusterSpec.costs overrides by name. */
export const defaultCosts = {
  "etcd-write": 100,
  "etcd-read": 30,
  "apiserver-request": 60,
  "apiserver-event": 5,
  "controller-event": 20,
  "scheduler-attempt": 300,
  "scheduler-event": 20,
  "kubelet-event": 20,
  "runtime-event": 20,
  "proxy-event": 20,
  "net-packet": 5,
  "internet-event": 5,
} as const satisfies Readonly<Record<string, DurationUs>>;

export type CostName = keyof typeof defaultCosts;

/** Upstream's client rate limits. ClusterSpec.limits overrides by component. */
export const defaultLimits = {
  "kube-controller-manager": { qps: 20, burst: 30 },
  "cloud-controller-manager": { qps: 20, burst: 30 },
  "kube-scheduler": { qps: 50, burst: 100 },
  "kubelet": { qps: 50, burst: 100 },
  "kube-proxy": { qps: 5, burst: 10 },
} as const;

export type LimitName = keyof typeof defaultLimits;
