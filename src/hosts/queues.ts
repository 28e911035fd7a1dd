import type { Json } from "../base/json.ts";
import type { ProcessId } from "../sim/process.ts";
import { whenDone, type MaybePromise } from "./hostPort.ts";

/** What waits in the control plane: the queue of each controller and the scheduler's, with at most `keys` of what is in each. */
export function queuesOf(observe: (process: ProcessId, question: Json) => MaybePromise<Json | null>, keys: number): MaybePromise<Json> {
  return whenDone(observe("cp-1/kube-controller-manager", { type: "parts", keys }), (controllers) => whenDone(observe("cp-1/kube-scheduler", { type: "waiting", keys }), (scheduler) => ({ controllers, scheduler })));
}
