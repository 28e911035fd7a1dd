// Follows kubernetes/ingress-nginx: internal/ingress/{controller,status} and rootfs/etc/nginx/lua/balancer.lua.
import type { Json } from "../../../base/json.ts";
import type { ClientNote, Informer } from "../../../client/clientSet.ts";
import { EventRecorder, referenceTo } from "../../../client/eventRecorder.ts";
import { objectPath } from "../../../client/paths.ts";
import { serviceKind } from "../../../kinds/core/service/kind.ts";
import type { Service } from "../../../kinds/core/service/types.ts";
import { endpointSliceKind } from "../../../kinds/discovery/endpointslice/kind.ts";
import type { EndpointSlice } from "../../../kinds/discovery/endpointslice/types.ts";
import { ingressKind } from "../../../kinds/networking/ingress/kind.ts";
import type { Ingress } from "../../../kinds/networking/ingress/types.ts";
import { ingressClassKind } from "../../../kinds/networking/ingressclass/kind.ts";
import type { IngressClass } from "../../../kinds/networking/ingressclass/types.ts";
import { proxied } from "../../../network/flowFailure.ts";
import { buildIngressConfig, matchIngress, nginxConf, servedIngresses, upstreamName } from "../../../network/ingress.ts";
import type { IngressConfig } from "../../../network/ingress.ts";
import type { HttpResponse, Payload } from "../../../network/packet.ts";
import { PodClient } from "../podClient.ts";
import type { Program, ProgramContext, ProgramEvent } from "../program.ts";
import { klog } from "./logFormat.ts";
import { connectProbeAfterUs, connectProbeUs, failedAttempt, finish, logFailedAttempt, nextPeer, page, readTimeoutUs, upstreamRequest } from "./proxying.ts";
import type { Pending } from "./proxying.ts";
import { resynced, upstreamAddresses } from "./upstreams.ts";
import type { Upstream } from "./upstreams.ts";

/** --sync-rate-limit 0.3 with a burst of one. */
const syncEveryUs = 3_333_333;
/** --update-status runs once a minute. */
const statusEveryUs = 60_000_000;
const requestCpuUs = 120;

interface Published {
  readonly namespace: string;
  readonly name: string;
}

interface State {
  config: IngressConfig;
  upstreams: Record<string, Upstream>;
  pending: Record<string, Pending>;
  syncDue: boolean;
  lastSyncUs: number;
  sweeping: boolean;
  stopping: boolean;
  synced: boolean;
}

export class IngressNginxProgram implements Program {
  readonly #client = new PodClient("nginx-ingress-controller/v1.13.0 (linux/amd64) ingress-nginx", 5, 10);
  readonly #ingresses: Informer<Ingress>;
  readonly #classes: Informer<IngressClass>;
  readonly #services: Informer<Service>;
  readonly #slices: Informer<EndpointSlice>;
  readonly #className: string;
  readonly #published: Published;
  #recorder: EventRecorder | null = null;
  /** Of a recorder that was saved and is not made again yet: it needs the cluster's epoch, which only a context tells. */
  #recorderState: Json = null;
  #state: State = { config: buildIngressConfig([]), upstreams: {}, pending: {}, syncDue: false, lastSyncUs: -syncEveryUs, sweeping: false, stopping: false, synced: false };

  constructor(className: string, published: Published) {
    this.#className = className;
    this.#published = published;
    const { clients } = this.#client;
    this.#ingresses = clients.informer("ingresses", { kind: ingressKind });
    this.#classes = clients.informer("ingressclasses", { kind: ingressClassKind });
    this.#services = clients.informer("services", { kind: serviceKind });
    this.#slices = clients.informer("endpointslices", { kind: endpointSliceKind, indexers: { service: (slice) => [`${slice.metadata.namespace ?? ""}/${slice.metadata.labels?.["kubernetes.io/service-name"] ?? ""}`] } });
  }

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    for (const note of this.#client.handle(event, ctx)) this.#note(note, ctx);
    switch (event.type) {
      case "api":
        if (event.event.type === "timer") this.#events(ctx).timer(ctx.api, event.event.key);
        return;
      case "start":
        this.#start(ctx);
        return;
      case "http":
        ctx.spend(requestCpuUs);
        this.#request(event, ctx);
        return;
      case "answer":
        this.#answered(event, ctx);
        return;
      case "timer":
        if (event.key === "sync") this.#sync(ctx);
        else if (event.key === "status") this.#writeStatus(ctx);
        else if (event.key === "sweep") this.#sweep(ctx);
        else if (event.key === "exit") ctx.exit(0);
        return;
      case "signal":
        if (event.name === "SIGTERM" || event.name === "SIGINT") this.#stop(ctx);
        return;
      default:
        return;
    }
  }

  #start(ctx: ProgramContext): void {
    for (const line of ["-".repeat(79), "NGINX Ingress controller", "  Release:       v1.13.0", "  Build:         4e0f2bdc25", "  Repository:    https://github.com/kubernetes/ingress-nginx", "  nginx version: nginx/1.27.1", "", "-".repeat(79)]) ctx.log(line);
    this.#klog(ctx, "I", "main.go:205", '"Creating API client" host="https://10.96.0.1:443"');
    if (!this.#client.start(ctx)) {
      this.#klog(ctx, "E", "main.go:98", "open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory");
      ctx.exit(1);
      return;
    }
    ctx.listen(10_254);
  }

  #events(ctx: ProgramContext): EventRecorder {
    if (this.#recorder === null) {
      this.#recorder = new EventRecorder({ component: "nginx-ingress-controller", epochUs: ctx.epochUs, clients: this.#client.clients });
      if (this.#recorderState !== null) this.#recorder.restore(this.#recorderState);
    }
    return this.#recorder;
  }

  #note(note: ClientNote, ctx: ProgramContext): void {
    if (this.#events(ctx).answered(ctx.api, note)) return;
    if (note.type === "synced" && !this.#state.synced && this.#client.clients.synced) {
      this.#state.synced = true;
      this.#klog(ctx, "I", "nginx.go:319", '"Starting NGINX process"');
      ctx.listen(80);
      ctx.listen(443);
      this.#schedule(ctx);
      ctx.setTimer("status", 1);
    } else if (note.type === "change") {
      const object = note.object as Ingress;
      if (note.informer === "ingresses" && note.change !== "deleted" && this.#isServed(object)) this.#events(ctx).record(ctx.api, { about: referenceTo(object), type: "Normal", reason: "Sync", message: "Scheduled for sync" });
      if (note.informer === "ingresses" && note.change === "added" && this.#state.synced) this.#klog(ctx, "I", "store.go:440", `"Found valid IngressClass" ingress="${object.metadata.namespace ?? ""}/${object.metadata.name}" ingressclass="${object.spec.ingressClassName ?? ""}"`);
      this.#schedule(ctx);
    }
  }

  #isServed(ingress: Ingress): boolean {
    return servedIngresses([ingress], this.#classes.lister.list(null), this.#className).length > 0;
  }

  #schedule(ctx: ProgramContext): void {
    if (this.#state.syncDue || !this.#state.synced) return;
    this.#state.syncDue = true;
    ctx.setTimer("sync", Math.max(1, this.#state.lastSyncUs + syncEveryUs - ctx.now));
  }

  #sync(ctx: ProgramContext): void {
    const state = this.#state;
    state.syncDue = false;
    state.lastSyncUs = ctx.now;
    const config = buildIngressConfig(servedIngresses(this.#ingresses.lister.list(null), this.#classes.lister.list(null), this.#className));
    const text = nginxConf(config);
    if (text !== nginxConf(state.config)) {
      this.#klog(ctx, "I", "controller.go:190", '"Configuration changes detected, backend reload required"');
      this.#klog(ctx, "I", "controller.go:210", '"Backend successfully reloaded"');
      ctx.writeFile("/etc/nginx/nginx.conf", text);
    }
    const upstreams: Record<string, Upstream> = {};
    for (const server of config.servers) for (const { backend } of server.locations) {
      if (backend === null) continue;
      const name = upstreamName(backend);
      if (upstreams[name] !== undefined) continue;
      const addresses = upstreamAddresses(backend, this.#services.lister.get({ namespace: backend.namespace, name: backend.service }), this.#slices.lister.byIndex("service", `${backend.namespace}/${backend.service}`));
      if (addresses.length === 0 && (state.upstreams[name]?.addresses.length ?? -1) !== 0) this.#klog(ctx, "W", "controller.go:1216", `Service "${backend.namespace}/${backend.service}" does not have any active Endpoint.`);
      upstreams[name] = resynced(state.upstreams[name], addresses, (count) => ctx.random.fork("round-robin").int(0, count - 1));
    }
    state.config = config;
    state.upstreams = upstreams;
  }

  #request(event: Extract<ProgramEvent, { type: "http" }>, ctx: ProgramContext): void {
    if (event.port === 10_254) {
      ctx.answerHttp(event.id, health(event.request.path, this.#state.synced && !this.#state.stopping));
      return;
    }
    const { request } = event;
    const { server, location, path } = matchIngress(this.#state.config, request.host, request.path);
    const where = location.ingress === "" ? "no Ingress matches" : `ingress ${location.ingress}, host ${server.host === "_" ? "*" : server.host}, path ${location.path}`;
    const base: Pending = {
      id: event.id, client: event.from, request, host: request.host, server: server.host, locationPath: location.path, ingress: location.ingress, upstreamPath: path,
      backend: location.backend ?? { namespace: "upstream", service: "default", port: "backend" }, startedUs: ctx.now, attempts: [], attemptUs: ctx.now, ip: "", port: 0, probed: false,
    };
    if (location.sslRedirect && event.port === 80) finish(ctx, base, page(308, { location: `https://${request.host}${request.path}` }), `${where}: redirected to https`);
    else if (location.backend === null) finish(ctx, base, page(404), `${where} for ${request.host}${request.path}: 404 from the default backend`);
    else this.#attempt(base, where, ctx);
  }

  #attempt(pending: Pending, where: string, ctx: ProgramContext): void {
    const name = upstreamName(pending.backend);
    const upstream = this.#state.upstreams[name];
    if (upstream === undefined || upstream.addresses.length === 0) {
      finish(ctx, pending, page(503), `${where}: the controller knew no ready endpoint of service ${pending.backend.namespace}/${pending.backend.service}`);
      return;
    }
    const peer = nextPeer(upstream, pending);
    if (peer === null) {
      const last = pending.attempts[pending.attempts.length - 1];
      finish(ctx, pending, page(last?.status === 504 ? 504 : 502), `${where}: ${pending.attempts.length} of ${upstream.addresses.length} endpoints tried, none answered (${pending.attempts.map((attempt) => attempt.address).join(", ")})`);
      return;
    }
    this.#state.upstreams[name] = { addresses: upstream.addresses, next: peer.next };
    const next: Pending = { ...pending, ip: peer.ip, port: peer.port, attemptUs: ctx.now, probed: false };
    this.#state.pending[pending.id] = next;
    ctx.call({ host: peer.ip, port: peer.port }, { type: "http", request: upstreamRequest(next) }, { request: pending.id, attempt: pending.attempts.length }, readTimeoutUs);
    if (!this.#state.sweeping) {
      this.#state.sweeping = true;
      ctx.setTimer("sweep", connectProbeAfterUs);
    }
  }

  #answered(event: Extract<ProgramEvent, { type: "answer" }>, ctx: ProgramContext): void {
    const tag = event.tag as { readonly request: string; readonly attempt: number; readonly probe?: boolean };
    const waiting = this.#state.pending[tag.request];
    if (waiting === undefined || waiting.attempts.length !== tag.attempt) return;
    if (tag.probe === true) {
      if (event.payload === null) this.#failed(waiting, { status: 504, text: "upstream timed out (110: Operation timed out) while connecting to upstream" }, ctx);
      return;
    }
    if (event.payload?.type === "httpResponse") this.#proxied(waiting, event.payload.response, ctx);
    else this.#failed(waiting, failedAttempt(event.payload), ctx);
  }

  #proxied(pending: Pending, response: HttpResponse, ctx: ProgramContext): void {
    delete this.#state.pending[pending.id];
    const attempts = [...pending.attempts, { address: `${pending.ip}:${pending.port}`, status: response.status, tookUs: ctx.now - pending.attemptUs, bytes: response.body.length }];
    finish(ctx, { ...pending, attempts }, response, `ingress ${pending.ingress}, path ${pending.locationPath}: ${proxied} ${upstreamName(pending.backend)}, ${pending.ip}:${pending.port}`);
    if (this.#state.stopping) this.#exitWhenIdle(ctx);
  }

  /** proxy_next_upstream error timeout; a request that is not idempotent is not sent twice once it was sent. */
  #failed(pending: Pending, failure: { readonly status: number; readonly text: string }, ctx: ProgramContext): void {
    delete this.#state.pending[pending.id];
    logFailedAttempt(ctx, pending, failure.text);
    const tried: Pending = { ...pending, attempts: [...pending.attempts, { address: `${pending.ip}:${pending.port}`, status: failure.status, tookUs: ctx.now - pending.attemptUs, bytes: 0 }] };
    const where = `ingress ${pending.ingress}, path ${pending.locationPath}`;
    const sent = !failure.text.includes("connecting to upstream");
    const idempotent = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].includes(pending.request.method);
    if (sent && !idempotent) finish(ctx, tried, page(failure.status), `${where}: ${pending.ip}:${pending.port} broke off, and ${pending.request.method} is not repeated`);
    else this.#attempt(tried, where, ctx);
    if (this.#state.stopping) this.#exitWhenIdle(ctx);
  }

  /** Asks for connections that are 4 s old whether anybody accepted them. */
  #sweep(ctx: ProgramContext): void {
    let nextUs = 0;
    for (const pending of Object.values(this.#state.pending)) {
      if (pending.probed) continue;
      const dueUs = pending.attemptUs + connectProbeAfterUs - ctx.now;
      if (dueUs > 0) {
        nextUs = nextUs === 0 ? dueUs : Math.min(nextUs, dueUs);
        continue;
      }
      this.#state.pending[pending.id] = { ...pending, probed: true };
      ctx.call({ host: pending.ip, port: pending.port }, { type: "probe" }, { request: pending.id, attempt: pending.attempts.length, probe: true }, connectProbeUs);
    }
    this.#state.sweeping = nextUs > 0;
    if (nextUs > 0) ctx.setTimer("sweep", nextUs);
  }

  #writeStatus(ctx: ProgramContext): void {
    ctx.setTimer("status", statusEveryUs);
    const service = this.#services.lister.get(this.#published);
    const addresses = (service?.status?.loadBalancer?.ingress ?? []).flatMap((entry) => (entry.ip === undefined ? [] : [{ ip: entry.ip }]));
    const served = servedIngresses(this.#ingresses.lister.list(null), this.#classes.lister.list(null), this.#className);
    for (const ingress of served) {
      const current = (ingress.status?.loadBalancer?.ingress ?? []).map((entry) => entry.ip ?? "").join(",");
      if (current === addresses.map((entry) => entry.ip).join(",")) continue;
      const key = { namespace: ingress.metadata.namespace ?? "", name: ingress.metadata.name };
      const body = { ...ingress, status: { loadBalancer: { ingress: addresses } } } as unknown as Json;
      this.#klog(ctx, "I", "status.go:304", `"updating Ingress status" namespace="${key.namespace}" ingress="${key.name}" currentValue=${current === "" ? "null" : JSON.stringify(current)} newValue=${JSON.stringify(addresses)}`);
      this.#client.clients.request(ctx.api, { verb: "update", path: objectPath(ingressKind, key, "status"), body }, { status: key.name });
    }
  }

  #stop(ctx: ProgramContext): void {
    this.#state.stopping = true;
    this.#klog(ctx, "I", "nginx.go:379", '"Shutting down controller queues"');
    this.#exitWhenIdle(ctx);
  }

  #exitWhenIdle(ctx: ProgramContext): void {
    if (Object.keys(this.#state.pending).length === 0) ctx.setTimer("exit", 1_000_000);
  }

  #klog(ctx: ProgramContext, severity: "I" | "W" | "E", source: string, text: string): void {
    ctx.log(klog(severity, ctx.epochUs + ctx.clock(), source, text), "stderr");
  }

  snapshot(): Json {
    return { client: this.#client.snapshot(), recorder: this.#recorder?.snapshot() ?? this.#recorderState, state: { ...this.#state, upstreams: { ...this.#state.upstreams }, pending: { ...this.#state.pending } } } as unknown as Json;
  }

  restore(state: Json): void {
    const saved = state as unknown as { client: Json; recorder: Json; state: State };
    this.#client.restore(saved.client);
    this.#recorderState = saved.recorder;
    this.#state = { ...saved.state, upstreams: { ...saved.state.upstreams }, pending: { ...saved.state.pending } };
  }
}

function health(path: string, healthy: boolean): HttpResponse {
  const payload: Extract<Payload, { type: "httpResponse" }>["response"] = { status: healthy ? 200 : 500, headers: { "content-type": "text/plain; charset=utf-8" }, body: healthy ? "ok" : "[-]nginx-ingress-controller failed" };
  return path === "/healthz" || path === "/metrics" ? payload : { ...payload, status: 404, body: "404 page not found\n" };
}
