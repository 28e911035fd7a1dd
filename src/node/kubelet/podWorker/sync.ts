// Follows pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions, SyncPod, killPod).
import { allCouldRestart } from "../../../kinds/core/pod/restarts.ts";
import { containerChart } from "./containerMachine.ts";
import type { Draft } from "./draft.ts";
import { stopRunning } from "./hooks.ts";
import { startEphemeral } from "./ephemeral.ts";
import { syncResize } from "./resizeSteps.ts";
import { podChart } from "./podMachine.ts";
import { tellMissingSecrets } from "./pullSecrets.ts";
import { startIfDue } from "./start.ts";
import { stopProbes } from "./probing.ts";
import { restartAll } from "./restartAll.ts";
import { shouldRestart } from "./restartPolicy.ts";
import type { ContainerMachine, PodWorkerState } from "./state.ts";

const firstMountRetryUs = 500_000;
const longestMountRetryUs = 122_000_000;

/** Brings the pod one step nearer to what it should be. Level-triggered: called after every event. */
export function syncPod(draft: Draft): void {
  if (draft.state.value === "finished" || draft.state.value === "rejected") return;
  const wake = new Wake(draft);
  if (draft.state.termination === null) checkDeadline(draft, wake);
  if (draft.state.termination === null && isCompleted(draft.state)) draft.terminate("completed", specGraceUs(draft.state));
  if (podChart.has(draft.state.value, "ending")) return syncTermination(draft);
  if (allCouldRestart(draft.state.pod.spec) && restartAll(draft, wake)) return wake.arm();
  if (mountVolumes(draft, wake)) {
    if (draft.state.pod.spec.imagePullSecrets !== undefined && !draft.env.instant) tellMissingSecrets(draft, wake);
    if (ensureSandbox(draft, wake)) syncContainers(draft, wake);
  }
  wake.arm();
}

/** The earliest time at which something waits to be tried again. */
export class Wake {
  readonly #draft: Draft;
  #atUs = Number.POSITIVE_INFINITY;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  at(us: number): void {
    if (us < this.#atUs) this.#atUs = us;
  }

  arm(): void {
    if (this.#atUs !== Number.POSITIVE_INFINITY) this.#draft.timer("sync", this.#atUs - this.#draft.env.nowUs);
  }
}

function specGraceUs(state: PodWorkerState): number {
  return (state.pod.spec.terminationGracePeriodSeconds ?? 30) * 1_000_000;
}

function checkDeadline(draft: Draft, wake: Wake): void {
  const seconds = draft.state.pod.spec.activeDeadlineSeconds;
  if (seconds === undefined) return;
  const deadlineUs = draft.state.startedAtUs + seconds * 1_000_000;
  if (draft.env.nowUs < deadlineUs) return wake.at(deadlineUs);
  draft.event("Normal", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
  draft.terminate("deadline", specGraceUs(draft.state));
}

/** Nothing of this pod will ever run again by its restart policies. */
export function isCompleted(state: PodWorkerState): boolean {
  const phase = state.pod.status?.phase;
  if (phase === "Succeeded" || phase === "Failed") return true;
  let mains = 0;
  for (const machine of Object.values(state.containers)) {
    const over = machine.value === "exited" && machine.exit !== null && !shouldRestart(state.pod, machine, machine.exit);
    if (machine.role === "init" && over && machine.exit?.exitCode !== 0) return true;
    if (machine.role !== "main") continue;
    mains += 1;
    if (!over) return false;
  }
  return mains > 0;
}

function mountVolumes(draft: Draft, wake: Wake): boolean {
  if (podChart.can(draft.state.value, "mount")) {
    draft.effects.push({ type: "fetch" });
    draft.move("mount");
  }
  if (!podChart.has(draft.state.value, "mounting")) return true;
  const { volumes } = draft.state;
  if (draft.env.nowUs < volumes.notBeforeUs) {
    wake.at(volumes.notBeforeUs);
    return false;
  }
  const view = draft.env.volumes(draft.state.pod);
  if (view.ready) {
    draft.move("mounted", { volumes: { delayUs: 0, notBeforeUs: 0 } });
    return true;
  }
  if (view.waiting) return false;
  const delayUs = volumes.delayUs === 0 ? firstMountRetryUs : Math.min(longestMountRetryUs, volumes.delayUs * 2);
  draft.event("Warning", "FailedMount", view.error);
  draft.explain(`${draft.podName} waits for its volumes: ${view.error}`, "warn");
  draft.set({ volumes: { delayUs, notBeforeUs: draft.env.nowUs + delayUs } });
  wake.at(draft.env.nowUs + delayUs);
  return false;
}

function ensureSandbox(draft: Draft, wake: Wake): boolean {
  const { value, sandbox } = draft.state;
  if (podChart.has(value, "up")) return true;
  if (!podChart.can(value, "createSandbox")) return false;
  if (draft.env.nowUs < sandbox.notBeforeUs) {
    wake.at(sandbox.notBeforeUs);
    return false;
  }
  // A runtime that has lost its first sandbox has lost what was mounted in it.
  if (draft.state.sandboxAttempt > 0 && !draft.env.volumes(draft.state.pod).ready) {
    wake.at(draft.env.nowUs + firstMountRetryUs);
    return false;
  }
  draft.effects.push({ type: "runtime", message: draft.env.sandboxSpec(draft.state) });
  draft.move("createSandbox");
  return false;
}

function syncContainers(draft: Draft, wake: Wake): void {
  if (isBusy(draft)) return;
  if (draft.state.pod.spec.ephemeralContainers !== undefined) startEphemeral(draft, wake);
  if (draft.state.resize !== null) syncResize(draft);
  if (isBusy(draft)) return;
  if (podChart.can(draft.state.value, "initialized")) {
    if (!draft.state.initialized && !syncInitContainers(draft, wake)) return;
    draft.move("initialized", { initialized: true });
  }
  for (const machine of Object.values(draft.state.containers)) {
    if (machine.role === "init" || machine.role === "ephemeral") continue;
    if (containerChart.has(machine.value, "startable") || (machine.value === "exited" && machine.exit !== null && shouldRestart(draft.state.pod, machine, machine.exit))) {
      startIfDue(draft, machine, wake);
      if (isBusy(draft)) return;
    }
  }
}

/** True once all init containers are through and all sidecars have started. */
function syncInitContainers(draft: Draft, wake: Wake): boolean {
  for (const spec of draft.state.pod.spec.initContainers ?? []) {
    const machine = draft.container(spec.name);
    if (machine === null) continue;
    if (machine.role === "init" ? isThrough(machine) : machine.value === "running" && machine.started) continue;
    if (containerChart.has(machine.value, "startable") || machine.value === "exited") startIfDue(draft, machine, wake);
    return false;
  }
  return true;
}

function isThrough(machine: ContainerMachine): boolean {
  return machine.value === "exited" && machine.exit?.exitCode === 0;
}

function isBusy(draft: Draft): boolean {
  const { containers } = draft.state;
  for (const name in containers) {
    const machine = containers[name];
    if (machine !== undefined && containerChart.has(machine.value, "busy")) return true;
  }
  return false;
}

function syncTermination(draft: Draft): void {
  let live = 0;
  let liveMains = 0;
  for (const machine of Object.values(draft.state.containers)) {
    stopProbes(draft, machine.name, "readiness");
    if (machine.value === "pulling") draft.moveContainer(machine.name, "pullAbandoned");
    if (!containerChart.has(machine.value, "alive")) continue;
    live += 1;
    if (machine.role !== "sidecar") liveMains += 1;
  }
  for (const machine of Object.values(draft.state.containers)) {
    if (!containerChart.can(machine.value, "stop")) continue;
    if (machine.role !== "sidecar" || liveMains === 0) stopContainer(draft, machine);
  }
  if (live > 0 || !podChart.can(draft.state.value, "containersStopped")) return;
  stopSandbox(draft, draft.state.sandbox.ip);
  draft.move("containersStopped");
}

/** Asks the runtime to take the pod's sandbox down. */
export function stopSandbox(draft: Draft, ip: string): void {
  const { uid, name, namespace } = draft.state.pod.metadata;
  draft.effects.push({ type: "runtime", message: { type: "cri/stopSandbox", podUid: uid, ip, pod: `${namespace ?? ""}/${name}` } });
}

function stopContainer(draft: Draft, machine: ContainerMachine): void {
  const termination = draft.state.termination;
  if (termination === null) return;
  const told = termination.told[machine.name];
  if (told !== undefined && told <= termination.graceUs) return;
  if (machine.value === "running") draft.event("Normal", "Killing", `Stopping container ${machine.name}`, machine.name);
  const graceUs = Math.max(0, termination.sinceUs + termination.graceUs - draft.env.nowUs);
  if (told === undefined) draft.explain(`stops container ${machine.name} of ${draft.podName}, which has ${graceUs / 1_000_000} s to end`, "progress");
  stopRunning(draft, machine.name, graceUs);
  draft.set({ termination: { ...termination, told: { ...termination.told, [machine.name]: termination.graceUs } } });
}
