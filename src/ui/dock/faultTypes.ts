import { defaultClusterSpec } from "../../cluster/clusterSpec.ts";
import { faultDefinitions } from "../../cluster/faults/index.ts";
import { clusterDnsService } from "../../cluster/faults/dns.ts";
import { processIds } from "../../cluster/faults/processes.ts";
import type { FaultDefinition } from "../../cluster/faults/define.ts";
import type { GraphFact } from "../../hosts/protocol.ts";
import { t } from "../language/text.ts";
import { isMachineRoom } from "../selectors/trafficModel.ts";

export type FaultPlace = FaultDefinition["on"];

/** Where faults act, in the order one meets them. */
export const faultPlaces: readonly { readonly on: FaultPlace; readonly label: string }[] = [
  { on: "node", label: t`A machine` },
  { on: "pod", label: t`A pod` },
  { on: "image", label: t`An image` },
  { on: "link", label: t`The network` },
  { on: "service", label: t`A service` },
  { on: "process", label: t`A component` },
  { on: "zone", label: t`A zone` },
];

/** What a fault does, in a sentence. */
const sentences: Readonly<Record<string, string>> = {
  "node-off": t`The machine is gone at once. Nobody is told; its lease runs out after 50 s, its pods are evicted 300 s later.`,
  "node-shutdown": t`The machine is shut down: a kubelet with a shutdownGracePeriod ends its pods first. Without one the power is just gone.`,
  "node-reboot": t`The machine goes down and comes back by itself; its containers start anew.`,
  "kubelet-stopped": t`Containers go on and still get traffic, but nobody reports for the node.`,
  "clock-skew": t`The machine's clock is off: its leases, events and certificates carry the wrong time.`,
  "memory-hog": t`Something outside of the pods takes the machine's memory: the kubelet evicts pods until enough is free.`,
  "disk-full": t`The machine's disk fills up: unused images go first, then pods are evicted.`,
  "zone-down": t`Every machine of the zone is gone at once.`,
  "container-kill": t`The container's process dies; the kubelet starts it again.`,
  "container-hang": t`The process is there but answers nothing: probes run into their time-outs.`,
  "probe-fail": t`Its probes fail: an unready pod leaves its endpoints and stays; failed liveness restarts the container.`,
  "image-missing": t`The registry no longer has the image: pods that must pull it cannot start. Those that run go on.`,
  "pull-slow": t`Pulling the image takes that many times as long.`,
  "link-latency": t`Everything between the two takes that much longer, each way; where it varies, packets overtake each other.`,
  "link-loss": t`So many of a thousand packets get lost; the rest are sent again.`,
  partition: t`Both run, but nothing goes from one to the other.`,
  "dns-down": t`The programs behind the cluster's DNS answer no question, and look healthy: what is connected goes on, but no name is resolved.`,
  "process-crash": t`The component ends and is started again; what it had only in memory is gone.`,
  "process-slow": t`Each piece of its work takes that many times as long.`,
};

/** Happens once: there is nothing to take away afterwards. */
const onceTypes: ReadonlySet<string> = new Set(["container-kill", "process-crash", "node-reboot"]);

export function happensOnce(type: string): boolean {
  return onceTypes.has(type);
}

const units: Readonly<Record<string, { readonly label: string; readonly unit: string }>> = {
  seconds: { label: t`Down for`, unit: "s" },
  skewMs: { label: t`Off by`, unit: "ms" },
  ms: { label: t`Later by`, unit: "ms" },
  jitterMs: { label: t`And by up to`, unit: "ms" },
  perMille: { label: "Lost", unit: "of 1000" },
  freeMegabytes: { label: t`Left free`, unit: "MB" },
  factor: { label: "Slower", unit: "times" },
};

export function paramWords(name: string): { readonly label: string; readonly unit: string } {
  return units[name] ?? { label: name, unit: "" };
}

export function faultDefinition(type: string): FaultDefinition | null {
  return faultDefinitions.find((one) => one.type === type) ?? null;
}

export function faultLabel(type: string): string {
  return faultDefinition(type)?.label ?? type;
}

export function faultSentence(type: string): string {
  return sentences[type] ?? "";
}

/** The name an object goes by as a fault's target: "node-1", "default/web-x". */
export function faultTarget(fact: GraphFact): string {
  return fact.ref.namespace === "" ? fact.ref.name : `${fact.ref.namespace}/${fact.ref.name}`;
}

/** What a fault of that place can be done to now, the person's own before the machine room. */
export function faultTargets(on: FaultPlace, facts: Iterable<GraphFact>): readonly string[] {
  const all = [...facts];
  const nodes = all.filter(({ summary }) => summary.tier === "node").map(({ ref }) => ref.name);
  nodes.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const pods = all.filter(({ summary }) => summary.tier === "pod").sort((a, b) => Number(isMachineRoom(a.ref.namespace)) - Number(isMachineRoom(b.ref.namespace)) || (a.ref.name < b.ref.name ? -1 : 1));
  switch (on) {
    case "node":
      return nodes;
    case "zone":
      return [...new Set(all.flatMap(({ summary }) => (summary.tier === "node" && summary.zone !== "" ? [summary.zone] : [])))].sort();
    case "pod":
      return pods.map(faultTarget);
    case "image":
      return [...new Set(pods.flatMap(({ summary }) => (summary.tier === "pod" ? summary.images : [])))];
    case "link":
      return [...nodes, "cp-1", "world"];
    case "service":
      return all.some(({ ref }) => ref.gvk.kind === "Service" && `${ref.namespace}/${ref.name}` === clusterDnsService) ? [clusterDnsService] : [];
    case "process": {
      const [pattern] = defaultClusterSpec.nodes;
      return pattern === undefined ? [] : processIds({ ...defaultClusterSpec, nodes: nodes.map((name) => ({ ...pattern, name })) });
    }
  }
}

/** A target as the page says it: machines that are not nodes by what they are. */
export function targetWords(target: string): string {
  return target.split(",").map((end) => ({ "cp-1": t`control plane`, world: "internet" })[end] ?? end).join(" and ");
}
