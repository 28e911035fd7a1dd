import type { Identity } from "./apiRequest.ts";

export interface ContainerUsage {
  readonly name: string;
  /** Thousand-millionths of a core, on average over the window. */
  readonly cpuNanocores: number;
  readonly memoryBytes: number;
}

export interface PodUsage {
  readonly namespace: string;
  readonly name: string;
  readonly containers: readonly ContainerUsage[];
}

/** What one machine and its pods used between two scrapes. */
export interface NodeUsage {
  readonly node: string;
  /** Unix microseconds of the newer scrape, and the time since the older. */
  readonly atUs: number;
  readonly windowUs: number;
  readonly cpuNanocores: number;
  readonly memoryBytes: number;
  /** False: pods that are not named are as they were told before. */
  readonly whole: boolean;
  readonly pods: readonly PodUsage[];
}

/**
 * What metrics-server hands to the API server, which answers for its group metrics.k8s.io. Differs: upstream's API server passes each
 * request on to metrics-server; here it holds what the last scrapes said as long as their connection stands.
 */
export interface UsageMessage {
  readonly type: "usage";
  readonly identity: Identity;
  /** Machines that could not be scraped are missing, and are forgotten. */
  readonly nodes: readonly NodeUsage[];
}
