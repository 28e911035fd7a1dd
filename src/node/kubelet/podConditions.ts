// Follows pkg/kubelet/status/generate.go.
import { formatRfc3339 } from "../../base/rfc3339.ts";
import { allCouldRestart } from "../../kinds/core/pod/restarts.ts";
import type { ContainerStatus, PodCondition, PodStatus } from "../../kinds/core/pod/types.ts";
import { podChart } from "./podWorker/podMachine.ts";
import { conditionOf } from "./statusPatch.ts";
import type { PodWorkerState, ResizeState } from "./podWorker/state.ts";

interface Verdict {
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
}

const owned: ReadonlySet<string> = new Set(["PodResizePending", "PodResizeInProgress", "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled", "AllContainersRestarting"]);

const preempted = "Pod was preempted by Kubelet to accommodate a critical pod.";

const passed: Verdict = { status: "True" };
const failed: Verdict = { status: "False" };

/** The kubelet's five conditions in its order, then those that others own, untouched. */
export function podConditions(state: PodWorkerState, status: PodStatus, nowUs: number): readonly PodCondition[] {
  const { pod } = state;
  const phase = status.phase ?? "Pending";
  const before = pod.status?.conditions ?? [];
  const generation = pod.metadata.generation;
  const containers = containersReady(state, status.containerStatuses ?? [], phase);
  const conditions: PodCondition[] = [
    conditionFor("PodReadyToStartContainers", podChart.has(state.value, "up") ? passed : failed, before, generation, nowUs),
    conditionFor("Initialized", initialized(state, status.initContainerStatuses ?? [], phase), before, generation, nowUs),
    conditionFor("Ready", ready(state, containers, phase), before, generation, nowUs),
    conditionFor("ContainersReady", containers, before, generation, nowUs),
    conditionFor("PodScheduled", passed, before, generation, nowUs),
  ];
  const couldRestart = allCouldRestart(pod.spec);
  if (couldRestart) conditions.push(conditionFor("AllContainersRestarting", allRestarting(state, phase), before, generation, nowUs));
  // A pod that was initialized once stays so while its containers begin anew.
  if (couldRestart && conditionOf(before, "Initialized")?.status === "True") conditions[1] = conditionFor("Initialized", passed, before, generation, nowUs);
  if (state.resize !== null) conditions.unshift(...resizeConditions(state.resize, before, generation, nowUs));
  const said = state.termination?.said;
  if (said !== undefined) conditions.push(conditionFor("DisruptionTarget", { status: "True", reason: "TerminationByKubelet", message: said.reason === "Preempting" ? preempted : said.message }, before, generation, nowUs));
  for (const condition of before) if (!owned.has(condition.type) && !(said !== undefined && condition.type === "DisruptionTarget")) conditions.push(condition);
  return conditions;
}

function allRestarting({ restartingAll }: PodWorkerState, phase: string): Verdict {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  return restartingAll === undefined || restartingAll === null ? failed : passed;
}

function resizeConditions({ pending, updating }: ResizeState, before: readonly PodCondition[], generation: number | undefined, nowUs: number): readonly PodCondition[] {
  const found: PodCondition[] = [];
  if (pending !== null) found.push(conditionFor("PodResizePending", { status: "True", ...pending }, before, generation, nowUs));
  if (updating.length > 0) found.push(conditionFor("PodResizeInProgress", passed, before, generation, nowUs));
  return found;
}

/** What was so already keeps the time since when. */
function conditionFor(type: string, verdict: Verdict, before: readonly PodCondition[], generation: number | undefined, nowUs: number): PodCondition {
  const old = conditionOf(before, type);
  const { status, reason, message } = verdict;
  const lastTransitionTime = (old !== null && old.status === status ? old.lastTransitionTime : undefined) ?? formatRfc3339(nowUs);
  const condition: { -readonly [K in keyof PodCondition]: PodCondition[K] } = generation === undefined ? { type, status, lastTransitionTime } : { type, observedGeneration: generation, status, lastTransitionTime };
  if (reason !== undefined) condition.reason = reason;
  if (message !== undefined) condition.message = message;
  return condition;
}

function containersReady(state: PodWorkerState, statuses: readonly ContainerStatus[], phase: string): Verdict {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const unready: string[] = [];
  for (const name in state.containers) {
    const machine = state.containers[name];
    if (machine !== undefined && machine.role === "sidecar" && !(machine.value === "running" && machine.ready)) unready.push(name);
  }
  for (const status of statuses) if (!status.ready) unready.push(status.name);
  if (unready.length === 0) return passed;
  return { status: "False", reason: "ContainersNotReady", message: `containers with unready status: [${unready.join(" ")}]` };
}

function ready(state: PodWorkerState, containers: Verdict, phase: string): Verdict {
  if (phase === "Succeeded" || phase === "Failed" || containers.status !== "True" || state.pod.spec.readinessGates === undefined) return containers;
  const conditions = state.pod.status?.conditions ?? [];
  const unmet: string[] = [];
  for (const gate of state.pod.spec.readinessGates) {
    const condition = conditions.find((candidate) => candidate.type === gate.conditionType);
    if (condition === undefined) unmet.push(`corresponding condition of pod readiness gate "${gate.conditionType}" does not exist.`);
    else if (condition.status !== "True") unmet.push(`the status of pod readiness gate "${gate.conditionType}" is not "True", but ${condition.status}`);
  }
  return unmet.length === 0 ? passed : { status: "False", reason: "ReadinessGatesNotReady", message: unmet.join(", ") };
}

function initialized(state: PodWorkerState, statuses: readonly ContainerStatus[], phase: string): Verdict {
  if (phase === "Succeeded") return { status: "True", reason: "PodCompleted" };
  if (statuses.length === 0) return passed;
  const incomplete = statuses.filter((status) => (state.containers[status.name]?.role === "sidecar" ? status.started !== true && !state.initialized : !status.ready)).map((status) => status.name);
  if (incomplete.length === 0 || state.initialized) return passed;
  return { status: "False", reason: "ContainersNotInitialized", message: `containers with incomplete status: [${incomplete.join(" ")}]` };
}
