// Follows pkg/kubelet/kuberuntime/kuberuntime_container.go (startContainer) and pkg/kubelet/images/image_manager.go.
import { containerChart } from "./containerMachine.ts";
import type { Draft } from "./draft.ts";
import { ensureVolumeImages } from "./imageVolumes.ts";
import { hasImageVolumes, obtainImage } from "./obtainImage.ts";
import { crashBackoff, goDuration, raisedCrashDelay } from "./restartPolicy.ts";
import type { ContainerMachine } from "./state.ts";
import type { Wake } from "./sync.ts";

const configRetryUs = 10_000_000;

/** Takes a container that should run through back-off, image and creation, as far as it gets now. */
export function startIfDue(draft: Draft, machine: ContainerMachine, wake: Wake): void {
  const { nowUs } = draft.env;
  if (nowUs < machine.notBeforeUs) return wake.at(machine.notBeforeUs);
  if (inCrashBackoff(draft, machine, wake)) return;
  if (!containerChart.can(machine.value, "create")) {
    const ready = hasImageVolumes(draft.state.pod) ? ensureVolumeImages(draft, machine, wake) : machine;
    if (ready === null || !ensureImage(draft, ready, wake)) return;
  }
  create(draft, machine.name, wake);
}

function inCrashBackoff(draft: Draft, machine: ContainerMachine, wake: Wake): boolean {
  const waitsAlready = machine.value === "crashLoopBackOff";
  if (machine.exit === null || (!waitsAlready && !containerChart.can(machine.value, "crashedTooSoon"))) return false;
  const backoff = crashBackoff(machine, machine.exit);
  if (backoff === null || draft.env.nowUs >= backoff.untilUs) return false;
  wake.at(backoff.untilUs);
  if (waitsAlready) return true;
  const { name, namespace, uid } = draft.state.pod.metadata;
  const fullName = `${name}_${namespace ?? ""}(${uid})`;
  draft.event("Warning", "BackOff", `Back-off restarting failed container ${machine.name} in pod ${fullName}`, machine.name);
  draft.explain(`waits ${goDuration(backoff.delayUs)} before it starts container ${machine.name} of ${name} again: it keeps ending`, "warn");
  draft.moveContainer(machine.name, "crashedTooSoon", { waiting: { reason: "CrashLoopBackOff", message: `back-off ${goDuration(backoff.delayUs)} restarting failed container=${machine.name} pod=${fullName}` } });
  return true;
}

function ensureImage(draft: Draft, machine: ContainerMachine, wake: Wake): boolean {
  const spec = draft.spec(machine.name);
  const present = obtainImage(draft, machine, wake, { image: spec?.image ?? "", policy: spec?.imagePullPolicy ?? "IfNotPresent", about: machine.name });
  if (present === null) return false;
  draft.moveContainer(machine.name, "imagePresent", { imageId: present.id });
  return true;
}

function create(draft: Draft, name: string, wake: Wake): void {
  const view = draft.env.containerSpec(draft.state, name);
  if (view.waiting === true) return;
  if (view.error !== undefined) {
    draft.event("Warning", "Failed", `Error: ${view.error}`, name);
    draft.explain(`cannot make container ${name} of ${draft.podName}: ${view.error}`, "warn");
    const notBeforeUs = draft.env.nowUs + configRetryUs;
    // The next try begins with the image again, as every sync of upstream does.
    draft.moveContainer(name, "configBroken", { waiting: { reason: view.reason ?? "CreateContainerConfigError", message: view.error }, notBeforeUs });
    wake.at(notBeforeUs);
    return;
  }
  const machine = draft.container(name);
  if (machine === null) return;
  draft.event("Normal", "Created", "Container created", name);
  draft.effects.push({ type: "runtime", message: view.spec });
  draft.moveContainer(name, "create", machine.exit === null ? { waiting: null } : { crashDelayUs: raisedCrashDelay(machine, machine.exit), crashSinceUs: draft.env.nowUs });
}
