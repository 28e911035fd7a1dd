import type { PodInfo } from "./podInfo.ts";

const noPods: ReadonlyMap<string, PodInfo> = new Map();

/** Pods that wait for room on a node that preemption chose for them. Follows pkg/scheduler/backend/queue/nominator.go. */
export class Nominator {
  private readonly byNode = new Map<string, Map<string, PodInfo>>();
  private readonly nodeOf = new Map<string, string>();

  set(pod: PodInfo, node: string): void {
    this.remove(pod.key);
    this.nodeOf.set(pod.key, node);
    const pods = this.byNode.get(node);
    if (pods === undefined) this.byNode.set(node, new Map([[pod.key, pod]]));
    else pods.set(pod.key, pod);
  }

  /** A waiting pod was told of: its status says where it is nominated; one that says nothing keeps what was decided here. */
  tell(pod: PodInfo, before: string): void {
    const told = pod.pod.status?.nominatedNodeName ?? "";
    if (told !== "") return this.set(pod, told);
    const decided = this.nodeOf.get(pod.key);
    if (decided === undefined) return;
    if (before !== "") this.remove(pod.key);
    else this.set(pod, decided);
  }

  remove(key: string): void {
    const node = this.nodeOf.get(key);
    if (node === undefined) return;
    this.nodeOf.delete(key);
    const pods = this.byNode.get(node);
    pods?.delete(key);
    if (pods?.size === 0) this.byNode.delete(node);
  }

  on(node: string): ReadonlyMap<string, PodInfo> {
    return this.byNode.get(node) ?? noPods;
  }

  nodeFor(key: string): string | null {
    return this.nodeOf.get(key) ?? null;
  }

  /** [pod, node], for the snapshot. */
  entries(): readonly (readonly [string, string])[] {
    return [...this.nodeOf];
  }
}
