import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { referenceTo, type EventRecorder } from "../../client/eventRecorder.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { ProcessContext, ProcessId } from "../../sim/process.ts";
import { explainPod, fieldPathOf } from "./podNames.ts";
import type { PodEffect, PodWorkerState } from "./podWorker/state.ts";
import type { Prober } from "./prober.ts";

export interface EffectParts {
  readonly runtime: ProcessId;
  readonly node: string;
  readonly recorder: EventRecorder;
  readonly prober: Prober;
  /** Asks for what of the API the pod needs. */
  fetch(pod: Pod, ctx: ProcessContext): void;
}

/** Does what a step of a pod's worker asks for. */
export function runEffect(parts: EffectParts, worker: PodWorkerState, effect: PodEffect, ctx: ProcessContext): void {
  const { pod } = worker;
  const { uid } = pod.metadata;
  switch (effect.type) {
    case "runtime":
      ctx.sendDatagram(parts.runtime, effect.message);
      return;
    case "timer":
      ctx.setTimer(`pod/${uid}/${effect.key}`, effect.delayUs);
      return;
    case "cancelTimer":
      ctx.cancelTimer(`pod/${uid}/${effect.key}`);
      return;
    case "event":
      parts.recorder.record(ctx, { about: referenceTo(pod as KubeObject, effect.container === null ? undefined : fieldPathOf(pod, effect.container)), type: effect.eventType, reason: effect.reason, message: effect.message });
      return;
    case "probe":
      return parts.prober.probe(ctx, worker, effect.container, effect.probe, effect.serial);
    case "hook":
      return parts.prober.hook(ctx, worker, effect.container, effect.hook);
    case "fetch":
      return parts.fetch(pod, ctx);
    case "explain":
      return explainPod(ctx, parts.node, pod, effect.text, effect.tone);
  }
}
