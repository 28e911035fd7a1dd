import { isJsonObject } from "../base/json.ts";
import type { SimTime } from "../sim/time.ts";
import type { FlowRecord, Hop } from "../network/packet.ts";
import type { TraceEntry } from "../sim/recording.ts";
import type { WindowNews } from "./coordinator.ts";
import type { GraphChange } from "./graphFacts.ts";
import type { Frame, TimelineMark } from "./protocol.ts";

/** The part of a frame that is simply how things stand. */
export type FrameState = Pick<Frame, "now" | "lookingAt" | "epochUs" | "revision" | "speed" | "replaying" | "booting" | "faults" | "traffic" | "stopped">;

const mostTraceLines = 200;
const mostAnsweredFlows = 40;
const mostFailedFlows = 200;
/** So many sorts of requests are told apart in a frame. */
const mostTold = 4_000;
const mostCounts = 500;
/** The latencies that the 99th percentile is taken from. */
const latenciesKept = 1000;

/** Requests of one sort, and the first of them. */
interface Counted {
  readonly key: string;
  readonly flow: FlowRecord;
  count: number;
  tookUs: number;
}

/** Two requests that the same pod answered. */
function isOfOneSort(a: FlowRecord, b: FlowRecord): boolean {
  return a.source === b.source && a.url === b.url && (a.failure === null) === (b.failure === null) && a.hops.length === b.hops.length && a.hops[0]?.at === b.hops[0]?.at && toldHops(a) === toldHops(b);
}

/** How many of its hops a count tells. */
function toldHops({ hops }: FlowRecord): number {
  let told = hops.length > 0 ? 1 : 0;
  for (let at = 1; at < hops.length; at++) if (isOfIngress(hops[at])) told++;
  return told;
}

function isOfIngress(hop: Hop | undefined): boolean {
  return hop?.rule.startsWith("ingress ") === true;
}

/** Gathers what happened between two frames. */
export class Framer {
  traceWanted = false;
  flowsWanted = true;
  private trace: TraceEntry[] = [];
  private answeredFlows: FlowRecord[] = [];
  private failedFlows: FlowRecord[] = [];
  private seenSinceFrame = 0;
  private answered = 0;
  private failed = 0;
  /** The totals as frames told them, for a branch from then: of a long run, fewer of them. */
  private told: { readonly now: SimTime; readonly answered: number; readonly failed: number }[] = [];
  private latenciesUs: number[] = [];
  private counts = new Map<string, Counted>();
  /** Of each pod that answered, the sort counted last: mostly the next is of it too, and that is seen sooner than its key is made. */
  private lastOfPod = new Map<string, Counted>();
  private marks: TimelineMark[] = [];
  private reset: Frame["reset"] = "run";

  add(news: WindowNews): void {
    for (const entry of news.trace) {
      const { body } = entry;
      if (isJsonObject(body) && body["type"] === "flow") this.addFlow((body as unknown as { flow: FlowRecord }).flow);
      else if (this.traceWanted) this.trace.push(entry);
      if (isJsonObject(body) && body["type"] === "crash") this.mark({ at: entry.at, tone: "fail", label: `${entry.process} crashed` });
    }
    if (this.trace.length > mostTraceLines * 2) this.trace = this.trace.slice(-mostTraceLines);
  }

  mark(mark: TimelineMark): void {
    this.marks.push(mark);
  }

  /** The next frame tells all objects anew; what happens meanwhile is gathered as ever. */
  showAnew(): void {
    this.reset ||= "objects";
  }

  /** The next frame begins another run, which has this one's past up to then. */
  startOver(at: SimTime): void {
    this.reset = "run";
    this.told = this.told.filter(({ now }) => now <= at);
    const { answered, failed } = this.told.at(-1) ?? { answered: 0, failed: 0 };
    this.answered = answered;
    this.failed = failed;
    this.latenciesUs = [];
    this.trace = [];
    this.answeredFlows = [];
    this.failedFlows = [];
    this.counts.clear();
    this.lastOfPod.clear();
  }

  /** Whether the next frame must tell everything. */
  get startsOver(): boolean {
    return this.reset !== false;
  }

  take(state: FrameState, change: GraphChange): Frame {
    const frame: Frame = {
      ...state,
      ...change,
      reset: this.reset,
      trace: this.trace.slice(-mostTraceLines),
      flows: this.flowsWanted ? [...this.failedFlows, ...this.answeredFlows].sort((a, b) => a.endedAtUs - b.endedAtUs) : [],
      flowCounts: [...this.counts.values()].map(({ key, flow, count, tookUs }) => ({ key, flow: { ...flow, hops: flow.hops.filter((hop, at) => at === 0 || isOfIngress(hop)) }, count, tookUs })),
      flowTotals: { answered: this.answered, failed: this.failed, p99Us: this.percentile99Us() },
      marks: this.marks,
      checks: [],
    };
    if (this.told.at(-1)?.answered !== this.answered || this.told.at(-1)?.failed !== this.failed) this.told.push({ now: state.now, answered: this.answered, failed: this.failed });
    if (this.told.length > mostTold) this.told = this.told.filter((_, index) => index % 2 === 1);
    this.reset = false;
    this.trace = [];
    this.answeredFlows = [];
    this.failedFlows = [];
    this.counts.clear();
    this.lastOfPod.clear();
    this.seenSinceFrame = 0;
    this.marks = [];
    return frame;
  }

  /** Failed flows are never left out (but for a flood); of the others, an even sample. */
  private addFlow(flow: FlowRecord): void {
    this.count(flow);
    if (flow.failure !== null) {
      this.failed++;
      this.failedFlows.push(flow);
      if (this.failedFlows.length > mostFailedFlows) this.failedFlows.shift();
      return;
    }
    this.answered++;
    this.latenciesUs.push(flow.endedAtUs - flow.startedAtUs);
    if (this.latenciesUs.length > latenciesKept * 2) this.latenciesUs = this.latenciesUs.slice(-latenciesKept);
    this.seenSinceFrame++;
    if (this.answeredFlows.length < mostAnsweredFlows) this.answeredFlows.push(flow);
    else if (this.seenSinceFrame % Math.ceil(this.seenSinceFrame / mostAnsweredFlows) === 0) this.answeredFlows[this.seenSinceFrame % mostAnsweredFlows] = flow;
  }

  private count(flow: FlowRecord): void {
    const last = this.lastOfPod.get(flow.pod);
    if (last !== undefined && isOfOneSort(last.flow, flow)) {
      last.count++;
      last.tookUs += flow.endedAtUs - flow.startedAtUs;
    } else this.countBySort(flow);
  }

  private countBySort(flow: FlowRecord): void {
    const key = `${flow.source} ${flow.url} ${flow.pod} ${flow.failure === null} ${toldHops(flow)} ${flow.hops[0]?.at ?? ""}`;
    const known = this.counts.get(key);
    if (known !== undefined) {
      known.count++;
      known.tookUs += flow.endedAtUs - flow.startedAtUs;
      this.lastOfPod.set(flow.pod, known);
    } else if (this.counts.size < mostCounts) {
      const first = { key, flow, count: 1, tookUs: flow.endedAtUs - flow.startedAtUs };
      this.counts.set(key, first);
      this.lastOfPod.set(flow.pod, first);
    }
  }

  private percentile99Us(): number {
    const sorted = this.latenciesUs.slice(-latenciesKept).sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? 0;
  }
}

/** Nothing new in the graph. */
export const noChange: GraphChange = { upserts: [], removes: [], edges: { added: [], removed: [] } };

