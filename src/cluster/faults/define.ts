import { compareText } from "../../base/compareText.ts";
import type { Json } from "../../base/json.ts";
import type { ProcessId } from "../../sim/process.ts";
import type { DurationUs } from "../../sim/time.ts";
import type { SimControl } from "../../sim/window.ts";
import type { ClusterSpec } from "../clusterSpec.ts";
import type { Fault } from "../commands.ts";

/** What a command does to the running cluster, as data for the coordinator. */
export interface Effects {
  readonly messages: readonly { readonly to: ProcessId; readonly body: Json; readonly delayUs?: DurationUs }[];
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
  readonly on: "node" | "pod" | "process" | "zone" | "link" | "image" | "service";
  readonly params: readonly FaultParam[];
  /** False: over in a moment (a crash, a reboot); nothing of it remains in force. */
  readonly lasts?: false;
  /** What is wrong with the target, or null. */
  checkTarget(target: string, spec: ClusterSpec): string | null;
  begin(fault: Fault, params: Readonly<Record<string, number>>, spec: ClusterSpec): Effects;
  end(fault: Fault, params: Readonly<Record<string, number>>, spec: ClusterSpec): Effects;
}

export function nodeTarget(target: string, spec: ClusterSpec): string | null {
  return spec.nodes.some((node) => node.name === target) ? null : `target "${target}": no such node; nodes are ${spec.nodes.map((node) => node.name).join(", ")}`;
}

/** What a control changes, where faults of several kinds may change the same; null where each stands for itself. */
export function subjectOf(control: SimControl): string | null {
  switch (control.type) {
    case "power": return `power ${control.group}`;
    case "process": return `process ${control.process}`;
    case "clockSkew": return `clock ${control.group}`;
    case "slow": return `slow ${control.process}`;
    case "link": return `link ${[control.a, control.b].sort(compareText).join(" ")}`;
    default: return null;
  }
}

/** Two controls of one subject as one: the worse of each. */
export function combined(one: SimControl, other: SimControl): SimControl {
  if (one.type === "power" && other.type === "power") return { ...one, on: one.on && other.on };
  if (one.type === "process" && other.type === "process") return one.state === "stopped" ? one : other;
  if (one.type === "clockSkew" && other.type === "clockSkew") return one.skewUs === 0 ? other : one;
  if (one.type === "slow" && other.type === "slow") return one.factor >= other.factor ? one : other;
  if (one.type !== "link" || other.type !== "link") return one;
  return { ...one, extraDelayUs: Math.max(one.extraDelayUs, other.extraDelayUs), jitterUs: Math.max(one.jitterUs ?? 0, other.jitterUs ?? 0), lossPerMille: Math.max(one.lossPerMille, other.lossPerMille), cut: one.cut || other.cut };
}
