import type { ClientSet } from "../client/clientSet.ts";
import { objectPath } from "../client/paths.ts";
import type { JsonObject } from "../base/json.ts";
import { formatRfc3339 } from "../base/rfc3339.ts";
import { podKind } from "../kinds/core/pod/kind.ts";
import type { ProcessContext } from "../sim/process.ts";
import type { PodInfo } from "./podInfo.ts";

interface Said {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** What the scheduler writes about pods. */
export class PodWriter {
  private readonly clients: ClientSet;
  private readonly epochUs: number;

  constructor(clients: ClientSet, epochUs: number) {
    this.clients = clients;
    this.epochUs = epochUs;
  }

  bind(pod: PodInfo, node: string, ctx: ProcessContext): void {
    const { name, namespace = "", uid } = pod.pod.metadata;
    this.clients.request(ctx, {
      verb: "create",
      path: objectPath(podKind, { namespace, name }, "binding"),
      body: { apiVersion: "v1", kind: "Binding", metadata: { name, namespace, uid }, target: { apiVersion: "v1", kind: "Node", name: node } },
    }, { type: "bind", pod: pod.key, uid });
  }

  /** A victim of preemption: first why it goes, then that it goes. */
  evict(victim: PodInfo, schedulerName: string, ctx: ProcessContext): void {
    const { name, namespace = "", uid } = victim.pod.metadata;
    const message = `${schedulerName}: preempting to accommodate a higher priority pod`;
    this.patchStatus(victim, { conditions: [this.condition(victim, { type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler", message }, ctx)] }, ctx);
    this.clients.request(ctx, {
      verb: "delete",
      path: objectPath(podKind, { namespace, name }),
      body: { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid } },
    }, { type: "preempt" });
  }

  nominate(pod: PodInfo, node: string | null, ctx: ProcessContext): void {
    if ((pod.pod.status?.nominatedNodeName ?? null) !== node) this.patchStatus(pod, { nominatedNodeName: node }, ctx);
  }

  /** Upstream patches only what changed; `nominated` "" clears it, null leaves it. Follows schedule_one.go, handleSchedulingFailure. */
  refuse(pod: PodInfo, reason: "Unschedulable" | "SchedulerError", message: string, nominated: string | null, ctx: ProcessContext): void {
    const present = pod.pod.status?.conditions?.find((condition) => condition.type === "PodScheduled");
    const same = present?.status === "False" && present.reason === reason && present.message === message;
    const named = pod.pod.status?.nominatedNodeName ?? "";
    const renamed = nominated !== null && nominated !== named;
    if (same && !renamed) return;
    this.patchStatus(pod, {
      conditions: [this.condition(pod, { type: "PodScheduled", status: "False", reason, message }, ctx)],
      ...(renamed ? { nominatedNodeName: nominated === "" ? null : nominated } : {}),
    }, ctx);
  }

  private condition(pod: PodInfo, said: Said, ctx: ProcessContext): JsonObject {
    const present = pod.pod.status?.conditions?.find((condition) => condition.type === said.type);
    const stamp = formatRfc3339(this.epochUs + ctx.clock());
    return {
      ...said, lastProbeTime: null,
      lastTransitionTime: present?.status === said.status ? (present.lastTransitionTime ?? stamp) : stamp,
      ...(pod.pod.metadata.generation === undefined ? {} : { observedGeneration: pod.pod.metadata.generation }),
    };
  }

  private patchStatus(pod: PodInfo, status: JsonObject, ctx: ProcessContext): void {
    const { name, namespace = "", uid } = pod.pod.metadata;
    this.clients.request(ctx, {
      verb: "patch",
      path: objectPath(podKind, { namespace, name }, "status"),
      contentType: "application/strategic-merge-patch+json",
      body: { metadata: { uid }, status },
    }, { type: "condition" });
  }
}
