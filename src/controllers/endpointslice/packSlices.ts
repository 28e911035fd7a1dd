import type { Endpoint, EndpointPort, EndpointSlice } from "../../kinds/discovery/endpointslice/types.ts";
import { identityOf, portsKey, sameEndpoint } from "./endpoint.ts";

// Follows endpointslice/reconciler.go (reconcileByAddressType, reconcileByPortMapping): slices change as little as possible.

/** Endpoints that a slice holds, where nothing else is said. */
export const ordinaryMaximum = 100;

/** What the endpoints of one address family are to be, by their ports. */
export interface WantedEndpoints {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface SlicePlan {
  readonly create: readonly WantedEndpoints[];
  readonly update: readonly { readonly slice: EndpointSlice; readonly endpoints: readonly Endpoint[] }[];
  /** Slices that are not needed as they are, and what they hold from here on, ports and all. */
  readonly reuse: readonly { readonly slice: EndpointSlice; readonly group: WantedEndpoints }[];
  readonly remove: readonly EndpointSlice[];
}

/**
 * The changes that make the Service's existing slices hold what is wanted. `isCurrent`: whether labels and owner of a slice are right; `most`:
 * endpoints that a slice holds.
 */
export function packSlices(wanted: ReadonlyMap<string, WantedEndpoints>, existing: readonly EndpointSlice[], isCurrent: (slice: EndpointSlice) => boolean, most = ordinaryMaximum): SlicePlan {
  const byPorts = new Map<string, EndpointSlice[]>();
  for (const slice of existing) {
    const key = portsKey(slice.ports ?? []);
    byPorts.set(key, [...(byPorts.get(key) ?? []), slice]);
  }
  const create: WantedEndpoints[] = [];
  const update: SlicePlan["update"][number][] = [];
  const remove: EndpointSlice[] = [];
  for (const [key, group] of wanted) {
    const plan = packGroup(group, byPorts.get(key) ?? [], isCurrent, most);
    create.push(...plan.create);
    update.push(...plan.update);
    remove.push(...plan.remove);
  }
  for (const [key, slices] of byPorts) if (!wanted.has(key)) remove.push(...slices);
  if (existing.length === remove.length && create.length === 0) return withPlaceholder(remove, isCurrent);
  return withReuse({ create, update, remove });
}

/** Follows finalize: no slice is deleted while another is to be made; it becomes that one, and keeps its name. */
function withReuse({ create, update, remove }: Omit<SlicePlan, "reuse">): SlicePlan {
  const count = Math.min(create.length, remove.length);
  const groups = create.slice(create.length - count).reverse();
  const reuse = groups.flatMap((group, index) => {
    const slice = remove[index];
    return slice === undefined ? [] : [{ slice, group }];
  });
  return { create: create.slice(0, create.length - count), update, reuse, remove: remove.slice(count) };
}

/** A Service never has no slice at all: an empty one stands for "no endpoints". */
function withPlaceholder(remove: readonly EndpointSlice[], isCurrent: (slice: EndpointSlice) => boolean): SlicePlan {
  const only = remove[0];
  const isPlaceholder = remove.length === 1 && only !== undefined && (only.endpoints ?? []).length === 0 && (only.ports ?? []).length === 0 && isCurrent(only);
  return isPlaceholder ? { create: [], update: [], reuse: [], remove: [] } : withReuse({ create: [{ ports: [], endpoints: [] }], update: [], remove });
}

function packGroup(group: WantedEndpoints, slices: readonly EndpointSlice[], isCurrent: (slice: EndpointSlice) => boolean, most: number): Omit<SlicePlan, "reuse"> {
  const missing = new Map(group.endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
  const unchanged = new Map<string, EndpointSlice>();
  const changed = new Map<string, { readonly slice: EndpointSlice; endpoints: Endpoint[] }>();
  const remove: EndpointSlice[] = [];
  for (const slice of slices) {
    const kept: Endpoint[] = [];
    let differs = false;
    for (const endpoint of slice.endpoints ?? []) {
      const fresh = missing.get(identityOf(endpoint));
      if (fresh === undefined) continue;
      missing.delete(identityOf(endpoint));
      kept.push(fresh);
      if (!sameEndpoint(endpoint, fresh)) differs = true;
    }
    const { name } = slice.metadata;
    if (kept.length === 0 && (slice.endpoints ?? []).length > 0) remove.push(slice);
    else if (differs || kept.length !== (slice.endpoints ?? []).length || !isCurrent(slice)) changed.set(name, { slice, endpoints: kept });
    else unchanged.set(name, slice);
  }
  const left = [...missing.values()];
  fillChanged(left, changed, remove, most);
  const create = placeRest(left, group.ports, unchanged, changed, most);
  return { create, update: [...changed.values()], remove };
}

/** Slices that change anyway take new endpoints first; those about to go are filled again rather than deleted. */
function fillChanged(left: Endpoint[], changed: Map<string, { readonly slice: EndpointSlice; endpoints: Endpoint[] }>, remove: EndpointSlice[], most: number): void {
  for (const entry of changed.values()) {
    if (left.length === 0) return;
    entry.endpoints = [...entry.endpoints, ...left.splice(0, most - entry.endpoints.length)];
  }
  while (left.length > 0 && remove.length > 0) {
    const slice = remove.shift() as EndpointSlice;
    changed.set(slice.metadata.name, { slice, endpoints: left.splice(0, most) });
  }
}

/** Whole slices for what is left; the remainder goes into the fullest unchanged slice that has room. */
function placeRest(
  left: Endpoint[],
  ports: readonly EndpointPort[],
  unchanged: ReadonlyMap<string, EndpointSlice>,
  changed: Map<string, { readonly slice: EndpointSlice; endpoints: Endpoint[] }>,
  most: number,
): readonly WantedEndpoints[] {
  const create: WantedEndpoints[] = [];
  while (left.length > 0) {
    const roomy = left.length < most ? fullestWithRoom([...unchanged.values()], left.length, most) : null;
    if (roomy === null) create.push({ ports, endpoints: left.splice(0, most) });
    else changed.set(roomy.metadata.name, { slice: roomy, endpoints: [...(roomy.endpoints ?? []), ...left.splice(0)] });
  }
  return create;
}

function fullestWithRoom(slices: readonly EndpointSlice[], count: number, most: number): EndpointSlice | null {
  let best: EndpointSlice | null = null;
  for (const slice of slices) {
    const size = (slice.endpoints ?? []).length;
    if (size + count <= most && (best === null || size > (best.endpoints ?? []).length)) best = slice;
  }
  return best;
}
