// Follows pkg/printers/internalversion/printers.go (printPod) and pkg/api/v1/pod/util.go.
import { parseRfc3339 } from "../../../base/rfc3339.ts";
import type { Container, ContainerStateTerminated, ContainerStatus, Pod, PodCondition } from "./types.ts";

/** What kubectl shows of a pod's containers. */
export interface PodReport {
  /** kubectl's STATUS column: "Running", "CrashLoopBackOff", "Init:0/1", "Terminating", ... */
  readonly reason: string;
  readonly readyContainers: number;
  readonly totalContainers: number;
  readonly restarts: number;
  /** Unix microseconds of the latest end of a container that was restarted; null where none was. */
  readonly lastRestartUs: number | null;
}

export function podCondition(pod: Pod, type: string): PodCondition | null {
  return pod.status?.conditions?.find((condition) => condition.type === type) ?? null;
}

/** Whether the pod's Ready condition is True. */
export function isPodReady(pod: Pod): boolean {
  return podCondition(pod, "Ready")?.status === "True";
}

/** Whether the pod has been ready for at least `minReadySeconds`. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, nowUs: number): boolean {
  const ready = podCondition(pod, "Ready");
  if (ready?.status !== "True") return false;
  if (minReadySeconds === 0) return true;
  const sinceUs = ready.lastTransitionTime === undefined ? null : parseRfc3339(ready.lastTransitionTime);
  return sinceUs !== null && sinceUs + minReadySeconds * 1_000_000 <= nowUs;
}

/** Whether the pod has been asked to go. */
export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Whether the pod has ended for good: Succeeded or Failed. */
export function isPodTerminal(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

/** Neither ended nor being deleted: what controllers count as theirs. */
export function isPodActive(pod: Pod): boolean {
  return !isPodTerminal(pod) && !isTerminating(pod);
}

/** A sidecar: an init container that keeps running beside the containers. */
export function isRestartableInitContainer(container: Container | undefined): boolean {
  return container?.restartPolicy === "Always";
}

/** kubectl's STATUS column. */
export function podPhaseReason(pod: Pod): string {
  return podReport(pod).reason;
}

const reports = new WeakMap<Pod, PodReport>();

/** What kubectl's columns READY, STATUS and RESTARTS are made of. */
export function podReport(pod: Pod): PodReport {
  const known = reports.get(pod);
  if (known !== undefined) return known;
  const report = computeReport(pod);
  reports.set(pod, report);
  return report;
}

function computeReport(pod: Pod): PodReport {
  const status = pod.status ?? {};
  const phase = status.phase ?? "";
  let reason = status.reason !== undefined && status.reason !== "" ? status.reason : phase;
  if (podCondition(pod, "PodScheduled")?.reason === "SchedulingGated") reason = "SchedulingGated";

  const initContainers = pod.spec.initContainers ?? [];
  const sidecars = new Set(initContainers.filter(isRestartableInitContainer).map((container) => container.name));
  const totalContainers = pod.spec.containers.length + sidecars.size;
  let readyContainers = 0;
  let all = noRestarts;
  let ofSidecars = noRestarts;
  let initializing = false;

  for (const [index, container] of (status.initContainerStatuses ?? []).entries()) {
    const isSidecar = sidecars.has(container.name);
    all = addRestarts(all, container);
    if (isSidecar) ofSidecars = addRestarts(ofSidecars, container);
    const terminated = container.state?.terminated;
    const waitingReason = container.state?.waiting?.reason ?? "";
    if (terminated?.exitCode === 0) continue;
    if (isSidecar && container.started === true) {
      if (container.ready) readyContainers++;
      continue;
    }
    initializing = true;
    if (terminated !== undefined) reason = `Init:${terminatedReason(terminated)}`;
    else if (waitingReason !== "" && waitingReason !== "PodInitializing") reason = `Init:${waitingReason}`;
    else reason = `Init:${index}/${initContainers.length}`;
    break;
  }

  if (!initializing || podCondition(pod, "Initialized")?.status === "True") {
    all = ofSidecars;
    let hasRunning = false;
    for (const container of [...(status.containerStatuses ?? [])].reverse()) {
      all = addRestarts(all, container);
      const waitingReason = container.state?.waiting?.reason ?? "";
      const terminated = container.state?.terminated;
      if (waitingReason !== "") reason = waitingReason;
      else if (terminated !== undefined) reason = terminatedReason(terminated);
      else if (container.ready && container.state?.running !== undefined) {
        hasRunning = true;
        readyContainers++;
      }
    }
    if (reason === "Completed" && hasRunning) reason = isPodReady(pod) ? "Running" : "NotReady";
  }

  if (isTerminating(pod)) {
    if (status.reason === "NodeLost") reason = "Unknown";
    else if (!isPodTerminal(pod)) reason = "Terminating";
  }
  return { reason, readyContainers, totalContainers, restarts: all.count, lastRestartUs: all.lastUs };
}

interface Restarts {
  readonly count: number;
  readonly lastUs: number | null;
}
const noRestarts: Restarts = { count: 0, lastUs: null };

function addRestarts(restarts: Restarts, container: ContainerStatus): Restarts {
  const finishedAt = container.lastState?.terminated?.finishedAt;
  const finishedUs = finishedAt === undefined ? null : parseRfc3339(finishedAt);
  const later = finishedUs !== null && (restarts.lastUs === null || restarts.lastUs < finishedUs);
  return { count: restarts.count + container.restartCount, lastUs: later ? finishedUs : restarts.lastUs };
}

function terminatedReason(terminated: ContainerStateTerminated): string {
  if (terminated.reason !== undefined && terminated.reason !== "") return terminated.reason;
  const signal = terminated.signal ?? 0;
  return signal !== 0 ? `Signal:${signal}` : `ExitCode:${terminated.exitCode}`;
}
