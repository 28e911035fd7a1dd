// Follows pkg/kubelet/images/image_manager.go (EnsureImageExists).
import type { Pod } from "../../../kinds/core/pod/types.ts";
import type { NodeImage } from "../../runtime/criMessages.ts";
import type { Draft } from "./draft.ts";
import type { ContainerMachine } from "./state.ts";
import type { Wake } from "./sync.ts";

const neverPullRetryUs = 60_000_000;

export interface WantedImage {
  readonly image: string;
  readonly policy: string;
  /** Whose image it is: a container's, or (null) that of one of the pod's volumes. */
  readonly about: string | null;
}

export function hasImageVolumes({ spec: { volumes } }: Pod): boolean {
  return volumes?.some(({ image }) => image !== undefined) === true;
}

/** An image that a container needs before it can be made; null: it is not there yet, and what can be done about it was begun. */
export function obtainImage(draft: Draft, machine: ContainerMachine, wake: Wake, { image, policy, about }: WantedImage): NodeImage | null {
  const present = draft.env.imagePresent(image);
  if (present !== null && policy !== "Always") {
    draft.event("Normal", "Pulled", `Container image "${image}" already present on machine and can be accessed by the pod`, about);
    return present;
  }
  if (policy === "Never") {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    draft.event("Warning", "ErrImageNeverPull", message, about);
    draft.event("Warning", "Failed", "Error: ErrImageNeverPull", machine.name);
    const notBeforeUs = draft.env.nowUs + neverPullRetryUs;
    draft.moveContainer(machine.name, "imageAbsent", { waiting: { reason: "ErrImageNeverPull", message }, notBeforeUs });
    wake.at(notBeforeUs);
    return null;
  }
  if (draft.env.nowUs < machine.pullNotBeforeUs) {
    wake.at(machine.pullNotBeforeUs);
    if (machine.value === "imagePullBackOff") return null;
    draft.event("Normal", "BackOff", `Back-off pulling image "${image}"`, about);
    draft.event("Warning", "Failed", "Error: ImagePullBackOff", machine.name);
    draft.moveContainer(machine.name, "pullTooSoon", { waiting: { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}": ErrImagePull: ${machine.pullError}` } });
    return null;
  }
  draft.event("Normal", "Pulling", `Pulling image "${image}"`, about);
  draft.effects.push({ type: "runtime", message: { type: "cri/pullImage", podUid: draft.uid, container: machine.name, image } });
  draft.moveContainer(machine.name, "pull");
  return null;
}
