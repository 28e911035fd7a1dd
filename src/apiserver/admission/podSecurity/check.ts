import { goQuote } from "../../../apimachinery/goFormat.ts";
import { compareText } from "../../../base/compareText.ts";
import type { Container, PodSpec } from "../../../kinds/core/pod/types.ts";

/** What the checks see of a pod or of a template of pods. */
export interface CheckedPod {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  /** Init containers first, ephemeral ones last, as upstream visits them. */
  readonly containers: readonly Container[];
}

/** Why a pod is not allowed: in a few words, and with the names of what breaks the rule. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** One rule of a level. Versions in rising order; the newest that is not newer than the policy's holds. */
export interface Check {
  readonly id: string;
  readonly versions: readonly (readonly [minor: number, rule: (pod: CheckedPod) => Violation | null])[];
  /** Of the restricted level: the weaker baseline check that it stands for. */
  readonly overrides?: string;
}

export function checkedPod(spec: PodSpec, annotations: Readonly<Record<string, string>> | undefined): CheckedPod {
  return { annotations: annotations ?? {}, spec, containers: [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])] };
}

/** Quoted without escapes, as upstream's joinQuote. */
export function joinQuote(items: readonly string[]): string {
  return items.length === 0 ? "" : `"${items.join('", "')}"`;
}

export function plural(one: string, many: string, count: number): string {
  return count === 1 ? one : many;
}

export function named(names: readonly string[]): string {
  return `${plural("container", "containers", names.length)} ${joinQuote(names)}`;
}

/** Those who set something bad: the pod, some of its containers, or both. */
export function setters(pod: boolean, containers: readonly string[]): readonly string[] {
  return [...(pod ? ["pod"] : []), ...(containers.length > 0 ? [named(containers)] : [])];
}

export function sorted(values: Iterable<string>): readonly string[] {
  return [...new Set(values)].sort(compareText);
}

export function namesWhere(pod: CheckedPod, bad: (container: Container) => boolean): readonly string[] {
  return pod.containers.filter(bad).map((container) => container.name);
}

/** `key="value"` of the annotations that are not allowed. */
export function annotationText(key: string, value: string): string {
  return `${key}=${goQuote(value)}`;
}

/** Pods in a user namespace may be root in it. */
export function inUserNamespace(pod: CheckedPod): boolean {
  return pod.spec.hostUsers === false;
}
