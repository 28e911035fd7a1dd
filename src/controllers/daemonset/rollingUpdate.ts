import { compareText } from "../../base/compareText.ts";
import { scaledValue } from "../../apimachinery/intOrString.ts";
import type { DaemonSet } from "../../kinds/apps/daemonset/types.ts";
import { isPodAvailable, isTerminating } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { PodsByNode } from "./daemonPods.ts";
import { isUpdated } from "./daemonPods.ts";
import type { Placement } from "./placement.ts";

// Follows pkg/controller/daemon/update.go (rollingUpdate). Upstream takes the nodes as its map gives them; here they go by name.

export interface RollingMoves {
  readonly remove: readonly Pod[];
  /** Nodes that get a new pod beside the old one. */
  readonly create: readonly string[];
}

interface Pair {
  readonly node: string;
  readonly fresh: Pod | null;
  readonly old: Pod | null;
}

/** Pods that may be there beyond one a node, of so many nodes. */
export function maxSurge(daemonSet: DaemonSet, nodes: number): number {
  const { type, rollingUpdate } = daemonSet.spec.updateStrategy ?? {};
  return type === "RollingUpdate" ? (scaledValue(rollingUpdate?.maxSurge ?? 0, nodes, true) ?? 0) : 0;
}

function maxUnavailable(daemonSet: DaemonSet, nodes: number): number {
  const { type, rollingUpdate } = daemonSet.spec.updateStrategy ?? {};
  return type === "RollingUpdate" ? (scaledValue(rollingUpdate?.maxUnavailable ?? 0, nodes, true) ?? 0) : 0;
}

/** The next old pods to delete, or nodes to surge on, within the limits. */
export function rollingMoves(daemonSet: DaemonSet, placements: ReadonlyMap<string, Placement>, byNode: PodsByNode, hash: string, nowUs: number): RollingMoves {
  const wanted = [...placements].filter(([, { run }]) => run).map(([node]) => node);
  const nodes = [...new Set([...byNode.keys(), ...wanted])].sort(compareText);
  const surge = maxSurge(daemonSet, wanted.length);
  const unavailable = maxUnavailable(daemonSet, wanted.length);
  const available = (pod: Pod): boolean => isPodAvailable(pod, daemonSet.spec.minReadySeconds ?? 0, nowUs);
  const pairs = nodes.map((node) => pairOn(node, byNode.get(node) ?? [], hash));
  if (surge === 0) return replaceInPlace(pairs, wanted.length > 0 && unavailable === 0 ? 1 : unavailable, available);
  return surgeFirst(pairs, surge, wanted.length, (node) => placements.get(node)?.run === true, available);
}

/** null where there are more than one of a kind: that is put in order first. */
function pairOn(node: string, pods: readonly Pod[], hash: string): Pair | null {
  let fresh: Pod | null = null;
  let old: Pod | null = null;
  for (const pod of pods) {
    if (isTerminating(pod)) continue;
    const updated = isUpdated(pod, hash);
    if ((updated ? fresh : old) !== null) return null;
    if (updated) fresh = pod;
    else old = pod;
  }
  return { node, fresh, old };
}

/** What is not available is replaced without asking; what is, as long as enough others are. */
function replaceInPlace(pairs: readonly (Pair | null)[], most: number, available: (pod: Pod) => boolean): RollingMoves {
  const free: Pod[] = [];
  const candidates: Pod[] = [];
  let missing = 0;
  for (const pair of pairs) {
    if (pair === null || (pair.old === null) === (pair.fresh === null)) missing += 1;
    else if (pair.fresh !== null) missing += available(pair.fresh) ? 0 : 1;
    else if (pair.old !== null && !available(pair.old)) {
      free.push(pair.old);
      missing += 1;
    } else if (pair.old !== null) candidates.push(pair.old);
  }
  return { remove: [...free, ...candidates.slice(0, Math.max(0, most - missing))], create: [] };
}

/** A new pod comes beside an old one, which goes when the new one is available. */
function surgeFirst(pairs: readonly (Pair | null)[], most: number, wanted: number, runs: (node: string) => boolean, available: (pod: Pod) => boolean): RollingMoves {
  const remove: Pod[] = [];
  const outOfPlace: Pod[] = [];
  const free: string[] = [];
  const candidates: string[] = [];
  let surged = 0;
  let serving = 0;
  for (const pair of pairs) {
    if (pair === null) {
      surged += 1;
      continue;
    }
    const { node, fresh, old } = pair;
    const first = old ?? fresh;
    if (first !== null && available(first)) serving += 1;
    if (old === null) continue;
    if (fresh !== null && available(fresh)) remove.push(old);
    else if (fresh !== null) surged += 1;
    else if (runs(node)) (available(old) ? candidates : free).push(node);
    else (available(old) ? outOfPlace : remove).push(old);
  }
  // What serves on a node that is not to have it stays until it is not needed any more.
  remove.push(...outOfPlace.slice(0, Math.max(0, serving - wanted)));
  return { remove, create: [...free, ...candidates.slice(0, Math.max(0, most - surged))] };
}
