import type { Json } from "../../base/json.ts";
import type { ProcessId } from "../../sim/process.ts";
import type { DurationUs } from "../../sim/time.ts";
import type { SimControl } from "../../sim/window.ts";
import type { ClusterSpec } from "../clusterSpec.ts";
import type { Fault } from "../commands.ts";

/** What a command does to the running cluster, as data for the coordinator. */
export interface Effects {
  readonly messages: readonly { readonly to: ProcessId; readonly body: Json }[];
  readonly controls: readonly { readonly control: SimControl; readonly delayUs: DurationUs }[];
}

export const noEffects: Effects = { messages: [], controls: [] };

export function controlsNow(...controls: readonly SimControl[]): Effects {
  return { messages: [], controls: controls.map((control) => ({ control, delayUs: 0 })) };
}

/** One number that a fault takes, with its unit in the name. */
export interface FaultParam {
  readonly name: string;
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/** One file a fault, one line in index.ts. */
export interface FaultDefinition {
  readonly type: string;
  /** As a button says it. */
  readonly label: string;
  /** Where the page offers it. */
  readonly on: "node" | "pod" | "process" | "zone" | "link" | "image";
  readonly params: readonly FaultParam[];
  /** What is wrong with the target, or null. */
  checkTarget(target: string, spec: ClusterSpec): string | null;
  begin(fault: Fault, params: Readonly<Record<string, number>>, spec: ClusterSpec): Effects;
  end(fault: Fault, params: Readonly<Record<string, number>>, spec: ClusterSpec): Effects;
}

export function nodeTarget(target: string, spec: ClusterSpec): string | null {
  return spec.nodes.some((node) => node.name === target) ? null : `target "${target}": no such node; nodes are ${spec.nodes.map((node) => node.name).join(", ")}`;
}
