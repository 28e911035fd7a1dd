// Follows pkg/kubelet/status/status_manager.go.
import { deepEqual } from "../../base/deepEqual.ts";
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import type { ClientContext, ClientSet } from "../../client/clientSet.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { podStatus, type StatusFacts } from "./podStatus.ts";
import { statusPatch } from "./statusPatch.ts";
import type { ContainerMachine, PodWorkerState } from "./podWorker/state.ts";

interface WriteState {
  readonly inFlight: boolean;
  readonly deleting: boolean;
  /** The last patch, so that one which changes nothing is not sent for ever. */
  readonly last: Json;
  /** The pod's revision after that patch: once somebody else has written, the same patch may be needed again. */
  readonly revision: string;
}

const idle: WriteState = { inFlight: false, deleting: false, last: null, revision: "" };

/**
 * Tells the API what the pod workers know: one write a pod at a time, so that what changes meanwhile goes out together;
 * at the very end of a pod that is to be deleted, its deletion.
 */
export class StatusWriter {
  readonly #clients: ClientSet;
  readonly #facts: Omit<StatusFacts, "nowUs">;
  readonly #writes = new Map<string, WriteState>();
  /** The worker's state that the last look found nothing to write for: derived, to skip steps that change no status. */
  readonly #settled = new Map<string, PodWorkerState>();

  constructor(clients: ClientSet, facts: Omit<StatusFacts, "nowUs">) {
    this.#clients = clients;
    this.#facts = facts;
  }

  write(ctx: ClientContext, worker: PodWorkerState, nowUs: number): void {
    const { uid, name, namespace } = worker.pod.metadata;
    const state = this.#writes.get(uid) ?? idle;
    // A start takes a moment and always ends in an event of its own: what it changes is told together with what came before.
    if (state.inFlight || (worker.termination === null && isStarting(worker))) return;
    const settled = this.#settled.get(uid);
    if (settled !== undefined && sameForStatus(settled, worker)) {
      this.#settled.set(uid, worker);
      return;
    }
    const path = `/api/v1/namespaces/${namespace ?? ""}/pods/${name}`;
    const patch = statusPatch(worker.pod, podStatus(worker, { ...this.#facts, nowUs }));
    const repeats = state.revision === worker.pod.metadata.resourceVersion && deepEqual(patch, state.last);
    if (patch !== null && !repeats) {
      this.#writes.set(uid, { ...state, inFlight: true, last: patch });
      this.#clients.request(ctx, { verb: "patch", path: `${path}/status`, contentType: "application/strategic-merge-patch+json", body: patch }, { uid, what: "status" });
      return;
    }
    this.#settled.set(uid, worker);
    if (worker.value !== "finished" || worker.pod.metadata.deletionTimestamp === undefined || state.deleting) return;
    this.#writes.set(uid, { ...state, inFlight: true, deleting: true });
    const body: Json = { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0, preconditions: { uid } };
    this.#clients.request(ctx, { verb: "delete", path, body }, { uid, what: "delete" });
  }

  /** The pod as the API now has it, where the write went through; "later": it is to be tried again after a while. */
  answered(uid: string, what: "status" | "delete", response: ApiResponse | null): Pod | "later" | "gone" | null {
    const state = this.#writes.get(uid) ?? idle;
    const accepted = response !== null && response.code < 400;
    const gone = response !== null && response.code === 404;
    this.#settled.delete(uid);
    const revision = accepted && what === "status" ? (response.body as unknown as Pod).metadata.resourceVersion : state.revision;
    this.#writes.set(uid, { inFlight: false, deleting: state.deleting && (accepted || gone), last: accepted ? state.last : null, revision });
    if (accepted) return what === "status" ? (response.body as unknown as Pod) : null;
    // A pod that is gone leaves through the watch; a conflict (another uid) too.
    return gone ? "gone" : "later";
  }

  forget(uid: string): void {
    this.#writes.delete(uid);
    this.#settled.delete(uid);
  }

  snapshot(): Json {
    return [...this.#writes] as unknown as Json;
  }

  restore(data: Json): void {
    this.#writes.clear();
    this.#settled.clear();
    for (const [uid, state] of data as unknown as readonly (readonly [string, WriteState])[]) this.#writes.set(uid, state);
  }
}

function isStarting(worker: PodWorkerState): boolean {
  for (const name in worker.containers) if (worker.containers[name]?.value === "starting") return true;
  return false;
}

function sameForStatus(a: PodWorkerState, b: PodWorkerState): boolean {
  if (a === b) return true;
  if (a.pod !== b.pod || a.value !== b.value || a.sandbox !== b.sandbox || a.initialized !== b.initialized || a.termination !== b.termination || a.rejected !== b.rejected) return false;
  if (a.containers === b.containers) return true;
  for (const [name, machine] of Object.entries(a.containers)) {
    const other = b.containers[name];
    if (other === undefined || !sameContainer(machine, other)) return false;
  }
  return true;
}

function sameContainer(a: ContainerMachine, b: ContainerMachine): boolean {
  return a === b || (a.value === b.value && a.waiting === b.waiting && a.ready === b.ready && a.started === b.started && a.exit === b.exit && a.lastExit === b.lastExit && a.restarts === b.restarts && a.id === b.id && a.imageId === b.imageId);
}
