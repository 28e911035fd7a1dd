// Follows pkg/kubelet/kuberuntime/kuberuntime_container.go (startContainer) and pkg/kubelet/images/image_manager.go.
import { containerChart } from "./containerMachine.ts";
import type { Draft } from "./draft.ts";
import { crashBackoff, goDuration, raisedCrashDelay } from "./restartPolicy.ts";
import type { ContainerMachine } from "./state.ts";
import type { Wake } from "./sync.ts";

const configRetryUs = 10_000_000;
const neverPullRetryUs = 60_000_000;

/** Takes a container that should run through back-off, image and creation, as far as it gets now. */
export function startIfDue(draft: Draft, machine: ContainerMachine, wake: Wake): void {
  const { nowUs } = draft.env;
  if (nowUs < machine.notBeforeUs) return wake.at(machine.notBeforeUs);
  if (inCrashBackoff(draft, machine, wake)) return;
  if (!containerChart.can(machine.value, "create") && !ensureImage(draft, machine, wake)) return;
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
  const image = spec?.image ?? "";
  const policy = spec?.imagePullPolicy ?? "IfNotPresent";
  const present = draft.env.imagePresent(image);
  if (present !== null && policy !== "Always") {
    draft.event("Normal", "Pulled", `Container image "${image}" already present on machine and can be accessed by the pod`, machine.name);
    draft.moveContainer(machine.name, "imagePresent", { imageId: present.id });
    return true;
  }
  if (policy === "Never") {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    draft.event("Warning", "ErrImageNeverPull", message, machine.name);
    draft.event("Warning", "Failed", "Error: ErrImageNeverPull", machine.name);
    const notBeforeUs = draft.env.nowUs + neverPullRetryUs;
    draft.moveContainer(machine.name, "imageAbsent", { waiting: { reason: "ErrImageNeverPull", message }, notBeforeUs });
    wake.at(notBeforeUs);
    return false;
  }
  if (draft.env.nowUs < machine.pullNotBeforeUs) {
    wake.at(machine.pullNotBeforeUs);
    if (machine.value === "imagePullBackOff") return false;
    draft.event("Normal", "BackOff", `Back-off pulling image "${image}"`, machine.name);
    draft.event("Warning", "Failed", "Error: ImagePullBackOff", machine.name);
    draft.moveContainer(machine.name, "pullTooSoon", { waiting: { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}": ErrImagePull: ${machine.pullError}` } });
    return false;
  }
  draft.event("Normal", "Pulling", `Pulling image "${image}"`, machine.name);
  draft.effects.push({ type: "runtime", message: { type: "cri/pullImage", podUid: draft.uid, container: machine.name, image } });
  draft.moveContainer(machine.name, "pull");
  return false;
}

function create(draft: Draft, name: string, wake: Wake): void {
  const view = draft.env.containerSpec(draft.state, name);
  if (view.waiting === true) return;
  if (view.error !== undefined) {
    draft.event("Warning", "Failed", `Error: ${view.error}`, name);
    draft.explain(`cannot make container ${name} of ${draft.podName}: ${view.error}`, "warn");
    const notBeforeUs = draft.env.nowUs + configRetryUs;
    // The next try begins with the image again, as every sync of upstream does.
    draft.moveContainer(name, "configBroken", { waiting: { reason: "CreateContainerConfigError", message: view.error }, notBeforeUs });
    wake.at(notBeforeUs);
    return;
  }
  const machine = draft.container(name);
  if (machine === null) return;
  draft.event("Normal", "Created", "Container created", name);
  draft.effects.push({ type: "runtime", message: view.spec });
  draft.moveContainer(name, "create", machine.exit === null ? { waiting: null } : { crashDelayUs: raisedCrashDelay(machine, machine.exit), crashSinceUs: draft.env.nowUs });
}
