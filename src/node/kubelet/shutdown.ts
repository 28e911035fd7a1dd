// Follows pkg/kubelet/nodeshutdown/nodeshutdown_manager.go (groupByPriority, killPods) and nodeshutdown_manager_linux.go.
import type { Json } from "../../base/json.ts";
import { shutdownSeconds } from "../nodeSettings.ts";
import type { ProcessContext } from "../../sim/process.ts";
import type { Refusal } from "./admission.ts";
import type { EvictionHost } from "./eviction/state.ts";
import type { PodWorkerState } from "./podWorker/state.ts";

const criticalPriority = 2_000_000_000;
const message = "Pod was terminated in response to imminent node shutdown.";

interface Group {
  readonly critical: boolean;
  readonly seconds: number;
}

/** Ends the machine's pods before its power goes: the usual ones first, then the critical, each group with its own time. */
export class Shutdown {
  readonly #workers: ReadonlyMap<string, PodWorkerState>;
  #waiting: readonly Group[] = [];
  /** The pods that are ending now, and until when they are waited for. */
  #ending: { readonly uids: readonly string[]; readonly untilUs: number } = { uids: [], untilUs: 0 };

  readonly refusal: Refusal = { reason: "NodeShutdown", message: "Pod was rejected as the node is shutting down." };

  constructor(workers: ReadonlyMap<string, PodWorkerState>) {
    this.#workers = workers;
  }

  begin(ctx: ProcessContext, host: EvictionHost): void {
    const { all, critical } = shutdownSeconds(host.node);
    host.event("Normal", "NodeShutdown", "Shutdown manager detected shutdown event");
    ctx.explain({ component: `kubelet on ${host.node.name}`, text: `${host.node.name} is shutting down: its pods have ${all} s to end`, object: `nodes//${host.node.name}`, tone: "warn" });
    host.report();
    this.#waiting = [{ critical: false, seconds: Math.floor(all - critical) }, { critical: true, seconds: Math.floor(critical) }];
    this.go(ctx, host);
  }

  /** One of the pods has ended, or the time of a group is over. */
  go(ctx: ProcessContext, host: EvictionHost): void {
    const [group, ...rest] = this.#waiting;
    if (group === undefined || (ctx.now < this.#ending.untilUs && this.#ending.uids.some((uid) => this.#runs(uid)))) return;
    this.#waiting = rest;
    const pods = [...this.#workers.values()].flatMap(({ pod }) => ((pod.spec.priority ?? 0) >= criticalPriority === group.critical && this.#runs(pod.metadata.uid) ? [pod] : []));
    this.#ending = { uids: pods.map(({ metadata }) => metadata.uid), untilUs: ctx.now + group.seconds * 1_000_000 };
    for (const pod of pods) host.evict(pod, { type: "evict", reason: "Terminated", message, graceUs: Math.min(pod.spec.terminationGracePeriodSeconds ?? group.seconds, group.seconds) * 1_000_000 });
    ctx.setTimer("shutdown", Math.max(1, pods.length === 0 ? 0 : group.seconds * 1_000_000));
  }

  snapshot(): Json {
    return { waiting: this.#waiting, ending: this.#ending } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { readonly waiting: readonly Group[]; readonly ending: { readonly uids: readonly string[]; readonly untilUs: number } };
    this.#waiting = saved.waiting;
    this.#ending = saved.ending;
  }

  #runs(uid: string): boolean {
    const worker = this.#workers.get(uid);
    return worker !== undefined && worker.rejected === null && worker.value !== "finished";
  }
}

/** Made when the machine is told to shut down. */
export function newShutdown(workers: ReadonlyMap<string, PodWorkerState>): Shutdown {
  return new Shutdown(workers);
}
