import type { Json } from "../base/json.ts";
import type { Decision } from "./cycle.ts";

/** How many pods' last decisions are kept. */
const mostKept = 2_000;

/** A decision as it is served: `GET /orrery/v1/decisions/<namespace>/<pod>`. */
export interface ServedDecision {
  readonly feasible: readonly string[];
  readonly rejected: Readonly<Record<string, { readonly plugin: string; readonly reason: string }>>;
  readonly scores: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly final: Readonly<Record<string, number>>;
  readonly chosen: string | null;
  readonly nominated: string | null;
  readonly victims: readonly string[];
}

function record<V>(entries: ReadonlyMap<string, V>): Readonly<Record<string, V>> {
  return Object.fromEntries(entries);
}

export function serveDecision(decision: Decision, nominated: string | null, victims: readonly string[]): ServedDecision {
  return {
    feasible: decision.feasible,
    rejected: Object.fromEntries([...decision.rejected].map(([node, refusal]) => [node, { plugin: refusal.plugin, reason: refusal.reasons.join(", ") }])),
    scores: Object.fromEntries([...decision.scores].map(([plugin, byNode]) => [plugin, record(byNode)])),
    final: record(decision.final),
    chosen: decision.chosen,
    nominated,
    victims,
  };
}

/** The last decision of each pod, the oldest forgotten first. */
export class DecisionLog {
  private readonly kept = new Map<string, ServedDecision>();

  keep(pod: string, decision: ServedDecision): void {
    this.kept.delete(pod);
    this.kept.set(pod, decision);
    if (this.kept.size <= mostKept) return;
    const oldest = this.kept.keys().next();
    if (oldest.done !== true) this.kept.delete(oldest.value);
  }

  of(pod: string): ServedDecision | null {
    return this.kept.get(pod) ?? null;
  }

  snapshot(): Json {
    return [...this.kept] as unknown as Json;
  }

  restore(data: Json): void {
    this.kept.clear();
    for (const [pod, decision] of data as unknown as readonly (readonly [string, ServedDecision])[]) this.kept.set(pod, decision);
  }
}

/** "chose node-1 over node-3: 271 to 264; node-2 refused: Insufficient memory" */
export function decisionText(decision: Decision): string {
  const { chosen } = decision;
  const refusals = [...decision.rejected].slice(0, 3).map(([node, refusal]) => `${node} refused: ${refusal.reasons.join(", ")}`);
  const more = decision.rejected.size > 3 ? [`${decision.rejected.size - 3} more nodes refused`] : [];
  const others = [...decision.final].filter(([node]) => node !== chosen).sort((a, b) => b[1] - a[1]);
  const second = others[0];
  const head = chosen === null ? "found no node"
    : second === undefined ? `chose ${chosen}, the only node that fits`
    : `chose ${chosen} over ${second[0]}: ${decision.final.get(chosen) ?? 0} to ${second[1]}`;
  return [head, ...refusals, ...more].join("; ");
}
