// Follows pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions): containers that kubectl debug adds to a pod that runs.
import { containerChart } from "./containerMachine.ts";
import type { Draft } from "./draft.ts";
import { initialContainer } from "./initial.ts";
import { startIfDue } from "./start.ts";
import type { Wake } from "./sync.ts";

/** Those that the pod's newest version names and that are not known yet. */
export function takeUpEphemeral(draft: Draft): void {
  const { pod } = draft.state;
  for (const container of pod.spec.ephemeralContainers ?? []) {
    if (draft.container(container.name) !== null) continue;
    draft.set({ containers: { ...draft.state.containers, [container.name]: initialContainer(pod, draft.env.nowUs, container, "ephemeral") } });
    draft.explain(`was asked for the ephemeral container ${container.name} in ${draft.podName}`, "progress");
  }
}

/** They start before all others, as soon as there is a sandbox, and are never started again. */
export function startEphemeral(draft: Draft, wake: Wake): void {
  for (const container of draft.state.pod.spec.ephemeralContainers ?? []) {
    const machine = draft.container(container.name);
    if (machine !== null && containerChart.has(machine.value, "startable")) startIfDue(draft, machine, wake);
  }
}
