import type { Pod } from "../../../kinds/core/pod/types.ts";
import type { ContainerExit } from "../../runtime/criMessages.ts";
import { Draft } from "./draft.ts";
import { answerProbe, fireProbe, startProbes, stopProbes } from "./probing.ts";
import { beginPostStart, hookEnded } from "./hooks.ts";
import { goDurationMs, raisedPullDelay } from "./restartPolicy.ts";
import type { ContainerMachine, PodEffect, PodWorkerEnv, PodWorkerEvent, PodWorkerState } from "./state.ts";
import { stopSandbox, syncPod } from "./sync.ts";

/** As PLEG's relist and the sync after it: how long an exit goes unnoticed by the restart logic. */
const relistUs = 1_000_000;

/** One step of a pod's worker: what it knows after the event, and what is to be done. Pure. */
export function stepPodWorker(state: PodWorkerState, event: PodWorkerEvent, env: PodWorkerEnv): { readonly state: PodWorkerState; readonly effects: readonly PodEffect[] } {
  const draft = new Draft(state, env);
  apply(draft, event);
  syncPod(draft);
  return { state: draft.state, effects: draft.effects };
}

function apply(draft: Draft, event: PodWorkerEvent): void {
  switch (event.type) {
    case "sync":
      return;
    case "pod":
      return podChanged(draft, event.pod);
    case "gone":
      draft.terminate("gone", draft.state.termination === null ? 1_000_000 : 0);
      return;
    case "lost":
      return lost(draft);
    case "adopted":
      return adopted(draft, event);
    case "sandboxReady":
      if (draft.state.sandbox.value === "creating") draft.set({ sandbox: { value: "ready", ip: event.ip } });
      return;
    case "sandboxFailed":
      draft.event("Warning", "FailedCreatePodSandBox", `Failed to create pod sandbox: ${event.message}`);
      draft.set({ sandbox: { value: "failed", message: event.message, notBeforeUs: draft.env.nowUs + 10_000_000 } });
      return;
    case "sandboxStopped":
      if (draft.state.sandbox.value === "stopping") draft.set({ sandbox: { value: "stopped", ip: draft.state.sandbox.ip } });
      return;
    case "imagePulled":
      return imagePulled(draft, event);
    case "imagePullFailed":
      return imagePullFailed(draft, event);
    case "containerStarted":
      return containerStarted(draft, event);
    case "containerEnded":
      return containerEnded(draft, event.container, event.exit, event.neverStarted);
    case "hookDone":
      return hookEnded(draft, event.container, event.hook, event.ok, event.output);
    case "hookTimer":
      return hookEnded(draft, event.container, null, true, "");
    case "probeTimer":
      return fireProbe(draft, event.container, event.probe);
    case "probeAnswer":
      return answerProbe(draft, event);
  }
}

function podChanged(draft: Draft, pod: Pod): void {
  draft.set({ pod });
  if (pod.metadata.deletionTimestamp === undefined) return;
  draft.terminate("deleted", (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1_000_000);
}

function imagePulled(draft: Draft, event: Extract<PodWorkerEvent, { type: "imagePulled" }>): void {
  const machine = draft.container(event.container);
  if (machine === null || machine.value !== "pulling") return;
  const { reference, sizeBytes } = event.image;
  const took = goDurationMs(event.tookUs);
  const waited = goDurationMs(event.tookUs + event.waitedUs);
  draft.event("Normal", "Pulled", `Successfully pulled image "${reference}" in ${took} (${waited} including waiting). Image size: ${sizeBytes} bytes.`, event.container);
  if (event.warning !== "") draft.event("Warning", "NotSimulated", event.warning, event.container);
  draft.explain(`pulled ${reference} in ${(event.tookUs / 1_000_000).toFixed(1)} s for ${draft.podName}`, "progress");
  draft.setContainer(event.container, { value: machine.exit === null ? "idle" : "exited", waiting: null, imageId: event.image.id, pullDelayUs: 0, pullNotBeforeUs: 0, pullError: "", notBeforeUs: 0, pulled: true });
}

function imagePullFailed(draft: Draft, event: Extract<PodWorkerEvent, { type: "imagePullFailed" }>): void {
  const machine = draft.container(event.container);
  if (machine === null || machine.value !== "pulling") return;
  const image = draft.spec(event.container)?.image ?? "";
  if (event.reason === "InvalidImageName") {
    draft.event("Warning", "InspectFailed", event.message, event.container);
    draft.event("Warning", "Failed", `Error: ${event.reason}`, event.container);
    draft.setContainer(event.container, { value: machine.exit === null ? "idle" : "exited", waiting: { reason: event.reason, message: event.message }, notBeforeUs: draft.env.nowUs + 60_000_000 });
    return;
  }
  draft.event("Warning", "Failed", `Failed to pull image "${image}": ${event.message}`, event.container);
  draft.event("Warning", "Failed", "Error: ErrImagePull", event.container);
  draft.explain(`could not pull ${image} for ${draft.podName}: ${event.message}`, "fail");
  const delayUs = raisedPullDelay(machine.pullDelayUs);
  draft.setContainer(event.container, {
    value: machine.exit === null ? "idle" : "exited",
    waiting: { reason: "ErrImagePull", message: event.message },
    pullDelayUs: delayUs,
    pullNotBeforeUs: draft.env.nowUs + delayUs,
    pullError: event.message,
    notBeforeUs: draft.env.nowUs + relistUs,
  });
}

function containerStarted(draft: Draft, event: Extract<PodWorkerEvent, { type: "containerStarted" }>): void {
  const machine = draft.container(event.container);
  if (machine === null || machine.value !== "starting") return;
  draft.event("Normal", "Started", "Container started", event.container);
  for (const warning of event.warnings) draft.event("Warning", "NotSimulated", warning, event.container);
  const before = beforeRun(machine);
  draft.explain(before.restarts > 0 ? `started container ${event.container} of ${draft.podName} again (restart ${before.restarts})` : `started container ${event.container} of ${draft.podName}`, "progress");
  draft.setContainer(event.container, {
    restarts: before.restarts, lastExit: before.lastExit, value: "running", waiting: null, id: event.id, imageId: event.imageId, startedAtUs: event.startedAtUs, exit: null, started: false, ready: false, notBeforeUs: 0, pulled: false,
  });
  if (draft.state.termination !== null) return;
  beginPostStart(draft, event.container);
  startProbes(draft, event.container);
}

/** What a new run makes of the run before it. */
function beforeRun(machine: ContainerMachine): Pick<ContainerMachine, "restarts" | "lastExit"> {
  return machine.exit === null ? { restarts: machine.restarts, lastExit: machine.lastExit } : { restarts: machine.restarts + 1, lastExit: machine.exit };
}

function containerEnded(draft: Draft, name: string, exit: ContainerExit, neverStarted: boolean): void {
  const machine = draft.container(name);
  if (machine === null || machine.value === "idle" || machine.value === "exited" || machine.value === "pulling") return;
  if (neverStarted) {
    draft.event("Warning", "Failed", `Error: ${exit.message}`, name);
    draft.explain(`could not start container ${name} of ${draft.podName}: ${exit.message}`, "fail");
  } else if (draft.state.termination === null) {
    draft.explain(`container ${name} of ${draft.podName} ended with exit code ${exit.exitCode}`, exit.exitCode === 0 ? "progress" : "warn");
  }
  stopProbes(draft, name);
  draft.setContainer(name, {
    hook: null,
    ...(neverStarted ? beforeRun(machine) : {}),
    value: "exited", waiting: null, exit, id: exit.id, startedAtUs: exit.startedAtUs, started: false, ready: false, pulled: false, notBeforeUs: draft.env.nowUs + relistUs,
  });
}

function lost(draft: Draft): void {
  if (draft.state.sandbox.value === "stopped" || draft.state.sandbox.value === "none") return;
  if ("ip" in draft.state.sandbox) stopSandbox(draft, draft.state.sandbox.ip);
  for (const machine of Object.values(draft.state.containers)) {
    if (machine.value === "idle" || machine.value === "exited") continue;
    stopProbes(draft, machine.name);
    if (machine.value === "running" || machine.value === "stopping") {
      const exit: ContainerExit = { id: machine.id, exitCode: 255, signal: 0, reason: "Unknown", message: "", startedAtUs: machine.startedAtUs, finishedAtUs: draft.env.nowUs };
      draft.setContainer(machine.name, { value: "exited", exit, started: false, ready: false, pulled: false });
    } else {
      draft.setContainer(machine.name, { value: machine.exit === null ? "idle" : "exited", pulled: false });
    }
  }
  if (draft.state.termination !== null) {
    draft.set({ sandbox: { value: "stopped", ip: "ip" in draft.state.sandbox ? draft.state.sandbox.ip : "" } });
    return;
  }
  draft.event("Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
  draft.set({ sandbox: { value: "none" }, initialized: false, sandboxAttempt: draft.state.sandboxAttempt + 1 });
}

function adopted(draft: Draft, event: Extract<PodWorkerEvent, { type: "adopted" }>): void {
  draft.set({ sandbox: { value: "ready", ip: event.ip } });
  for (const report of event.containers) {
    const machine = draft.container(report.name);
    if (machine === null) continue;
    const base = { restarts: report.attempt, id: report.id, imageId: report.imageId, startedAtUs: report.startedAtUs };
    if (report.exit !== null) {
      draft.setContainer(report.name, { ...base, value: "exited", exit: report.exit });
      continue;
    }
    draft.setContainer(report.name, { ...base, value: "running", exit: null });
    if (machine.role === "main") draft.set({ initialized: true });
    startProbes(draft, report.name);
  }
}
