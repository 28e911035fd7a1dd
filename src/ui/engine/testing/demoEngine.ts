import type { ApiRequest, ApiResponse } from "../../../apimachinery/apiRequest.ts";
import type { Json, JsonObject } from "../../../base/json.ts";
import type { EngineQuestion, Frame, FromEngine, GraphFact, TimelineMark, ToEngine, WhyLink } from "../../../hosts/protocol.ts";
import type { GraphEdge } from "../../../kinds/define.ts";
import type { FlowRecord } from "../../../network/packet.ts";
import type { TrafficSource } from "../../../network/traffic.ts";
import { simTime } from "../../../sim/time.ts";
import type { EngineLink } from "../engineLink.ts";
import { fact, nodeFact, podFact, type PodShape } from "./demoFacts.ts";

/**
 * A scripted stand-in for the engine: enough of a cluster's manners to build and test the page against, and nothing more. It
 * decides nothing as Kubernetes would; it only emits the messages of hosts/protocol.ts in a believable order.
 */
export class DemoEngine implements EngineLink {
  readonly #listeners = new Set<(message: FromEngine) => void>();
  readonly #facts = new Map<string, GraphFact>();
  readonly #sent = new Map<string, GraphFact>();
  readonly #edges = new Map<string, GraphEdge>();
  readonly #objects = new Map<string, JsonObject>();
  readonly #pods = new Map<string, PodShape>();
  readonly #later: { at: number; run: () => void }[] = [];
  #newEdges: GraphEdge[] = [];
  #goneEdges: GraphEdge[] = [];
  #marks: TimelineMark[] = [];
  #faults: { id: string; type: string; target: string }[] = [];
  #traffic: TrafficSource[] = [];
  #flows: FlowRecord[] = [];
  #now = 0;
  #speed = 1;
  #revision = 640;
  #reset = true;
  #count = 0;
  #answered = 0;
  #failed = 0;
  #desired = 0;
  #applied = 0;
  #image = "nginx:1.27";
  #interval: ReturnType<typeof setInterval> | undefined;

  listen(listener: (message: FromEngine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    clearInterval(this.#interval);
  }

  #emit(message: FromEngine): void {
    for (const listener of this.#listeners) listener(structuredClone(message));
  }

  post(message: ToEngine): void {
    queueMicrotask(() => this.#handle(message));
  }

  #handle(message: ToEngine): void {
    switch (message.type) {
      case "open":
        this.#boot();
        this.#emit({ type: "ready", protocol: 1, engine: "demo" });
        this.#interval ??= setInterval(() => this.advance(50_000 * this.#speed), 50);
        return;
      case "clock":
        this.#speed = message.speed;
        return;
      case "step":
        return this.advance(message.by === "second" ? 1_000_000 : 20_000);
      case "observe":
        return this.#emit({ type: "reply", id: message.id, response: this.#read(message.request) });
      case "ask":
        return this.#emit({ type: "answer", id: message.id, answer: this.#answer(message.question) });
      case "command":
        return this.#command(message.id, message.command);
      default:
        return;
    }
  }

  #command(id: number, command: Extract<ToEngine, { type: "command" }>["command"]): void {
    if (command.type === "api") this.#emit({ type: "reply", id, response: this.#write(command.request) });
    if (command.type === "setTraffic") this.#traffic = [...this.#traffic.filter(({ id }) => id !== command.source.id), command.source];
    if (command.type === "clearTraffic") this.#traffic = this.#traffic.filter(({ id }) => id !== command.id);
    if (command.type === "setFault") {
      this.#faults = [...this.#faults, { id: command.fault.id, type: command.fault.type, target: command.fault.target }];
      this.#marks.push({ at: simTime(this.#now), tone: "fail", label: `${command.fault.target} off` });
      this.#power(command.fault.target, false);
    }
    if (command.type === "clearFault") {
      const fault = this.#faults.find((one) => one.id === command.id);
      this.#faults = this.#faults.filter((one) => one.id !== command.id);
      if (fault !== undefined) this.#power(fault.target, true);
    }
  }

  #power(target: string, on: boolean): void {
    this.#after(on ? 2_000_000 : 3_000_000, () => this.#put(nodeFact(Number(target.split("-")[1] ?? 1), on)));
  }

  #after(delayUs: number, run: () => void): void {
    this.#later.push({ at: this.#now + delayUs, run });
  }

  #put(one: GraphFact): void {
    this.#revision++;
    this.#facts.set(one.uid, one);
  }

  #link(from: string, relation: GraphEdge["relation"], to: string): void {
    const edge: GraphEdge = { from, to, relation };
    this.#edges.set(`${from}|${to}`, edge);
    this.#newEdges.push(edge);
  }

  #boot(): void {
    for (const index of [1, 2, 3]) this.#put(nodeFact(index, true));
    const system: [string, string, string][] = [["kube-system", "coredns-5d78c9869d-4zkxq", "node-1"], ["kube-system", "coredns-5d78c9869d-m2v8p", "node-2"], ["ingress-nginx", "ingress-nginx-controller-7d4db76476-x5jwl", "node-3"]];
    for (const [namespace, name, node] of system) this.#setPod({ uid: `p-${name}`, namespace, name, node, status: "Running", ready: true, image: "system" });
    this.#now = 3_400_000;
    this.#marks.push({ at: simTime(this.#now), tone: "ok", label: "cluster ready" });
  }

  #setPod(pod: PodShape): void {
    this.#pods.set(pod.uid, pod);
    this.#put(podFact(pod));
    this.#workloads();
  }

  #dropPod(uid: string): void {
    this.#pods.delete(uid);
    this.#facts.delete(uid);
    for (const [key, edge] of this.#edges) {
      if (edge.to !== uid) continue;
      this.#edges.delete(key);
      this.#goneEdges.push(edge);
    }
    this.#workloads();
  }

  #workloads(): void {
    if (this.#applied === 0) return;
    const own = [...this.#pods.values()].filter((pod) => pod.namespace === "default" && pod.deleting !== true);
    const ready = own.filter((pod) => pod.ready).length;
    const summary = { tier: "workload", desired: this.#desired, current: own.length, updated: own.filter((pod) => pod.image === this.#image).length, ready, available: ready, revision: String(this.#applied) } as const;
    const sentence = ready === this.#desired ? `All ${ready} pods are updated and available.` : `${ready} of ${this.#desired} pods are ready; the rest are on their way.`;
    this.#put(fact("d-web", "Deployment", "deployments", "default", "web", ready === this.#desired ? "ok" : "progressing", sentence, summary));
    this.#put(fact(`r-${this.#applied}`, "ReplicaSet", "replicasets", "default", `web-6c9f7d8b5${this.#applied}`, "ok", sentence, summary));
    const service = { tier: "edge", type: "ClusterIP", addresses: ["10.96.14.7"], ports: ["80"], rules: [], readyEndpoints: ready, totalEndpoints: own.length } as const;
    if (this.#facts.has("s-web")) this.#put(fact("s-web", "Service", "services", "default", "web", ready > 0 ? "ok" : "warning", `Sends to ${ready} ready pods.`, service));
  }

  #makePod(): void {
    const suffix = Array.from({ length: 5 }, (_, index) => "bcdfghjklmnpqrstvwxz2456789"[(this.#count * 7 + index * 11 + this.#count * index * 5) % 27]).join("");
    const pod: PodShape = { uid: `p${this.#count}`, namespace: "default", name: `web-6c9f7d8b5${this.#applied}-${suffix}`, node: null, status: "Pending", ready: false, image: this.#image };
    this.#count++;
    this.#setPod(pod);
    this.#link(`r-${this.#applied}`, "owns", pod.uid);
    this.#link("s-web", "selects", pod.uid);
    const node = `node-${1 + (this.#count % 3)}`;
    const next = (patch: Partial<PodShape>) => () => {
      const now = this.#pods.get(pod.uid);
      if (now !== undefined && now.deleting !== true) this.#setPod({ ...now, ...patch });
    };
    this.#after(300_000, next({ node, status: "ContainerCreating" }));
    this.#after(2_300_000, next({ status: "Running" }));
    this.#after(4_400_000, next({ ready: true }));
  }

  #retire(pod: PodShape): void {
    this.#setPod({ ...pod, deleting: true, ready: false });
    this.#after(3_000_000, () => this.#dropPod(pod.uid));
  }

  #converge(): void {
    const own = [...this.#pods.values()].filter((pod) => pod.namespace === "default" && pod.deleting !== true);
    const fresh = own.filter((pod) => pod.image === this.#image);
    const old = own.filter((pod) => pod.image !== this.#image);
    const ready = own.filter((pod) => pod.ready).length;
    if (fresh.length < this.#desired && own.length < this.#desired + 1) this.#makePod();
    const surplus = fresh.length > this.#desired ? fresh.at(-1) : undefined;
    const victim = surplus ?? (ready > this.#desired - 1 && fresh.some((pod) => pod.ready) ? old[0] : undefined);
    if (victim !== undefined) this.#retire(victim);
  }

  #read(request: ApiRequest): ApiResponse {
    const name = request.path.split("/").at(-1) ?? "";
    if (request.path.endsWith("/log")) return { code: 200, body: "10.244.3.2 - - [01/Jan/2026:00:00:21 +0000] \"GET / HTTP/1.1\" 200 615\n".repeat(12), warnings: [], contentType: "text/plain" };
    if (request.path.endsWith("/events")) return { code: 200, body: { kind: "EventList", items: this.#events() }, warnings: [] };
    const object = this.#objects.get(request.path);
    if (object !== undefined) return { code: 200, body: object, warnings: [] };
    const found = [...this.#facts.values()].find((one) => one.ref.name === name);
    if (found === undefined) return { code: 404, body: { kind: "Status", status: "Failure", message: `"${name}" not found`, reason: "NotFound", code: 404 }, warnings: [] };
    return { code: 200, body: { apiVersion: "v1", kind: found.ref.gvk.kind, metadata: { name, namespace: found.ref.namespace, uid: found.uid, resourceVersion: String(this.#revision) }, status: { phase: "Running" } }, warnings: [] };
  }

  #events(): Json[] {
    return [...this.#pods.values()].slice(-12).flatMap((pod, index) => [
      { metadata: { uid: `e${index}a`, namespace: pod.namespace }, involvedObject: { kind: "Pod", name: pod.name, namespace: pod.namespace, uid: pod.uid }, type: "Normal", reason: "Scheduled", message: `Successfully assigned ${pod.namespace}/${pod.name} to ${pod.node ?? "?"}`, lastTimestamp: "2026-01-01T00:00:05Z", count: 1, source: { component: "default-scheduler" } },
      ...(pod.ready ? [] : [{ metadata: { uid: `e${index}b`, namespace: pod.namespace }, involvedObject: { kind: "Pod", name: pod.name, namespace: pod.namespace, uid: pod.uid }, type: "Warning", reason: "Unhealthy", message: "Readiness probe failed: HTTP probe failed with statuscode: 503", lastTimestamp: "2026-01-01T00:00:09Z", count: 3, source: { component: "kubelet" } }]),
    ]);
  }

  #write(request: ApiRequest): ApiResponse {
    const body = (request.body ?? {}) as JsonObject;
    if (request.query["dryRun"] !== undefined) return { code: 200, body, warnings: [] };
    if (request.verb === "delete") {
      const pod = [...this.#pods.values()].find((one) => request.path.endsWith(`/${one.name}`));
      if (pod !== undefined) this.#retire(pod);
      return { code: 200, body: { kind: "Status", status: "Success" }, warnings: [] };
    }
    const spec = (body["spec"] ?? {}) as JsonObject;
    const name = ((body["metadata"] ?? {}) as JsonObject)["name"];
    const path = request.verb === "create" ? `${request.path}/${String(name)}` : request.path;
    this.#objects.set(path, { ...this.#objects.get(path), ...body, metadata: { ...(body["metadata"] as JsonObject | undefined), uid: path, resourceVersion: String(this.#revision) } });
    if (path.includes("/deployments/")) {
      if (typeof spec["replicas"] === "number") this.#desired = spec["replicas"];
      const image = JSON.stringify(spec).match(/"image":"([^"]+)"/)?.[1];
      if (image !== undefined && image !== this.#image) this.#applied++;
      if (image !== undefined) this.#image = image;
      this.#applied = Math.max(1, this.#applied);
      this.#marks.push({ at: simTime(this.#now), tone: "person", label: "apply" });
      this.#workloads();
      this.#link("d-web", "owns", `r-${this.#applied}`);
    }
    if (path.includes("/services/")) {
      this.#put(fact("s-web", "Service", "services", "default", "web", "warning", "No pod is ready yet.", { tier: "edge", type: "ClusterIP", addresses: ["10.96.14.7"], ports: ["80"], rules: [], readyEndpoints: 0, totalEndpoints: 0 }));
      this.#workloads();
    }
    if (path.includes("/ingresses/")) {
      this.#put(fact("i-web", "Ingress", "ingresses", "default", "web", "ok", "Sends shop.example.com to the service web.", { tier: "edge", type: "nginx", addresses: ["203.0.113.1"], ports: [], rules: [{ host: "shop.example.com", path: "/", backend: "web:80" }], readyEndpoints: 0, totalEndpoints: 0 }));
      this.#link("i-web", "routesTo", "s-web");
    }
    return { code: request.verb === "create" ? 201 : 200, body: this.#objects.get(path) ?? {}, warnings: [] };
  }

  #answer(question: EngineQuestion): Json {
    const link = (at: number, component: string, text: string, tone: WhyLink["tone"] = null) => ({ id: `l${at}`, at, component, text, object: null, tone });
    if (question.type === "why") return [link(4_000_000, "you", "applied deployment.yaml", "person"), link(4_004_000, "api server", "wrote Deployment default/web, revision 672"), link(4_006_000, "deployment controller", "made ReplicaSet web-6c9f7d8b51 for the new template"), link(4_009_000, "replicaset controller", "made this pod"), link(4_013_000, "scheduler", "chose node-1 over node-3: 91 to 84", "progress"), link(4_015_000, "kubelet node-1", "pulled nginx:1.27 in 2.1 s and started the container"), link(8_200_000, "readiness probe", "answered 200: from here on the pod gets traffic", "ok")];
    if (question.type === "decision") return { feasible: ["node-1", "node-3"], rejected: { "node-2": { plugin: "NodeResourcesFit", reason: "Insufficient memory" } }, scores: { NodeResourcesFit: { "node-1": 91, "node-3": 84 }, NodeResourcesBalancedAllocation: { "node-1": 78, "node-3": 80 } }, final: { "node-1": 169, "node-3": 164 }, chosen: "node-1", nominated: null, victims: [] };
    if (question.type === "rules") return ["KUBE-SERVICES -d 10.96.14.7/32 -p tcp --dport 80 -j KUBE-SVC-WEB", "KUBE-SVC-WEB -m statistic --mode random --probability 0.33333 -j KUBE-SEP-1", "KUBE-SEP-1 -p tcp -j DNAT --to-destination 10.244.1.7:8080"];
    if (question.type === "recording") return { format: 1, engine: "demo", seed: 1, spec: {}, journal: [], checkpoints: [{ at: this.#now, digest: "3f2a" }] };
    if (question.type === "digest") return { at: this.#now, digest: "3f2a" };
    return [{ component: "demo engine", implemented: ["frames"], notImplemented: ["Kubernetes"] }];
  }

  #serve(): void {
    const source = this.#traffic[0];
    if (source === undefined) return;
    const ready = [...this.#pods.values()].filter((pod) => pod.namespace === "default" && pod.ready);
    for (let index = 0; index < (source.perSecond * this.#speed) / 20; index++) {
      const pod = ready[(this.#answered + index) % Math.max(1, ready.length)];
      const startedAtUs = this.#now - 9_000 - index * 800;
      const hop = (at: string, rule: string, verdict: FlowRecord["hops"][number]["verdict"], destination: string, after: number) => ({ at, atUs: startedAtUs + after, rule, verdict, destination });
      const hops = [hop("internet", "shop.example.com is 203.0.113.1", "forward", "203.0.113.1:80", 0), hop("node-3", "KUBE-EXT-INGRESS", "dnat", "10.244.3.2:80", 2_000), hop("pod ingress-nginx/ingress-nginx-controller", "host shop.example.com, path /", "forward", "10.244.1.7:8080", 3_000), ...(pod === undefined ? [] : [hop(`pod default/${pod.name}`, "listens on 8080", "answer", "203.0.113.9:41200", 8_000)])];
      this.#flows.push({ id: `f${this.#answered + this.#failed}`, source: source.id, method: "GET", url: source.url, startedAtUs, endedAtUs: startedAtUs + 9_000, status: pod === undefined ? 503 : 200, pod: pod === undefined ? "" : `default/${pod.name}`, hops, failure: pod === undefined ? "the service web has no ready pod" : null });
      if (pod === undefined) this.#failed++;
      else this.#answered++;
    }
  }

  /** Runs virtual time on and emits one frame. */
  advance(us: number): void {
    this.#now += us;
    const due = this.#later.filter((one) => one.at <= this.#now);
    this.#later.splice(0, this.#later.length, ...this.#later.filter((one) => one.at > this.#now));
    for (const one of due) one.run();
    if (us > 0) {
      if (this.#applied > 0) this.#converge();
      this.#serve();
    }
    const upserts = [...this.#facts.values()].filter((one) => this.#sent.get(one.uid) !== one);
    const removes = [...this.#sent.keys()].filter((uid) => !this.#facts.has(uid));
    this.#sent.clear();
    for (const one of this.#facts.values()) this.#sent.set(one.uid, one);
    const frame: Frame = {
      now: simTime(this.#now), epochUs: 1_767_225_600_000_000, revision: this.#revision, speed: this.#speed, replaying: false, booting: false, reset: this.#reset ? "run" : false, lookingAt: null, upserts, removes,
      edges: { added: this.#newEdges, removed: this.#goneEdges }, trace: [], flows: this.#flows.slice(-12), flowCounts: this.#flows.map((flow) => ({ key: flow.id, flow, count: 1, tookUs: flow.endedAtUs - flow.startedAtUs })), flowTotals: { answered: this.#answered, failed: this.#failed, p99Us: 14_200 },
      marks: this.#marks, faults: this.#faults, traffic: this.#traffic, stopped: [], checks: [],
    };
    this.#reset = false;
    this.#newEdges = [];
    this.#goneEdges = [];
    this.#marks = [];
    this.#flows = [];
    this.#emit({ type: "frame", frame });
  }
}
