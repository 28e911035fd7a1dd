// Follows kubernetes/ingress-nginx: internal/ingress/controller and rootfs/etc/nginx/lua/balancer.lua.
import type { Json } from "../../../base/json.ts";
import type { Service } from "../../../kinds/core/service/types.ts";
import type { EndpointSlice } from "../../../kinds/discovery/endpointslice/types.ts";
import type { Ingress } from "../../../kinds/networking/ingress/types.ts";
import { proxied } from "../../../network/flowFailure.ts";
import type { HttpResponse } from "../../../network/packet.ts";
import type { ProgramContext, ProgramEvent } from "../program.ts";
import { headerOf, preferred, setCookie, stickyKey, takesCanary } from "./balancing.ts";
import { stopped } from "./gate.ts";
import type { Bucket } from "./limits.ts";
import { certificateShown, matchIngress } from "./matching.ts";
import type { IngressMatch } from "./matching.ts";
import { emptyConfig, upstreamName } from "./model.ts";
import type { Backend, IngressConfig } from "./model.ts";
import { nginxConf } from "./nginxConf.ts";
import { failedAttempt, finish, logError, logFailedAttempt, page, upstreamRequest } from "./proxying.ts";
import type { Failure, Pending } from "./proxying.ts";
import { buildIngressConfig } from "./servers.ts";
import type { ConfigSources } from "./servers.ts";
import { resynced, upstreamAddresses } from "./upstreams.ts";
import type { Upstream } from "./upstreams.ts";

/** What the controller's informers know, as far as it serves. */
export interface ServingView extends ConfigSources {
  readonly ingresses: readonly Ingress[];
  readonly service: (namespace: string, name: string) => Service | null;
  readonly slices: (namespace: string, service: string) => readonly EndpointSlice[];
}

type Klog = (severity: "I" | "W" | "E", source: string, text: string) => void;
type HttpEvent = Extract<ProgramEvent, { type: "http" }>;

/** proxy_connect_timeout in two parts: so long before its end the connection itself is asked for. */
const connectProbeUs = 1_000_000;

/** nginx behind the controller: its configuration, its upstreams, and the requests it has in hand. */
export class Serving {
  #config: IngressConfig = emptyConfig;
  readonly #upstreams = new Map<string, Upstream>();
  readonly #pending = new Map<string, Pending>();
  readonly #buckets = new Map<string, Bucket>();
  #sweeping = false;

  get idle(): boolean {
    return this.#pending.size === 0;
  }

  /** Makes the configuration anew, and says so in the log where it changed. */
  sync(view: ServingView, ctx: ProgramContext, klog: Klog): void {
    const config = buildIngressConfig(view.ingresses, view);
    const text = nginxConf(config);
    for (const problem of config.problems) if (!this.#config.problems.includes(problem)) klog("W", "controller.go:1500", JSON.stringify(problem));
    if (text !== nginxConf(this.#config)) {
      klog("I", "controller.go:190", '"Configuration changes detected, backend reload required"');
      klog("I", "controller.go:210", '"Backend successfully reloaded"');
      ctx.writeFile("/etc/nginx/nginx.conf", text);
    }
    const before = new Map(this.#upstreams);
    this.#upstreams.clear();
    const wanted: readonly (readonly [Backend | null, boolean])[] = [...config.servers.flatMap((server) => server.locations.map((location) => [location.backend, location.settings.serviceUpstream] as const)), ...Object.values(config.canaries).map((canary) => [canary.backend, false] as const)];
    for (const [backend, serviceUpstream] of wanted) {
      if (backend === null) continue;
      const name = upstreamName(backend);
      if (this.#upstreams.has(name)) continue;
      const addresses = upstreamAddresses(backend, view.service(backend.namespace, backend.service), view.slices(backend.namespace, backend.service), serviceUpstream);
      if (addresses.length === 0 && (before.get(name)?.addresses.length ?? -1) !== 0) klog("W", "controller.go:1216", `Service "${backend.namespace}/${backend.service}" does not have any active Endpoint.`);
      this.#upstreams.set(name, resynced(before.get(name), addresses, (count) => ctx.random.fork("round-robin").int(0, count - 1)));
    }
    this.#config = config;
  }

  request(event: HttpEvent, ctx: ProgramContext): void {
    const { request } = event;
    const { global } = this.#config;
    const match = matchIngress(this.#config, request.host, request.path);
    const shown = request.tls === undefined ? null : certificateShown(this.#config, request.tls.serverName);
    const certificate = shown === null ? "" : shown.secret === "" ? (shown.names[0] ?? "") : `Secret ${shown.secret}`;
    const hello = shown === null ? "" : `TLS with ${shown.secret === "" ? `the controller's own certificate (${shown.names[0] ?? ""})` : `the certificate of Secret ${shown.secret}`}${request.tls?.serverName === "" ? ", no server name in the hello" : ` for ${request.tls?.serverName ?? ""}`}; `;
    const location = match?.location ?? null;
    const host = match === null || match.server.host === "_" ? "*" : match.server.host;
    const where = `${hello}${location === null || location.ingress === "" ? "no Ingress matches" : `ingress ${location.ingress}, host ${host}, path ${location.ingressPath}`}`;
    const forwarded = global.useForwardedHeaders ? (headerOf(request, "x-forwarded-for")?.split(",")[0]?.trim() ?? "") : "";
    const base: Pending = {
      id: event.id, client: forwarded === "" ? event.from : forwarded, scheme: shown === null ? "http" : "https", certificate, request, host: request.host, server: match?.server.host ?? "_",
      locationPath: location?.ingressPath ?? "/", ingress: location?.ingress ?? "", upstreamPath: match?.path ?? request.path, upstream: upstreamName(location?.backend ?? null), service: serviceOf(location?.backend ?? null),
      settings: location?.settings ?? plainSettings, why: hello, key: "", setCookie: "", startedUs: ctx.now, attempts: [], attemptUs: ctx.now, ip: "", port: 0, probed: false,
    };
    if (event.port === 443 && shown === null) {
      finish(ctx, base, page(400), "the plain HTTP request was sent to HTTPS port", "");
      return;
    }
    if (match !== null) {
      const stop = stopped(match, { request, scheme: global.useForwardedHeaders && headerOf(request, "x-forwarded-proto") === "https" ? "https" : base.scheme, client: base.client, nowUs: ctx.now, underWay: this.#underWay(base) }, global, this.#buckets);
      if (stop !== null) {
        if (stop.log !== "") logError(ctx, base, stop.log);
        finish(ctx, base, stop.response, `${where}: ${stop.rule}`, global.hsts);
        return;
      }
    }
    if (match === null || match.location.backend === null) finish(ctx, base, page(404), `${where} for ${request.host}${request.path}: 404 from the default backend`, global.hsts);
    else this.#attempt(this.#balanced(base, match, ctx), where, ctx);
  }

  answered(event: Extract<ProgramEvent, { type: "answer" }>, ctx: ProgramContext): void {
    const tag = event.tag as { readonly request: string; readonly attempt: number; readonly probe?: boolean };
    const waiting = this.#pending.get(tag.request);
    if (waiting === undefined || waiting.attempts.length !== tag.attempt) return;
    if (tag.probe === true) {
      if (event.payload === null) this.#failed(waiting, { status: 504, kind: "timeout", text: "upstream timed out (110: Operation timed out) while connecting to upstream" }, ctx);
    } else if (event.payload?.type === "httpResponse") this.#proxied(waiting, event.payload.response, ctx);
    else if (event.payload === null && event.failure?.startsWith("lookup ") === true) this.#failed(waiting, { status: 502, kind: "error", text: `${waiting.ip} could not be resolved (3: Host not found)` }, ctx);
    else this.#failed(waiting, failedAttempt(event.payload), ctx);
  }

  /** Asks for connections that are nearly as old as proxy_connect_timeout whether anybody accepted them. */
  sweep(ctx: ProgramContext): void {
    let nextUs = 0;
    for (const pending of this.#pending.values()) {
      if (pending.probed) continue;
      const dueUs = pending.attemptUs + probeAfterUs(pending) - ctx.now;
      if (dueUs > 0) {
        nextUs = nextUs === 0 ? dueUs : Math.min(nextUs, dueUs);
        continue;
      }
      this.#pending.set(pending.id, { ...pending, probed: true });
      ctx.call({ host: pending.ip, port: pending.port }, { type: "probe" }, { request: pending.id, attempt: pending.attempts.length, probe: true }, connectProbeUs);
    }
    this.#sweeping = nextUs > 0;
    if (nextUs > 0) ctx.setTimer("sweep", nextUs);
  }

  snapshot(): Json {
    return { config: this.#config, upstreams: [...this.#upstreams], pending: [...this.#pending], buckets: [...this.#buckets], sweeping: this.#sweeping } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { config: IngressConfig; upstreams: [string, Upstream][]; pending: [string, Pending][]; buckets: [string, Bucket][]; sweeping: boolean };
    this.#config = saved.config;
    for (const [name, upstream] of saved.upstreams) this.#upstreams.set(name, upstream);
    for (const [id, pending] of saved.pending) this.#pending.set(id, pending);
    for (const [key, bucket] of saved.buckets) this.#buckets.set(key, bucket);
    this.#sweeping = saved.sweeping;
  }

  #underWay(base: Pending): number {
    let count = 0;
    for (const pending of this.#pending.values()) if (pending.client === base.client && pending.ingress === base.ingress) count++;
    return count;
  }

  /** The upstream of the location or its canary, and what keeps the client at one pod of it. */
  #balanced(base: Pending, match: IngressMatch, ctx: ProgramContext): Pending {
    const { canaries, affinities } = this.#config;
    let { upstream, service, why } = base;
    const canary = canaries[upstream];
    if (canary !== undefined && (this.#upstreams.get(canary.upstream)?.addresses.length ?? 0) > 0) {
      const [main, other] = [affinities[upstream], affinities[canary.upstream]];
      if (main !== undefined && stickyKey(main, upstream, base.request) !== null) why += `stays off the canary (cookie ${main.cookie}), `;
      else if (other !== undefined && stickyKey(other, canary.upstream, base.request) !== null) {
        why += `stays at the canary ${canary.ingress} (cookie ${other.cookie}), `;
        [upstream, service] = [canary.upstream, serviceOf(canary.backend)];
      } else {
        const decided = takesCanary(canary, base.request, (count) => ctx.random.fork("canary").int(0, count - 1));
        why += `${decided.takes ? "canary" : "not the canary"} ${canary.ingress} (${decided.why}), `;
        if (decided.takes) [upstream, service] = [canary.upstream, serviceOf(canary.backend)];
      }
    }
    const affinity = affinities[upstream];
    if (affinity === undefined) return { ...base, upstream, service, why };
    const key = stickyKey(affinity, upstream, base.request);
    if (key !== null) return { ...base, upstream, service, why: `${why}kept by cookie ${affinity.cookie}, `, key };
    return { ...base, upstream, service, why: `${why}new cookie ${affinity.cookie}, `, ...this.#newKey(base, upstream, match.location.ingressPath, ctx) };
  }

  #newKey(base: Pending, upstream: string, path: string, ctx: ProgramContext): Pick<Pending, "key" | "setCookie"> {
    const affinity = this.#config.affinities[upstream];
    const unixUs = ctx.epochUs + ctx.clock();
    const key = `${(unixUs / 1_000_000).toFixed(3)}.30.${ctx.random.fork("cookie").int(1, 999_999)}.${ctx.random.fork("cookie").int(1, 999_999)}`;
    return { key, setCookie: affinity === undefined ? "" : setCookie(affinity, upstream, key, path, base.scheme === "https", unixUs) };
  }

  #attempt(pending: Pending, where: string, ctx: ProgramContext): void {
    const upstream = this.#upstreams.get(pending.upstream);
    if (upstream === undefined || upstream.addresses.length === 0) {
      finish(ctx, pending, page(503), `${where}: the controller knew no ready endpoint of service ${pending.service}`, this.#config.global.hsts);
      return;
    }
    const peer = this.#peer(upstream, pending);
    if (peer === null) {
      const last = pending.attempts[pending.attempts.length - 1];
      const tried = `${pending.attempts.length} of ${upstream.addresses.length} endpoints tried, none answered (${pending.attempts.map((attempt) => attempt.address).join(", ")})`;
      finish(ctx, pending, page(last?.status === 504 ? 504 : 502), `${where}: ${tried}`, this.#config.global.hsts);
      return;
    }
    if (peer.next !== null) this.#upstreams.set(pending.upstream, { addresses: upstream.addresses, next: peer.next });
    const next: Pending = { ...pending, ip: peer.ip, port: peer.port, attemptUs: ctx.now, probed: false };
    this.#pending.set(pending.id, next);
    ctx.call({ host: peer.ip, port: peer.port }, { type: "http", request: upstreamRequest(next, this.#config.global.useForwardedHeaders) }, { request: pending.id, attempt: pending.attempts.length }, pending.settings.readTimeoutS * 1_000_000);
    if (!this.#sweeping) {
      this.#sweeping = true;
      ctx.setTimer("sweep", probeAfterUs(next));
    }
  }

  /** The next peer that this request has not tried: in turn, or as its cookie prefers. null: none is left, or no try is. */
  #peer({ addresses, next }: Upstream, pending: Pending): { readonly ip: string; readonly port: number; readonly next: number | null } | null {
    if (pending.settings.tries > 0 && pending.attempts.length >= pending.settings.tries) return null;
    const tried = (peer: { readonly ip: string; readonly port: number }): boolean => pending.attempts.some((attempt) => attempt.address === `${peer.ip}:${peer.port}`);
    if (pending.key !== "") {
      const ordered = preferred(addresses, pending.key);
      // A client with a cookie goes to the same pod again, even if that pod just failed it.
      const peer = pending.setCookie === "" && this.#config.affinities[pending.upstream]?.changeOnFailure !== true ? ordered[0] : ordered.find((each) => !tried(each));
      return peer === undefined ? null : { ...peer, next: null };
    }
    for (let i = 0; i < addresses.length; i++) {
      const index = (next + i) % addresses.length;
      const peer = addresses[index];
      if (peer !== undefined && !tried(peer)) return { ...peer, next: (index + 1) % addresses.length };
    }
    return null;
  }

  #proxied(pending: Pending, response: HttpResponse, ctx: ProgramContext): void {
    const { nextUpstream } = pending.settings;
    const repeats = response.status >= 400 && nextUpstream.includes(`http_${response.status}`) && !nextUpstream.includes("off") && (isIdempotent(pending) || nextUpstream.includes("non_idempotent"));
    if (repeats && (this.#upstreams.get(pending.upstream)?.addresses.length ?? 0) > pending.attempts.length + 1 && pending.attempts.length + 1 < (pending.settings.tries || Number.MAX_SAFE_INTEGER)) {
      this.#failed(pending, { status: response.status, kind: `http_${response.status}`, text: `upstream answered ${response.status}` }, ctx);
      return;
    }
    this.#pending.delete(pending.id);
    const attempts = [...pending.attempts, { address: `${pending.ip}:${pending.port}`, status: response.status, tookUs: ctx.now - pending.attemptUs, bytes: response.body.length }];
    finish(ctx, { ...pending, attempts }, response, `${pending.why}ingress ${pending.ingress}, path ${pending.locationPath}: ${proxied} ${pending.upstream}, ${pending.ip}:${pending.port}`, this.#config.global.hsts);
  }

  /** proxy_next_upstream; a request that is not idempotent is not sent twice once it was sent. */
  #failed(pending: Pending, failure: Failure, ctx: ProgramContext): void {
    this.#pending.delete(pending.id);
    logFailedAttempt(ctx, pending, failure.text);
    const { nextUpstream } = pending.settings;
    let tried: Pending = { ...pending, attempts: [...pending.attempts, { address: `${pending.ip}:${pending.port}`, status: failure.status, tookUs: ctx.now - pending.attemptUs, bytes: 0 }] };
    const where = `${pending.why}ingress ${pending.ingress}, path ${pending.locationPath}`;
    const sent = !failure.text.includes("connecting to upstream");
    if (sent && !isIdempotent(pending) && !nextUpstream.includes("non_idempotent")) finish(ctx, tried, page(failure.status), `${where}: ${pending.ip}:${pending.port} broke off, and ${pending.request.method} is not repeated`, this.#config.global.hsts);
    else if (nextUpstream.includes("off") || !nextUpstream.includes(failure.kind)) finish(ctx, tried, page(failure.status), `${where}: ${pending.ip}:${pending.port} failed, and proxy-next-upstream (${nextUpstream.join(" ")}) asks no other`, this.#config.global.hsts);
    else {
      if (tried.key !== "" && tried.setCookie === "" && this.#config.affinities[tried.upstream]?.changeOnFailure === true) tried = { ...tried, ...this.#newKey(tried, tried.upstream, tried.locationPath, ctx) };
      this.#attempt(tried, where, ctx);
    }
  }
}

const plainSettings: Pending["settings"] = { connectTimeoutS: 5, readTimeoutS: 60, nextUpstream: ["error", "timeout"], tries: 3, upstreamHost: "", forwardedPrefix: "", accessLog: true };

function serviceOf(backend: Backend | null): string {
  return backend === null ? "" : `${backend.namespace}/${backend.service}`;
}

function probeAfterUs(pending: Pending): number {
  return Math.max(1, pending.settings.connectTimeoutS * 1_000_000 - connectProbeUs);
}

function isIdempotent({ request }: Pending): boolean {
  return ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].includes(request.method);
}
