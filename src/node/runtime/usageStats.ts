import type { Json } from "../../base/json.ts";
import type { ContainerRun } from "./container.ts";
import type { ContainerStats, FromRuntime } from "./criMessages.ts";
import { cpuUsedUs, isBusy, memoryBytes } from "./usage.ts";

interface Asked {
  readonly nowUs: number;
  readonly atUs: number;
  /** The serial of an earlier answer, whose asker only needs what is no longer as it was told then. */
  readonly since: number;
  /** Containers have come or gone meanwhile: all are told. */
  readonly whole: boolean;
  readonly serial: number;
  /** Of the system and of containers that have ended. */
  readonly cpuUs: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly tag: Json;
}

/** The answer to whoever asks what is used. */
export function measuredStats(runs: Iterable<ContainerRun>, asked: Asked): Extract<FromRuntime, { type: "cri/stats" }> {
  const { nowUs, since, ...told } = asked;
  const containers: ContainerStats[] = [];
  let { cpuUs } = asked;
  for (const { usage, spec, value, startedAtUs } of runs) {
    if (usage === null || value !== "running") continue;
    const used = cpuUsedUs(usage, nowUs);
    cpuUs += used;
    if (!asked.whole && usage.changed <= since && !isBusy(usage)) continue;
    containers.push({ podUid: spec.podUid, namespace: spec.namespace, pod: spec.podName, name: spec.name, cpuUs: used, memoryBytes: memoryBytes(usage, nowUs), startedAtUs, throttledUs: usage.throttledUs });
  }
  return { type: "cri/stats", ...told, cpuUs, containers };
}
