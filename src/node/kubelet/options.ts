import type { Identity } from "../../apimachinery/apiRequest.ts";
import type { NodeSpec } from "../nodeSpec.ts";
import type { ProcessId } from "../../sim/process.ts";

export interface KubeletOptions {
  readonly server: ProcessId;
  readonly node: NodeSpec;
  /** "172.18.0.2" */
  readonly nodeIp: string;
  /** Unix microseconds of the cluster's epoch. */
  readonly epochUs: number;
  readonly clusterDns: string;
  /** "cluster.local" by default. */
  readonly clusterDomain?: string;
  readonly containers: "simulated" | "instant";
  /** Who has the disks that this machine takes; null or absent: there are none. */
  readonly cloud?: ProcessId | null;
  /** Of its API client; 50/100 by default. */
  readonly limit?: { readonly qps: number; readonly burst: number };
}

/** The control plane's own address stands between those of the nodes. */
const controlPlaneHost = 100;

/** Address of the n-th machine (from 1) on the machines' own network. */
export function nodeAddress(index: number): string {
  const host = index + 1 < controlPlaneHost ? index + 1 : index + 2;
  return `172.18.${Math.floor(host / 256)}.${host % 256}`;
}

export function nodeIdentity(node: string): Identity {
  return { type: "user", name: `system:node:${node}`, groups: ["system:nodes", "system:authenticated"] };
}
