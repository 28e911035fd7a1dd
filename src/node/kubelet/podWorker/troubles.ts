// Follows pkg/kubelet/images/image_manager.go, pkg/kubelet/eviction and containerd's recovery: what no pod sees that fares well.
import type { ContainerExit } from "../../runtime/criMessages.ts";
import { containerChart } from "./containerMachine.ts";
import type { Draft } from "./draft.ts";
import { pendingVolume } from "./imageVolumes.ts";
import { podChart } from "./podMachine.ts";
import { startProbes, stopProbes } from "./probing.ts";
import { raisedPullDelay, relistUs } from "./restartPolicy.ts";
import type { PodWorkerEvent } from "./state.ts";
import { stopSandbox } from "./sync.ts";

/** The node ends the pod: it is short of something, makes room for a critical pod, or shuts down. */
export function evict(draft: Draft, { reason, message, graceUs }: Extract<PodWorkerEvent, { type: "evict" }>): void {
  if (draft.state.rejected !== null || draft.state.termination !== null) return;
  if (reason !== "Terminated") draft.event("Warning", reason, message);
  draft.explain(`ends ${draft.podName}: ${message.trim()}`, "fail");
  draft.terminate("evicted", graceUs, { reason, message });
}

/** A registry did not give the image, or its name is none. */
export function imagePullFailed(draft: Draft, event: Extract<PodWorkerEvent, { type: "imagePullFailed" }>): void {
  const machine = draft.container(event.container);
  if (machine === null || !containerChart.can(machine.value, "pullFailed")) return;
  const volume = pendingVolume(draft, event.container);
  const image = volume?.reference ?? draft.spec(event.container)?.image ?? "";
  const about = volume === null ? event.container : null;
  if (event.reason === "InvalidImageName") {
    draft.event("Warning", "InspectFailed", event.message, about);
    draft.event("Warning", "Failed", `Error: ${event.reason}`, event.container);
    draft.moveContainer(event.container, "pullFailed", { waiting: { reason: event.reason, message: event.message }, notBeforeUs: draft.env.nowUs + 60_000_000 });
    return;
  }
  draft.event("Warning", "Failed", `Failed to pull image "${image}": ${event.message}`, about);
  draft.event("Warning", "Failed", "Error: ErrImagePull", event.container);
  draft.explain(`could not pull ${image} for ${draft.podName}: ${event.message}`, "fail");
  const delayUs = raisedPullDelay(machine.pullDelayUs);
  draft.moveContainer(event.container, "pullFailed", {
    waiting: { reason: "ErrImagePull", message: event.message },
    pullDelayUs: delayUs,
    pullNotBeforeUs: draft.env.nowUs + delayUs,
    pullError: event.message,
    notBeforeUs: draft.env.nowUs + relistUs,
  });
}

/** The runtime came back without the pod's sandbox. */
export function lost(draft: Draft): void {
  if (!podChart.can(draft.state.value, "lost")) return;
  const { ip } = draft.state.sandbox;
  if (ip !== "") stopSandbox(draft, ip);
  for (const machine of Object.values(draft.state.containers)) {
    if (!containerChart.can(machine.value, "lost")) continue;
    stopProbes(draft, machine.name);
    if (containerChart.has(machine.value, "up") || machine.value === "postStarting") {
      const exit: ContainerExit = { id: machine.id, exitCode: 255, signal: 0, reason: "Unknown", message: "", startedAtUs: machine.startedAtUs, finishedAtUs: draft.env.nowUs };
      draft.moveContainer(machine.name, "lost", { exit, started: false, ready: false });
    } else {
      draft.moveContainer(machine.name, "lost");
    }
  }
  if (draft.state.termination !== null) return draft.move("lost");
  draft.event("Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
  draft.move("lost", { sandbox: { ip: "", notBeforeUs: 0 }, initialized: false, sandboxAttempt: draft.state.sandboxAttempt + 1 });
}

/** The kubelet came back and found the pod running. */
export function adopted(draft: Draft, event: Extract<PodWorkerEvent, { type: "adopted" }>): void {
  if (!podChart.can(draft.state.value, "found")) return;
  draft.move("found", { sandbox: { ip: event.ip, notBeforeUs: 0 } });
  for (const report of event.containers) {
    const machine = draft.container(report.name);
    if (machine === null) continue;
    const base = { restarts: report.attempt, id: report.id, imageId: report.imageId, startedAtUs: report.startedAtUs };
    if (report.exit !== null) {
      draft.moveContainer(report.name, "foundExited", { ...base, exit: report.exit });
      continue;
    }
    draft.moveContainer(report.name, "foundRunning", { ...base, exit: null });
    if (machine.role === "main") draft.set({ initialized: true });
    startProbes(draft, report.name);
  }
}
