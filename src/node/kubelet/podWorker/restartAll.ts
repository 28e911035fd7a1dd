// Follows pkg/kubelet/container/helpers.go (ShouldAllContainersRestart) and kuberuntime_manager.go (computePodActions, with restartAllContainers).
import { ruleFor } from "../../../kinds/core/pod/restarts.ts";
import type { ContainerExit } from "../../runtime/criMessages.ts";
import { containerChart } from "./containerMachine.ts";
import type { Draft } from "./draft.ts";
import { stopRunning } from "./hooks.ts";
import { podChart } from "./podMachine.ts";
import { stopProbes } from "./probing.ts";
import { relistUs } from "./restartPolicy.ts";
import type { ContainerMachine } from "./state.ts";
import type { Wake } from "./sync.ts";

const reason = "RestartingAllContainers";
const message = "The container is removed because RestartAllContainers in place";
/** What is said of a container that is removed so, however it ended. */
const removed: ContainerExit = { id: "", exitCode: 137, signal: 0, reason, message, startedAtUs: 0, finishedAtUs: 0 };

/**
 * Where a container ended with a code by which all are to begin anew: the others are killed without their hooks and grace, all are removed, and
 * the pod begins with its init containers, in the sandbox and with the volumes that it has. True: nothing else is to be done now.
 */
export function restartAll(draft: Draft, wake: Wake): boolean {
  const machines = Object.values(draft.state.containers).filter(({ role }) => role !== "ephemeral");
  const { restartingAll = null } = draft.state;
  if (restartingAll !== null && restartingAll.untilUs !== null) {
    if (draft.env.nowUs >= restartingAll.untilUs) {
      draft.set({ restartingAll: null });
      return false;
    }
    wake.at(restartingAll.untilUs);
    return true;
  }
  if (restartingAll === null) {
    const trigger = machines.find((machine) => machine.value === "exited" && machine.exit !== null && ruleFor(draft.spec(machine.name), machine.exit.exitCode)?.action === "RestartAllContainers");
    if (trigger === undefined) return false;
    if (draft.env.nowUs < trigger.notBeforeUs) {
      wake.at(trigger.notBeforeUs);
      return true;
    }
    draft.explain(`restarts all containers of ${draft.podName}: container ${trigger.name} ended with exit code ${trigger.exit?.exitCode}`, "warn");
    draft.set({ restartingAll: { untilUs: null } });
  }
  for (const machine of machines) end(draft, machine);
  const left = machines.map(({ name }) => draft.container(name)).filter((machine) => machine !== null);
  if (left.some(({ value }) => containerChart.has(value, "alive"))) return true;
  for (const machine of left) remove(draft, machine);
  const untilUs = draft.env.nowUs + relistUs;
  draft.set({ restartingAll: { untilUs }, initialized: false });
  if (podChart.can(draft.state.value, "restartAll")) draft.move("restartAll");
  wake.at(untilUs);
  return true;
}

function end(draft: Draft, machine: ContainerMachine): void {
  if (machine.value === "pulling") return draft.moveContainer(machine.name, "pullAbandoned");
  if (machine.value === "stopping" || !containerChart.can(machine.value, "stop")) return;
  stopProbes(draft, machine.name);
  draft.event("Normal", "Killing", `Stopping container ${machine.name}`, machine.name);
  stopRunning(draft, machine.name, 0);
}

/** One that has run was restarted once more; the back-off of none goes on. */
function remove(draft: Draft, machine: ContainerMachine): void {
  const ran = machine.exit !== null;
  const change = { exit: null, waiting: { reason, message }, notBeforeUs: draft.env.nowUs + relistUs, crashDelayUs: 0, crashSinceUs: 0, started: false, ready: false, ...(ran ? { restarts: machine.restarts + 1, lastExit: removed, id: "" } : {}) };
  if (containerChart.can(machine.value, "removed")) draft.moveContainer(machine.name, "removed", change);
  else draft.setContainer(machine.name, change);
}
