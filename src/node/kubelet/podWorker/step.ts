import type { Pod } from "../../../kinds/core/pod/types.ts";
import type { ContainerExit } from "../../runtime/criMessages.ts";
import { containerChart } from "./containerMachine.ts";
import { Draft } from "./draft.ts";
import { answerProbe, fireProbe, startProbes, stopProbes } from "./probing.ts";
import { takeUpEphemeral } from "./ephemeral.ts";
import { beginPostStart, hookEnded, runsPostStart } from "./hooks.ts";
import { pendingVolume, volumeReady } from "./imageVolumes.ts";
import { hasImageVolumes } from "./obtainImage.ts";
import { noticeResize } from "./resize.ts";
import { resized } from "./resizeSteps.ts";
import { podChart } from "./podMachine.ts";
import { goDurationMs, relistUs } from "./restartPolicy.ts";
import type { ContainerMachine, PodEffect, PodWorkerEnv, PodWorkerEvent, PodWorkerState } from "./state.ts";
import { syncPod } from "./sync.ts";
import { adopted, evict, imagePullFailed, lost } from "./troubles.ts";

const sandboxRetryUs = 10_000_000;

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
    case "evict":
      return evict(draft, event);
    case "lost":
      return lost(draft);
    case "adopted":
      return adopted(draft, event);
    case "sandboxReady":
      if (podChart.can(draft.state.value, "sandboxReady")) draft.move("sandboxReady", { sandbox: { ip: event.ip, notBeforeUs: 0 } });
      return;
    case "sandboxFailed":
      if (!podChart.can(draft.state.value, "sandboxFailed")) return;
      draft.event("Warning", "FailedCreatePodSandBox", `Failed to create pod sandbox: ${event.message}`);
      draft.move("sandboxFailed", { sandbox: { ip: "", notBeforeUs: draft.env.nowUs + sandboxRetryUs } });
      return;
    case "sandboxStopped":
      if (podChart.can(draft.state.value, "sandboxStopped")) draft.move("sandboxStopped");
      return;
    case "imagePulled":
      return imagePulled(draft, event);
    case "imagePullFailed":
      return imagePullFailed(draft, event);
    case "containerStarted":
      syncsAnew(draft);
      return containerStarted(draft, event);
    case "containerEnded":
      syncsAnew(draft);
      return containerEnded(draft, event.container, event.exit, event.neverStarted);
    case "containerUpdated":
      return draft.state.resize === null ? undefined : resized(draft, event.container);
    case "hookDone":
      if (hookEnded(draft, event.container, event.hook, event.ok, event.output)) startProbes(draft, event.container);
      return;
    case "hookTimer":
      if (hookEnded(draft, event.container, null, true, "")) startProbes(draft, event.container);
      return;
    case "probeTimer":
      return fireProbe(draft, event.container, event.probe);
    case "probeAnswer":
      return answerProbe(draft, event);
  }
}

/** What is said at each of upstream's syncs is said again. */
function syncsAnew(draft: Draft): void {
  if (draft.state.pullSecretsToldUs !== undefined) draft.set({ pullSecretsToldUs: 0 });
}

function podChanged(draft: Draft, pod: Pod): void {
  noticeResize(draft, draft.state.pod, pod);
  draft.set({ pod });
  if (pod.spec.ephemeralContainers !== undefined) takeUpEphemeral(draft);
  if (pod.metadata.deletionTimestamp === undefined) return;
  draft.terminate("deleted", (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1_000_000);
}

function imagePulled(draft: Draft, event: Extract<PodWorkerEvent, { type: "imagePulled" }>): void {
  const machine = draft.container(event.container);
  if (machine === null || !containerChart.can(machine.value, "pulled")) return;
  const volume = hasImageVolumes(draft.state.pod) ? pendingVolume(draft, event.container) : null;
  const about = volume === null ? event.container : null;
  const { reference, sizeBytes } = event.image;
  const took = goDurationMs(event.tookUs);
  const waited = goDurationMs(event.tookUs + event.waitedUs);
  draft.event("Normal", "Pulled", `Successfully pulled image "${reference}" in ${took} (${waited} including waiting). Image size: ${sizeBytes} bytes.`, about);
  if (event.warning !== "") draft.event("Warning", "NotSimulated", event.warning, about);
  draft.explain(`pulled ${reference} in ${(event.tookUs / 1_000_000).toFixed(1)} s for ${draft.podName}`, "progress");
  if (volume !== null) return volumeReady(draft, event.container, volume);
  draft.moveContainer(event.container, "pulled", { waiting: null, imageId: event.image.id, pullDelayUs: 0, pullNotBeforeUs: 0, pullError: "", notBeforeUs: 0 });
}

function containerStarted(draft: Draft, event: Extract<PodWorkerEvent, { type: "containerStarted" }>): void {
  const machine = draft.container(event.container);
  if (machine === null || !containerChart.can(machine.value, "started")) return;
  draft.event("Normal", "Started", "Container started", event.container);
  for (const warning of event.warnings) draft.event("Warning", "NotSimulated", warning, event.container);
  const before = beforeRun(machine);
  draft.explain(before.restarts > 0 ? `started container ${event.container} of ${draft.podName} again (restart ${before.restarts})` : `started container ${event.container} of ${draft.podName}`, "progress");
  const hasHook = draft.state.termination === null && runsPostStart(draft, event.container);
  draft.moveContainer(event.container, hasHook ? "startedWithHook" : "started", {
    restarts: before.restarts, lastExit: before.lastExit, waiting: null, id: event.id, imageId: event.imageId, startedAtUs: event.startedAtUs, exit: null, started: false, ready: false, notBeforeUs: 0,
  });
  if (draft.state.resize !== null) resized(draft, event.container);
  if (draft.state.termination !== null) return;
  if (hasHook) beginPostStart(draft, event.container);
  else startProbes(draft, event.container);
}

/** What a new run makes of the run before it. */
function beforeRun(machine: ContainerMachine): Pick<ContainerMachine, "restarts" | "lastExit"> {
  return machine.exit === null ? { restarts: machine.restarts, lastExit: machine.lastExit } : { restarts: machine.restarts + 1, lastExit: machine.exit };
}

function containerEnded(draft: Draft, name: string, exit: ContainerExit, neverStarted: boolean): void {
  const machine = draft.container(name);
  const ended = neverStarted ? "startFailed" : "exited";
  if (machine === null || !containerChart.can(machine.value, ended)) return;
  if (neverStarted) {
    draft.event("Warning", "Failed", `Error: ${exit.message}`, name);
    draft.explain(`could not start container ${name} of ${draft.podName}: ${exit.message}`, "fail");
  } else if (draft.state.termination === null) {
    draft.explain(`container ${name} of ${draft.podName} ended with exit code ${exit.exitCode}`, exit.exitCode === 0 ? "progress" : "warn");
  }
  stopProbes(draft, name);
  draft.moveContainer(name, ended, {
    hook: null,
    ...(neverStarted ? beforeRun(machine) : {}),
    waiting: null, exit, id: exit.id, startedAtUs: exit.startedAtUs, started: false, ready: false, notBeforeUs: draft.env.nowUs + relistUs,
  });
}

