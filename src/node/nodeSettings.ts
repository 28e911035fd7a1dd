import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { durationSeconds } from "./durations.ts";
import { imagePolicy } from "./imagePolicy.ts";
import type { NodeSpec } from "./nodeSpec.ts";

export interface ShutdownSeconds {
  readonly all: number;
  readonly critical: number;
}

const longestShutdownSeconds = 3_600;
const shutdowns = ["shutdownGracePeriod", "shutdownGracePeriodCriticalPods"];
const percents = ["imageGCHighThresholdPercent", "imageGCLowThresholdPercent"];
const ages = ["imageMinimumGCAge", "imageMaximumGCAge"];
export const mostManifests = 32;
const longestManifest = 65_536;

/** How long a shutdown of this machine is held up: all of it, and what of that is for critical pods. */
export function shutdownSeconds({ kubelet }: NodeSpec): ShutdownSeconds {
  return { all: durationSeconds(kubelet?.shutdownGracePeriod) ?? 0, critical: durationSeconds(kubelet?.shutdownGracePeriodCriticalPods) ?? 0 };
}

function imageProblem(kubelet: JsonObject): string | null {
  for (const key of percents) {
    const value = kubelet[key];
    if (value !== undefined && (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 100)) return `kubelet.${key}: must be between 0 and 100, inclusive`;
  }
  for (const key of ages) if (durationSeconds(kubelet[key]) === null) return `kubelet.${key}: must be a duration as "2m0s"`;
  const { highPercent, lowPercent, minAgeUs, maxAgeUs } = imagePolicy({ kubelet } as unknown as NodeSpec);
  if (lowPercent >= highPercent) return `kubelet.imageGCLowThresholdPercent: ${lowPercent} must be less than imageGCHighThresholdPercent ${highPercent}`;
  return maxAgeUs > 0 && minAgeUs >= maxAgeUs ? "kubelet.imageMaximumGCAge: must be greater than imageMinimumGCAge" : null;
}

/** What is wrong with a kubelet's configuration from outside, or null. Follows pkg/kubelet/apis/config/validation/validation.go. */
export function kubeletProblem(kubelet: Json | undefined): string | null {
  if (kubelet === undefined) return null;
  if (!isJsonObject(kubelet)) return "kubelet: must be a mapping";
  const known = [...shutdowns, ...percents, ...ages];
  for (const key of Object.keys(kubelet)) if (!known.includes(key)) return `kubelet.${key}: is not simulated; known are ${known.join(", ")}`;
  for (const key of shutdowns) {
    const seconds = durationSeconds(kubelet[key]);
    if (seconds === null || seconds > longestShutdownSeconds) return `kubelet.${key}: must be a duration as "30s", of an hour at most`;
    if (seconds > 0 && seconds < 1) return `kubelet.${key}: must be either zero or otherwise >= 1 sec`;
  }
  const { all, critical } = shutdownSeconds({ kubelet } as unknown as NodeSpec);
  return critical > all ? "kubelet.shutdownGracePeriodCriticalPods: must be <= shutdownGracePeriod" : imageProblem(kubelet);
}

/** What is wrong with a file for the manifests' folder, or null. What stands in it is for the kubelet to judge; null is no file. */
export function manifestProblem(file: Json, manifest: Json): string | null {
  if (typeof file !== "string" || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(file)) return 'file: must be a name of letters, digits, ".", "_" and "-" that begins with a letter or a digit';
  if (manifest !== null && !isJsonObject(manifest)) return `${file}: must be the manifest of a Pod`;
  return JSON.stringify(manifest).length > longestManifest ? `${file}: a manifest has at most ${longestManifest} characters` : null;
}

/** What is wrong with the files of a new machine, or null. */
export function staticPodsProblem(files: Json | undefined): string | null {
  if (files === undefined) return null;
  if (!isJsonObject(files) || Object.keys(files).length > mostManifests) return `staticPods: must be a mapping of at most ${mostManifests} files`;
  for (const [file, manifest] of Object.entries(files)) {
    const problem = manifestProblem(file, manifest);
    if (problem !== null) return `staticPods: ${problem}`;
  }
  return null;
}
