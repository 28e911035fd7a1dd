import type { Json } from "../../base/json.ts";
import type { FlowRecord } from "../../network/packet.ts";
import type { MetricsQuestion } from "../metricsSampler.ts";
import type { ObjectTable } from "../objectTable.ts";
import type { Look } from "../outsideLook.ts";
import type { MetricsAnswer } from "../protocol.ts";
import { evaluateRange } from "../promql/evaluate.ts";
import { parseQuery } from "../promql/parse.ts";
import { QueryError } from "../promql/syntax.ts";
import { expositionText, labelsOf } from "../../apimachinery/exposition.ts";
import { RequestCounter } from "./requestCounter.ts";
import { componentFamilies, scrapeAll } from "./scrape.ts";
import { SeriesStore } from "./seriesStore.ts";
import { servicesOfPods, stateFamilies } from "./stateFamilies.ts";

/** Of more, no single pod is measured: a sample would hold the engine up, and find no room. */
const mostPods = 500;
const mostSeriesTold = 100;
const mostSteps = 500;

/** What was measured over time, and what can be asked of it. Times are of the cluster's wall clock, in microseconds since 1970. */
export class Metrics {
  readonly #store = new SeriesStore();
  readonly #requests = new RequestCounter();
  readonly #look: Look;
  readonly #table: ObjectTable;

  constructor(look: Look, table: ObjectTable) {
    this.#look = look;
    this.#table = table;
  }

  note(flow: FlowRecord): void {
    this.#requests.note(flow);
  }

  /** Takes a sample of everything. */
  async sample(atUs: number): Promise<void> {
    const single = this.#pods() <= mostPods;
    const scraped = await scrapeAll(this.#look, this.#table, single);
    const services = servicesOfPods(this.#table);
    this.#store.add(atUs, [
      ...scraped,
      { target: labelsOf({ job: "kube-state-metrics" }), families: stateFamilies(this.#table.all(), single) },
      { target: labelsOf({ job: "orrery" }), families: this.#requests.families((pod) => services.get(pod)) },
    ]);
  }

  #pods(): number {
    let count = 0;
    for (const { kind } of this.#table.all()) if (kind.plural === "pods") count++;
    return count;
  }

  forgetAfter(atUs: number): void {
    this.#store.forgetAfter(atUs);
  }

  /** `toUs`: the time that is looked at. */
  async answer(question: MetricsQuestion, toUs: number): Promise<Json> {
    switch (question.type) {
      case "metricNames":
        return this.#store.names;
      case "componentMetrics": {
        const families = await componentFamilies(this.#look, question.component);
        return families === null ? null : expositionText(families);
      }
      case "metrics": {
        const { query, seconds, steps } = question;
        return this.#query(query, toUs, seconds * 1e6, steps) as unknown as Json;
      }
    }
  }

  #query(query: string, toUs: number, spanUs: number, steps: number): MetricsAnswer {
    const { times, refused } = this.#store;
    const told = { fromUs: toUs - spanUs, toUs, since: times[0] ?? null, refused };
    try {
      const series = evaluateRange(parseQuery(query), this.#store, { fromUs: toUs - spanUs, toUs, stepUs: Math.max(1, spanUs / Math.min(mostSteps, Math.max(1, Math.floor(steps)))) });
      return { ...told, series: series.slice(0, mostSeriesTold), more: Math.max(0, series.length - mostSeriesTold), error: null };
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      return { ...told, series: [], more: 0, error: { message: error.message, column: error.column } };
    }
  }
}

