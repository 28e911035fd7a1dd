// Follows pkg/kubelet/container/helpers.go (ShouldContainerBeRestarted) and kuberuntime_manager.go (doBackOff).
import { restartsAfter } from "../../../kinds/core/pod/restarts.ts";
import type { Container, Pod } from "../../../kinds/core/pod/types.ts";
import type { ContainerExit } from "../../runtime/criMessages.ts";
import type { ContainerMachine } from "./state.ts";

/** As PLEG's relist and the sync after it: how long an exit goes unnoticed by the restart logic. */
export const relistUs = 1_000_000;
const firstDelayUs = 10_000_000;
const longestDelayUs = 300_000_000;
/** A container that ran this long after its back-off was last raised starts over. */
const resetAfterUs = 2 * longestDelayUs;

export function specOf(pod: Pod, name: string): Container | null {
  return pod.spec.containers.find((container) => container.name === name) ?? pod.spec.initContainers?.find((container) => container.name === name) ?? pod.spec.ephemeralContainers?.find((container) => container.name === name) ?? null;
}

/** Whether a container that ended so is started again. */
export function shouldRestart(pod: Pod, machine: ContainerMachine, exit: ContainerExit): boolean {
  if (machine.role === "sidecar") return true;
  if (machine.role === "ephemeral") return false;
  const container = specOf(pod, machine.name);
  // An init container that ended well is through, whatever its policy.
  if (machine.role === "init" && exit.exitCode === 0 && container?.restartPolicyRules === undefined) return false;
  return restartsAfter(container, pod.spec.restartPolicy ?? "Always", exit.exitCode);
}

/** When the next start may be, and the wait it stands for; null: at once. */
export function crashBackoff(machine: ContainerMachine, exit: ContainerExit): { readonly untilUs: number; readonly delayUs: number } | null {
  if (machine.crashDelayUs === 0 || exit.finishedAtUs - machine.crashSinceUs > resetAfterUs) return null;
  return { untilUs: exit.finishedAtUs + machine.crashDelayUs, delayUs: machine.crashDelayUs };
}

/** The back-off entry after one more restart. */
export function raisedCrashDelay(machine: ContainerMachine, exit: ContainerExit): number {
  if (machine.crashDelayUs === 0 || exit.finishedAtUs - machine.crashSinceUs > resetAfterUs) return firstDelayUs;
  return Math.min(longestDelayUs, machine.crashDelayUs * 2);
}

export function raisedPullDelay(delayUs: number): number {
  return delayUs === 0 ? firstDelayUs : Math.min(longestDelayUs, delayUs * 2);
}

/** "10s", "2m40s", "1.5s", "400ms": Go's Duration.String(). */
export function goDuration(us: number): string {
  if (us < 1000) return us === 0 ? "0s" : `${us}µs`;
  if (us < 1_000_000) return `${us / 1000}ms`;
  const totalSeconds = Math.floor(us / 1_000_000);
  const hours = Math.floor(totalSeconds / 3600);
  const minutes = Math.floor((totalSeconds % 3600) / 60);
  const seconds = (us - (hours * 3600 + minutes * 60) * 1_000_000) / 1_000_000;
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}

/** Rounded to milliseconds, as the kubelet prints pull times. */
export function goDurationMs(us: number): string {
  return goDuration(Math.round(us / 1000) * 1000);
}
