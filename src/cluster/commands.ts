import type { Json } from "../base/json.ts";
import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../apimachinery/gvk.ts";
import type { ProcessId } from "../sim/process.ts";
import type { Recording } from "../sim/recording.ts";
import type { SimTime } from "../sim/time.ts";
import type { TrafficSource } from "../network/traffic.ts";
import type { StreamInput, StreamOpen } from "../node/runtime/streamMessages.ts";
import type { ClusterSpec, NodeSpec } from "./clusterSpec.ts";

/** The only way in. */
export type ClusterCommand =
  | { readonly type: "api"; readonly request: ApiRequest }
  /** exec, attach, port-forward. `data`: StreamCommand; the id is its opener's choice and never used twice. */
  | { readonly type: "stream"; readonly id: string; readonly step: "open" | "chunk" | "close"; readonly data: Json }
  | { readonly type: "addNode"; readonly node: NodeSpec }
  | { readonly type: "removeNode"; readonly node: string }
  /** Writes a file of /etc/kubernetes/manifests of a machine; null removes it. */
  | { readonly type: "setManifest"; readonly node: string; readonly file: string; readonly manifest: Json }
  | { readonly type: "setFault"; readonly fault: Fault }
  | { readonly type: "clearFault"; readonly id: string }
  | { readonly type: "setTraffic"; readonly source: TrafficSource }
  | { readonly type: "clearTraffic"; readonly id: string }
  | { readonly type: "setComponent"; readonly process: ProcessId; readonly part: string | null; readonly state: "running" | "stopped" };

/** The data of a "stream" command: which node, and what to open there or to send. */
export interface StreamCommand {
  readonly node: string;
  readonly open?: StreamOpen;
  readonly input?: StreamInput;
}

/** One folder a fault under cluster/faults: its params' schema, what it does, where the UI offers it. */
export interface Fault {
  readonly id: string;
  readonly type: string;
  readonly target: string;
  readonly params: Json;
  readonly until?: SimTime;
}

/** CEL over objects(kind, ns), object(kind, ns, name), requests(sinceStep), history, now; cost-limited. */
export interface Check {
  readonly cel: string;
  readonly within?: string;
  readonly always?: true;
  readonly says: string;
}

export type ClusterRecording = Recording<ClusterSpec, ClusterCommand>;
export type { ObjectKey, TrafficSource };
