import type { Container, ContainerStatus, Pod } from "../../../kinds/core/pod/types.ts";
import type { ContainerExit } from "../../runtime/criMessages.ts";
import { parseRfc3339 } from "../../../base/rfc3339.ts";
import { containerChart } from "./containerMachine.ts";
import { passed } from "./passages.ts";
import { podChart } from "./podMachine.ts";
import type { ContainerMachine, ContainerRole, PodWorkerState, ResizeState } from "./state.ts";

/** The state in which a pod worker takes up a pod: new, or known to the API from before this kubelet started. */
export function initialWorker(pod: Pod, nowUs: number): PodWorkerState {
  const containers: Record<string, ContainerMachine> = {};
  for (const container of pod.spec.initContainers ?? []) containers[container.name] = initialContainer(pod, nowUs, container, container.restartPolicy === "Always" ? "sidecar" : "init");
  for (const container of pod.spec.ephemeralContainers ?? []) containers[container.name] = initialContainer(pod, nowUs, container, "ephemeral");
  for (const container of pod.spec.containers) containers[container.name] = initialContainer(pod, nowUs, container, "main");
  const value = podChart.initial;
  const known = pod.status?.startTime === undefined ? null : parseRfc3339(pod.status.startTime);
  const worker: PodWorkerState = {
    pod,
    value,
    passages: [[value, nowUs]],
    startedAtUs: known ?? nowUs,
    rejected: null,
    volumes: { delayUs: 0, notBeforeUs: 0 },
    sandbox: { ip: "", notBeforeUs: 0 },
    sandboxAttempt: 0,
    initialized: false,
    containers,
    termination: null,
    resize: pendingResize(pod),
  };
  const refused = pod.status?.phase === "Failed" && pod.status.startTime !== undefined && pod.status.containerStatuses === undefined;
  return refused ? rejectedWorker(worker, { reason: pod.status?.reason ?? "", message: pod.status?.message ?? "" }, nowUs) : worker;
}

/** A resize that was pending when the kubelet stopped: the status says what the containers have. */
function pendingResize(pod: Pod): ResizeState | null {
  if (pod.status?.conditions?.some(({ type }) => type === "PodResizePending") !== true) return null;
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  return { allocated: Object.fromEntries(statuses.map(({ name, resources }) => [name, resources ?? {}])), pending: null, updating: [] };
}

/** A pod that the kubelet refuses at the node's door. */
export function rejectedWorker(worker: PodWorkerState, rejected: NonNullable<PodWorkerState["rejected"]>, nowUs: number): PodWorkerState {
  const value = podChart.next(worker.value, "reject");
  return { ...worker, value, passages: passed(worker.passages, value, nowUs), rejected };
}

/** A container as it is taken up, with what the API knows of it from before. */
export function initialContainer(pod: Pod, nowUs: number, container: Container, role: ContainerRole): ContainerMachine {
  const statuses = role === "main" ? pod.status?.containerStatuses : role === "ephemeral" ? pod.status?.ephemeralContainerStatuses : pod.status?.initContainerStatuses;
  const before = statuses?.find((status) => status.name === container.name);
  const ended = before === undefined ? null : lastEnd(before, nowUs);
  const phase = pod.status?.phase;
  const final = phase === "Succeeded" || phase === "Failed";
  const over = ended !== null && (before?.state?.running !== undefined || before?.state?.terminated !== undefined || final);
  const value = over ? containerChart.next(containerChart.initial, "foundExited") : containerChart.initial;
  return {
    name: container.name,
    role,
    value,
    passages: [[value, nowUs]],
    waiting: null,
    restarts: before?.restartCount ?? 0,
    id: stripScheme(before?.containerID),
    imageId: before?.imageID ?? "",
    startedAtUs: ended?.startedAtUs ?? 0,
    exit: ended !== null && (before?.state?.running !== undefined || before?.state?.terminated !== undefined) ? ended : null,
    lastExit: exitOf(before?.lastState?.terminated),
    crashDelayUs: 0,
    crashSinceUs: 0,
    pullDelayUs: 0,
    pullNotBeforeUs: 0,
    pullError: "",
    notBeforeUs: 0,
    started: false,
    ready: false,
    probes: {},
    hook: null,
  };
}

/**
 * A container that the API last saw running, in a runtime that lost it with the machine's power. Follows containerd's recovery
 * (internal/cri/server/restart.go): a task that is not found has ended now, with exit 255, Unknown.
 */
function lastEnd(status: ContainerStatus, nowUs: number): ContainerExit | null {
  const terminated = exitOf(status.state?.terminated);
  if (terminated !== null) return terminated;
  const running = status.state?.running;
  if (running === undefined) return null;
  const startedAtUs = parseRfc3339(running.startedAt ?? "") ?? 0;
  return { id: stripScheme(status.containerID), exitCode: 255, signal: 0, reason: "Unknown", message: "", startedAtUs, finishedAtUs: nowUs };
}

function exitOf(terminated: NonNullable<ContainerStatus["state"]>["terminated"]): ContainerExit | null {
  if (terminated === undefined) return null;
  return {
    id: stripScheme(terminated.containerID),
    exitCode: terminated.exitCode,
    signal: terminated.signal ?? 0,
    reason: terminated.reason ?? "",
    message: terminated.message ?? "",
    startedAtUs: parseRfc3339(terminated.startedAt ?? "") ?? 0,
    finishedAtUs: parseRfc3339(terminated.finishedAt ?? "") ?? 0,
  };
}

function stripScheme(id: string | undefined): string {
  const mark = id?.indexOf("://") ?? -1;
  return id === undefined ? "" : mark < 0 ? id : id.slice(mark + 3);
}
