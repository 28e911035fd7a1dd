import type { Json, JsonObject } from "../../base/json.ts";
import { collectionPath } from "../../client/paths.ts";
import type { ClusterSpec } from "../../cluster/clusterSpec.ts";
import type { ClusterCommand, ClusterRecording } from "../../cluster/commands.ts";
import { isA, part, type ObservedRevision } from "../../cluster/invariants/define.ts";
import { filteredWrongly } from "../../cluster/invariants/policiesHold.ts";
import { deploymentsOff, namespacesLeft, notQuiet } from "../../cluster/invariants/restingRun.ts";
import { crashes, listDiffers, replicaSetsOff, requestsOff } from "../../cluster/invariants/wholeRun.ts";
import type { CommandInterpreter } from "../../cluster/interpreter.ts";
import { dice } from "../../cluster/testing/dice.ts";
import { InvariantWatcher } from "../../cluster/testing/invariantWatcher.ts";
import { kinds } from "../../kinds/index.ts";
import type { FlowRecord } from "../../network/packet.ts";
import type { TraceEntry } from "../../sim/recording.ts";
import { second, simTime } from "../../sim/time.ts";
import { clusterComposition } from "../clusterComposition.ts";
import { Coordinator } from "../coordinator.ts";
import { engineName } from "../engineName.ts";
import { isPromise } from "../hostPort.ts";
import { InlineHost } from "../transports/inline.ts";
import { SeedCoverage } from "./seedCoverage.ts";
import { ordinaryPlan } from "./seedWorkloads.ts";
import { healthy, type SeedMonitor, type SeedPlan } from "./seedPlan.ts";
import { storagePlan } from "./storageWorkloads.ts";

const looker = { type: "user", name: "looker", groups: ["system:masters", "system:authenticated"] } as const;
const minutes = 15;
/**
 * Machines that are short of something refuse daemons until 5 minutes after; each refusal doubles the daemon set's wait, up to 15 minutes. So long
 * such a run may last; it ends with the first minute in which all was as it is to be.
 */
const minutesAfterPressure = 34;
const pressures: ReadonlySet<string> = new Set(["disk-full", "memory-hog"]);
const troubleEndsAt = 8 * 60;
const quietSeconds = 60;

export interface SeedResult {
  /** What was wrong; empty where all held. */
  readonly broken: readonly string[];
  readonly coverage: SeedCoverage;
  readonly recording: ClusterRecording;
  readonly digest: string;
}

/** A random cluster with random workloads, inputs and faults, watched revision by revision. */
class SeedRun {
  readonly #plan: SeedPlan;
  readonly #spec: ClusterSpec;
  readonly #monitor: SeedMonitor;
  readonly #coordinator: Coordinator<ClusterSpec, ClusterCommand, CommandInterpreter>;
  readonly #trace: TraceEntry[] = [];
  readonly #coverage = new SeedCoverage();
  #late: ObservedRevision[] = [];
  readonly #watcher: InvariantWatcher;
  readonly #roll: (count: number) => number;
  #flows = 0;
  #quiet = false;
  #minutes = minutes;
  /** Requests that began when nothing changed any more. */
  #quietFlows: FlowRecord[] = [];
  #quietFromUs = Number.MAX_SAFE_INTEGER;

  constructor(seed: number, plan: SeedPlan) {
    this.#plan = plan;
    this.#roll = dice(seed);
    this.#spec = plan.spec(this.#roll);
    this.#monitor = plan.monitor(this.#spec);
    this.#watcher = new InvariantWatcher((event) => {
      this.#coverage.take(event);
      this.#monitor.take(event);
      if (this.#quiet) this.#late.push(event);
    });
    this.#coordinator = new Coordinator({
      composition: clusterComposition, engine: engineName, ports: [new InlineHost(this.#monitor.watched(clusterComposition))],
      recording: { format: 1, engine: engineName, seed, spec: this.#spec, journal: [], checkpoints: [] },
      listener: { window: ({ trace }) => this.#keep(trace), diverged: () => undefined, applied: () => undefined },
    });
    now(this.#coordinator.open());
  }

  play(): SeedResult {
    this.#on(25);
    for (const command of this.#plan.workloads(this.#roll)) this.#submit(command);
    this.#submit({ type: "setTraffic", source: { id: "visitors", from: "internet", url: "http://172.18.0.2:30080/", method: "GET", perSecond: 1, clients: 2, keepAlive: this.#roll(2) === 0 } });
    this.#on(50);
    this.#trouble();
    for (const { id } of this.#coordinator.reader.faults) this.#submit({ type: "clearFault", id });
    for (const command of [...this.#spec.nodes.map(({ name }) => healthy(`nodes/${name}`)), ...this.#plan.healing(this.#watcher.live)]) this.#submit(command);
    this.#on(minutes * 60 - quietSeconds - this.#seconds);
    let atEnd = this.#quietMinute();
    while (atEnd.length > 0 && this.#seconds < this.#minutes * 60) atEnd = this.#quietMinute();
    return { broken: [...this.#watcher.broken, ...this.#monitor.broken, ...atEnd], coverage: this.#coverage, recording: this.#coordinator.recording(), digest: this.#coordinator.digest() };
  }

  /** What is wrong after a minute in which nobody did anything. */
  #quietMinute(): readonly string[] {
    this.#late = [];
    this.#quietFlows = [];
    this.#quiet = true;
    this.#quietFromUs = this.#coordinator.now;
    this.#on(quietSeconds);
    return this.#end();
  }

  get #seconds(): number {
    return Math.round(this.#coordinator.now / second);
  }

  #keep(trace: readonly TraceEntry[]): void {
    for (const entry of trace) {
      const { type, flow } = entry.body as unknown as { readonly type?: string; readonly flow?: FlowRecord };
      if (type === "flow") this.#flows++;
      if (flow !== undefined && flow.startedAtUs >= this.#quietFromUs) this.#quietFlows.push(flow);
      if (entry.link !== undefined || type === "crash") this.#trace.push(entry);
    }
  }

  /** Five faults, each for a while, and what people do meanwhile. */
  #trouble(): void {
    const starts = Array.from({ length: 5 }, () => this.#seconds + this.#roll(250)).toSorted((a, b) => a - b);
    const ends: { readonly id: string; readonly at: number }[] = [];
    for (let step = 0; this.#seconds < troubleEndsAt; step++) {
      while (starts.length > 0 && (starts[0] ?? 0) <= this.#seconds) {
        starts.shift();
        const id = `f${ends.length}`;
        const command = this.#plan.fault(this.#roll, id, this.#spec, this.#pods());
        this.#submit(command);
        if (command.type === "setFault" && pressures.has(command.fault.type)) this.#minutes = minutesAfterPressure;
        this.#coverage.fault(command);
        ends.push({ id, at: this.#seconds + (this.#roll(3) === 0 ? troubleEndsAt : 10 + this.#roll(160)) });
      }
      for (const { id, at } of ends) if (at <= this.#seconds && this.#coordinator.reader.faults.some((each) => each.id === id)) this.#submit({ type: "clearFault", id });
      if (this.#roll(4) === 0) this.#submit(this.#plan.input(this.#roll, step, this.#pods()));
      this.#on(5);
    }
  }

  #submit(command: ClusterCommand): void {
    const refusal = this.#coordinator.reader.refusal(command);
    if (refusal !== null) throw new Error(refusal);
    this.#coordinator.submit(command);
  }

  #on(seconds: number): void {
    for (let passed = 0; passed < seconds; passed++) {
      now(this.#coordinator.advance(simTime(this.#coordinator.now + second)));
      this.#watcher.look({ trace: this.#trace, observe: (process, question) => this.#observe(process, question) });
      this.#monitor.look(this.#watcher.live, (process, question) => this.#observe(process, question));
    }
  }

  #observe(process: string, question: Json): Json | null {
    return now(this.#coordinator.observe(process, question));
  }

  #list(path: string): readonly JsonObject[] {
    const request = { id: "look", verb: "list", path, query: {}, contentType: "", accept: "", identity: looker, body: null };
    const answer = this.#observe("cp-1/apiserver", { type: "request", request } as unknown as Json) as { readonly body?: { readonly items?: readonly JsonObject[] } } | null;
    return answer?.body?.items ?? [];
  }

  #pods(): readonly string[] {
    return [...this.#watcher.live.keys()].filter((key) => key.startsWith("pods/default/")).map((key) => key.slice("pods/default/".length));
  }

  /** What is asked of a whole run. */
  #end(): readonly string[] {
    const { live } = this.#watcher;
    const listed = new Map(kinds.flatMap((kind) => (kind.gvk.group === "events.k8s.io" || !kind.verbs.includes("list") ? [] : this.#list(collectionPath(kind, null)).map((object): readonly [string, JsonObject] => {
      const { namespace = "", name } = part(object, "metadata");
      return [`${kind.plural}${kind.gvk.group === "" ? "" : `.${kind.gvk.group}`}/${String(namespace)}/${String(name)}`, object];
    }))));
    const [source] = this.#observe("world/internet", { type: "traffic" }) as unknown as readonly { readonly started: number; readonly inFlight: number }[];
    const quotaHolds = [...live].some(([key, object]) => key === "deployments.apps/shop/till" && Number(part(object, "status")["availableReplicas"] ?? 0) < Number(part(object, "spec")["replicas"]));
    return [
      ...listDiffers(live, listed), ...crashes(this.#trace), ...namespacesLeft(live),
      ...filteredWrongly(live, this.#quietFlows),
      ...requestsOff({ sent: source?.started ?? 0, ended: this.#flows, inFlight: source?.inFlight ?? 0 }),
      ...[...replicaSetsOff(live), ...deploymentsOff(live)].filter((text) => !quotaHolds || !text.includes("/shop/")),
      ...this.#monitor.atEnd(live),
      ...notQuiet(this.#late.filter((change) => !(quotaHolds && (change.key.includes("/shop/") || isA(change, "events"))))),
    ];
  }
}

/** With one host in this thread nothing is a promise. */
function now<T>(value: T | Promise<T>): T {
  if (isPromise(value)) throw new Error("the host answers later");
  return value;
}

/** Seeds from this one on are of clusters with volumes. */
export const firstOfStorage = 1_001;

export function playSeed(seed: number): SeedResult {
  return new SeedRun(seed, seed < firstOfStorage ? ordinaryPlan : storagePlan).play();
}
