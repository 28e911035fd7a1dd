import type { Json } from "../base/json.ts";
import { compareText } from "../base/compareText.ts";
import type { Decision, Rejection } from "./cycle.ts";

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

/** A decision as it is kept: a table of numbers, because there are many. */
export interface KeptDecision {
  readonly feasible: readonly string[];
  readonly rejected: readonly (readonly [node: string, rejection: Rejection])[];
  readonly scored: readonly string[];
  readonly scores: readonly (readonly [plugin: string, byNode: readonly number[]])[];
  readonly final: readonly number[];
  readonly chosen: string | null;
  readonly nominated: string | null;
  readonly victims: readonly string[];
}

export function keptDecision(decision: Decision, nominated: string | null, victims: readonly string[]): KeptDecision {
  return {
    feasible: decision.feasible,
    rejected: [...decision.rejected],
    scored: decision.scored,
    scores: [...decision.scores],
    final: decision.final,
    chosen: decision.chosen,
    nominated,
    victims,
  };
}

/** Numbers by node. */
export function byNode(nodes: readonly string[], numbers: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(nodes.map((node, at) => [node, numbers[at] ?? 0]));
}

function served({ feasible, rejected, scored, scores, final, ...rest }: KeptDecision): ServedDecision {
  return {
    ...rest,
    feasible: [...feasible].sort(compareText),
    rejected: Object.fromEntries(rejected.map(([node, { plugin, reasons }]) => [node, { plugin, reason: reasons.join(", ") }])),
    scores: Object.fromEntries(scores.map(([plugin, numbers]) => [plugin, byNode(scored, numbers)])),
    final: byNode(scored, final),
  };
}

/** The last decision of each pod, the oldest forgotten first. */
export class DecisionLog {
  private readonly kept = new Map<string, KeptDecision>();

  keep(pod: string, decision: KeptDecision): void {
    this.kept.delete(pod);
    this.kept.set(pod, decision);
    if (this.kept.size <= mostKept) return;
    const oldest = this.kept.keys().next();
    if (oldest.done !== true) this.kept.delete(oldest.value);
  }

  of(pod: string): ServedDecision | null {
    const kept = this.kept.get(pod);
    return kept === undefined ? null : served(kept);
  }

  snapshot(): Json {
    return [...this.kept] as unknown as Json;
  }

  restore(data: Json): void {
    this.kept.clear();
    for (const [pod, decision] of data as unknown as readonly (readonly [string, KeptDecision])[]) this.kept.set(pod, decision);
  }
}

/** "chose node-1 over node-3: 271 to 264; node-2 refused: Insufficient memory" */
export function decisionText(decision: Decision): string {
  const { chosen } = decision;
  const refusals = [...decision.rejected].slice(0, 3).map(([node, refusal]) => `${node} refused: ${refusal.reasons.join(", ")}`);
  const more = decision.rejected.size > 3 ? [`${decision.rejected.size - 3} more nodes refused`] : [];
  const chosenAt = decision.scored.indexOf(chosen ?? "");
  let second = -1;
  for (const [at, score] of decision.final.entries()) if (at !== chosenAt && (second === -1 || score > (decision.final[second] ?? 0))) second = at;
  const head = chosen === null ? "found no node"
    : second === -1 ? `chose ${chosen}, the only node that fits`
    : `chose ${chosen} over ${decision.scored[second] ?? ""}: ${decision.final[chosenAt] ?? 0} to ${decision.final[second] ?? 0}`;
  return [head, ...refusals, ...more].join("; ");
}
