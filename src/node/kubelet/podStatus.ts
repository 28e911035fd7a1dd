// Follows pkg/kubelet/kubelet_pods.go (generateAPIPodStatus, getPhase, convertToAPIContainerStatuses).
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { Container, ContainerState, ContainerStatus, Pod, PodStatus } from "../../kinds/core/pod/types.ts";
import { qosClass } from "../../kinds/core/pod/qosClass.ts";
import type { ContainerExit } from "../runtime/criMessages.ts";
import { podConditions } from "./podConditions.ts";
import { containerChart } from "./podWorker/containerMachine.ts";
import type { ContainerMachine, PodWorkerState } from "./podWorker/state.ts";

export interface StatusFacts {
  readonly nodeIp: string;
  readonly nowUs: number;
  /** "containerd" */
  readonly runtime: string;
  readonly instant: boolean;
}

/** What the API should say of this pod. */
export function podStatus(state: PodWorkerState, facts: StatusFacts): PodStatus {
  const { pod } = state;
  const observed = pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation };
  if (state.rejected !== null) {
    return { ...observed, phase: "Failed", reason: state.rejected.reason, message: state.rejected.message, startTime: formatRfc3339(state.startedAtUs), qosClass: qosClass(pod), conditions: pod.status?.conditions ?? [] };
  }
  const inits = (pod.spec.initContainers ?? []).map((container) => containerStatus(state, container, facts));
  const mains = pod.spec.containers.map((container) => containerStatus(state, container, facts));
  const computed = phaseOf(state, inits, mains);
  const before = pod.status?.phase;
  const phase = before === "Failed" || before === "Succeeded" ? before : state.termination?.why === "deadline" ? "Failed" : computed;
  const ip = pod.spec.hostNetwork === true ? facts.nodeIp : state.sandbox.ip;
  const status: PodStatus = {
    ...observed,
    phase,
    hostIP: facts.nodeIp,
    hostIPs: [{ ip: facts.nodeIp }],
    ...(ip === "" || state.sandbox.ip === "" ? {} : { podIP: ip, podIPs: [{ ip }] }),
    startTime: formatRfc3339(state.startedAtUs),
    ...(inits.length > 0 ? { initContainerStatuses: inits } : {}),
    containerStatuses: mains,
    qosClass: pod.status?.qosClass ?? qosClass(pod),
    ...(state.termination?.why === "deadline"
      ? { reason: "DeadlineExceeded", message: "Pod was active on the node longer than the specified deadline" }
      : { ...(pod.status?.reason === undefined ? {} : { reason: pod.status.reason }), ...(pod.status?.message === undefined ? {} : { message: pod.status.message }) }),
  };
  return { ...status, conditions: podConditions(state, status, facts.nowUs) };
}

function containerStatus(state: PodWorkerState, container: Container, facts: StatusFacts): ContainerStatus {
  const machine = state.containers[container.name];
  const image = container.image ?? "";
  if (machine === undefined) return { name: container.name, image, imageID: "", ready: false, restartCount: 0, state: {} };
  const running = containerChart.has(machine.value, "up");
  const over = machine.role === "init" && machine.exit?.exitCode === 0 && machine.value === "exited";
  const id = machine.id === "" ? {} : { containerID: `${facts.runtime}://${machine.id}` };
  const resources = container.resources;
  return {
    name: container.name,
    image,
    imageID: machine.id === "" ? "" : machine.imageId,
    ...id,
    state: stateOf(state.pod, machine, facts),
    lastState: lastStateOf(machine, facts),
    ready: machine.role === "init" ? over : running && machine.ready,
    restartCount: machine.restarts,
    started: machine.role === "init" ? false : running && machine.started,
    ...(running && resources?.requests !== undefined ? { allocatedResources: resources.requests } : {}),
    ...(running ? { resources: resources ?? {} } : {}),
    ...mountStatus(container),
  };
}

function mountStatus(container: Container): Pick<ContainerStatus, "volumeMounts"> {
  if (container.volumeMounts === undefined || container.volumeMounts.length === 0) return {};
  return {
    volumeMounts: container.volumeMounts.map((mount) => ({
      name: mount.name, mountPath: mount.mountPath, ...(mount.readOnly === true ? { readOnly: true, recursiveReadOnly: "Disabled" } : {}),
    })),
  };
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
    startedAt: formatRfc3339(exit.startedAtUs),
    finishedAt: formatRfc3339(exit.finishedAtUs),
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
  const policy = state.pod.spec.restartPolicy ?? "Always";
  const ended = state.value === "finished";
  if (failedInit > 0 && (policy === "Never" || ended)) return "Failed";
  if (ended && running === 0 && waiting > 0 && stopped === 0) return state.termination?.why === "deleted" ? "Failed" : "Pending";
  if (pendingInit + failedInit > 0 && !state.initialized) return "Pending";
  if (waiting > 0 && !ended) return "Pending";
  if (running > 0) return "Running";
  if (stopped === 0) return "Pending";
  if (ended) return stopped === succeeded && waiting === 0 ? "Succeeded" : "Failed";
  if (policy === "Always") return "Running";
  if (stopped === succeeded) return "Succeeded";
  return policy === "Never" ? "Failed" : "Running";
}

