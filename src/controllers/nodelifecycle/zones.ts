import type { Node } from "../../kinds/core/node/types.ts";
import { second } from "../../sim/time.ts";
import { isReady } from "./nodeHealth.ts";

// Follows pkg/controller/nodelifecycle/node_lifecycle_controller.go (ComputeZoneState, handleDisruption, setLimiterInZone).

/** One node of a zone in ten seconds gets its NoExecute taint; where most of a large zone is down, one in 100 s, of a small one none. */
const ordinaryIntervalUs = 10 * second;
const secondaryIntervalUs = 100 * second;
const largeZone = 50;
const unhealthyShare = 0.55;

export type ZoneState = "normal" | "partial" | "full";

export function zoneOf(node: Node): string {
  const labels = node.metadata.labels ?? {};
  return `${labels["topology.kubernetes.io/region"] ?? ""}:${labels["topology.kubernetes.io/zone"] ?? ""}`;
}

export interface Zone {
  readonly state: ZoneState;
  readonly size: number;
}

export function zonesOf(nodes: readonly Node[]): ReadonlyMap<string, Zone> {
  const counts = new Map<string, { ready: number; notReady: number }>();
  for (const node of nodes) {
    const zone = zoneOf(node);
    const count = counts.get(zone) ?? { ready: 0, notReady: 0 };
    if (isReady(node)) count.ready += 1;
    else count.notReady += 1;
    counts.set(zone, count);
  }
  return new Map([...counts].map(([zone, { ready, notReady }]) => [zone, { state: stateOf(ready, notReady), size: ready + notReady }]));
}

function stateOf(ready: number, notReady: number): ZoneState {
  if (ready === 0 && notReady > 0) return "full";
  return notReady > 2 && notReady / (notReady + ready) >= unhealthyShare ? "partial" : "normal";
}

/** When no zone has a ready node the fault is likelier ours than theirs: nobody is evicted. */
export function isAllDisrupted(zones: ReadonlyMap<string, Zone>): boolean {
  return zones.size > 0 && [...zones.values()].every((zone) => zone.state === "full");
}

/** The time between two taints in a zone; null where none is given. */
export function taintIntervalUs(zone: Zone): number | null {
  if (zone.state !== "partial") return ordinaryIntervalUs;
  return zone.size > largeZone ? secondaryIntervalUs : null;
}
