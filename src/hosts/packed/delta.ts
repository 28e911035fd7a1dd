import type { Json, JsonObject } from "../../base/json.ts";

/**
 * How a value differs from another: 0, not at all; [value], wholly; {a: items}, an array, and {o: items}, an object, an item for each part. An
 * item differs from the part of the other that follows the one before it, or stands in that place ({i, d}), or is of that name ({n, d}).
 */
export type Delta = Json;

/** How many values a delta may still tell: of more, it is no small one. */
export interface Allowance {
  left: number;
}

/** What to say to make `now` of `before`; null where that is more than is allowed. */
export function deltaOf(before: Json, now: Json, allowance: Allowance): Delta | null {
  const delta = differ(before, now, allowance);
  return allowance.left < 0 ? null : delta;
}

/** The value that the delta was told for. */
export function applied(before: Json, delta: Delta): Json {
  if (delta === 0) return before;
  if (Array.isArray(delta)) return delta[0] as Json;
  const { a, o } = delta as { readonly a?: readonly Json[]; readonly o?: readonly Json[] };
  return a !== undefined ? appliedToArray(before as readonly Json[], a) : appliedToObject(before as JsonObject, o ?? []);
}

function differ(before: Json, now: Json, allowance: Allowance): Delta {
  if (before === now) return 0;
  if (allowance.left < 0) return 0;
  if (Array.isArray(now) && Array.isArray(before)) return arrays(before, now, allowance);
  if (isObject(now) && isObject(before)) return objects(before, now, allowance);
  return whole(now, allowance);
}

function whole(now: Json, allowance: Allowance): Delta {
  count(now, allowance);
  return [now];
}

function count(value: Json, allowance: Allowance): void {
  if (--allowance.left < 0) return;
  // What a text of JSON does not tell makes any delta too large.
  if (value === undefined || (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))) allowance.left = -1;
  if (typeof value === "object" && value !== null) for (const part of Object.values(value) as Json[]) count(part, allowance);
}

function arrays(before: readonly Json[], now: readonly Json[], allowance: Allowance): Delta {
  let places: ReadonlyMap<string, number> | null = null;
  // Made once something differs: mostly nothing does.
  let items: Json[] | null = before.length === now.length ? null : [];
  let next = 0;
  for (let at = 0; at < now.length; at++) {
    const part = now[at] as Json;
    let old = before[next];
    let place = next;
    let item: Json = 0;
    if (old !== part) {
      const name = nameOf(part);
      // What has a name is looked for by it, what has none where it was.
      if (name !== null && nameOf(old) !== name) {
        place = (places ??= placesOf(before)).get(name) ?? -1;
        old = before[place];
      }
      item = old === undefined ? whole(part, allowance) : differ(old, part, allowance);
    }
    const isWhole = Array.isArray(item);
    if (item !== 0 || place !== next) items ??= Array.from({ length: at }, () => 0);
    items?.push(isWhole || place === next ? item : { i: place, d: item });
    next = isWhole ? next + 1 : place + 1;
  }
  return items === null ? 0 : { a: items };
}

function appliedToArray(before: readonly Json[], items: readonly Json[]): Json {
  let next = 0;
  return items.map((item) => {
    const { i, d } = (Array.isArray(item) ? {} : item) as { readonly i?: number; readonly d?: Json };
    const place = i ?? next;
    next = place + 1;
    return applied(before[place] ?? null, d ?? item);
  });
}

function objects(before: JsonObject, now: JsonObject, allowance: Allowance): Delta {
  const oldKeys = Object.keys(before);
  const keys = Object.keys(now);
  let items: Json[] | null = keys.length === oldKeys.length ? null : [];
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as string;
    const part = now[key] as Json;
    const isInPlace = key === oldKeys[at];
    const old = isInPlace || Object.hasOwn(before, key) ? before[key] : undefined;
    const delta = old === part ? 0 : old === undefined ? whole(part, allowance) : differ(old, part, allowance);
    if (delta !== 0 || !isInPlace) items ??= Array.from({ length: at }, () => 0);
    items?.push(isInPlace ? delta : { n: key, d: delta });
  }
  return items === null ? 0 : { o: items };
}

function appliedToObject(before: JsonObject, items: readonly Json[]): Json {
  const keys = Object.keys(before);
  return Object.fromEntries(
    items.map((item, place) => {
      const { n, d } = (Array.isArray(item) ? {} : item) as { readonly n?: string; readonly d?: Json };
      const key = n ?? keys[place] ?? "";
      return [key, applied((Object.hasOwn(before, key) ? before[key] : null) ?? null, d ?? item)];
    }),
  );
}

/** Of an array's parts that have one. */
function placesOf(parts: readonly Json[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [place, part] of parts.entries()) {
    const name = nameOf(part);
    if (name !== null && !places.has(name)) places.set(name, place);
  }
  return places;
}

/** An entry's key, or that of what lies under one. */
function nameOf(part: Json | undefined): string | null {
  if (typeof part !== "object" || part === null) return null;
  const name = Array.isArray(part) ? (part.length > 1 ? part[0] : null) : (part as JsonObject)["key"];
  return typeof name === "string" ? name : null;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
