import type { Json, JsonObject } from "../../base/json.ts";
import type { ProcessId } from "../../sim/process.ts";
import type { TraceEntry } from "../../sim/recording.ts";
import type { ObservedRevision } from "../invariants/define.ts";
import { invariants } from "../invariants/index.ts";

/** What of a running cluster is looked at. */
export interface Looked {
  /** As it grows: what was read of it is not read again. */
  readonly trace: readonly TraceEntry[];
  observe(process: ProcessId, question: Json): Json | null;
}

interface Told {
  readonly revision: number;
  readonly compacted: boolean;
  readonly events: readonly (ObservedRevision & { readonly cause: string })[];
}

/** Feeds every revision of a cluster to every monitor. */
export class InvariantWatcher {
  readonly broken: string[] = [];
  readonly live = new Map<string, JsonObject>();
  readonly #notes = new Map(invariants.map(({ id }) => [id, new Map<string, string>()]));
  /** Who explained which cause. */
  readonly #components = new Map<string, string>();
  #read = 0;
  #revision = 0;
  #told = 0;
  seen = 0;

  readonly #also: (event: ObservedRevision) => void;

  /** `also` is told of every revision too. */
  constructor(also: (event: ObservedRevision) => void = () => undefined) {
    this.#also = also;
  }

  look(cluster: Looked): void {
    const { trace } = cluster;
    for (; this.#read < trace.length; this.#read++) {
      const entry = trace[this.#read];
      const component = (entry?.body as { readonly component?: string } | undefined)?.component;
      if (entry?.link !== undefined && component !== undefined) this.#components.set(entry.link, component);
    }
    const answer = cluster.observe("cp-1/apiserver", { type: "changes", sinceRevision: this.#revision } as unknown as Json) as unknown as Told | null;
    if (answer === null) return;
    if (answer.compacted && this.#revision > 0) throw new Error("looked too seldom: revisions were compacted");
    for (const event of answer.events) {
      const by = this.#components.get(event.cause);
      this.take(by === undefined ? event : { ...event, by });
    }
    this.#revision = answer.revision;
  }

  take(event: ObservedRevision): void {
    this.seen++;
    const past = { revision: this.#told, object: this.live.get(event.key) ?? null };
    this.#told = event.revision;
    if (event.type === "DELETED") this.live.delete(event.key);
    else this.live.set(event.key, event.value);
    this.#also(event);
    for (const invariant of invariants) {
      const wrong = invariant.check(event, this.live, { ...past, notes: this.#notes.get(invariant.id) ?? new Map<string, string>() });
      if (wrong !== null) this.broken.push(`${invariant.id} (${invariant.says}): ${event.key} at revision ${event.revision}: ${wrong}`);
    }
  }
}
