// Follows pkg/kubelet/kuberuntime/kuberuntime_manager.go (getImageVolumes, toKubeContainerImageVolumes).
import type { Container, Pod } from "../../../kinds/core/pod/types.ts";
import { filesOf } from "../../images/resolveImage.ts";
import { containerChart } from "./containerMachine.ts";
import type { Draft } from "./draft.ts";
import { obtainImage } from "./obtainImage.ts";
import type { ContainerMachine } from "./state.ts";
import type { Wake } from "./sync.ts";

interface ImageVolume {
  readonly name: string;
  readonly reference: string;
  readonly policy: string;
}

/** The first volume that a container mounts whose image is not known to be there; null: none is left. */
export function pendingVolume(draft: Draft, container: string): ImageVolume | null {
  const mounts = draft.spec(container)?.volumeMounts ?? [];
  for (const { name, image } of draft.state.pod.spec.volumes ?? []) {
    if (image === undefined || draft.state.volumeImages?.includes(name) === true || !mounts.some((mount) => mount.name === name)) continue;
    return { name, reference: image.reference ?? "", policy: image.pullPolicy ?? "IfNotPresent" };
  }
  return null;
}

/** The images of the volumes that a container mounts come before its own. The container as it is then; null: not all are there. */
export function ensureVolumeImages(draft: Draft, machine: ContainerMachine, wake: Wake): ContainerMachine | null {
  for (let volume = pendingVolume(draft, machine.name); volume !== null; volume = pendingVolume(draft, machine.name)) {
    const now = draft.container(machine.name) ?? machine;
    if (obtainImage(draft, now, wake, { image: volume.reference, policy: volume.policy, about: null }) === null) return null;
    volumeReady(draft, machine.name, volume);
  }
  return draft.container(machine.name);
}

/** The image of a volume is on the machine: all containers that waited for it go on as if they had never waited. */
export function volumeReady(draft: Draft, container: string, { name }: ImageVolume): void {
  draft.set({ volumeImages: [...(draft.state.volumeImages ?? []), name] });
  for (const machine of Object.values(draft.state.containers)) {
    const waits = machine.name === container || (machine.value !== "pulling" && draft.spec(machine.name)?.volumeMounts?.some((mount) => mount.name === name) === true);
    if (waits && containerChart.can(machine.value, "volumeReady")) draft.moveContainer(machine.name, "volumeReady", { waiting: null, pullDelayUs: 0, pullNotBeforeUs: 0, pullError: "", notBeforeUs: 0 });
  }
}

/**
 * Why a container cannot mount a part of an image; null: nothing hinders it. Follows containerd's internal/cri/server/container_image_mount.go,
 * with the pod's uid in the place of its sandbox's id.
 */
export function partError(pod: Pod, { volumeMounts = [] }: Container, imageId: (reference: string) => string): string | null {
  for (const { name, subPath = "" } of volumeMounts) {
    const reference = pod.spec.volumes?.find((volume) => volume.name === name)?.image?.reference;
    if (reference === undefined || subPath === "") continue;
    const path = `/${subPath.replace(/^\/+|\/+$/g, "")}`;
    const files = Object.keys(filesOf(reference));
    if (files.some((file) => file.startsWith(`${path}/`))) continue;
    const folder = `/run/containerd/io.containerd.grpc.v1.cri/image-volumes/${pod.metadata.uid}/${imageId(reference).replace(/^.*sha256:/, "")}`;
    const why = files.includes(path) ? `only directory subpath is supported, subpath: ${JSON.stringify(subPath)}, mountpoint: ${JSON.stringify(folder)} ` : `openat ${subPath}: no such file or directory`;
    return `ImageVolumeMountFailed: failed to ensure image subpath ${JSON.stringify(subPath)} in ${JSON.stringify(folder)}: ${why}`;
  }
  return null;
}
