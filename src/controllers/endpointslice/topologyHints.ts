// Follows staging/src/k8s.io/endpointslice/topologycache/{topologycache,sliceinfo,utils,event}.go.
import { quantityMilli } from "../../apimachinery/quantity.ts";
import { compareText } from "../../base/compareText.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { Endpoint, EndpointSlice } from "../../kinds/discovery/endpointslice/types.ts";
import { identityOf, isNodeReady, zoneLabel } from "./endpoint.ts";
import type { SlicePlan, WantedEndpoints } from "./packSlices.ts";

/** How many more requests than its part any endpoint may get. */
const overload = 0.2;
const controlPlaneLabels = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

/** By zone. */
type Counts = Map<string, number>;
export type ZoneCounts = ReadonlyMap<string, number>;

interface Allocation {
  readonly minimum: number;
  readonly maximum: number;
  readonly desired: number;
}

export interface Hinted {
  readonly plan: SlicePlan;
  /** Endpoints that are meant for each zone; null: hints are not possible, and this is why. */
  readonly zones: ZoneCounts | null;
  readonly why: string;
}

/** The part of the ready nodes' CPU that each zone has; null where a node does not say its zone or CPU, or there is but one zone. */
export function cpuShares(nodes: readonly Node[]): ZoneCounts | null {
  const milli: Counts = new Map();
  let total = 0;
  for (const { metadata: { labels = {} }, status } of nodes.filter(isNodeReady)) {
    if (controlPlaneLabels.some((label) => labels[label] !== undefined)) continue;
    const zone = labels[zoneLabel] ?? "";
    const cpu = quantityMilli(status?.allocatable?.["cpu"] ?? "0");
    if (zone === "" || cpu === 0) return null;
    milli.set(zone, (milli.get(zone) ?? 0) + cpu);
    total += cpu;
  }
  if (milli.size < 2) return null;
  return new Map([...milli].sort(([a], [b]) => compareText(a, b)).map(([zone, cpu]) => [zone, cpu / total]));
}

/** Whether a zone has too few endpoints for its part, so that those of its Service have to be meant anew. */
export function isOverloaded(zones: ZoneCounts, shares: ZoneCounts | null): boolean {
  if (zones.size === 0) return false;
  if (shares === null) return true;
  let total = 0;
  for (const count of zones.values()) total += count;
  return [...shares].some(([zone, share]) => (zones.get(zone) ?? -1) < Math.ceil(total * share * (1 / (1 + overload))));
}

/** The plan with hints that share the endpoints out by the zones' CPU, or without any where that cannot be. */
export function hinted(plan: SlicePlan, existing: readonly EndpointSlice[], shares: ZoneCounts | null): Hinted {
  const changing = new Set<EndpointSlice>([...plan.remove, ...plan.update.map(({ slice }) => slice), ...plan.reuse.map(({ slice }) => slice)]);
  const unchanged = existing.filter((slice) => !changing.has(slice));
  const groups = [...plan.create, ...plan.reuse.map(({ group }) => group), ...plan.update];
  const count = [...groups, ...unchanged].reduce((sum, { endpoints = [] }) => sum + endpoints.filter(isReady).length, 0);
  const allocations = allocate(count, shares);
  if (typeof allocations === "string") return { plan: without(plan, unchanged), zones: null, why: allocations };
  const zones: Counts = new Map();
  const anew: EndpointSlice[] = [];
  for (const slice of unchanged) {
    const held = hintsHeld(slice, zones, allocations);
    if (held === null) anew.push(slice);
    else for (const [zone, number] of held) add(zones, zone, number);
  }
  // What is changed already, and what has to be: each endpoint is meant for its own zone first.
  const lists = [...groups.map(({ endpoints }) => endpoints), ...anew.map(({ endpoints = [] }) => endpoints)];
  for (const endpoint of lists.flat().filter(isReady)) {
    if ((endpoint.zone ?? "") === "") return { plan: without(plan, unchanged), zones: null, why: "One or more endpoints do not have a zone specified" };
    add(zones, endpoint.zone ?? "", 1);
  }
  const meant = redistributed(lists, exchange(allocations, zones), zones);
  if (zones.size === 0) return { plan: without(plan, unchanged), zones: null, why: "No hints allocated for zones" };
  return { plan: replaced(plan, meant, anew), zones, why: "" };
}

/** What is wanted, with the hints that ready endpoints have: those alone are no reason to change a slice. */
export function withHintsOf(wanted: ReadonlyMap<string, WantedEndpoints>, slices: readonly EndpointSlice[]): ReadonlyMap<string, WantedEndpoints> {
  const held = new Map<string, Endpoint>();
  for (const { endpoints = [] } of slices) for (const endpoint of endpoints) held.set(identityOf(endpoint), endpoint);
  return new Map([...wanted].map(([ports, group]) => [ports, {
    ...group,
    endpoints: group.endpoints.map((endpoint) => {
      const hints = held.get(identityOf(endpoint))?.hints;
      return hints === undefined || !isReady(endpoint) ? endpoint : { ...endpoint, hints };
    }),
  }]));
}

/** How many endpoints each zone is to have; a text: that cannot be, and why. */
function allocate(count: number, shares: ZoneCounts | null): ReadonlyMap<string, Allocation> | string {
  if (shares === null) return "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes";
  const numbers = `(${count} endpoints, ${shares.size} zones)`;
  if (shares.size > count) return `Insufficient number of endpoints ${numbers}`;
  const minima = [...shares].map(([zone, share]) => ({ zone, desired: share * count, minimum: Math.ceil(share * count * (1 / (1 + overload))) }));
  const spare = minima.reduce((left, { minimum }) => left - minimum, count);
  if (spare < 0) return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${numbers}`;
  return new Map(minima.map(({ zone, desired, minimum }) => [zone, { minimum, maximum: minimum + spare, desired: Math.max(desired, minimum) }]));
}

/** For which zones the endpoints of a slice are meant; null: it has to be meant anew. */
function hintsHeld({ endpoints = [] }: EndpointSlice, zones: ZoneCounts, allocations: ReadonlyMap<string, Allocation>): ZoneCounts | null {
  const held: Counts = new Map();
  for (const { hints } of endpoints.filter(isReady)) {
    if ((hints?.forZones ?? []).length === 0) return null;
    for (const { name } of hints?.forZones ?? []) add(held, name, 1);
  }
  for (const [zone, number] of held) if (number + (zones.get(zone) ?? 0) > (allocations.get(zone)?.maximum ?? -1)) return null;
  return held;
}

interface Exchange {
  readonly giving: Counts;
  readonly receiving: Counts;
}

/** How many endpoints each zone gives to others, and how many it gets. */
function exchange(allocations: ReadonlyMap<string, Allocation>, zones: ZoneCounts): Exchange {
  const surplus: Counts = new Map();
  const need: Counts = new Map();
  for (const [zone, { desired }] of allocations) {
    const has = zones.get(zone) ?? 0;
    if (has > desired) surplus.set(zone, has - desired);
    else if (has < desired) need.set(zone, desired - has);
  }
  const giving: Counts = new Map();
  const receiving: Counts = new Map();
  for (;;) {
    const [from, gives] = most(surplus);
    const [to, wants] = most(need);
    if (from === "" || to === "" || (gives < 1 && wants < 1) || gives < 0.5 || wants < 0.5) return { giving, receiving };
    add(giving, from, 1);
    add(surplus, from, -1);
    add(receiving, to, 1);
    add(need, to, -1);
  }
}

/** The endpoints with their hints; `zones` is brought up to date. */
function redistributed(lists: readonly (readonly Endpoint[])[], { giving, receiving }: Exchange, zones: Counts): readonly (readonly Endpoint[])[] {
  return lists.map((endpoints) => endpoints.map((endpoint) => {
    const { hints: _before, ...rest } = endpoint;
    if (!isReady(endpoint)) return rest;
    const own = endpoint.zone ?? "";
    const [to] = (giving.get(own) ?? 0) > 0 ? ([...receiving].find(([, number]) => number > 0) ?? [own]) : [own];
    if (to !== own) {
      for (const counts of [giving, zones]) add(counts, own, -1);
      add(receiving, to, -1);
      add(zones, to, 1);
    }
    return { ...rest, hints: { forZones: [{ name: to }] } };
  }));
}

/** `meant`: endpoints of what the plan creates, reuses and updates, and of the slices of `anew`, in that order. */
function replaced(plan: SlicePlan, meant: readonly (readonly Endpoint[])[], anew: readonly EndpointSlice[]): SlicePlan {
  const next = meant.values();
  const endpoints = (): readonly Endpoint[] => next.next().value ?? [];
  return {
    create: plan.create.map((group) => ({ ...group, endpoints: endpoints() })),
    reuse: plan.reuse.map(({ slice, group }) => ({ slice, group: { ...group, endpoints: endpoints() } })),
    update: [...plan.update.map(({ slice }) => ({ slice, endpoints: endpoints() })), ...anew.map((slice) => ({ slice, endpoints: endpoints() }))],
    remove: plan.remove,
  };
}

function without(plan: SlicePlan, unchanged: readonly EndpointSlice[]): SlicePlan {
  const plain = (endpoints: readonly Endpoint[] = []): readonly Endpoint[] => endpoints.map(({ hints: _hints, ...rest }) => rest);
  const had = unchanged.filter(({ endpoints = [] }) => endpoints.some(({ hints }) => hints !== undefined));
  return replaced(plan, [...plan.create, ...plan.reuse.map(({ group }) => group), ...plan.update, ...had].map(({ endpoints }) => plain(endpoints)), had);
}

function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready === true;
}

function add(counts: Counts, zone: string, number: number): void {
  counts.set(zone, (counts.get(zone) ?? 0) + number);
}

/** The zone with the greatest number; "" where none is above zero. */
function most(counts: ZoneCounts): readonly [zone: string, number: number] {
  let best: readonly [string, number] = ["", 0];
  for (const entry of counts) if (entry[1] > best[1]) best = entry;
  return best;
}
