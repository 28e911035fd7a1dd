import type { Json } from "../base/json.ts";
import type { ProcessId } from "../sim/process.ts";
import { whenDone, type MaybePromise } from "./hostPort.ts";

type Observe = (process: ProcessId, question: Json) => MaybePromise<Json | null>;

/** What the instance says that knows: where the first has nothing to say (it waits, or is down), the second is asked. */
export function eitherSays(observe: Observe, process: ProcessId, question: Json): MaybePromise<Json | null> {
  return whenDone(observe(process, question), (said) => said ?? observe(`${process}-2`, question));
}

/** What waits in the control plane: the queue of each controller and the scheduler's, with at most `keys` of what is in each. */
export function queuesOf(observe: Observe, keys: number): MaybePromise<Json> {
  return whenDone(eitherSays(observe, "cp-1/kube-controller-manager", { type: "parts", keys }), (controllers) => whenDone(eitherSays(observe, "cp-1/kube-scheduler", { type: "waiting", keys }), (scheduler) => ({ controllers, scheduler })));
}
