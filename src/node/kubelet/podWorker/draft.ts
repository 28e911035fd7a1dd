import type { Container } from "../../../kinds/core/pod/types.ts";
import { specOf } from "./restartPolicy.ts";
import type { ContainerMachine, PodEffect, PodWorkerEnv, PodWorkerState, Termination } from "./state.ts";

/** One step under way: the state is replaced, never changed, and effects are collected. */
export class Draft {
  readonly env: PodWorkerEnv;
  readonly effects: PodEffect[] = [];
  #state: PodWorkerState;

  constructor(state: PodWorkerState, env: PodWorkerEnv) {
    this.#state = state;
    this.env = env;
  }

  get state(): PodWorkerState {
    return this.#state;
  }

  get podName(): string {
    return this.#state.pod.metadata.name;
  }

  get uid(): string {
    return this.#state.pod.metadata.uid;
  }

  container(name: string): ContainerMachine | null {
    return this.#state.containers[name] ?? null;
  }

  spec(name: string): Container | null {
    return specOf(this.#state.pod, name);
  }

  set(change: Partial<PodWorkerState>): void {
    this.#state = { ...this.#state, ...change };
  }

  setContainer(name: string, change: Partial<ContainerMachine>): void {
    const machine = this.#state.containers[name];
    if (machine === undefined) return;
    this.#state = { ...this.#state, containers: { ...this.#state.containers, [name]: { ...machine, ...change } } };
  }

  /** Begins to end the pod, or shortens the grace it was given. */
  terminate(why: Termination["why"], graceUs: number): void {
    const now = this.#state.termination;
    if (now === null) {
      this.set({ termination: { why, sinceUs: this.env.nowUs, graceUs, told: {} } });
    } else {
      const shorter = Math.min(now.graceUs, this.env.nowUs - now.sinceUs + graceUs);
      const strongest = now.why === "gone" || why === "gone" ? "gone" : now.why === "deleted" || why === "deleted" ? "deleted" : now.why;
      if (shorter !== now.graceUs || strongest !== now.why) this.set({ termination: { ...now, why: strongest, graceUs: shorter } });
      if (strongest !== now.why && this.#state.finished) this.set({ finished: false });
    }
  }

  event(eventType: "Normal" | "Warning", reason: string, message: string, container: string | null = null): void {
    if (!this.env.instant) this.effects.push({ type: "event", eventType, reason, message, container });
  }

  explain(text: string, tone: "ok" | "progress" | "warn" | "fail"): void {
    this.effects.push({ type: "explain", text, tone });
  }

  /** Sync again at this time at the latest. */
  timer(key: string, delayUs: number): void {
    this.effects.push({ type: "timer", key, delayUs: Math.max(1, delayUs) });
  }
}
