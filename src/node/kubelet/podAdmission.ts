// Follows pkg/kubelet/kubelet.go (canAdmitPod) and its admit handlers, in their order.
import type { Node } from "../../kinds/core/node/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { referenceTo, type EventRecorder } from "../../client/eventRecorder.ts";
import type { ProcessContext } from "../../sim/process.ts";
import type { NodeSpec } from "../nodeSpec.ts";
import { admitPod, type Refusal } from "./admission.ts";
import { newCriticalRoom, type CriticalRoom, type CriticalRoomState } from "./criticalRoom.ts";
import { isCritical } from "./criticalPods.ts";
import type { NodeLoad } from "./nodeLoad.ts";
import { explainPod } from "./podNames.ts";
import { rejectedWorker } from "./podWorker/initial.ts";
import type { PodWorkerEvent, PodWorkerState } from "./podWorker/state.ts";
import { sysctlRefusal } from "./sysctls.ts";

export interface AdmissionParts {
  readonly node: NodeSpec;
  readonly workers: ReadonlyMap<string, PodWorkerState>;
  readonly load: NodeLoad;
  readonly recorder: EventRecorder;
  nodeObject(): Node | null;
  /** Why the node takes no such pod at all now: it shuts down, or is under pressure. */
  refusal(pod: Pod): Refusal | null;
  evict(ctx: ProcessContext, pod: Pod, event: Extract<PodWorkerEvent, { type: "evict" }>): void;
}

/** The node's door: who comes in, who is sent away, and who waits until others have made room. */
export class PodAdmission {
  readonly #parts: AdmissionParts;
  /** null: no critical pod was ever short of room. */
  #room: CriticalRoom | null = null;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** The worker, rejected where the node does not take its pod; null: the pod has to wait for others to end. */
  admitted(worker: PodWorkerState, nowUs: number, ctx: ProcessContext): PodWorkerState | null {
    const { pod } = worker;
    const node = this.#parts.nodeObject();
    const over = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed" || pod.metadata.deletionTimestamp !== undefined;
    if (node === null || over || worker.rejected !== null || pod.status?.startTime !== undefined) return worker;
    if (this.#room?.waits(pod.metadata.uid) === true) return null;
    const refusal = this.#refusal(pod, node, ctx);
    if (refusal === null) return worker;
    if (refusal === "waits") return null;
    this.#parts.recorder.record(ctx, { about: referenceTo(pod), type: "Warning", reason: refusal.reason, message: refusal.message });
    explainPod(ctx, this.#parts.node.name, pod, `refused ${pod.metadata.name}: ${refusal.message}`, "fail");
    return rejectedWorker(worker, { reason: refusal.reason, message: `Pod was rejected: ${refusal.message}` }, nowUs);
  }

  /** A pod has ended: true where another has waited for that. */
  ended(uid: string): boolean {
    return this.#room?.ended(uid) === true;
  }

  snapshot(): CriticalRoomState | null {
    return this.#room?.snapshot() ?? null;
  }

  restore(data: CriticalRoomState | null): void {
    this.#room = data === null ? null : newCriticalRoom(this.#parts);
    if (data !== null) this.#room?.restore(data);
  }

  #refusal(pod: Pod, node: Node, ctx: ProcessContext): Refusal | "waits" | null {
    const { node: room, load } = this.#parts;
    const early = this.#parts.refusal(pod) ?? (pod.spec.securityContext?.sysctls === undefined ? null : sysctlRefusal(pod));
    if (early !== null) return early;
    const refusal = admitPod(pod, node, room, load);
    return refusal !== null && isCritical(pod) ? (this.#room ??= newCriticalRoom(this.#parts)).make(pod, node, refusal, ctx) : refusal;
  }
}
