import type { GraphFact } from "../../hosts/protocol.ts";

/** A fault the page offers: what it does in a sentence, and what it can be done to. */
export interface FaultType {
  readonly type: string;
  readonly label: string;
  readonly says: string;
  readonly on: "node" | "pod" | "cluster";
}

/** Faults of contracts.md, in the order one meets them. */
export const faultTypes: readonly FaultType[] = [
  { type: "node-off", label: "Node power off", says: "The machine is gone at once. Nobody is told; its lease runs out after 50 s, its pods are evicted 300 s later.", on: "node" },
  { type: "node-reboot", label: "Node reboot", says: "The machine goes down and comes back; its containers start anew.", on: "node" },
  { type: "kubelet-stopped", label: "Kubelet stopped", says: "Containers go on and still get traffic, but nobody reports for the node.", on: "node" },
  { type: "partition", label: "Network partition", says: "The node runs, but nothing goes in or out.", on: "node" },
  { type: "container-kill", label: "Kill container", says: "The container's process dies; the kubelet starts it again.", on: "pod" },
  { type: "container-hang", label: "Hang container", says: "The process is there but answers nothing: probes run into their time-outs.", on: "pod" },
  { type: "probe-fail", label: "Fail the probe", says: "The readiness probe fails: the pod leaves its endpoints and stays.", on: "pod" },
  { type: "image-missing", label: "Image missing", says: "The registry no longer has the image: new pods cannot start.", on: "cluster" },
];

/** The name an object goes by as a fault's target: "node-1", "default/web-x". */
export function faultTarget(fact: GraphFact): string {
  return fact.ref.namespace === "" ? fact.ref.name : `${fact.ref.namespace}/${fact.ref.name}`;
}
