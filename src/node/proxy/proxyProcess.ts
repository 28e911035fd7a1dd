// Follows pkg/proxy/iptables/proxier.go and cmd/kube-proxy/app.
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json } from "../../base/json.ts";
import type { ClientNote, ClientSet, Informer } from "../../client/clientSet.ts";
import { createClientSet } from "../../client/clientSetImpl.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { serviceKind } from "../../kinds/core/service/kind.ts";
import type { Service } from "../../kinds/core/service/types.ts";
import { endpointSliceKind } from "../../kinds/discovery/endpointslice/kind.ts";
import type { EndpointSlice } from "../../kinds/discovery/endpointslice/types.ts";
import { iptablesText } from "../../network/iptablesText.ts";
import { buildServiceRules, rulesKey } from "../../network/serviceRules.ts";
import type { RulesNode, ServiceRules } from "../../network/serviceRules.ts";
import type { CauseId, Process, ProcessContext, ProcessEvent, ProcessId } from "../../sim/process.ts";
import type { FromProxy, HealthAnswer, HealthCheck, NodeRoute, ToProxy } from "../net/messages.ts";

export interface ProxyOptions {
  readonly server: ProcessId;
  readonly node: string;
  /** "10.244.0.0/16" */
  readonly clusterCidr: string;
}

/** `id` is "node-1/proxy". Talks to "node-1/net". */
export function createProxy(id: ProcessId, options: ProxyOptions): Process {
  return new Proxy(id, options);
}

/** kube-proxy's own health check. */
export const proxyHealthPort = 10_256;
const minSyncUs = 1_000_000;
/** iptables-restore of a few changed services, and what the node is busy with besides. */
const programmingUs = { min: 10_000, max: 40_000 };

interface State {
  /** Service key -> cause of the last change that concerns it. */
  dirty: Record<string, CauseId>;
  routesDirty: boolean;
  reset: boolean;
  syncing: boolean;
  lastSyncUs: number;
}

class Proxy implements Process {
  readonly id: ProcessId;
  readonly #options: ProxyOptions;
  readonly #net: ProcessId;
  readonly #clients: ClientSet;
  readonly #services: Informer<Service>;
  readonly #slices: Informer<EndpointSlice>;
  readonly #nodes: Informer<Node>;
  /** What is programmed now, by service key. */
  readonly #programmed = new Map<string, readonly ServiceRules[]>();
  #state: State = { dirty: {}, routesDirty: false, reset: true, syncing: false, lastSyncUs: -minSyncUs };

  constructor(id: ProcessId, options: ProxyOptions) {
    this.id = id;
    this.#options = options;
    this.#net = `${id.slice(0, id.indexOf("/"))}/net`;
    this.#clients = createClientSet({ server: options.server, identity: { type: "user", name: "system:kube-proxy", groups: ["system:authenticated"] }, userAgent: "kube-proxy/v1.36.2 (linux/amd64) kubernetes", qps: 5, burst: 10 });
    this.#services = this.#clients.informer("services", { kind: serviceKind });
    this.#slices = this.#clients.informer("endpointslices", {
      kind: endpointSliceKind,
      labelSelector: "!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name",
      indexers: { service: (slice) => [sliceService(slice)] },
    });
    this.#nodes = this.#clients.informer("nodes", { kind: nodeKind });
  }

  cost(event: ProcessEvent): number {
    return event.type === "timer" && event.key === "sync" ? 2_000 : 20;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type === "start") this.#clients.start(ctx);
    else if (event.type === "timer" && event.key === "sync") this.#sync(ctx);
    else if (event.type === "datagram") this.#asked(event.body as ToProxy, event.from, ctx);
    for (const note of this.#clients.handle(event, ctx)) this.#note(note, ctx);
  }

  #asked(message: ToProxy, from: ProcessId, ctx: ProcessContext): void {
    if (message.type === "hello") {
      this.#state.reset = true;
      this.#state.routesDirty = true;
      this.#schedule(ctx);
    } else if (message.type === "healthCheck") ctx.sendDatagram(from, this.#health(message));
  }

  #note(note: ClientNote, ctx: ProcessContext): void {
    if (note.type === "synced") {
      this.#schedule(ctx);
      return;
    }
    if (note.type !== "change") return;
    if (note.informer === "services") this.#state.dirty[objectKey(note.object)] = note.cause;
    else if (note.informer === "endpointslices") {
      this.#state.dirty[sliceService(note.object as EndpointSlice)] = note.cause;
      if (note.old !== null) this.#state.dirty[sliceService(note.old as EndpointSlice)] = note.cause;
    } else if (this.#routeChanged(note.object as Node, note.change === "added" ? null : (note.old as Node | null), note.change === "deleted")) this.#state.routesDirty = true;
    else return;
    this.#schedule(ctx);
  }

  #routeChanged(node: Node, old: Node | null, deleted: boolean): boolean {
    if (deleted || old === null) return true;
    if (node.metadata.name === this.#options.node && zoneOf(node) !== zoneOf(old)) this.#state.reset = true;
    return node.spec.podCIDR !== old.spec.podCIDR || internalIp(node) !== internalIp(old);
  }

  #schedule(ctx: ProcessContext): void {
    if (this.#state.syncing || !this.#clients.synced) return;
    this.#state.syncing = true;
    const earliest = Math.max(0, this.#state.lastSyncUs + minSyncUs - ctx.now);
    ctx.setTimer("sync", earliest + ctx.random.fork("programming").int(programmingUs.min, programmingUs.max));
  }

  #sync(ctx: ProcessContext): void {
    const state = this.#state;
    state.syncing = false;
    state.lastSyncUs = ctx.now;
    if (state.routesDirty) ctx.sendDatagram(this.#net, { type: "routes", routes: this.#routes() } satisfies FromProxy);
    state.routesDirty = false;
    const causes = state.dirty;
    const keys = state.reset ? this.#allKeys() : Object.keys(causes).sort();
    const set: ServiceRules[] = [];
    const remove: string[] = [];
    const self = this.#self();
    let firstCause: CauseId | null = null;
    for (const key of keys) {
      const before = this.#programmed.get(key) ?? [];
      const after = this.#rulesOf(key, self);
      if (!state.reset && deepEqual(before, after)) continue;
      if (after.length > 0) this.#programmed.set(key, after);
      else this.#programmed.delete(key);
      set.push(...after);
      const kept = new Set(after.map(rulesKey));
      remove.push(...before.map(rulesKey).filter((name) => !kept.has(name)));
      const cause = causes[key];
      if (cause === undefined || (before.length === 0 && after.length === 0)) continue;
      ctx.withCause(cause, () => {
        const link = ctx.explain({ component: `kube-proxy ${this.#options.node}`, object: `services/${key}`, ...programmedText(key, before, after, this.#options.node) });
        firstCause ??= link;
      });
    }
    state.dirty = {};
    if (set.length > 0 || remove.length > 0 || state.reset) {
      const update: FromProxy = { type: "rules", reset: state.reset, set, remove };
      ctx.withCause(firstCause ?? ctx.cause, () => ctx.sendDatagram(this.#net, update));
    }
    state.reset = false;
  }

  #allKeys(): readonly string[] {
    const keys = new Set([...Object.keys(this.#state.dirty), ...this.#programmed.keys(), ...this.#services.lister.list(null).map(objectKey)]);
    return [...keys].sort();
  }

  #rulesOf(key: string, self: RulesNode): readonly ServiceRules[] {
    const slash = key.indexOf("/");
    const service = this.#services.lister.get({ namespace: key.slice(0, slash), name: key.slice(slash + 1) });
    return service === null ? [] : buildServiceRules(service, this.#slices.lister.byIndex("service", key), self);
  }

  #self(): RulesNode {
    const node = this.#nodes.lister.get({ namespace: "", name: this.#options.node });
    return { name: this.#options.node, zone: node === null ? "" : zoneOf(node) };
  }

  #routes(): readonly NodeRoute[] {
    return this.#nodes.lister.list(null).flatMap((node) => {
      const ip = internalIp(node);
      return ip === "" ? [] : [{ node: node.metadata.name, ip, podCidr: node.spec.podCIDR ?? "" }];
    });
  }

  /** 10256: is this proxy alive and its node not about to be deleted? Other ports: has the service endpoints here? */
  #health(check: HealthCheck): HealthAnswer {
    let localEndpoints = 0;
    let status: 200 | 503 = 200;
    if (check.port === proxyHealthPort) {
      const node = this.#nodes.lister.get({ namespace: "", name: this.#options.node });
      const leaving = node?.spec.taints?.some((taint) => taint.key === "ToBeDeletedByClusterAutoscaler") === true || node?.metadata.deletionTimestamp !== undefined;
      if (leaving || this.#state.lastSyncUs < 0) status = 503;
    } else {
      for (const all of this.#programmed.values()) for (const rules of all) if (rules.healthCheckNodePort === check.port) localEndpoints = Math.max(localEndpoints, rules.local.length);
      status = localEndpoints > 0 ? 200 : 503;
    }
    return { type: "healthAnswer", node: this.#options.node, port: check.port, tag: check.tag, status, localEndpoints };
  }

  /** {type: "rules"} -> string[], as iptables-save prints them. {type: "services"} -> ServiceRules[]. */
  observe(question: Json): Json {
    const asked = question as { readonly type?: string } | null;
    const all = [...this.#programmed.values()].flat();
    if (asked?.type === "rules") return iptablesText(all, this.#options.clusterCidr);
    if (asked?.type === "services") return all as unknown as Json;
    return null;
  }

  snapshot(): Json {
    return { clients: this.#clients.snapshot(), programmed: [...this.#programmed], state: { ...this.#state, dirty: { ...this.#state.dirty } } } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { clients: Json; programmed: [string, readonly ServiceRules[]][]; state: State };
    this.#clients.restore(saved.clients);
    this.#programmed.clear();
    for (const [key, rules] of saved.programmed) this.#programmed.set(key, rules);
    this.#state = { ...saved.state, dirty: { ...saved.state.dirty } };
  }
}

function objectKey(object: KubeObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function sliceService(slice: EndpointSlice): string {
  return `${slice.metadata.namespace ?? ""}/${slice.metadata.labels?.["kubernetes.io/service-name"] ?? ""}`;
}

function zoneOf(node: Node): string {
  return node.metadata.labels?.["topology.kubernetes.io/zone"] ?? "";
}

function internalIp(node: Node): string {
  return node.status?.addresses?.find((address) => address.type === "InternalIP")?.address ?? "";
}

function programmedText(key: string, before: readonly ServiceRules[], after: readonly ServiceRules[], node: string): { readonly text: string; readonly tone: "progress" | "warn" } {
  const count = (rules: readonly ServiceRules[]): number => rules.reduce((most, port) => Math.max(most, port.cluster.length, port.local.length), 0);
  if (after.length === 0) return { text: `took the rules of ${key} away from ${node}`, tone: "progress" };
  const now = count(after);
  if (before.length === 0 && now === 0) return { text: `${node} refuses connections to ${key}: it has no ready endpoint yet`, tone: "progress" };
  if (now === 0) return { text: `${node} refuses connections to ${key}: no endpoint is ready any more`, tone: "warn" };
  return { text: `${node} sends ${key} to ${now} ${now === 1 ? "endpoint" : "endpoints"}${before.length === 0 ? "" : ` (before: ${count(before)})`}`, tone: "progress" };
}
