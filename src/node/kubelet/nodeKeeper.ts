// Follows pkg/kubelet/kubelet_node_status.go and component-helpers/apimachinery/lease/controller.go.
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { ClientContext, ClientSet } from "../../client/clientSet.ts";
import type { Node, NodeStatus } from "../../kinds/core/node/types.ts";
import { nodeSayings, type NodeSaying, type Said } from "./nodeEvents.ts";
import { initialNode, nodeStatus, type NodeFacts } from "./nodeObject.ts";

const leasePeriodUs = 10_000_000;
const leaseSeconds = 40;
const syncPeriodUs = 10_000_000;
const reportPeriodUs = 300_000_000;
const retryUs = 1_000_000;
const longestRetryUs = 7_000_000;

interface State {
  registered: boolean;
  statusInFlight: boolean;
  statusDirty: boolean;
  leaseTries: number;
  lease: JsonObject | null;
  /** What was said of the node's status last. */
  said: Said;
}

/** Keeps this machine's Node and Lease: registers, reports status on change and every five minutes, renews every ten seconds. */
export class NodeKeeper {
  readonly #clients: ClientSet;
  readonly #heartbeat: ClientSet;
  readonly #name: string;
  readonly #epochUs: number;
  readonly #say: (ctx: ClientContext, saying: NodeSaying) => void;
  #state: State = { registered: false, statusInFlight: false, statusDirty: false, leaseTries: 0, lease: null, said: {} };

  constructor(options: { readonly clients: ClientSet; readonly heartbeat: ClientSet; readonly name: string; readonly epochUs: number; readonly say: (ctx: ClientContext, saying: NodeSaying) => void }) {
    this.#clients = options.clients;
    this.#heartbeat = options.heartbeat;
    this.#name = options.name;
    this.#epochUs = options.epochUs;
    this.#say = options.say;
  }

  get registered(): boolean {
    return this.#state.registered;
  }

  start(ctx: ClientContext, facts: NodeFacts): void {
    this.#register(ctx, facts);
    this.#readLease(ctx);
    ctx.setTimer("node/report", reportPeriodUs);
  }

  /** True where the timer was one of its own. */
  timer(ctx: ClientContext, key: string, node: Node | null, facts: () => NodeFacts): boolean {
    switch (key) {
      case "node/register":
        if (!this.#state.registered) this.#register(ctx, facts());
        return true;
      case "node/report":
        this.report(ctx, node, facts());
        ctx.setTimer("node/report", reportPeriodUs);
        return true;
      case "node/lease":
        if (this.#state.lease === null) this.#readLease(ctx);
        else this.#renew(ctx, this.#state.lease);
        return true;
      default:
        return false;
    }
  }

  /** True where the answer was to one of its own requests. */
  answered(ctx: ClientContext, tag: Json, response: ApiResponse | null, node: Node | null, facts: () => NodeFacts): boolean {
    switch (tag) {
      case "node/create":
        if (response !== null && (response.code === 201 || response.code === 409)) {
          this.#state.registered = true;
          // What it registers with is new to everybody.
          if (response.code === 201) this.#tell(ctx, null, initialNode(facts()).status ?? {});
          this.report(ctx, node, facts());
        } else {
          ctx.setTimer("node/register", retryUs);
        }
        return true;
      case "node/status":
        this.#state.statusInFlight = false;
        // A Node that was deleted stays so until this kubelet starts again, as upstream.
        if (this.#state.statusDirty && response?.code !== 404) this.report(ctx, node, facts());
        return true;
      case "node/lease":
        this.#leaseAnswered(ctx, response, node);
        return true;
      default:
        return false;
    }
  }

  /** Writes what of the node's status differs from what the API says. */
  report(ctx: ClientContext, node: Node | null, facts: NodeFacts): void {
    if (!this.#state.registered) return;
    if (this.#state.statusInFlight || node === null) {
      this.#state.statusDirty = true;
      return;
    }
    this.#state.statusInFlight = true;
    this.#state.statusDirty = false;
    const status = nodeStatus(facts, node.status ?? null);
    this.#tell(ctx, node.status ?? null, status);
    const { conditions, addresses, volumesAttached: _attached, ...rest } = status;
    const body = {
      status: {
        "$setElementOrder/conditions": (conditions ?? []).map((condition) => ({ type: condition.type })),
        // Follows component-helpers/node/util/status.go: addresses of one type do not merge, they are replaced as a whole.
        ...(deepEqual(node.status?.addresses ?? null, addresses ?? null) ? {} : { addresses: [...(addresses ?? []), { $patch: "replace" }] }),
        conditions,
        ...rest,
        ...(node.status?.volumesInUse !== undefined && rest.volumesInUse === undefined ? { volumesInUse: null } : {}),
      },
    } as unknown as Json;
    this.#clients.request(ctx, { verb: "patch", path: `/api/v1/nodes/${this.#name}/status`, contentType: "application/strategic-merge-patch+json", body }, "node/status");
  }

  /** Something that the status tells has changed (its images): it goes out with the next sync. */
  changed(ctx: ClientContext): void {
    ctx.setTimer("node/report", syncPeriodUs);
  }

  /** The node's object came or changed: a report that waited for it goes out. */
  nodeChanged(ctx: ClientContext, node: Node | null, facts: () => NodeFacts): void {
    if (node !== null && isGivenUp(node)) this.#state.said = {};
    if (this.#state.statusDirty && node !== null) this.report(ctx, node, facts());
    else if (this.#state.registered && node !== null && isGivenUp(node)) ctx.setTimer("node/report", syncPeriodUs - (ctx.now % syncPeriodUs));
  }

  snapshot(): Json {
    return { ...this.#state } as unknown as Json;
  }

  restore(data: Json): void {
    this.#state = { ...(data as unknown as State) };
  }

  #register(ctx: ClientContext, facts: NodeFacts): void {
    const node = initialNode(facts);
    this.#clients.request(ctx, { verb: "create", path: "/api/v1/nodes", body: node as unknown as Json }, "node/create");
  }

  /** Says what of the node's status is no longer as the API has it. */
  #tell(ctx: ClientContext, before: NodeStatus | null, after: NodeStatus): void {
    const { sayings, said } = nodeSayings(this.#name, before, after, this.#state.said);
    this.#state.said = said;
    for (const saying of sayings) this.#say(ctx, saying);
  }

  #readLease(ctx: ClientContext): void {
    this.#heartbeat.request(ctx, { verb: "get", path: `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${this.#name}` }, "node/lease");
  }

  #renew(ctx: ClientContext, lease: JsonObject): void {
    const metadata = lease["metadata"] as JsonObject;
    const body = { ...lease, metadata, spec: { holderIdentity: this.#name, leaseDurationSeconds: leaseSeconds, renewTime: formatRfc3339(this.#epochUs + ctx.clock(), true) } };
    this.#heartbeat.request(ctx, { verb: "update", path: `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${this.#name}`, body }, "node/lease");
    ctx.setTimer("node/lease", leasePeriodUs);
  }

  #leaseAnswered(ctx: ClientContext, response: ApiResponse | null, node: Node | null): void {
    const before = this.#state.lease;
    if (response !== null && (response.code === 200 || response.code === 201) && isJsonObject(response.body)) {
      this.#state.lease = response.body;
      this.#state.leaseTries = 0;
      const fresh = before === null && response.code === 200;
      if (fresh) this.#renew(ctx, response.body);
      else if (before === null) ctx.setTimer("node/lease", leasePeriodUs);
      return;
    }
    this.#state.lease = null;
    if (response !== null && response.code === 404 && before === null) {
      const owner = node === null ? [] : [{ apiVersion: "v1", kind: "Node", name: this.#name, uid: node.metadata.uid }];
      const body = {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name: this.#name, namespace: "kube-node-lease", ...(owner.length === 0 ? {} : { ownerReferences: owner }) },
        spec: { holderIdentity: this.#name, leaseDurationSeconds: leaseSeconds, renewTime: formatRfc3339(this.#epochUs + ctx.clock(), true) },
      };
      this.#state.leaseTries += 1;
      if (this.#state.leaseTries % 2 === 1) {
        this.#heartbeat.request(ctx, { verb: "create", path: "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", body }, "node/lease");
        return;
      }
    }
    this.#state.leaseTries += 1;
    ctx.setTimer("node/lease", Math.min(longestRetryUs, 200_000 * 2 ** Math.min(6, this.#state.leaseTries)));
  }
}

/** The node lifecycle controller has lost this node: every sync compares with the API's status, so the next one says that it is back. */
function isGivenUp(node: Node): boolean {
  return node.status?.conditions?.some((condition) => condition.reason === "NodeStatusUnknown") === true;
}
