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
}
