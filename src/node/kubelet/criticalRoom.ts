// Follows pkg/kubelet/preemption/preemption.go.
import type { Node } from "../../kinds/core/node/types.ts";
import { podRequests } from "../../kinds/core/pod/podResources.ts";
import { qosClass } from "../../kinds/core/pod/qosClass.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { ProcessContext } from "../../sim/process.ts";
import { admitPod, type NodeRoom, type Refusal } from "./admission.ts";
import { isCritical } from "./criticalPods.ts";
import type { AdmissionParts } from "./podAdmission.ts";

/** The pods that wait, each with those that end for its sake. */
export type CriticalRoomState = readonly (readonly [uid: string, victims: readonly string[]])[];

type Parts = Pick<AdmissionParts, "node" | "workers" | "load" | "evict">;
interface Requirement {
  readonly resource: string;
  readonly quantity: number;
}

const endless: NodeRoom = { cpuMilli: Infinity, memoryBytes: Infinity, ephemeralStorageBytes: Infinity, pods: Infinity };

/** Ends pods so that a critical one finds room: those of the lowest class, and as few as will do. */
export class CriticalRoom {
  readonly #parts: Parts;
  #waiting = new Map<string, readonly string[]>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether pods that end for its sake are still running. */
  waits(uid: string): boolean {
    const victims = this.#waiting.get(uid);
    if (victims?.some((victim) => this.#runs(victim)) === true) return true;
    this.#waiting.delete(uid);
    return false;
  }

  /** True where a pod has waited for this one to end. */
  ended(uid: string): boolean {
    for (const victims of this.#waiting.values()) if (victims.includes(uid)) return true;
    return false;
  }

  /** What becomes of a critical pod that was refused: only a lack of room can be helped. */
  make(pod: Pod, node: Node, refusal: Refusal, ctx: ProcessContext): Refusal | "waits" {
    const other = admitPod(pod, node, endless, this.#parts.load);
    if (other !== null) return other;
    const missing = this.#missing(pod);
    const victims = missing.length === 0 ? [] : victimsOf(pod, this.#parts.load.pods(), missing);
    if ("lacking" in victims) return { reason: "UnexpectedAdmissionError", message: `Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [${victims.lacking.map(({ resource, quantity }) => `(res: ${resource}, q: ${quantity}), `).join("")}]` };
    if (victims.length === 0) return refusal;
    // Pods that were deleted while they waited are forgotten.
    for (const uid of [...this.#waiting.keys()]) this.waits(uid);
    this.#waiting.set(pod.metadata.uid, victims.map(({ metadata }) => metadata.uid));
    for (const victim of victims) this.#parts.evict(ctx, victim, { type: "evict", reason: "Preempting", message: "Preempted in order to admit critical pod", graceUs: (victim.spec.terminationGracePeriodSeconds ?? 30) * 1_000_000 });
    return "waits";
  }

  snapshot(): CriticalRoomState {
    return [...this.#waiting];
  }

  restore(data: CriticalRoomState): void {
    this.#waiting = new Map(data);
  }

  #missing(pod: Pod): readonly Requirement[] {
    const { node, load } = this.#parts;
    const wanted = podRequests(pod);
    const used = load.sums();
    const all: readonly (readonly [string, number, number, number])[] = [
      ["pods", 1, used.pods, node.pods], ["cpu", wanted.cpuMilli, used.cpuMilli, node.cpuMilli], ["memory", wanted.memoryBytes, used.memoryBytes, node.memoryBytes],
      ["ephemeral-storage", wanted.ephemeralStorageBytes, used.ephemeralStorageBytes, node.ephemeralStorageBytes],
    ];
    return all.flatMap(([resource, requested, taken, capacity]) => (requested > 0 && requested > capacity - taken ? [{ resource, quantity: requested - (capacity - taken) }] : []));
  }

  #runs(uid: string): boolean {
    const worker = this.#parts.workers.get(uid);
    return worker !== undefined && worker.rejected === null && worker.value !== "finished";
  }
}

/** Made when a critical pod first finds no room. */
export function newCriticalRoom(parts: Parts): CriticalRoom {
  return new CriticalRoom(parts);
}

/** The pods that have to go: of each class only those that are needed once all of the lower classes were gone. */
function victimsOf(preemptor: Pod, pods: readonly Pod[], requirements: readonly Requirement[]): readonly Pod[] | { readonly lacking: readonly Requirement[] } {
  const lesser = pods.filter((pod) => (isCritical(preemptor) && !isCritical(pod)) || (preemptor.spec.priority ?? 0) > (pod.spec.priority ?? 0));
  const of = (wanted: string): readonly Pod[] => lesser.filter((pod) => qosClass(pod) === wanted);
  const [bestEffort, burstable, guaranteed] = [of("BestEffort"), of("Burstable"), of("Guaranteed")];
  const lacking = less(requirements, lesser);
  if (lacking.length > 0) return { lacking };
  const ofGuaranteed = nearest(guaranteed, less(requirements, [...bestEffort, ...burstable]));
  const ofBurstable = nearest(burstable, less(requirements, [...bestEffort, ...ofGuaranteed]));
  const ofBestEffort = nearest(bestEffort, less(requirements, [...ofBurstable, ...ofGuaranteed]));
  return [...ofBestEffort, ...ofBurstable, ...ofGuaranteed];
}

/** One after the other, each time the pod that leaves least to be wished for, and of equals the smaller. */
function nearest(pods: readonly Pod[], requirements: readonly Requirement[]): readonly Pod[] {
  const left = [...pods];
  const chosen: Pod[] = [];
  let open = requirements;
  while (open.length > 0 && left.length > 0) {
    let best = 0;
    let least = Infinity;
    for (const [index, pod] of left.entries()) {
      const distance = open.reduce((sum, { resource, quantity }) => sum + (Math.max(0, quantity - requestOf(pod, resource)) / quantity) ** 2, 0);
      if (distance > least || (distance === least && isLarger(pod, left[best]))) continue;
      best = index;
      least = distance;
    }
    const pod = left[best];
    if (pod === undefined) break;
    chosen.push(pod);
    open = less(open, [pod]);
    left[best] = left[left.length - 1] ?? pod;
    left.pop();
  }
  return chosen;
}

function less(requirements: readonly Requirement[], pods: readonly Pod[]): readonly Requirement[] {
  return requirements.flatMap(({ resource, quantity }) => {
    const open = quantity - pods.reduce((sum, pod) => sum + requestOf(pod, resource), 0);
    return open > 0 ? [{ resource, quantity: open }] : [];
  });
}

function isLarger(pod: Pod, than: Pod | undefined): boolean {
  if (than === undefined) return false;
  const [a, b] = [podRequests(pod), podRequests(than)];
  return a.memoryBytes === b.memoryBytes ? a.cpuMilli > b.cpuMilli : a.memoryBytes > b.memoryBytes;
}

function requestOf(pod: Pod, resource: string): number {
  const { cpuMilli, memoryBytes, ephemeralStorageBytes } = podRequests(pod);
  return resource === "pods" ? 1 : resource === "cpu" ? cpuMilli : resource === "memory" ? memoryBytes : ephemeralStorageBytes;
}
