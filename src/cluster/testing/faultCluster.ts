import type { Json, JsonObject } from "../../base/json.ts";
import { NodeCluster } from "../../node/testing/nodeCluster.ts";
import type { ProcessId } from "../../sim/process.ts";
import type { TraceEntry } from "../../sim/recording.ts";
import type { ClusterCommand } from "../commands.ts";
import { part } from "../invariants/define.ts";
import { CommandInterpreter } from "../interpreter.ts";

const second = 1_000_000;

interface PodLike extends JsonObject {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly phase: string; readonly conditions?: readonly { readonly type: string; readonly status: string }[]; readonly containerStatuses?: readonly { readonly restartCount: number; readonly ready: boolean; readonly state: JsonObject }[] };
}

/** A whole cluster with its faults, in one thread, for tests. */
export class FaultCluster extends NodeCluster {
  readonly interpreter = new CommandInterpreter(this.spec);
  #later: { readonly at: number; readonly take: () => void }[] = [];

  get trace(): readonly TraceEntry[] {
    return this.world.trace;
  }

  observe(process: ProcessId, question: Json): Json | null {
    return this.world.observe(process, question);
  }

  /** Refusals throw: a test that cannot set its fault has failed. */
  command(command: ClusterCommand): void {
    const refusal = this.interpreter.refusal(command);
    if (refusal !== null) throw new Error(refusal);
    const { messages, controls } = this.interpreter.apply(command);
    for (const { to, body, delayUs = 0 } of messages) this.#do(delayUs, () => void this.world.send(to, body));
    for (const { control, delayUs } of controls) this.#do(delayUs, () => void this.world.control(control));
  }

  fault(type: string, target: string, params: Json = {}, id = "f"): void {
    this.command({ type: "setFault", fault: { id, type, target, params } });
  }

  heal(id = "f"): void {
    this.command({ type: "clearFault", id });
  }

  seconds(count: number): void {
    const end = this.world.now + count * second;
    for (const { at, take } of this.#later.filter((each) => each.at <= end).sort((a, b) => a.at - b.at)) {
      this.world.runUntil(at);
      take();
    }
    this.#later = this.#later.filter((each) => each.at > end);
    this.world.runUntil(end);
  }

  /** Seconds until it holds; throws where it takes longer. */
  after(what: string, holds: () => boolean, maxSeconds = 120): number {
    for (let waited = 0; waited <= maxSeconds; waited++) {
      if (holds()) return waited;
      this.seconds(1);
    }
    throw new Error(`not within ${maxSeconds} s: ${what}; ${this.table()}`);
  }

  #do(delayUs: number, take: () => void): void {
    if (delayUs === 0) take();
    else this.#later.push({ at: this.world.now + delayUs, take });
  }

  pods(): readonly PodLike[] {
    return this.list("/api/v1/namespaces/default/pods") as unknown as readonly PodLike[];
  }

  podOn(node: string): PodLike {
    const found = this.pods().find((pod) => pod.spec.nodeName === node && pod.metadata.deletionTimestamp === undefined);
    if (found === undefined) throw new Error(`no pod on ${node}: ${this.table()}`);
    return found;
  }

  isReady(pod: PodLike): boolean {
    return pod.status.conditions?.some((each) => each.type === "Ready" && each.status === "True") === true;
  }

  readyPods(): readonly PodLike[] {
    return this.pods().filter((pod) => this.isReady(pod) && pod.metadata.deletionTimestamp === undefined);
  }

  nodeReady(name: string): string {
    const conditions = (part(this.get(`/api/v1/nodes/${name}`), "status")["conditions"] ?? []) as readonly JsonObject[];
    return String(conditions.find((each) => each["type"] === "Ready")?.["status"]);
  }

  taints(name: string): readonly string[] {
    const taints = (part(this.get(`/api/v1/nodes/${name}`), "spec")["taints"] ?? []) as readonly JsonObject[];
    return taints.map((taint) => `${String(taint["key"])}:${String(taint["effect"])}`).sort();
  }

  /** Addresses of the Service's ready endpoints. */
  readyEndpoints(service: string): readonly string[] {
    return this.list("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices")
      .filter((slice) => ((slice["metadata"] as JsonObject)["labels"] as JsonObject)["kubernetes.io/service-name"] === service)
      .flatMap((slice) => (slice["endpoints"] ?? []) as readonly { readonly addresses: readonly string[]; readonly conditions: { readonly ready?: boolean } }[])
      .filter((endpoint) => endpoint.conditions.ready === true)
      .flatMap((endpoint) => endpoint.addresses);
  }

  restarts(name: string): number {
    return this.pods().find((pod) => pod.metadata.name === name)?.status.containerStatuses?.[0]?.restartCount ?? -1;
  }

  /** For messages of tests that failed. */
  table(): string {
    return this.pods().map((pod) => `${pod.metadata.name} ${pod.spec.nodeName ?? "-"} ${pod.status.phase}${this.isReady(pod) ? " ready" : ""}${pod.metadata.deletionTimestamp === undefined ? "" : " deleting"}`).join("; ");
  }

  /** A Deployment with probes and its Service, all ready. */
  deployWeb(replicas: number, podSpec: JsonObject = {}): void {
    const labels = { app: "web" };
    const probe = { httpGet: { path: "/", port: 80 }, periodSeconds: 2, failureThreshold: 2 };
    this.create("/apis/apps/v1/namespaces/default/deployments", {
      apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" },
      spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "nginx:1.27", ports: [{ containerPort: 80 }], readinessProbe: probe, livenessProbe: { ...probe, failureThreshold: 3 } }], ...podSpec } } },
    });
    this.create("/api/v1/namespaces/default/services", { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { selector: labels, ports: [{ port: 80 }] } });
    this.after("web is ready", () => this.readyPods().length === replicas && this.readyEndpoints("web").length === replicas);
  }
}
