import { formatRfc3339, parseRfc3339 } from "../../base/rfc3339.ts";

export type Path = readonly (string | number)[];

/** A leaf that is another than in the object it is compared with. */
export interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}

/**
 * Where two values differ, if only in leaves and in no more than `most` of them; null otherwise. Keys stand in the same order, so that
 * `withLeaves` makes the very same text again.
 */
export function differingLeaves(base: unknown, value: unknown, most: number): readonly Leaf[] | null {
  const found: Leaf[] = [];
  return collect(base, value, [], found, most) ? found : null;
}

function collect(base: unknown, value: unknown, path: (string | number)[], found: Leaf[], most: number): boolean {
  if (base === value) return true;
  const isLeaf = typeof value !== "object" || value === null;
  if (isLeaf !== (typeof base !== "object" || base === null)) return false;
  if (isLeaf) return found.push({ path: [...path], value }) <= most;
  if (Array.isArray(value) || Array.isArray(base)) {
    if (!Array.isArray(value) || !Array.isArray(base) || base.length !== value.length) return false;
    return value.every((item, at) => below(base[at], item, at, path, found, most));
  }
  const [now, before] = [value as Readonly<Record<string, unknown>>, base as Readonly<Record<string, unknown>>];
  const keys = Object.keys(now);
  const keysBefore = Object.keys(before);
  if (keys.length !== keysBefore.length) return false;
  return keys.every((key, at) => key === keysBefore[at] && below(before[key], now[key], key, path, found, most));
}

function below(base: unknown, value: unknown, step: string | number, path: (string | number)[], found: Leaf[], most: number): boolean {
  if (base === value) return true;
  // Assigning it would not make a field.
  if (step === "__proto__") return false;
  path.push(step);
  const may = collect(base, value, path, found, most);
  path.pop();
  return may;
}

/** The same with these leaves in their places; all else is shared with it. */
export function withLeaves<T extends object>(base: T, paths: readonly Path[], values: readonly unknown[]): T {
  const made = new Set<object>();
  const own = <O extends object>(one: O): O => {
    if (made.has(one)) return one;
    const copy = (Array.isArray(one) ? [...(one as readonly unknown[])] : { ...one }) as O;
    made.add(copy);
    return copy;
  };
  const whole = own(base);
  for (const [index, path] of paths.entries()) {
    let place = whole as Record<string | number, unknown>;
    for (const step of path.slice(0, -1)) place = (place[step] = own(place[step] as object)) as Record<string | number, unknown>;
    place[path.at(-1) ?? ""] = values[index];
  }
  return whole;
}

/** How a leaf is told as a number: its own revision, a time, a time in microseconds, a whole number, or its place in a table. */
export type LeafForm = "revision" | "time" | "microTime" | "number" | "other";

const second = 1_000_000;

/** The form that gives exactly this value back. */
export function leafForm(value: unknown, revision: number): LeafForm {
  if (typeof value === "number") return Number.isSafeInteger(value) && Math.abs(value) < 2 ** 50 ? "number" : "other";
  if (typeof value !== "string") return "other";
  if (value === String(revision)) return "revision";
  // "2026-01-01T00:00:00Z" and "2026-01-01T00:00:00.000000Z": no other text is a time here.
  if (value.length !== 20 && value.length !== 27) return "other";
  const at = parseRfc3339(value);
  if (at === null || at < 0) return "other";
  const isMicro = value.length === 27;
  return formatRfc3339(at, isMicro) !== value ? "other" : isMicro ? "microTime" : "time";
}

/** A number that stays about the same from one revision to the next of an object that tells the time of it. */
export function leafNumber(form: LeafForm, value: unknown, at: number): number {
  if (form === "time") return (parseRfc3339(value as string) ?? 0) / second - Math.floor(at / second);
  if (form === "microTime") return (parseRfc3339(value as string) ?? 0) - at;
  return value as number;
}

/** The value that `leafNumber` was given. */
export function leafOf(form: LeafForm, number: number, at: number, revision: number): unknown {
  if (form === "revision") return String(revision);
  if (form === "time") return formatRfc3339((number + Math.floor(at / second)) * second);
  return form === "microTime" ? formatRfc3339(number + at, true) : number;
}
