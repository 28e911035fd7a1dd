// Follows kubernetes/ingress-nginx: cmd/nginx, internal/ingress/{controller,status}.
import type { Json } from "../../../base/json.ts";
import type { ClientNote, Informer } from "../../../client/clientSet.ts";
import { EventRecorder, referenceTo } from "../../../client/eventRecorder.ts";
import { objectPath } from "../../../client/paths.ts";
import { configMapKind } from "../../../kinds/core/configmap/kind.ts";
import type { ConfigMap } from "../../../kinds/core/configmap/types.ts";
import { secretKind } from "../../../kinds/core/secret/kind.ts";
import type { Secret } from "../../../kinds/core/secret/types.ts";
import { serviceKind } from "../../../kinds/core/service/kind.ts";
import type { Service } from "../../../kinds/core/service/types.ts";
import { endpointSliceKind } from "../../../kinds/discovery/endpointslice/kind.ts";
import type { EndpointSlice } from "../../../kinds/discovery/endpointslice/types.ts";
import { ingressKind } from "../../../kinds/networking/ingress/kind.ts";
import type { Ingress } from "../../../kinds/networking/ingress/types.ts";
import { ingressClassKind } from "../../../kinds/networking/ingressclass/kind.ts";
import type { IngressClass } from "../../../kinds/networking/ingressclass/types.ts";
import type { HttpResponse, Payload } from "../../../network/packet.ts";
import { PodClient } from "../podClient.ts";
import type { Program, ProgramContext, ProgramEvent } from "../program.ts";
import { servedIngresses } from "./classes.ts";
import type { ClassOptions } from "./classes.ts";
import { klog } from "./logFormat.ts";
import { Serving } from "./serving.ts";
import { publishedAddresses } from "./status.ts";
import type { Address } from "./status.ts";

/** --sync-rate-limit 0.3 with a burst of one. */
const syncEveryUs = 3_333_333;
const requestCpuUs = 120;

interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** The flags of /nginx-ingress-controller. */
export interface ControllerFlags {
  readonly classes: ClassOptions;
  /** --publish-service; null: --publish-status-address counts. */
  readonly publishService: Named | null;
  readonly publishAddresses: readonly string[];
  readonly updateStatus: boolean;
  readonly statusEveryUs: number;
  readonly configMap: Named | null;
  /** "namespace/name" or "". */
  readonly defaultCertificate: string;
  readonly defaultBackend: Named | null;
}

interface State {
  syncDue: boolean;
  lastSyncUs: number;
  stopping: boolean;
  synced: boolean;
}

export class IngressNginxProgram implements Program {
  readonly #client = new PodClient("nginx-ingress-controller/v1.13.0 (linux/amd64) ingress-nginx", 5, 10);
  readonly #ingresses: Informer<Ingress>;
  readonly #classes: Informer<IngressClass>;
  readonly #services: Informer<Service>;
  readonly #slices: Informer<EndpointSlice>;
  readonly #secrets: Informer<Secret>;
  readonly #configMaps: Informer<ConfigMap> | null;
  readonly #flags: ControllerFlags;
  #recorder: EventRecorder | null = null;
  /** Of a recorder that was saved and is not made again yet: it needs the cluster's epoch, which only a context tells. */
  #recorderState: Json = null;
  /** null until there is something to serve. */
  #serving: Serving | null = null;
  #state: State = { syncDue: false, lastSyncUs: -syncEveryUs, stopping: false, synced: false };

  constructor(flags: ControllerFlags) {
    this.#flags = flags;
    const { clients } = this.#client;
    this.#ingresses = clients.informer("ingresses", { kind: ingressKind });
    this.#classes = clients.informer("ingressclasses", { kind: ingressClassKind });
    this.#services = clients.informer("services", { kind: serviceKind });
    this.#slices = clients.informer("endpointslices", { kind: endpointSliceKind, indexers: { service: (slice) => [`${slice.metadata.namespace ?? ""}/${slice.metadata.labels?.["kubernetes.io/service-name"] ?? ""}`] } });
    this.#secrets = clients.informer("secrets", { kind: secretKind });
    this.#configMaps = flags.configMap === null ? null : clients.informer("configmaps", { kind: configMapKind, namespace: flags.configMap.namespace, fieldSelector: `metadata.name=${flags.configMap.name}` });
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
        this.#serving?.answered(event, ctx);
        this.#exitWhenIdle(ctx);
        return;
      case "timer":
        if (event.key === "sync") this.#sync(ctx);
        else if (event.key === "status") this.#writeStatus(ctx);
        else if (event.key === "sweep") this.#serving?.sweep(ctx);
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
      if (this.#flags.updateStatus) ctx.setTimer("status", 1);
    } else if (note.type === "change") {
      const object = note.object as Ingress;
      if (note.informer === "ingresses" && note.change !== "deleted" && this.#isServed(object)) this.#events(ctx).record(ctx.api, { about: referenceTo(object), type: "Normal", reason: "Sync", message: "Scheduled for sync" });
      if (note.informer === "ingresses" && note.change === "added" && this.#state.synced) this.#klog(ctx, "I", "store.go:440", `"Found valid IngressClass" ingress="${object.metadata.namespace ?? ""}/${object.metadata.name}" ingressclass="${object.spec.ingressClassName ?? ""}"`);
      this.#schedule(ctx);
    }
  }

  #isServed(ingress: Ingress): boolean {
    return servedIngresses([ingress], this.#classes.lister.list(null), this.#flags.classes).length > 0;
  }

  #served(): readonly Ingress[] {
    return servedIngresses(this.#ingresses.lister.list(null), this.#classes.lister.list(null), this.#flags.classes);
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
    const ingresses = this.#served();
    const { configMap, defaultCertificate, defaultBackend } = this.#flags;
    const options = (configMap === null ? null : this.#configMaps?.lister.get(configMap))?.data ?? {};
    // Nothing to serve, and nothing was served: as it started.
    if (this.#serving === null && ingresses.length === 0 && Object.keys(options).length === 0 && defaultBackend === null) return;
    this.#nginx().sync({
      ingresses, options, defaultCertificate,
      defaultBackend: defaultBackend === null ? null : { namespace: defaultBackend.namespace, service: defaultBackend.name, port: this.#services.lister.get(defaultBackend)?.spec.ports?.[0]?.port ?? 80 },
      secret: (name) => this.#secrets.lister.get({ namespace: name.slice(0, name.indexOf("/")), name: name.slice(name.indexOf("/") + 1) }),
      service: (namespace, name) => this.#services.lister.get({ namespace, name }),
      slices: (namespace, service) => this.#slices.lister.byIndex("service", `${namespace}/${service}`),
    }, ctx, (severity, source, text) => this.#klog(ctx, severity, source, text));
  }

  #nginx(): Serving {
    return (this.#serving ??= new Serving());
  }

  #request(event: Extract<ProgramEvent, { type: "http" }>, ctx: ProgramContext): void {
    if (event.port === 10_254) ctx.answerHttp(event.id, health(event.request.path, this.#state.synced && !this.#state.stopping));
    else this.#nginx().request(event, ctx);
  }

  #writeStatus(ctx: ProgramContext): void {
    ctx.setTimer("status", this.#flags.statusEveryUs);
    const { publishService, publishAddresses } = this.#flags;
    const addresses = publishedAddresses(publishService === null ? null : this.#services.lister.get(publishService), publishAddresses);
    if (addresses === null) return;
    for (const ingress of this.#served()) this.#publish(ingress, addresses, ctx);
  }

  #publish(ingress: Ingress, addresses: readonly Address[], ctx: ProgramContext): void {
    const text = (entries: readonly Address[]): string => entries.map((entry) => entry.ip ?? entry.hostname ?? "").join(",");
    const current = text(ingress.status?.loadBalancer?.ingress ?? []);
    if (current === text(addresses)) return;
    const key = { namespace: ingress.metadata.namespace ?? "", name: ingress.metadata.name };
    const body = { ...ingress, status: { loadBalancer: { ingress: addresses } } } as unknown as Json;
    this.#klog(ctx, "I", "status.go:304", `"updating Ingress status" namespace="${key.namespace}" ingress="${key.name}" currentValue=${current === "" ? "null" : JSON.stringify(current)} newValue=${JSON.stringify(addresses)}`);
    this.#client.clients.request(ctx.api, { verb: "update", path: objectPath(ingressKind, key, "status"), body }, { status: key.name });
  }

  #stop(ctx: ProgramContext): void {
    this.#state.stopping = true;
    this.#klog(ctx, "I", "nginx.go:379", '"Shutting down controller queues"');
    this.#exitWhenIdle(ctx);
  }

  #exitWhenIdle(ctx: ProgramContext): void {
    if (this.#state.stopping && this.#serving?.idle !== false) ctx.setTimer("exit", 1_000_000);
  }

  #klog(ctx: ProgramContext, severity: "I" | "W" | "E", source: string, text: string): void {
    ctx.log(klog(severity, ctx.epochUs + ctx.clock(), source, text), "stderr");
  }

  snapshot(): Json {
    return { client: this.#client.snapshot(), recorder: this.#recorder?.snapshot() ?? this.#recorderState, serving: this.#serving?.snapshot() ?? null, state: { ...this.#state } } as unknown as Json;
  }

  restore(state: Json): void {
    const saved = state as unknown as { client: Json; recorder: Json; serving: Json; state: State };
    this.#client.restore(saved.client);
    this.#recorderState = saved.recorder;
    this.#serving = null;
    if (saved.serving !== null) this.#nginx().restore(saved.serving);
    this.#state = { ...saved.state };
  }
}

function health(path: string, healthy: boolean): HttpResponse {
  const payload: Extract<Payload, { type: "httpResponse" }>["response"] = { status: healthy ? 200 : 500, headers: { "content-type": "text/plain; charset=utf-8" }, body: healthy ? "ok" : "[-]nginx-ingress-controller failed" };
  return path === "/healthz" || path === "/metrics" ? payload : { ...payload, status: 404, body: "404 page not found\n" };
}
