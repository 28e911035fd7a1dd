import type { Json } from "../base/json.ts";

/** A machine, as the cluster's description names it. */
export interface NodeSpec {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
  readonly pods: number;
  readonly runtime: "containerd" | "cri-o" | "docker";
  readonly zone: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly kubelet?: KubeletConfiguration;
  /** What lies in /etc/kubernetes/manifests when the machine is new, by file: manifests of pods. */
  readonly staticPods?: Readonly<Record<string, Json>>;
}

/** What of a KubeletConfiguration is simulated. Durations as Go writes them. */
export interface KubeletConfiguration {
  /** How long a shutdown is held up for the pods to end; "0s", the default, is not at all. */
  readonly shutdownGracePeriod?: string;
  /** How much of that is for critical pods alone, at its end. */
  readonly shutdownGracePeriodCriticalPods?: string;
  /** How full the disk is, in percent, where images begin to go (85), and where that ends (80). */
  readonly imageGCHighThresholdPercent?: number;
  readonly imageGCLowThresholdPercent?: number;
  /** Images that have not been there for so long stay ("2m0s"); those that nobody has used for longer go. "0s", the default, is not at all. */
  readonly imageMinimumGCAge?: string;
  readonly imageMaximumGCAge?: string;
}
