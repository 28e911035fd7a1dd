import type { SimControl } from "../../sim/window.ts";
import type { ClusterSpec } from "../clusterSpec.ts";
import type { Fault } from "../commands.ts";
import { controlsNow, type FaultDefinition } from "./define.ts";

const everyOther = "*";

/** "node-1" is its links to all others; "node-1,node-2" is that one link; "cp-1" is the control plane. */
function endsOf(target: string): readonly [string, string] {
  const [a = "", b = everyOther] = target.split(",");
  return [a, b];
}

function linkTarget(target: string, spec: ClusterSpec): string | null {
  if (target.split(",").length > 2 || endsOf(target)[0] === endsOf(target)[1]) return `target "${target}": name one machine (node-1) or two (node-1,node-2)`;
  const groups = ["cp-1", "world", ...spec.nodes.map((node) => node.name)];
  const unknown = endsOf(target).find((end) => end !== everyOther && !groups.includes(end));
  return unknown === undefined ? null : `target "${target}": no machine "${unknown}"; name one (node-1) or two (node-1,node-2) of ${groups.join(", ")}`;
}

function link(fault: Fault, change: { readonly extraDelayUs?: number; readonly jitterUs?: number; readonly lossPerMille?: number; readonly cut?: boolean }): SimControl {
  const [a, b] = endsOf(fault.target);
  return { type: "link", a, b, extraDelayUs: 0, lossPerMille: 0, cut: false, ...change };
}

const healed = (fault: Fault) => controlsNow(link(fault, {}));

export const linkLatency: FaultDefinition = {
  type: "link-latency", label: "Slow network", on: "link", params: [{ name: "ms", fallback: 200, min: 1, max: 60_000 }, { name: "jitterMs", fallback: 0, min: 0, max: 60_000 }],
  checkTarget: linkTarget,
  begin: (fault, params) => controlsNow(link(fault, { extraDelayUs: Math.round((params["ms"] ?? 200) * 1_000), jitterUs: Math.round((params["jitterMs"] ?? 0) * 1_000) })),
  end: healed,
};

export const linkLoss: FaultDefinition = {
  type: "link-loss", label: "Lose packets", on: "link", params: [{ name: "perMille", fallback: 100, min: 1, max: 1_000 }],
  checkTarget: linkTarget,
  begin: (fault, params) => controlsNow(link(fault, { lossPerMille: Math.round(params["perMille"] ?? 100) })),
  end: healed,
};

export const partition: FaultDefinition = {
  type: "partition", label: "Cut off", on: "link", params: [],
  checkTarget: linkTarget,
  begin: (fault) => controlsNow(link(fault, { cut: true })),
  end: healed,
};
