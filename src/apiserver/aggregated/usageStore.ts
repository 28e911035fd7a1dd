import type { ContainerUsage, UsageMessage } from "../../apimachinery/usageReport.ts";
import type { Json } from "../../base/json.ts";
import type { ConnectionId } from "../../sim/process.ts";
import { usageAfter, type NodeUsageState } from "./usageAfter.ts";

export const metricsGroup = "metrics.k8s.io";

/** Who may answer for the group: the account of the Service that its APIService names. */
export const metricsAccount = "system:serviceaccount:kube-system:metrics-server";

/** What metrics-server has told, as long as its connection stands. */
export class UsageStore {
  #connection: ConnectionId | null = null;
  #nodes: Map<string, NodeUsageState> = new Map();

  /** null: nobody answers for the group. */
  get nodes(): ReadonlyMap<string, NodeUsageState> | null {
    return this.#connection === null ? null : this.#nodes;
  }

  take(connection: ConnectionId, message: UsageMessage): void {
    this.#nodes = usageAfter(connection === this.#connection ? this.#nodes : new Map(), message);
    this.#connection = connection;
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
