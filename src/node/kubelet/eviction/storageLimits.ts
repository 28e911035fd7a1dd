// Follows pkg/kubelet/eviction/eviction_manager.go (localStorageEviction) and helpers.go.
import { quantityBytes, quantityText, unitQuantity } from "../../../apimachinery/quantity.ts";
import type { Container, Pod } from "../../../kinds/core/pod/types.ts";
import { totalUse, type StorageLimits, type StorageUse } from "../../runtime/storage.ts";
import { isCritical } from "../criticalPods.ts";
import type { PodWorkerEvent } from "../podWorker/state.ts";

const ephemeral = "ephemeral-storage";
/** The file systems of volumes are measured each minute, and what was measured is looked at every ten seconds. */
const measureUs = 60_000_000;
const monitorUs = 10_000_000;
const immediateUs = 1_000_000;

/** What a pod may keep on the disk; null: as much as there is. */
export function storageLimits({ spec }: Pod): StorageLimits | null {
  const volumes: Record<string, number> = {};
  const inMemory: string[] = [];
  for (const { name, emptyDir } of spec.volumes ?? []) {
    if (emptyDir === undefined) continue;
    if (emptyDir.medium === "Memory") inMemory.push(name);
    const bytes = emptyDir.sizeLimit === undefined ? 0 : quantityBytes(emptyDir.sizeLimit);
    if (bytes > 0) volumes[name] = bytes;
  }
  const containers: Record<string, number> = {};
  let pod = 0;
  for (const container of spec.containers) {
    const bytes = limitOf(container);
    if (bytes > 0) containers[container.name] = bytes;
    pod += bytes;
  }
  if (pod === 0 && Object.keys(volumes).length === 0) return null;
  return { containers, volumes, inMemory, ...(pod === 0 ? {} : { pod }) };
}

/** When a pod that now keeps too much will be found to. */
export function foundUs(nowUs: number): number {
  return (Math.floor(nowUs / measureUs) + 1) * measureUs + monitorUs - nowUs;
}

/** How the pod ends that keeps more than it may; null: it does not. */
export function storageEviction(pod: Pod, use: StorageUse): Extract<PodWorkerEvent, { type: "evict" }> | null {
  const limits = isCritical(pod) ? null : storageLimits(pod);
  const message = limits === null ? null : overText(pod, use, limits);
  return message === null ? null : { type: "evict", reason: "Evicted", message, graceUs: immediateUs };
}

function overText(pod: Pod, use: StorageUse, limits: StorageLimits): string | null {
  for (const { name, emptyDir } of pod.spec.volumes ?? []) {
    const most = limits.volumes[name];
    if (most !== undefined && (use.volumes[name] ?? 0) > most) return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${JSON.stringify(emptyDir?.sizeLimit)}. `;
  }
  if (limits.pod !== undefined && totalUse(use, limits) > limits.pod) {
    const [only, ...others] = pod.spec.containers.flatMap(({ resources }) => resources?.limits?.[ephemeral] ?? []);
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${others.length === 0 ? (only ?? "") : quantityText(unitQuantity(limits.pod, "BinarySI"))}. `;
  }
  for (const { name, resources } of pod.spec.containers) {
    const most = limits.containers[name];
    if (most !== undefined && (use.containers[name] ?? 0) > most) return `Container ${name} exceeded its local ephemeral storage limit ${JSON.stringify(resources?.limits?.[ephemeral])}. `;
  }
  return null;
}

function limitOf({ resources }: Container): number {
  const limit = resources?.limits?.[ephemeral];
  return limit === undefined ? 0 : quantityBytes(limit);
}
