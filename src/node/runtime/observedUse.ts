import { containerKey, type ContainerRun } from "./container.ts";
import type { ContainerStats, FromRuntime } from "./criMessages.ts";

/** What a container is, beside what it uses: what cadvisor reads of its cgroup and of containerd. */
export interface ObservedContainer extends ContainerStats {
  readonly id: string;
  readonly image: string;
  /** Thousandths of a core; null: no limit. */
  readonly cpuLimitMilli: number | null;
  readonly memoryLimitBytes: number | null;
}

/** The answer to {type: "use"}, which nobody waits for inside the cluster. */
export interface ObservedUse {
  readonly atUs: number;
  readonly cpuUs: number;
  readonly memoryBytes: number;
  readonly sandboxes: number;
  readonly states: Readonly<Record<ContainerRun["value"], number>>;
  readonly containers: readonly ObservedContainer[];
}

/** A look at what is used on a machine: `stats` of all its containers, with what else is known of them. */
export function observedUse(stats: Extract<FromRuntime, { type: "cri/stats" }>, runs: ReadonlyMap<string, ContainerRun>, sandboxes: number): ObservedUse {
  const states = { creating: 0, running: 0, exited: 0 };
  for (const { value } of runs.values()) states[value] += 1;
  const { atUs, cpuUs, memoryBytes } = stats;
  const containers = stats.containers.map((each): ObservedContainer => {
    const run = runs.get(containerKey(each.podUid, each.name));
    return { ...each, id: run?.id ?? "", image: run?.spec.image ?? "", cpuLimitMilli: run?.spec.limits?.cpuMilli ?? null, memoryLimitBytes: run?.usage?.memoryLimitBytes ?? null };
  });
  return { atUs, cpuUs, memoryBytes, sandboxes, states, containers };
}
