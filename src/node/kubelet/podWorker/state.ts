import type { Pod } from "../../../kinds/core/pod/types.ts";
import type { ContainerExit, ContainerReport, NodeImage, ToRuntime } from "../../runtime/criMessages.ts";

export type ContainerRole = "init" | "sidecar" | "main";
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

/** The life of one container of a pod, across its restarts: plain data, moved by the pod worker alone. */
export interface ContainerMachine {
  readonly name: string;
  readonly role: ContainerRole;
  readonly value: "idle" | "pulling" | "starting" | "running" | "stopping" | "exited";
  /** Why it does not run, where there is more to say than "not yet". */
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
  /** The image is at hand for the start that comes next. */
  readonly pulled: boolean;
  /** Not before this time is anything tried again (relist, configuration errors). */
  readonly notBeforeUs: number;
  /** Its startup probe has passed (or it has none). */
  readonly started: boolean;
  readonly ready: boolean;
  readonly probes: Readonly<Partial<Record<ProbeKind, ProbeMachine>>>;
  /** A lifecycle hook that runs now; a stop waits for preStop until its deadline. */
  readonly hook: { readonly kind: HookKind; readonly deadlineUs: number } | null;
}

export type SandboxMachine =
  | { readonly value: "none" }
  | { readonly value: "creating" }
  | { readonly value: "failed"; readonly message: string; readonly notBeforeUs: number }
  | { readonly value: "ready"; readonly ip: string }
  | { readonly value: "stopping"; readonly ip: string }
  | { readonly value: "stopped"; readonly ip: string };

export interface Termination {
  readonly why: "deleted" | "gone" | "deadline" | "completed";
  readonly sinceUs: number;
  readonly graceUs: number;
  /** Containers that were already told to stop, with the grace they were given. */
  readonly told: Readonly<Record<string, number>>;
}

export interface PodWorkerState {
  /** The newest the API has told. */
  readonly pod: Pod;
  readonly startedAtUs: number;
  /** Refused at the node's door: OutOfcpu, NodeAffinity, ... */
  readonly rejected: { readonly reason: string; readonly message: string } | null;
  readonly volumes: { readonly value: "unmounted" | "mounting" | "mounted"; readonly error: string; readonly delayUs: number; readonly notBeforeUs: number };
  readonly sandbox: SandboxMachine;
  readonly sandboxAttempt: number;
  /** All init containers were through once in this sandbox. */
  readonly initialized: boolean;
  readonly containers: Readonly<Record<string, ContainerMachine>>;
  readonly termination: Termination | null;
  /** Everything has stopped; only the API has to hear of it. */
  readonly finished: boolean;
}

export type PodWorkerEvent =
  | { readonly type: "sync" }
  | { readonly type: "pod"; readonly pod: Pod }
  | { readonly type: "gone" }
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
}

export type VolumesView = { readonly ready: true } | { readonly ready: false; readonly waiting: true } | { readonly ready: false; readonly waiting: false; readonly error: string };
export type ContainerSpecView =
  | { readonly spec: Extract<ToRuntime, { type: "cri/startContainer" }>; readonly waiting?: undefined; readonly error?: undefined }
  | { readonly waiting: true; readonly spec?: undefined; readonly error?: undefined }
  | { readonly error: string; readonly spec?: undefined; readonly waiting?: undefined };
