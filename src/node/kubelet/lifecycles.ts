import type { JsonObject } from "../../base/json.ts";
import type { ChartDescription } from "../../sim/machine.ts";
import { containerChart } from "./podWorker/containerMachine.ts";
import { podChart } from "./podWorker/podMachine.ts";
import type { Passage } from "./podWorker/passages.ts";
import type { ContainerRole, PodWorkerState } from "./podWorker/state.ts";

/** Where a pod or one of its containers is on the chart that its worker leads it by, and how it came there. */
export interface Lifecycle extends JsonObject {
  /** "" is the pod itself. */
  readonly container: string;
  readonly role: "pod" | ContainerRole;
  readonly chart: ChartDescription;
  readonly value: string;
  /** Oldest first; only the newest are kept. The times are virtual, by the machine's clock. */
  readonly passages: readonly { readonly state: string; readonly at: number }[];
}

/** The pod first, then its containers in the order in which they start. */
export function lifecyclesOf(worker: PodWorkerState, epochUs: number): readonly Lifecycle[] {
  const since = (passages: readonly Passage<string>[]): Lifecycle["passages"] => passages.map(([state, atUs]) => ({ state, at: atUs - epochUs }));
  const pod: Lifecycle = { container: "", role: "pod", chart: podChart.describe(), value: worker.value, passages: since(worker.passages) };
  const chart = containerChart.describe();
  return [pod, ...Object.values(worker.containers).map(({ name, role, value, passages }): Lifecycle => ({ container: name, role, chart, value, passages: since(passages) }))];
}
