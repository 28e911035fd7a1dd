// Follows coredns/coredns: core/dnsserver, plugin/{kubernetes,health,ready,log,loadbalance}.
import type { Json } from "../../../base/json.ts";
import type { Informer } from "../../../client/clientSet.ts";
import { namespaceKind } from "../../../kinds/core/namespace/kind.ts";
import type { Namespace } from "../../../kinds/core/namespace/types.ts";
import { serviceKind } from "../../../kinds/core/service/kind.ts";
import type { Service } from "../../../kinds/core/service/types.ts";
import { endpointSliceKind } from "../../../kinds/discovery/endpointslice/kind.ts";
import type { EndpointSlice } from "../../../kinds/discovery/endpointslice/types.ts";
import { answerDns, answerReverse } from "../../../network/dns.ts";
import type { DnsAnswer, DnsRecord, DnsView } from "../../../network/dns.ts";
import type { HttpResponse, Payload } from "../../../network/packet.ts";
import { nodeResolvConf } from "../../../network/resolvConf.ts";
import { PodClient } from "../podClient.ts";
import type { Program, ProgramContext, ProgramEvent } from "../program.ts";
import { AnswerCache } from "./answerCache.ts";
import { parseCorefile } from "./corefile.ts";
import type { Corefile } from "./corefile.ts";

const startUnsyncedUs = 5_000_000;
const queryCpuUs = 60;
const mostAliases = 8;
const mostResolved = 1_000;
const forwardTimeoutUs = 2_000_000;
const hostsTtlSeconds = 3_600;
/** Upstream looks every 30 s, moved by up to 15 s. */
const reloadUs = 30_000_000;
const reloadJitterUs = 15_000_000;

/** A query that waits for the resolver it was forwarded to. */
interface Asked {
  readonly id: string;
  readonly from: string;
  readonly name: string;
  readonly record: DnsRecord;
}

interface State {
  corefile: Corefile | null;
  /** As it was read, so that a change is seen. */
  text: string;
  listening: boolean;
  queries: number;
}

export class CorednsProgram implements Program {
  readonly #client = new PodClient("CoreDNS/1.12.1 (linux/amd64)", 50, 100);
  readonly #services: Informer<Service>;
  readonly #slices: Informer<EndpointSlice>;
  readonly #namespaces: Informer<Namespace>;
  readonly #configPath: string;
  readonly #cache = new AnswerCache();
  /** What names of the cluster's domain are now: forgotten with everything that is heard from the API. Follows from what is kept, so it is no state. */
  readonly #resolved = new Map<string, DnsAnswer>();
  #state: State = { corefile: null, text: "", listening: false, queries: 0 };

  constructor(configPath: string) {
    this.#configPath = configPath;
    const { clients } = this.#client;
    this.#services = clients.informer("services", { kind: serviceKind });
    this.#slices = clients.informer("endpointslices", { kind: endpointSliceKind, indexers: { service: (slice) => [`${slice.metadata.namespace ?? ""}/${slice.metadata.labels?.["kubernetes.io/service-name"] ?? ""}`] } });
    this.#namespaces = clients.informer("namespaces", { kind: namespaceKind });
  }

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    this.#client.handle(event, ctx);
    switch (event.type) {
      case "start":
        this.#start(ctx);
        return;
      case "api":
        this.#resolved.clear();
        if (!this.#state.listening && this.#client.clients.synced) this.#listen(ctx);
        return;
      case "timer":
        if (event.key === "unsynced" && !this.#state.listening) {
          ctx.log("[WARNING] plugin/kubernetes: starting server with unsynced Kubernetes API");
          this.#listen(ctx);
        } else if (event.key === "lameduck") ctx.exit(0);
        else if (event.key === "reload") this.#reload(ctx);
        return;
      case "packet":
        ctx.spend(queryCpuUs);
        this.#query(event.id, event.payload, event.from, ctx);
        return;
      case "answer":
        this.#forwarded(event, ctx);
        return;
      case "http":
        ctx.answerHttp(event.id, this.#http(event.port, event.request.path));
        return;
      case "signal":
        if (event.name === "SIGTERM" || event.name === "SIGINT") this.#stop(event.name, ctx);
        return;
      default:
        return;
    }
  }

  #start(ctx: ProgramContext): void {
    const text = ctx.readFile(this.#configPath);
    const corefile = text === null ? null : parseCorefile(text);
    if (corefile === null) {
      ctx.log(text === null ? `Error: loading Caddyfile via flag: open ${this.#configPath}: no such file or directory` : `${this.#configPath}: Error during parsing: unexpected token`, "stderr");
      ctx.exit(1);
      return;
    }
    this.#state.corefile = corefile;
    this.#state.text = text ?? "";
    for (const warning of corefile.warnings) ctx.log(`[WARNING] ${warning}`);
    if (corefile.plugins.includes("reload")) ctx.setTimer("reload", reloadUs + ctx.random.fork("reload").int(0, reloadJitterUs));
    if (!corefile.plugins.includes("kubernetes")) {
      this.#listen(ctx);
      return;
    }
    if (!this.#client.start(ctx)) {
      ctx.log("plugin/kubernetes: open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory", "stderr");
      ctx.exit(1);
      return;
    }
    ctx.log("[INFO] plugin/kubernetes: waiting for Kubernetes API before starting server");
    ctx.setTimer("unsynced", startUnsyncedUs);
  }

  /** A file that changed and can be read takes effect; else the server goes on as it was. */
  #reload(ctx: ProgramContext): void {
    ctx.setTimer("reload", reloadUs + ctx.random.fork("reload").int(0, reloadJitterUs));
    const text = ctx.readFile(this.#configPath);
    if (text === null || text === this.#state.text) return;
    this.#state.text = text;
    ctx.log("[INFO] Reloading");
    const corefile = parseCorefile(text);
    if (corefile === null) {
      ctx.log(`[ERROR] Restart failed: ${this.#configPath}: Error during parsing: unexpected token`);
      ctx.log("[ERROR] plugin/reload: Corefile changed but reload failed");
      return;
    }
    for (const warning of corefile.warnings) ctx.log(`[WARNING] ${warning}`);
    this.#state.corefile = corefile;
    this.#cache.clear();
    this.#resolved.clear();
    ctx.log("[INFO] Reloading complete");
    if (!corefile.plugins.includes("reload")) ctx.cancelTimer("reload");
  }

  #listen(ctx: ProgramContext): void {
    const corefile = this.#state.corefile;
    if (corefile === null) return;
    this.#state.listening = true;
    ctx.cancelTimer("unsynced");
    ctx.listen(corefile.port, "UDP");
    ctx.listen(corefile.port, "TCP");
    if (corefile.plugins.includes("health")) ctx.listen(8080);
    if (corefile.plugins.includes("ready")) ctx.listen(8181);
    if (corefile.plugins.includes("prometheus")) ctx.listen(9153);
    ctx.log(`.:${corefile.port}`);
    ctx.log("CoreDNS-1.12.1");
    ctx.log("linux/amd64, go1.24.1, 707c7c1");
  }

  #stop(signal: string, ctx: ProgramContext): void {
    ctx.log(`[INFO] ${signal}: Shutting down servers then terminating`);
    const lameduckSeconds = this.#state.corefile?.lameduckSeconds ?? 0;
    if (lameduckSeconds === 0) {
      ctx.exit(0);
      return;
    }
    ctx.log(`[INFO] plugin/health: Going into lameduck mode for ${lameduckSeconds}s`);
    ctx.setTimer("lameduck", lameduckSeconds * 1_000_000);
  }

  #query(id: string, payload: Payload, from: string, ctx: ProgramContext): void {
    if (payload.type !== "dns") {
      ctx.answer(id, { type: "reset", reason: "malformed DNS message" });
      return;
    }
    this.#state.queries++;
    const name = payload.name.toLowerCase().replace(/\.$/, "");
    const asked: Asked = { id, from, name: payload.name, record: payload.record };
    const cached = this.#has("cache") ? this.#cache.find(name, payload.record, ctx.now) : null;
    if (cached !== null) {
      this.#reply(asked, cached, ctx);
      return;
    }
    const wanted = this.#state.corefile?.renames[name] ?? name;
    const key = `${payload.record} ${wanted}`;
    const answer = this.#resolved.get(key) ?? this.#ofHosts(wanted, payload.record) ?? this.#resolve(wanted, payload.record);
    if (answer !== null && this.#resolved.size < mostResolved) this.#resolved.set(key, answer);
    if (answer !== null) this.#found(asked, answer, ctx);
    else if (this.#has("forward")) ctx.call({ host: nodeResolvConf.nameservers[0] ?? "", port: 53, protocol: "UDP" }, { ...payload, name: wanted }, asked as unknown as Json, forwardTimeoutUs);
    else this.#found(asked, { type: "dnsAnswer", code: "SERVFAIL", answers: [] }, ctx);
  }

  /** null: not a name of the plugin hosts, or there is no such plugin. */
  #ofHosts(name: string, record: DnsRecord): DnsAnswer | null {
    const hosts = this.#state.corefile?.hosts ?? null;
    if (hosts === null) return null;
    const addresses = Object.hasOwn(hosts.entries, name) ? (hosts.entries[name] ?? []) : [];
    if (addresses.length > 0) return { type: "dnsAnswer", code: "NOERROR", answers: record === "A" ? addresses.map((data) => ({ name: `${name}.`, record, data, ttlSeconds: hostsTtlSeconds })) : [] };
    return hosts.fallsThrough ? null : { type: "dnsAnswer", code: "SERVFAIL", answers: [] };
  }

  #found(asked: Asked, answer: DnsAnswer, ctx: ProgramContext): void {
    const rule = this.#state.corefile?.cache ?? null;
    this.#reply(asked, rule === null ? answer : this.#cache.keep(rule, asked.name.toLowerCase().replace(/\.$/, ""), asked.record, answer, ctx.now), ctx);
  }

  #forwarded(event: Extract<ProgramEvent, { type: "answer" }>, ctx: ProgramContext): void {
    const asked = event.tag as unknown as Asked;
    if (event.payload?.type !== "dnsAnswer") ctx.log(`[ERROR] plugin/errors: 2 ${asked.name} ${asked.record}: read udp ${ctx.podIp}->${nodeResolvConf.nameservers[0] ?? ""}:53: i/o timeout`);
    this.#found(asked, event.payload?.type === "dnsAnswer" ? event.payload : { type: "dnsAnswer", code: "SERVFAIL", answers: [] }, ctx);
  }

  #reply(asked: Asked, answer: DnsAnswer, ctx: ProgramContext): void {
    if (this.#has("log")) {
      ctx.log(`[INFO] ${asked.from} - ${this.#state.queries % 65_536} "${asked.record} IN ${asked.name} udp ${asked.name.length + 17} false 512" ${answer.code} qr,aa,rd ${asked.name.length + 17 + answer.answers.length * 30} 0.000${queryCpuUs}s`);
    }
    ctx.answer(asked.id, this.#has("loadbalance") ? shuffled(answer, ctx) : answer);
  }

  #has(plugin: string): boolean {
    return this.#state.corefile?.plugins.includes(plugin) === true;
  }

  /** null: not of the cluster's domain. */
  #resolve(name: string, record: DnsRecord): DnsAnswer | null {
    const view = this.#view();
    if (view === null) return null;
    if (record === "PTR") return this.#state.corefile?.reverse === true ? answerReverse(view, name) : null;
    let answer = answerDns(view, name, record);
    if (answer !== null && !this.#client.clients.synced) return { type: "dnsAnswer", code: "SERVFAIL", answers: [] };
    const entries = [...(answer?.answers ?? [])];
    for (let i = 0; answer !== null && i < mostAliases && record === "A"; i++) {
      const alias = answer.answers.find((entry) => entry.record === "CNAME");
      if (alias === undefined) break;
      answer = answerDns(view, alias.data, "A");
      entries.push(...(answer?.answers ?? []));
    }
    if (entries.length > 0) return { type: "dnsAnswer", code: "NOERROR", answers: entries };
    return answer;
  }

  #view(): DnsView | null {
    const corefile = this.#state.corefile;
    if (corefile === null) return null;
    return {
      clusterDomain: corefile.clusterDomain, ttlSeconds: corefile.ttlSeconds,
      service: (namespace, name) => this.#services.lister.get({ namespace, name }),
      slices: (namespace, name) => this.#slices.lister.byIndex("service", `${namespace}/${name}`),
      hasNamespace: (namespace) => this.#namespaces.lister.get({ namespace: "", name: namespace }) !== null,
      owners: (ip) => ({
        services: this.#services.lister.list(null).filter(({ spec }) => spec.clusterIP === ip),
        slices: this.#slices.lister.list(null).filter(({ endpoints }) => endpoints?.some(({ addresses }) => addresses.includes(ip)) === true),
      }),
    };
  }

  #http(port: number, path: string): HttpResponse {
    if (port === 8080 && path === "/health") return text(200, "OK");
    if (port === 8181 && path === "/ready") return this.#client.clients.synced ? text(200, "OK") : text(503, "kubernetes");
    if (port === 9153 && path === "/metrics") return text(200, `# HELP coredns_dns_requests_total Counter of DNS requests made per zone, protocol and family.\n# TYPE coredns_dns_requests_total counter\ncoredns_dns_requests_total{family="1",proto="udp",server="dns://:53",type="A",view="",zone="."} ${this.#state.queries}\n`);
    return text(404, "404 page not found\n");
  }

  snapshot(): Json {
    return { client: this.#client.snapshot(), state: this.#state, cache: this.#cache.snapshot() } as unknown as Json;
  }

  restore(state: Json): void {
    const saved = state as unknown as { client: Json; state: State; cache: ReturnType<AnswerCache["snapshot"]> };
    this.#client.restore(saved.client);
    this.#state = { ...saved.state };
    this.#cache.restore(saved.cache);
    this.#resolved.clear();
  }
}

function text(status: number, body: string): HttpResponse {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

/** The loadbalance plugin: address records in random order. */
function shuffled(answer: DnsAnswer, ctx: ProgramContext): DnsAnswer {
  if (answer.answers.length < 2) return answer;
  const addresses = answer.answers.filter((entry) => entry.record === "A");
  if (addresses.length < 2) return answer;
  const random = ctx.random.fork("loadbalance");
  for (let i = addresses.length - 1; i > 0; i--) {
    const j = random.int(0, i);
    const [a, b] = [addresses[i], addresses[j]];
    if (a === undefined || b === undefined) continue;
    addresses[i] = b;
    addresses[j] = a;
  }
  return { ...answer, answers: [...answer.answers.filter((entry) => entry.record !== "A"), ...addresses] };
}
