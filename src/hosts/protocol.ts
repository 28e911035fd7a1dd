import type { ApiRequest, ApiResponse, WatchFrame } from "../apimachinery/apiRequest.ts";
import type { ObjectRef } from "../apimachinery/gvk.ts";
import type { Json } from "../base/json.ts";
import type { Breakpoint, BreakpointHit, Condition } from "../cluster/breakpoints.ts";
import type { Check, ClusterCommand, ClusterRecording } from "../cluster/commands.ts";
import type { GraphEdge, GraphSummary, Health } from "../kinds/define.ts";
import type { FlowRecord } from "../network/packet.ts";
import type { TrafficSource } from "../network/traffic.ts";
import type { Lifecycle } from "../node/kubelet/lifecycles.ts";
import type { StreamInput, StreamOpen, StreamOutput } from "../node/runtime/streamMessages.ts";
import type { CauseId, ProcessId } from "../sim/process.ts";
import type { TraceEntry } from "../sim/recording.ts";
import type { SimTime } from "../sim/time.ts";

export { mostBreakpoints } from "../cluster/breakpoints.ts";
export type { Breakpoint, BreakpointHit, Condition, Lifecycle, StreamInput, StreamOutput };

export const protocolVersion = 1;

/** UI -> engine worker. Every `id` is the caller's own number; the answer carries it. */
export type ToEngine =
  | { readonly type: "open"; readonly recording: ClusterRecording; /** Replays the journal up to here, then goes on live. */ readonly at?: SimTime; readonly paused?: boolean }
  | { readonly type: "command"; readonly id: number; readonly command: ClusterCommand }
  /** 0 = paused; never journaled. */
  | { readonly type: "clock"; readonly speed: number }
  /** The page was shown or hidden. A page hidden for a minute pauses. */
  | { readonly type: "visible"; readonly on: boolean }
  /** Instead of those before; never journaled. */
  | { readonly type: "setBreakpoints"; readonly breakpoints: readonly Breakpoint[] }
  | { readonly type: "step"; readonly by: "event" | "reconcile" | "second" }
  /** On to the next thing that one would want to look at; answered by "hit". */
  | { readonly type: "skip" }
  | { readonly type: "setChecks"; readonly step: string; readonly checks: readonly Check[] }
  /** Reads (get, list, logs, discovery, OpenAPI): outside history. */
  | { readonly type: "observe"; readonly id: number; readonly request: ApiRequest }
  /** A watch, or a session in a container: answered by messages of type "stream" until its last. What goes into a session is journaled. */
  | { readonly type: "stream"; readonly id: number; readonly open: StreamRequest }
  | { readonly type: "streamInput"; readonly id: number; readonly input: StreamInput }
  | { readonly type: "streamClose"; readonly id: number }
  /** Beside the API. */
  | { readonly type: "ask"; readonly id: number; readonly question: EngineQuestion }
  /** Frames show that time until "live"; `why`, `object` and `events` answer as of then. The run itself goes on. */
  | { readonly type: "lookAt"; readonly at: SimTime | "live" }
  /** Answered with why no other future can be made from there, or with null. */
  | { readonly type: "branch"; readonly id: number; readonly at: SimTime }
  | { readonly type: "subscribe"; readonly topic: Topic; readonly on: boolean };

/** "ways": what is done to each request on its way, hop by hop; without it only where it began and who answered is kept. None is history. */
export type Topic = "objects" | "trace" | "flows" | "ways";

export type StreamRequest = { readonly type: "watch"; readonly request: ApiRequest } | { readonly type: "exec"; readonly open: StreamOpen };

/** What a stream says. "refused", "ended" and "failed" are the last of it, as are outputs that say so themselves. */
export type StreamData =
  | { readonly type: "opened" }
  | { readonly type: "frames"; readonly frames: readonly WatchFrame[] }
  | { readonly type: "output"; readonly output: StreamOutput }
  | { readonly type: "refused"; readonly response: ApiResponse }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "ended" };

export type EngineQuestion =
  /** -> WhyLink[], oldest first, from the journal entry or boot down to the write that last changed what the object's sentence says, or what is wanted of it. */
  | { readonly type: "why"; readonly uid: string }
  /** -> the decision as contracts.md says, or null. */
  | { readonly type: "decision"; readonly namespace: string; readonly pod: string }
  /** -> ClusterRecording with a checkpoint at its end. */
  | { readonly type: "recording" }
  /** -> {at, digest} */
  | { readonly type: "digest" }
  /** -> EventList of those written last, newest first, without managed fields. `about`: only of that object. */
  | { readonly type: "events"; readonly limit: number; readonly about?: { readonly kind: string; readonly namespace: string; readonly name: string } }
  /** -> the object, or null where it is not there: of the time that is looked at. */
  | { readonly type: "object"; readonly uid: string }
  /** -> string[]: the readable packet rules of a node. */
  | { readonly type: "rules"; readonly node: string }
  /** -> Lifecycle[] of a pod and its containers, or null where no kubelet has it. */
  | { readonly type: "lifecycle"; readonly uid: string }
  /** -> ObjectHistory: the newest revisions of an object as they were observed, up to the time that is looked at; null where it is not known. */
  | { readonly type: "history"; readonly uid: string; readonly limit: number }
  /** -> audit.k8s.io/v1 EventList of the requests answered last, newest first */
  | { readonly type: "audit"; readonly limit: number }
  /** -> {controllers: {part, state, depth, working, delayed, adds, retries, keys}[], scheduler: {active, backoff, unschedulable, gated, pods}}: null where the process is down. `keys`: of how many to tell. */
  | { readonly type: "queues"; readonly keys: number }
  /** -> MetricsAnswer: a query in PromQL over the `seconds` up to the time that is looked at, at so many steps. */
  | { readonly type: "metrics"; readonly query: string; readonly seconds: number; readonly steps: number }
  /** -> string[]: the names that can be asked for, as far as anything was measured. */
  | { readonly type: "metricNames" }
  /** -> string: what "kube-scheduler", "kube-controller-manager" or "etcd" exposes at its own /metrics; null where there is no such component, or it is down. */
  | { readonly type: "componentMetrics"; readonly component: string }
  /** -> {component, implemented: string[], notImplemented: string[]}[]: the honesty panel. */
  | { readonly type: "honesty" };

/** Times in microseconds since 1970, of the cluster's clock. */
export interface MetricsAnswer {
  readonly fromUs: number;
  readonly toUs: number;
  readonly series: readonly { readonly labels: readonly (readonly [name: string, value: string])[]; readonly points: readonly (readonly [atUs: number, value: number])[] }[];
  /** Series that were left off. */
  readonly more: number;
  /** What cannot be read or computed, and the column where. */
  readonly error: { readonly message: string; readonly column: number } | null;
  /** Of the oldest sample; null: nothing was measured yet. */
  readonly since: number | null;
  /** Samples that found no room. */
  readonly refused: number;
}

export interface ObjectHistory {
  /** From when on all revisions are kept. */
  readonly since: SimTime;
  /** How many older ones there are. */
  readonly older: number;
  /** Oldest first. `why`: what was done that wrote it; null where that is no longer known. */
  readonly revisions: readonly { readonly at: SimTime; readonly revision: number; readonly object: Json; readonly why: Pick<WhyLink, "component" | "text" | "tone"> | null }[];
}

export interface WhyLink {
  readonly id: CauseId;
  readonly at: SimTime;
  readonly component: string;
  readonly text: string;
  readonly object: string | null;
  readonly tone: "ok" | "progress" | "warn" | "fail" | "person" | null;
}

export type FromEngine =
  /** `saved`: the run that was open last in this browser; open it to resume. */
  | { readonly type: "ready"; readonly protocol: 1; readonly engine: string; readonly saved?: ClusterRecording }
  | { readonly type: "frame"; readonly frame: Frame }
  | { readonly type: "reply"; readonly id: number; readonly response: ApiResponse }
  | { readonly type: "answer"; readonly id: number; readonly answer: Json }
  /** `data`: StreamData. */
  | { readonly type: "stream"; readonly id: number; readonly data: Json }
  /** A calm notice: a worker was restarted, a replay differs at a checkpoint. */
  | { readonly type: "notice"; readonly message: string }
  /** The run was paused at a breakpoint. */
  | { readonly type: "hit"; readonly hit: BreakpointHit }
  /** `recording`: null where no engine ever ran. */
  | { readonly type: "failed"; readonly message: string; readonly recording: ClusterRecording | null };

/** What the graph needs of an object, computed in the worker by the kind's graph trait. Whole objects are fetched when selected or listed. */
export interface GraphFact {
  readonly uid: string;
  readonly ref: ObjectRef;
  readonly plural: string;
  readonly health: Health;
  readonly node: string | null;
  readonly sentence: string;
  readonly createdAt: string;
  readonly deleting: boolean;
  readonly summary: GraphSummary;
}

/** A mark on the timeline: applies, faults, warnings, all ready. */
export interface TimelineMark {
  readonly at: SimTime;
  readonly tone: "person" | "ok" | "warn" | "fail";
  readonly label: string;
}

/** Requests that ended alike since the last frame: from where, to which address, by whom, well or not. */
export interface FlowCount {
  /** The same for the same sort, in every frame. */
  readonly key: string;
  /** One of them, with its first hop and that of the ingress controller alone. */
  readonly flow: FlowRecord;
  readonly count: number;
  /** How long all of them took together. */
  readonly tookUs: number;
}

/** At most one a display frame: only what changed since the last. */
export interface Frame {
  readonly now: SimTime;
  /** Unix microseconds of the cluster's epoch: now + epochUs is the cluster's wall clock. */
  readonly epochUs: number;
  readonly revision: number;
  /** The speed in force; 0 = paused. */
  readonly speed: number;
  readonly replaying: boolean;
  /** Set until the control plane and all nodes are Ready for the first time. */
  readonly booting: boolean;
  /** Forget what was known before: the objects (another time is looked at), or the whole run with its marks and requests (opened, branched). */
  readonly reset: false | "objects" | "run";
  /** Null: facts, faults, traffic and what is stopped are those of now. Else those of then, and they stand still; the rest is always of now. */
  readonly lookingAt: SimTime | null;
  readonly upserts: readonly GraphFact[];
  readonly removes: readonly string[];
  readonly edges: { readonly added: readonly GraphEdge[]; readonly removed: readonly GraphEdge[] };
  readonly trace: readonly TraceEntry[];
  /** A sample of the requests that ended; failed ones are never left out. */
  readonly flows: readonly FlowRecord[];
  /** All of them, counted. */
  readonly flowCounts: readonly FlowCount[];
  readonly flowTotals: { readonly answered: number; readonly failed: number; readonly p99Us: number };
  readonly marks: readonly TimelineMark[];
  readonly faults: readonly { readonly id: string; readonly type: string; readonly target: string }[];
  readonly traffic: readonly TrafficSource[];
  readonly stopped: readonly ProcessId[];
  readonly checks: readonly { readonly step: string; readonly index: number; readonly passed: boolean }[];
}
