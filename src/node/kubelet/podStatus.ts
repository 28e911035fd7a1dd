// Follows pkg/kubelet/kubelet_pods.go (generateAPIPodStatus, getPhase, convertToAPIContainerStatuses).
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { Container, ContainerState, ContainerStatus, Pod, PodStatus } from "../../kinds/core/pod/types.ts";
import { qosClass } from "../../kinds/core/pod/qosClass.ts";
import type { ContainerExit } from "../runtime/criMessages.ts";
import { podConditions } from "./podConditions.ts";
import { shouldRestart } from "./podWorker/restartPolicy.ts";
import { resourcesOf } from "./podWorker/resize.ts";
import { containerChart } from "./podWorker/containerMachine.ts";
import { podChart } from "./podWorker/podMachine.ts";
import type { ContainerMachine, PodWorkerState } from "./podWorker/state.ts";

export interface StatusFacts {
  readonly nodeIp: string;
  readonly nowUs: number;
  /** "containerd" */
  readonly runtime: string;
  readonly instant: boolean;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What the API should say of this pod. The order of the fields is that of upstream's type. */
export function podStatus(state: PodWorkerState, facts: StatusFacts): PodStatus {
  const { pod, termination } = state;
  const generation = pod.metadata.generation;
  const status: Writable<PodStatus> = generation === undefined ? {} : { observedGeneration: generation };
  if (state.rejected !== null) return rejectedStatus(state, state.rejected, status);
  const inits = containerStatuses(state, pod.spec.initContainers ?? [], facts);
  const mains = containerStatuses(state, pod.spec.containers, facts);
  const before = pod.status?.phase;
  status.phase = before === "Failed" || before === "Succeeded" ? before : termination?.why === "deadline" || (termination?.said !== undefined && !podChart.has(state.value, "up")) ? "Failed" : phaseOf(state, inits, mains);
  status.hostIP = facts.nodeIp;
  status.hostIPs = [{ ip: facts.nodeIp }];
  const ip = pod.spec.hostNetwork === true ? facts.nodeIp : state.sandbox.ip;
  if (ip !== "" && state.sandbox.ip !== "") {
    status.podIP = ip;
    status.podIPs = [{ ip }];
  }
  status.startTime = formatRfc3339(state.startedAtUs);
  if (inits.length > 0) status.initContainerStatuses = inits;
  status.containerStatuses = mains;
  if (pod.spec.ephemeralContainers !== undefined) status.ephemeralContainerStatuses = containerStatuses(state, pod.spec.ephemeralContainers, facts);
  status.qosClass = pod.status?.qosClass ?? qosClass(pod);
  if (termination?.why === "deadline") {
    status.reason = "DeadlineExceeded";
    status.message = "Pod was active on the node longer than the specified deadline";
  } else if (termination?.said !== undefined && status.phase === "Failed") {
    status.reason = termination.said.reason;
    status.message = termination.said.message;
  } else {
    if (pod.status?.reason !== undefined) status.reason = pod.status.reason;
    if (pod.status?.message !== undefined) status.message = pod.status.message;
  }
  status.conditions = podConditions(state, status, facts.nowUs);
  return status;
}

function rejectedStatus(state: PodWorkerState, rejected: NonNullable<PodWorkerState["rejected"]>, status: PodStatus): PodStatus {
  const { pod } = state;
  return { ...status, phase: "Failed", reason: rejected.reason, message: rejected.message, startTime: formatRfc3339(state.startedAtUs), qosClass: qosClass(pod), conditions: pod.status?.conditions ?? [] };
}

function containerStatuses(state: PodWorkerState, containers: readonly Container[], facts: StatusFacts): readonly ContainerStatus[] {
  const statuses: ContainerStatus[] = [];
  for (const container of containers) statuses.push(containerStatus(state, container, facts));
  return statuses;
}

function containerStatus(state: PodWorkerState, container: Container, facts: StatusFacts): ContainerStatus {
  const machine = state.containers[container.name];
  const { name } = container;
  const resources = resourcesOf(state, container);
  const image = container.image ?? "";
  if (machine === undefined) return { name, image, imageID: "", ready: false, restartCount: 0, state: {} };
  const running = containerChart.has(machine.value, "up");
  const init = machine.role === "init";
  const now = stateOf(state.pod, machine, facts);
  const lastState = lastStateOf(machine, facts);
  const ready = init ? machine.exit?.exitCode === 0 && machine.value === "exited" : running && machine.ready;
  const restartCount = machine.restarts;
  const started = !init && running && machine.started;
  const status: Writable<ContainerStatus> = machine.id === ""
    ? { name, image, imageID: "", state: now, lastState, ready, restartCount, started }
    : { name, image, imageID: machine.imageId, containerID: `${facts.runtime}://${machine.id}`, state: now, lastState, ready, restartCount, started };
  if (machine.role === "ephemeral") {
    delete status.started;
    return status;
  }
  if (running && resources?.requests !== undefined) status.allocatedResources = resources.requests;
  if (running) status.resources = resources ?? {};
  if (container.volumeMounts !== undefined && container.volumeMounts.length > 0) status.volumeMounts = mountStatuses(container.volumeMounts);
  return status;
}

function mountStatuses(mounts: NonNullable<Container["volumeMounts"]>): NonNullable<ContainerStatus["volumeMounts"]> {
  return mounts.map((mount) =>
    mount.readOnly === true ? { name: mount.name, mountPath: mount.mountPath, readOnly: true, recursiveReadOnly: "Disabled" } : { name: mount.name, mountPath: mount.mountPath });
}

function stateOf(pod: Pod, machine: ContainerMachine, facts: StatusFacts): ContainerState {
  if (containerChart.has(machine.value, "up")) return { running: { startedAt: formatRfc3339(machine.startedAtUs) } };
  if (machine.waiting !== null) return { waiting: machine.waiting };
  if (machine.exit !== null) return { terminated: terminated(machine.exit, facts) };
  return { waiting: { reason: (pod.spec.initContainers ?? []).length > 0 ? "PodInitializing" : "ContainerCreating" } };
}

function lastStateOf(machine: ContainerMachine, facts: StatusFacts): ContainerState {
  const running = containerChart.has(machine.value, "up");
  const last = !running && machine.waiting !== null && machine.exit !== null ? machine.exit : machine.lastExit;
  return last === null ? {} : { terminated: terminated(last, facts) };
}

function terminated(exit: ContainerExit, facts: StatusFacts): NonNullable<ContainerState["terminated"]> {
  return {
    exitCode: exit.exitCode,
    ...(exit.signal === 0 ? {} : { signal: exit.signal }),
    ...(exit.reason === "" ? {} : { reason: exit.reason }),
    ...(exit.message === "" ? {} : { message: exit.message }),
    ...(exit.finishedAtUs === 0 ? {} : { startedAt: formatRfc3339(exit.startedAtUs), finishedAt: formatRfc3339(exit.finishedAtUs) }),
    ...(exit.id === "" ? {} : { containerID: `${facts.runtime}://${exit.id}` }),
  };
}

function phaseOf(state: PodWorkerState, inits: readonly ContainerStatus[], mains: readonly ContainerStatus[]): string {
  let pendingInit = 0;
  let failedInit = 0;
  for (const status of inits) {
    const machine = state.containers[status.name];
    if (machine?.role === "sidecar") {
      if (!state.initialized && status.started !== true) pendingInit += 1;
      continue;
    }
    if (status.state?.terminated !== undefined) failedInit += status.state.terminated.exitCode === 0 ? 0 : 1;
    else if (status.state?.waiting !== undefined && (status.lastState?.terminated?.exitCode ?? 0) !== 0) failedInit += 1;
    else pendingInit += 1;
  }
  let waiting = 0;
  let running = 0;
  let stopped = 0;
  let succeeded = 0;
  for (const status of mains) {
    if (status.state?.running !== undefined) running += 1;
    else if (status.state?.terminated !== undefined) {
      stopped += 1;
      if (status.state.terminated.exitCode === 0) succeeded += 1;
    } else if (status.lastState?.terminated !== undefined) stopped += 1;
    else waiting += 1;
  }
  const ended = state.value === "finished";
  if (failedInit > 0 && (ended || !inits.every((status) => runsOn(state, status)))) return "Failed";
  if (ended && running === 0 && waiting > 0 && stopped === 0) return state.termination?.why === "deleted" ? "Failed" : "Pending";
  if (pendingInit + failedInit > 0 && !state.initialized) return "Pending";
  if (waiting > 0 && !ended) return "Pending";
  if (running > 0) return "Running";
  if (stopped === 0) return "Pending";
  if (ended) return stopped === succeeded && waiting === 0 ? "Succeeded" : "Failed";
  if (mains.some((status) => runsOn(state, status))) return "Running";
  return stopped === succeeded ? "Succeeded" : "Failed";
}

/** Whether a container is still to come to something: it has not ended, has ended well as an init container, or will be started again. */
function runsOn({ pod, containers }: PodWorkerState, { name }: ContainerStatus): boolean {
  const machine = containers[name];
  if (machine === undefined || machine.exit === null) return true;
  return (machine.role === "init" && machine.exit.exitCode === 0) || shouldRestart(pod, machine, machine.exit);
}

