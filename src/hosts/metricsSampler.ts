import { isJsonObject, type Json } from "../base/json.ts";
import type { FlowRecord } from "../network/packet.ts";
import type { TraceEntry } from "../sim/recording.ts";
import { second, type SimTime } from "../sim/time.ts";
import { Metrics } from "./metrics/metrics.ts";
import type { ObjectTable } from "./objectTable.ts";
import type { Look } from "./outsideLook.ts";
import type { EngineQuestion } from "./protocol.ts";
import type { WallClock } from "./wallClock.ts";

export type MetricsQuestion = Extract<EngineQuestion, { readonly type: "metrics" | "metricNames" | "componentMetrics" }>;

const everyUs = 15 * second;
/** Between two samples passes at least so many times what the last one took: where time runs fast, there are fewer of them. */
const restFactor = 30;

/**
 * Samples metrics every 15 virtual seconds while somebody might look. It only looks, so no history knows of it; like the audit log it
 * begins anew with a reload.
 */
export class MetricsSampler {
  private readonly look: Look;
  private readonly table: ObjectTable;
  private readonly clock: WallClock;
  private readonly epochUs: number;
  private readonly arrives: Promise<void> | null;
  private wanted: boolean;
  private metrics: Metrics | null = null;
  private loading: Promise<Metrics> | null = null;
  private busy = false;
  private dueAt: number = everyUs;
  private restsUntilMs = Number.NEGATIVE_INFINITY;

  /** `wanted`: from the beginning, not only once something is asked. `arrives`: what it needs is there then; null: it is. */
  constructor(options: { readonly look: Look; readonly table: ObjectTable; readonly clock: WallClock; readonly epochUs: number; readonly wanted: boolean; readonly arrives: Promise<void> | null }) {
    this.look = options.look;
    this.table = options.table;
    this.clock = options.clock;
    this.epochUs = options.epochUs;
    this.arrives = options.arrives;
    this.wanted = options.wanted;
  }

  /** Takes requests that ended, leaves other traces alone. */
  note({ body }: TraceEntry): void {
    if (this.metrics !== null && isJsonObject(body) && body["type"] === "flow") this.metrics.note((body as unknown as { readonly flow: FlowRecord }).flow);
  }

  /** Time has moved on. */
  passed(now: SimTime): void {
    if (!this.wanted || this.busy || now < this.dueAt || this.clock.nowMs() < this.restsUntilMs) return;
    this.busy = true;
    // A host that is lost takes its answer with it: the next sample comes all the same.
    void this.sample(now).catch(() => undefined).finally(() => void (this.busy = false));
  }

  /** The first question makes it begin. `until`: the time that is looked at. */
  async answer(question: MetricsQuestion, now: SimTime, until: SimTime): Promise<Json> {
    const begins = !this.wanted && question.type !== "componentMetrics";
    this.wanted ||= begins;
    const metrics = await this.load();
    if (begins) await this.sample(now);
    return metrics.answer(question, this.epochUs + until);
  }

  forgetAfter(at: SimTime): void {
    this.metrics?.forgetAfter(this.epochUs + at);
    this.dueAt = at;
  }

  private async sample(now: SimTime): Promise<void> {
    this.dueAt = (Math.floor(now / everyUs) + 1) * everyUs;
    const metrics = await this.load();
    const beganMs = this.clock.nowMs();
    await metrics.sample(this.epochUs + now);
    const tookMs = this.clock.nowMs() - beganMs;
    this.restsUntilMs = beganMs + tookMs * restFactor;
  }

  private load(): Promise<Metrics> {
    this.loading ??= (this.arrives ?? Promise.resolve()).then(() => (this.metrics = new Metrics(this.look, this.table)));
    return this.loading;
  }
}
