import type { JsonObject } from "../../base/json.ts";
import type { ClusterCommand } from "../../cluster/commands.ts";
import { isA, part, type ObservedRevision } from "../../cluster/invariants/define.ts";

function restarts(pod: JsonObject | null): number {
  return ((part(pod, "status")["containerStatuses"] ?? []) as readonly JsonObject[]).reduce((sum, { restartCount }) => sum + Number(restartCount), 0);
}

function reason(pod: JsonObject | null, type: string): string {
  const conditions = (part(pod, "status")["conditions"] ?? []) as readonly JsonObject[];
  return String(conditions.find((condition) => condition["type"] === type)?.["reason"] ?? "");
}

const counts = ["revisions", "bindings", "restarts", "preemptions", "evictions", "unschedulable", "claims", "attachments"] as const;
export type Count = (typeof counts)[number];

/** How much of what may go wrong did: a run in which nothing happened proves nothing. */
export class SeedCoverage {
  readonly faults = new Map<string, number>();
  revisions = 0;
  restarts = 0;
  preemptions = 0;
  evictions = 0;
  /** Pods that found no place at first. */
  unschedulable = 0;
  bindings = 0;
  /** Claims that were bound to a volume. */
  claims = 0;
  /** Volumes that came to a machine, again each time they moved. */
  attachments = 0;

  take(change: ObservedRevision): void {
    this.revisions++;
    if (isA(change, "persistentvolumeclaims") && part(change.value, "status")["phase"] === "Bound" && part(change.prev, "status")["phase"] !== "Bound") this.claims++;
    if (isA(change, "volumeattachments.storage.k8s.io") && part(change.value, "status")["attached"] === true && part(change.prev, "status")["attached"] !== true) this.attachments++;
    if (!isA(change, "pods") || change.type === "DELETED") return;
    const { value, prev } = change;
    if (part(value, "spec")["nodeName"] !== undefined && part(prev, "spec")["nodeName"] === undefined) this.bindings++;
    if (prev === null) return;
    this.restarts += Math.max(0, restarts(value) - restarts(prev));
    const [now, before] = [reason(value, "DisruptionTarget"), reason(prev, "DisruptionTarget")];
    if (now !== before && now === "PreemptionByScheduler") this.preemptions++;
    if (now !== before && now === "DeletionByTaintManager") this.evictions++;
    if (reason(value, "PodScheduled") === "Unschedulable" && reason(prev, "PodScheduled") === "") this.unschedulable++;
  }

  fault(command: ClusterCommand): void {
    if (command.type === "setFault") this.faults.set(command.fault.type, (this.faults.get(command.fault.type) ?? 0) + 1);
  }

  add(other: SeedCoverage): void {
    for (const name of counts) this[name] += other[name];
    for (const [type, count] of other.faults) this.faults.set(type, (this.faults.get(type) ?? 0) + count);
  }

  text(): string {
    const faults = [...this.faults].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => `${type} ${count}`).join(", ");
    return `${this.revisions} revisions, ${this.bindings} bindings, ${this.restarts} restarts, ${this.preemptions} preemptions, ${this.evictions} evictions by taint, ${this.unschedulable} pods that had to wait, ${this.claims} claims bound, ${this.attachments} disks attached; faults: ${faults}`;
  }
}
