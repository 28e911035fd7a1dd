import { changed } from "../../../base/extended.ts";
import type { Container } from "../../../kinds/core/pod/types.ts";
import { containerChart, type ContainerEvent } from "./containerMachine.ts";
import { passed } from "./passages.ts";
import { podChart, type PodEvent } from "./podMachine.ts";
import { specOf } from "./restartPolicy.ts";
import type { ContainerMachine, PodEffect, PodWorkerEnv, PodWorkerState, Termination } from "./state.ts";

type PodChange = Partial<Omit<PodWorkerState, "value" | "passages">>;
type ContainerChange = Partial<Omit<ContainerMachine, "value" | "passages">>;

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

  set(change: PodChange): void {
    this.#state = { ...this.#state, ...change };
  }

  setContainer(name: string, change: ContainerChange): void {
    const machine = this.#state.containers[name];
    if (machine === undefined) return;
    this.#state = { ...this.#state, containers: { ...this.#state.containers, [name]: changed<ContainerMachine>(machine, change) } };
  }

  /** Moves the pod along its chart; `change` is what else the event brings. */
  move(event: PodEvent, change: PodChange = {}): void {
    const { value, passages } = this.#state;
    const next = podChart.next(value, event);
    this.#state = { ...this.#state, ...change, value: next, passages: passed(passages, next, this.env.nowUs) };
  }

  /** Moves a container along its chart; `change` is what else the event brings. */
  moveContainer(name: string, event: ContainerEvent, change: ContainerChange = {}): void {
    const machine = this.#state.containers[name];
    if (machine === undefined) return;
    const value = containerChart.next(machine.value, event);
    const passages = value === machine.value ? machine.passages : passed(machine.passages, value, this.env.nowUs);
    this.#state = { ...this.#state, containers: { ...this.#state.containers, [name]: changed<ContainerMachine>({ ...machine, value, passages }, change) } };
  }

  /** Begins to end the pod, or shortens the grace it was given. */
  terminate(why: Termination["why"], graceUs: number, said?: Termination["said"]): void {
    const now = this.#state.termination;
    if (now === null) {
      this.move("terminate", { termination: { why, sinceUs: this.env.nowUs, graceUs, told: {}, ...(said === undefined ? {} : { said }) } });
    } else {
      const shorter = Math.min(now.graceUs, this.env.nowUs - now.sinceUs + graceUs);
      const strongest = now.why === "gone" || why === "gone" ? "gone" : now.why === "deleted" || why === "deleted" ? "deleted" : now.why;
      if (shorter !== now.graceUs || strongest !== now.why) this.set({ termination: { ...now, why: strongest, graceUs: shorter } });
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
