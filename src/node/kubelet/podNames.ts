import type { ProcessContext } from "../../sim/process.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";

/** Where in its pod a container stands, as events name it. */
export function fieldPathOf(pod: Pod, container: string): string {
  const named = (list: readonly { readonly name: string }[] | undefined): boolean => list?.some((candidate) => candidate.name === container) === true;
  return `spec.${named(pod.spec.initContainers) ? "initContainers" : named(pod.spec.ephemeralContainers) ? "ephemeralContainers" : "containers"}{${container}}`;
}

/** Of two versions of one object: resource versions grow (upstream compares them too, since v1.35). */
export function isNewer(a: Pod, b: Pod): boolean {
  return Number(a.metadata.resourceVersion) > Number(b.metadata.resourceVersion);
}

/** Adds to the causal chain what the node's kubelet did about a pod. */
export function explainPod(ctx: ProcessContext, node: string, pod: Pod, text: string, tone: "ok" | "progress" | "warn" | "fail"): void {
  ctx.explain({ component: `kubelet on ${node}`, text, object: `pods/${pod.metadata.namespace ?? ""}/${pod.metadata.name}`, tone });
}
