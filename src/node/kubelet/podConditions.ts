// Follows pkg/kubelet/status/generate.go.
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { ContainerStatus, PodCondition, PodStatus } from "../../kinds/core/pod/types.ts";
import { podChart } from "./podWorker/podMachine.ts";
import type { PodWorkerState } from "./podWorker/state.ts";

interface Verdict {
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
}

const owned = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"] as const;

/** The kubelet's five conditions in its order, then those that others own, untouched. */
export function podConditions(state: PodWorkerState, status: PodStatus, nowUs: number): readonly PodCondition[] {
  const { pod } = state;
  const phase = status.phase ?? "Pending";
  const containers = containersReady(state, status.containerStatuses ?? [], phase);
  const verdicts: Readonly<Record<(typeof owned)[number], Verdict>> = {
    PodReadyToStartContainers: { status: podChart.has(state.value, "up") ? "True" : "False" },
    Initialized: initialized(state, status.initContainerStatuses ?? [], phase),
    Ready: ready(state, containers, phase),
    ContainersReady: containers,
    PodScheduled: { status: "True" },
  };
  const before = pod.status?.conditions ?? [];
  const generation = pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation };
  const mine = owned.map((type): PodCondition => {
    const verdict = verdicts[type];
    const old = before.find((condition) => condition.type === type);
    const since = old !== undefined && old.status === verdict.status ? (old.lastTransitionTime ?? formatRfc3339(nowUs)) : formatRfc3339(nowUs);
    return {
      type, ...generation, status: verdict.status, lastTransitionTime: since,
      ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
      ...(verdict.message === undefined ? {} : { message: verdict.message }),
    };
  });
  return [...mine, ...before.filter((condition) => !(owned as readonly string[]).includes(condition.type))];
}

function containersReady(state: PodWorkerState, statuses: readonly ContainerStatus[], phase: string): Verdict {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const sidecars = Object.values(state.containers).filter((machine) => machine.role === "sidecar" && !(machine.value === "running" && machine.ready)).map((machine) => machine.name);
  const unready = [...sidecars, ...statuses.filter((status) => !status.ready).map((status) => status.name)];
  if (unready.length === 0) return { status: "True" };
  return { status: "False", reason: "ContainersNotReady", message: `containers with unready status: [${unready.join(" ")}]` };
}

function ready(state: PodWorkerState, containers: Verdict, phase: string): Verdict {
  if (phase === "Succeeded" || phase === "Failed" || containers.status !== "True") return containers;
  const conditions = state.pod.status?.conditions ?? [];
  const unmet: string[] = [];
  for (const gate of state.pod.spec.readinessGates ?? []) {
    const condition = conditions.find((candidate) => candidate.type === gate.conditionType);
    if (condition === undefined) unmet.push(`corresponding condition of pod readiness gate "${gate.conditionType}" does not exist.`);
    else if (condition.status !== "True") unmet.push(`the status of pod readiness gate "${gate.conditionType}" is not "True", but ${condition.status}`);
  }
  return unmet.length === 0 ? { status: "True" } : { status: "False", reason: "ReadinessGatesNotReady", message: unmet.join(", ") };
}

function initialized(state: PodWorkerState, statuses: readonly ContainerStatus[], phase: string): Verdict {
  const incomplete = statuses.filter((status) => (state.containers[status.name]?.role === "sidecar" ? status.started !== true && !state.initialized : !status.ready)).map((status) => status.name);
  if (phase === "Succeeded") return { status: "True", reason: "PodCompleted" };
  if (incomplete.length === 0 || state.initialized) return { status: "True" };
  return { status: "False", reason: "ContainersNotInitialized", message: `containers with incomplete status: [${incomplete.join(" ")}]` };
}
