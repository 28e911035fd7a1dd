// Follows pkg/kubelet/status/status_manager.go.
import { deepEqual } from "../../base/deepEqual.ts";
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { ClientContext, ClientSet } from "../../client/clientSet.ts";
import type { Pod, PodStatus } from "../../kinds/core/pod/types.ts";
import { podStatus, type StatusFacts } from "./podStatus.ts";
import { statusPatch } from "./statusPatch.ts";
import { podChart } from "./podWorker/podMachine.ts";
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

interface Look {
  worker: PodWorkerState;
  /** What the API should say of that state. */
  readonly status: PodStatus;
  /** There was nothing to write. */
  settled: boolean;
}

/**
 * Tells the API what the pod workers know: one write a pod at a time, so that what changes meanwhile goes out together;
 * at the very end of a pod that is to be deleted, its deletion.
 */
export class StatusWriter {
  readonly #clients: ClientSet;
  readonly #inApi: (pod: Pod) => Pod | null;
  readonly #facts: { -readonly [K in keyof StatusFacts]: StatusFacts[K] };
  readonly #writes = new Map<string, WriteState>();
  /** The last look at each pod: derived, to skip what changes no status. */
  readonly #looks = new Map<string, Look>();

  /** `inApi`: the object that stands for a worker's pod in the API; null where there is none yet. */
  constructor(clients: ClientSet, inApi: (pod: Pod) => Pod | null, facts: Omit<StatusFacts, "nowUs">) {
    this.#clients = clients;
    this.#inApi = inApi;
    this.#facts = { ...facts, nowUs: 0 };
  }

  write(ctx: ClientContext, worker: PodWorkerState, nowUs: number): void {
    const { uid } = worker.pod.metadata;
    const state = this.#writes.get(uid) ?? idle;
    // A start takes a moment and always ends in an event of its own: what it changes is told together with what came before.
    if (state.inFlight || (worker.termination === null && isStarting(worker))) return;
    const look = this.#looks.get(uid);
    if (look !== undefined && look.settled && look.worker.pod === worker.pod && look.worker.sandbox === worker.sandbox && sameForStatus(look.worker, worker)) {
      look.worker = worker;
      return;
    }
    const pod = this.#inApi(worker.pod);
    if (pod === null) return;
    const patch = this.#patchFor(uid, look, worker, pod, nowUs);
    const repeats = state.revision === pod.metadata.resourceVersion && deepEqual(patch, state.last);
    if (patch !== null && !repeats) {
      this.#writes.set(uid, { inFlight: true, deleting: state.deleting, last: patch, revision: state.revision });
      this.#clients.request(ctx, { verb: "patch", path: `${pathOf(pod)}/status`, contentType: "application/strategic-merge-patch+json", body: patch }, { uid, what: "status" });
      return;
    }
    this.#settle(uid);
    if (worker.value !== "finished" || worker.pod.metadata.deletionTimestamp === undefined || state.deleting) return;
    this.#writes.set(uid, { inFlight: true, deleting: true, last: state.last, revision: state.revision });
    const body: Json = { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0, preconditions: { uid } };
    this.#clients.request(ctx, { verb: "delete", path: pathOf(worker.pod), body }, { uid, what: "delete" });
  }

  /** What was wanted at the last look stands as long as the pod says it and nothing that it was made from has changed. */
  #patchFor(uid: string, look: Look | undefined, worker: PodWorkerState, pod: Pod, nowUs: number): JsonObject | null {
    if (look !== undefined && sameForStatus(look.worker, worker) && sameSource(look.worker.pod, worker.pod) && statusPatch(pod, look.status) === null) {
      look.worker = worker;
      return null;
    }
    this.#facts.nowUs = nowUs;
    const status = podStatus(worker, this.#facts);
    this.#looks.set(uid, { worker, status, settled: false });
    return statusPatch(pod, status);
  }

  #settle(uid: string): void {
    const look = this.#looks.get(uid);
    if (look !== undefined) look.settled = true;
  }

  /** The pod as the API now has it, where the write went through; "later": it is to be tried again after a while. */
  answered(uid: string, what: "status" | "delete", response: ApiResponse | null): Pod | "later" | "gone" | null {
    const state = this.#writes.get(uid) ?? idle;
    const accepted = response !== null && response.code < 400;
    const gone = response !== null && response.code === 404;
    const look = this.#looks.get(uid);
    if (look !== undefined) look.settled = false;
    const revision = accepted && what === "status" ? (response.body as unknown as Pod).metadata.resourceVersion : state.revision;
    this.#writes.set(uid, { inFlight: false, deleting: state.deleting && (accepted || gone), last: accepted ? state.last : null, revision });
    if (accepted) return what === "status" ? (response.body as unknown as Pod) : null;
    // A pod that is gone leaves through the watch; a conflict (another uid) too.
    return gone ? "gone" : "later";
  }

  forget(uid: string): void {
    this.#writes.delete(uid);
    this.#looks.delete(uid);
  }

  snapshot(): Json {
    return [...this.#writes] as unknown as Json;
  }

  restore(data: Json): void {
    this.#writes.clear();
    this.#looks.clear();
    for (const [uid, state] of data as unknown as readonly (readonly [string, WriteState])[]) this.#writes.set(uid, state);
  }
}

function isStarting(worker: PodWorkerState): boolean {
  for (const name in worker.containers) {
    const value = worker.containers[name]?.value;
    if (value === "starting" || value === "postStarting") return true;
  }
  return false;
}

function pathOf(pod: Pod): string {
  return `/api/v1/namespaces/${pod.metadata.namespace ?? ""}/pods/${pod.metadata.name}`;
}

/** Of two versions of a pod: a status that one of them already says was made alike from both. Gates look at conditions of others. */
function sameSource(a: Pod, b: Pod): boolean {
  return a === b || (a.spec === b.spec && a.metadata.generation === b.metadata.generation && a.spec.readinessGates === undefined);
}

/** Nothing of the worker's own state that a status tells differs; its pod may. */
function sameForStatus(a: PodWorkerState, b: PodWorkerState): boolean {
  if (a === b) return true;
  if (!sameSandbox(a, b) || a.initialized !== b.initialized || a.termination !== b.termination || a.rejected !== b.rejected || a.resize !== b.resize) return false;
  if (a.containers === b.containers) return true;
  for (const name in b.containers) {
    const machine = a.containers[name];
    const other = b.containers[name];
    if (machine === undefined || other === undefined || !sameContainer(machine, other)) return false;
  }
  return true;
}

/** Of a pod's own state a status tells whether its sandbox stands, by which address, and whether all is over. */
function sameSandbox(a: PodWorkerState, b: PodWorkerState): boolean {
  if (a.sandbox !== b.sandbox && a.sandbox.ip !== b.sandbox.ip) return false;
  return a.value === b.value || (podChart.has(a.value, "up") === podChart.has(b.value, "up") && a.value !== "finished" && b.value !== "finished");
}

function sameContainer(a: ContainerMachine, b: ContainerMachine): boolean {
  return a === b || (a.value === b.value && a.waiting === b.waiting && a.ready === b.ready && a.started === b.started && a.exit === b.exit && a.lastExit === b.lastExit && a.restarts === b.restarts && a.id === b.id && a.imageId === b.imageId);
}
