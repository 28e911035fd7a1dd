import type { Pod, ResourceRequirements } from "../../../kinds/core/pod/types.ts";
import type { ContainerExit, ContainerReport, NodeImage, ToRuntime } from "../../runtime/criMessages.ts";
import type { ContainerState } from "./containerMachine.ts";
import type { Passage } from "./passages.ts";
import type { PodState } from "./podMachine.ts";

export type ContainerRole = "init" | "sidecar" | "main" | "ephemeral";
export type HookKind = "postStart" | "preStop";
export type ProbeKind = "startup" | "readiness" | "liveness";

/** One probe of one running container. `tickUs` is when the present period began. */
export interface ProbeMachine {
  readonly value: "waiting" | "asking";
  readonly serial: number;
  readonly tickUs: number;
  /** How often in a row the last outcome came. */
  readonly run: number;
  readonly lastOk: boolean | null;
}

/** One container of a pod, across its restarts: plain data. */
export interface ContainerMachine {
  readonly name: string;
  readonly role: ContainerRole;
  /** Moved by the events of `containerChart` alone. */
  readonly value: ContainerState;
  readonly passages: readonly Passage<ContainerState>[];
  /** What the API is told about why it does not run, where there is more to say than "not yet". */
  readonly waiting: { readonly reason: string; readonly message: string } | null;
  readonly restarts: number;
  readonly id: string;
  readonly imageId: string;
  readonly startedAtUs: number;
  /** The end of this run. */
  readonly exit: ContainerExit | null;
  /** The end of the run before. */
  readonly lastExit: ContainerExit | null;
  /** Crash back-off: what the next wait would be, and when the entry was last raised. */
  readonly crashDelayUs: number;
  readonly crashSinceUs: number;
  readonly pullDelayUs: number;
  readonly pullNotBeforeUs: number;
  readonly pullError: string;
  /** Not before this time is anything tried again (relist, configuration errors). */
  readonly notBeforeUs: number;
  /** Its startup probe has passed (or it has none). */
  readonly started: boolean;
  readonly ready: boolean;
  readonly probes: Readonly<Partial<Record<ProbeKind, ProbeMachine>>>;
  /** A lifecycle hook that runs now; a stop waits for preStop until its deadline. */
  readonly hook: { readonly kind: HookKind; readonly deadlineUs: number } | null;
}

export interface Termination {
  readonly why: "deleted" | "gone" | "deadline" | "completed" | "evicted";
  /** The kubelet itself ends it, and this is what the status says of it. */
  readonly said?: { readonly reason: string; readonly message: string };
  readonly sinceUs: number;
  readonly graceUs: number;
  /** Containers that were already told to stop, with the grace they were given. */
  readonly told: Readonly<Record<string, number>>;
}

/** A resize of the pod's containers that is not through. */
export interface ResizeState {
  /** What each container was given. */
  readonly allocated: Readonly<Record<string, ResourceRequirements>>;
  /** Why it cannot be given what it asks for. */
  readonly pending: { readonly reason: "Deferred" | "Infeasible"; readonly message: string } | null;
  /** Containers that have yet to get what they were given. */
  readonly updating: readonly string[];
}

export interface PodWorkerState {
  /** The newest the API has told. */
  readonly pod: Pod;
  /** Moved by the events of `podChart` alone. */
  readonly value: PodState;
  readonly passages: readonly Passage<PodState>[];
  readonly startedAtUs: number;
  /** Refused at the node's door: OutOfcpu, NodeAffinity, ... */
  readonly rejected: { readonly reason: string; readonly message: string } | null;
  readonly volumes: { readonly delayUs: number; readonly notBeforeUs: number };
  /** `ip`: of the sandbox there is, or was last; "" where there was none. */
  readonly sandbox: { readonly ip: string; readonly notBeforeUs: number };
  readonly sandboxAttempt: number;
  /** All init containers were through once in this sandbox. */
  readonly initialized: boolean;
  readonly containers: Readonly<Record<string, ContainerMachine>>;
  /** Set once it is to end. */
  readonly termination: Termination | null;
  /** null: every container has what its spec says. */
  readonly resize: ResizeState | null;
  /** When it was last said that secrets for its registries are missing; absent: never. */
  readonly pullSecretsToldUs?: number;
  /** All containers are being killed and removed; `untilUs`: they have been, and begin anew then. */
  readonly restartingAll?: { readonly untilUs: number | null } | null;
  /** Volumes whose images are on the machine. */
  readonly volumeImages?: readonly string[];
}

export type PodWorkerEvent =
  | { readonly type: "sync" }
  | { readonly type: "pod"; readonly pod: Pod }
  | { readonly type: "gone" }
  /** The node needs what it uses, or shuts down. */
  | { readonly type: "evict"; readonly reason: string; readonly message: string; readonly graceUs: number }
  /** The runtime came back without this pod's sandbox. */
  | { readonly type: "lost" }
  /** A kubelet that came back found this pod running. */
  | { readonly type: "adopted"; readonly ip: string; readonly containers: readonly ContainerReport[] }
  | { readonly type: "sandboxReady"; readonly ip: string }
  | { readonly type: "sandboxFailed"; readonly message: string }
  | { readonly type: "sandboxStopped" }
  | { readonly type: "imagePulled"; readonly container: string; readonly image: NodeImage; readonly tookUs: number; readonly waitedUs: number; readonly warning: string }
  | { readonly type: "imagePullFailed"; readonly container: string; readonly reason: string; readonly message: string }
  | { readonly type: "containerStarted"; readonly container: string; readonly id: string; readonly imageId: string; readonly startedAtUs: number; readonly warnings: readonly string[] }
  | { readonly type: "containerEnded"; readonly container: string; readonly exit: ContainerExit; readonly neverStarted: boolean }
  | { readonly type: "containerUpdated"; readonly container: string }
  | { readonly type: "hookDone"; readonly container: string; readonly hook: HookKind; readonly ok: boolean; readonly output: string }
  /** preStop has slept, or a hook has taken too long. */
  | { readonly type: "hookTimer"; readonly container: string }
  | { readonly type: "probeTimer"; readonly container: string; readonly probe: ProbeKind }
  | { readonly type: "probeAnswer"; readonly container: string; readonly probe: ProbeKind; readonly serial: number; readonly ok: boolean; readonly output: string };

export type PodEffect =
  | { readonly type: "runtime"; readonly message: ToRuntime }
  | { readonly type: "timer"; readonly key: string; readonly delayUs: number }
  | { readonly type: "cancelTimer"; readonly key: string }
  | { readonly type: "event"; readonly eventType: "Normal" | "Warning"; readonly reason: string; readonly message: string; readonly container: string | null }
  | { readonly type: "probe"; readonly container: string; readonly probe: ProbeKind; readonly serial: number }
  | { readonly type: "hook"; readonly container: string; readonly hook: HookKind }
  | { readonly type: "fetch" }
  | { readonly type: "explain"; readonly text: string; readonly tone: "ok" | "progress" | "warn" | "fail" };

/** What the world around the worker looks like at this step: arguments, never state. */
export interface PodWorkerEnv {
  /** Unix microseconds by the machine's own clock. */
  readonly nowUs: number;
  readonly instant: boolean;
  imagePresent(reference: string): NodeImage | null;
  /** Everything the volumes need, or why not yet. */
  volumes(pod: Pod): VolumesView;
  /** The container as the runtime shall run it, or the error that hinders it. */
  containerSpec(state: PodWorkerState, name: string): ContainerSpecView;
  sandboxSpec(state: PodWorkerState): ToRuntime;
  /** The secrets for registries that the pod names and that are not there. */
  missingPullSecrets(pod: Pod): readonly string[];
  /** Why the node cannot give the pod what its spec asks for now; null: it can. */
  resizeRefusal(pod: Pod): ResizeState["pending"];
}

export type VolumesView = { readonly ready: true } | { readonly ready: false; readonly waiting: true } | { readonly ready: false; readonly waiting: false; readonly error: string };
export type ContainerSpecView =
  | { readonly spec: Extract<ToRuntime, { type: "cri/startContainer" }>; readonly waiting?: undefined; readonly error?: undefined }
  | { readonly waiting: true; readonly spec?: undefined; readonly error?: undefined }
  | { readonly error: string; readonly reason?: string; readonly spec?: undefined; readonly waiting?: undefined };
