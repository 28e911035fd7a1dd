import type { ContainerUsage, NodeUsage, UsageMessage } from "../../apimachinery/usageReport.ts";
import type { Json } from "../../base/json.ts";
import type { ConnectionId } from "../../sim/process.ts";
import { nodeMetricsKind } from "../../kinds/metrics/nodemetrics/kind.ts";
import { podMetricsKind } from "../../kinds/metrics/podmetrics/kind.ts";
import type { KindDefinition } from "../../kinds/define.ts";

export const metricsGroup = "metrics.k8s.io";

/** What metrics-server serves. */
export const metricsKinds: readonly KindDefinition[] = [nodeMetricsKind as unknown as KindDefinition, podMetricsKind as unknown as KindDefinition];

/** Who may answer for the group: the account of the Service that its APIService names. */
export const metricsAccount = "system:serviceaccount:kube-system:metrics-server";

export interface NodeUsageState {
  readonly told: Omit<NodeUsage, "pods">;
  /** By "namespace/name". */
  readonly pods: ReadonlyMap<string, readonly ContainerUsage[]>;
}

/** What metrics-server has told, as long as its connection stands. */
export class UsageStore {
  #connection: ConnectionId | null = null;
  #nodes = new Map<string, NodeUsageState>();

  /** null: nobody answers for the group. */
  get nodes(): ReadonlyMap<string, NodeUsageState> | null {
    return this.#connection === null ? null : this.#nodes;
  }

  take(connection: ConnectionId, { nodes }: UsageMessage): void {
    const before = connection === this.#connection ? this.#nodes : new Map<string, NodeUsageState>();
    this.#connection = connection;
    this.#nodes = new Map();
    for (const { pods, ...told } of nodes) {
      const known = told.whole ? [] : (before.get(told.node)?.pods ?? []);
      const all = new Map(known);
      for (const { namespace, name, containers } of pods) all.set(`${namespace}/${name}`, containers);
      this.#nodes.set(told.node, { told, pods: all });
    }
  }

  drop(connection: ConnectionId): void {
    if (connection !== this.#connection) return;
    this.#connection = null;
    this.#nodes.clear();
  }

  snapshot(): Json {
    return { connection: this.#connection, nodes: [...this.#nodes.values()].map(({ told, pods }) => ({ told, pods: [...pods] })) } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { connection: ConnectionId | null; nodes: readonly { told: NodeUsageState["told"]; pods: readonly (readonly [string, readonly ContainerUsage[]])[] }[] };
    this.#connection = saved.connection;
    this.#nodes = new Map(saved.nodes.map(({ told, pods }) => [told.node, { told, pods: new Map(pods) }]));
  }
}
