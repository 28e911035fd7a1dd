// Follows pkg/kubelet/lifecycle/handlers.go and kuberuntime_container.go (killContainer).
import type { LifecycleHandler } from "../../../kinds/core/pod/types.ts";
import type { Draft } from "./draft.ts";
import type { HookKind } from "./state.ts";

/** However long preStop took, a container is given this much to end by itself. */
const leastGraceUs = 2_000_000;

export function hookHandler(draft: { spec(name: string): ReturnType<Draft["spec"]> }, container: string, kind: HookKind): LifecycleHandler | null {
  const lifecycle = draft.spec(container)?.lifecycle;
  return (kind === "preStop" ? lifecycle?.preStop : lifecycle?.postStart) ?? null;
}

/** Tells a running container to end: its preStop hook first, inside the same grace period, then SIGTERM. */
export function stopRunning(draft: Draft, container: string, graceUs: number): void {
  const machine = draft.container(container);
  if (machine === null) return;
  const handler = machine.value === "running" && graceUs > 0 && !draft.env.instant ? hookHandler(draft, container, "preStop") : null;
  draft.moveContainer(container, "stop");
  if (handler === null) {
    if (machine.hook !== null) endHook(draft, container);
    return tellRuntime(draft, container, graceUs);
  }
  draft.setContainer(container, { hook: { kind: "preStop", deadlineUs: draft.env.nowUs + graceUs } });
  if (handler.sleep === undefined) draft.effects.push({ type: "hook", container, hook: "preStop" });
  draft.timer(`hook/${container}`, Math.min(graceUs, handler.sleep === undefined ? graceUs : handler.sleep.seconds * 1_000_000));
}

/** Whether a container that has just started has a hook to run first. */
export function runsPostStart(draft: Draft, container: string): boolean {
  return !draft.env.instant && hookHandler(draft, container, "postStart") !== null;
}

export function beginPostStart(draft: Draft, container: string): void {
  const handler = hookHandler(draft, container, "postStart");
  if (handler === null) return;
  const sleepUs = (handler.sleep?.seconds ?? 0) * 1_000_000;
  if (handler.sleep === undefined) draft.effects.push({ type: "hook", container, hook: "postStart" });
  else draft.timer(`hook/${container}`, sleepUs);
  draft.setContainer(container, { hook: { kind: "postStart", deadlineUs: draft.env.nowUs + sleepUs } });
}

/** True where it was a postStart that is through: its container runs now. */
export function hookEnded(draft: Draft, container: string, kind: HookKind | null, ok: boolean, output: string): boolean {
  const machine = draft.container(container);
  const hook = machine?.hook ?? null;
  if (machine === null || hook === null || (kind !== null && kind !== hook.kind)) return false;
  endHook(draft, container);
  if (!ok) {
    const name = hook.kind === "preStop" ? "PreStopHook" : "PostStartHook";
    draft.event("Warning", `Failed${name}`, `${name} failed: ${output}`, container);
  }
  if (hook.kind === "preStop") tellRuntime(draft, container, Math.max(leastGraceUs, hook.deadlineUs - draft.env.nowUs));
  if (hook.kind === "preStop" || machine.value !== "postStarting") return false;
  if (ok) {
    draft.moveContainer(container, "hookThrough");
    return true;
  }
  draft.event("Normal", "Killing", "FailedPostStartHook", container);
  stopRunning(draft, container, (draft.state.pod.spec.terminationGracePeriodSeconds ?? 30) * 1_000_000);
  return false;
}

function endHook(draft: Draft, container: string): void {
  draft.setContainer(container, { hook: null });
  draft.effects.push({ type: "cancelTimer", key: `hook/${container}` });
}

function tellRuntime(draft: Draft, container: string, graceUs: number): void {
  draft.effects.push({ type: "runtime", message: { type: "cri/stopContainer", podUid: draft.uid, name: container, graceUs } });
}
