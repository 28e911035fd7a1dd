// Follows pkg/kubelet/allocation/allocation_manager.go and pkg/kubelet/events/messages (in-place resize).
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Json } from "../../../base/json.ts";
import type { Container, Pod, ResourceRequirements } from "../../../kinds/core/pod/types.ts";
import { containerLimits } from "../containerLimits.ts";
import { containerChart } from "./containerMachine.ts";
import type { Draft } from "./draft.ts";
import { stopRunning } from "./hooks.ts";
import { noResources, resizable } from "./resize.ts";
import type { ResizeState } from "./state.ts";

/** Gives the containers what the spec asks for, where the node has room. Level-triggered. */
export function syncResize(draft: Draft): void {
  const { resize, pod } = draft.state;
  if (resize === null || resize.updating.length > 0) return;
  const changed = resizable(pod.spec).filter((container) => !deepEqual((container.resources ?? noResources) as Json, (resize.allocated[container.name] ?? noResources) as Json));
  if (changed.length === 0) return draft.set({ resize: null });
  const refusal = draft.env.resizeRefusal(pod);
  if (refusal !== null) return pend(draft, resize, refusal);
  const allocated = Object.fromEntries(resizable(pod.spec).map(({ name, resources }) => [name, resources ?? noResources]));
  draft.event("Normal", "ResizeStarted", `Pod resize started: ${summary(pod, "")}`);
  draft.explain(`gives ${draft.podName} the resources that it asks for now`, "progress");
  const running = changed.filter(({ name }) => containerChart.has(draft.container(name)?.value ?? "waiting", "up"));
  draft.set({ resize: { allocated, pending: null, updating: running.map(({ name }) => name) } });
  for (const container of running) actuate(draft, container, resize.allocated[container.name] ?? noResources);
  if (running.length === 0) completed(draft);
}

/** A container has what it was given: told by the runtime, or started with it. */
export function resized(draft: Draft, container: string): void {
  const { resize } = draft.state;
  if (resize === null || !resize.updating.includes(container)) return;
  draft.set({ resize: { ...resize, updating: resize.updating.filter((name) => name !== container) } });
  if (draft.state.resize?.updating.length === 0) completed(draft);
}

function completed(draft: Draft): void {
  draft.event("Normal", "ResizeCompleted", `Pod resize completed: ${summary(draft.state.pod, "")}`);
  draft.set({ resize: null });
}

function pend(draft: Draft, resize: ResizeState, refusal: NonNullable<ResizeState["pending"]>): void {
  if (deepEqual(resize.pending as Json, refusal as unknown as Json)) return;
  const { reason, message } = refusal;
  if (resize.pending?.reason !== reason) draft.event("Warning", `Resize${reason}`, `Pod resize ${reason}: ${summary(draft.state.pod, message)}`);
  draft.explain(`cannot resize ${draft.podName}: ${message}`, "warn");
  draft.set({ resize: { ...resize, pending: refusal } });
}

function actuate(draft: Draft, container: Container, before: ResourceRequirements): void {
  const { name, resources } = container;
  const differs = (resource: string): boolean => (["requests", "limits"] as const).some((side) => before[side]?.[resource] !== resources?.[side]?.[resource]);
  const restarts = (container.resizePolicy ?? []).some((policy) => policy.restartPolicy === "RestartContainer" && differs(policy.resourceName));
  if (!restarts) {
    draft.effects.push({ type: "runtime", message: { type: "cri/updateContainer", podUid: draft.uid, name, limits: containerLimits(resources?.limits ?? {}) } });
    return;
  }
  if (draft.container(name)?.value !== "running") return;
  draft.event("Normal", "Killing", `Container ${name} resize requires restart`, name);
  stopRunning(draft, name, (draft.state.pod.spec.terminationGracePeriodSeconds ?? 30) * 1_000_000);
}

/** The resources that are asked for, as Go prints them in the kubelet's events. */
function summary(pod: Pod, error: string): string {
  const sorted = (map: Readonly<Record<string, string>> | undefined): Json | undefined => (map === undefined ? undefined : Object.fromEntries(Object.keys(map).sort().map((key) => [key, map[key] ?? ""])));
  const list = (containers: readonly Container[]): Json => containers.map(({ name, resources }) => ({ name, resources: { limits: sorted(resources?.limits), requests: sorted(resources?.requests) } })) as unknown as Json;
  const inits = pod.spec.initContainers ?? [];
  return JSON.stringify({ ...(inits.length === 0 ? {} : { initContainers: list(inits) }), containers: list(pod.spec.containers), generation: pod.metadata.generation ?? 0, ...(error === "" ? {} : { error }) });
}
