// Follows pkg/kubelet/allocation/allocation_manager.go: what a pod's containers were given. The steps of a resize are in resizeSteps.ts.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Json } from "../../../base/json.ts";
import type { Container, Pod, PodSpec, ResourceRequirements } from "../../../kinds/core/pod/types.ts";
import type { Draft } from "./draft.ts";
import type { PodWorkerState } from "./state.ts";

export const noResources: ResourceRequirements = {};

/** What a container was given, which is not what its spec asks for while a resize is pending. */
export function resourcesOf(state: PodWorkerState, container: Container): ResourceRequirements | undefined {
  return state.resize === null ? container.resources : (state.resize.allocated[container.name] ?? container.resources);
}

/** The containers whose resources may change while they run. */
export function resizable(spec: PodSpec): readonly Container[] {
  return [...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always"), ...spec.containers];
}

/** The pod has a newer version: where it asks for other resources, those it had are kept until the new ones can be given. */
export function noticeResize(draft: Draft, before: Pod, pod: Pod): void {
  if (draft.state.resize !== null || before.spec === pod.spec) return;
  const old = resizable(before.spec);
  const differs = resizable(pod.spec).some((container) => !deepEqual((container.resources ?? noResources) as Json, (old.find(({ name }) => name === container.name)?.resources ?? noResources) as Json));
  if (differs) draft.set({ resize: { allocated: Object.fromEntries(old.map(({ name, resources }) => [name, resources ?? noResources])), pending: null, updating: [] } });
}
