// Objects are immutable and shared: a step that changes nothing must give back what it got.
import { copyToExtend } from "../base/extended.ts";

/** The list with each item replaced by what `change` makes of it; the list itself where nothing changed. */
export function mapShared<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  let changed: T[] | null = null;
  for (let at = 0; at < list.length; at++) {
    const item = list[at] as T;
    const next = change(item);
    if (changed !== null) changed.push(next);
    else if (next !== item) changed = [...list.slice(0, at), next];
  }
  return changed ?? list;
}

/** The object with a field changed; the object itself where the field stays. An absent field stays absent. */
export function changeField<O extends object, K extends keyof O>(obj: O, key: K, change: (value: NonNullable<O[K]>) => NonNullable<O[K]>): O {
  const value = obj[key];
  if (value === undefined || value === null) return obj;
  const next = change(value as NonNullable<O[K]>);
  return next === value ? obj : { ...obj, [key]: next };
}

/** The object with a list's items changed. */
export function changeItems<O extends object, K extends keyof O, T>(obj: O, key: K, change: (item: T) => T): O {
  const list = obj[key] as readonly T[] | undefined;
  if (list === undefined || list === null) return obj;
  const next = mapShared(list, change);
  return next === list ? obj : { ...obj, [key]: next };
}

/** The object with what it lacks: Go's zero values ("" for texts, 0 for numbers that have a default) count as lacking. */
export function fill<O extends object>(obj: O, defaults: Partial<O>): O {
  let filled: Record<string, unknown> | null = null;
  const current = obj as Record<string, unknown>;
  for (const key of Object.keys(defaults)) {
    const value = current[key];
    if (value !== undefined && value !== "" && !(value === 0 && typeof (defaults as Record<string, unknown>)[key] === "number")) continue;
    filled ??= copyToExtend(current);
    filled[key] = (defaults as Record<string, unknown>)[key];
  }
  return filled === null ? obj : (filled as O);
}

/** The same for fields where 0 and "" are values of their own: only absent ones are set. */
export function fillAbsent<O extends object>(obj: O, defaults: Partial<O>): O {
  let filled: Record<string, unknown> | null = null;
  const current = obj as Record<string, unknown>;
  for (const key of Object.keys(defaults)) {
    if (current[key] !== undefined) continue;
    filled ??= copyToExtend(current);
    filled[key] = (defaults as Record<string, unknown>)[key];
  }
  return filled === null ? obj : (filled as O);
}

/** Whether two objects have the very same values under the same keys. */
export function sameFields(a: object, b: object): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => (a as Record<string, unknown>)[key] === (b as Record<string, unknown>)[key]);
}

/** Whether a field is there and not null. */
export function hasKey<O extends object>(obj: O, key: keyof O): boolean {
  return obj[key] !== undefined && obj[key] !== null;
}
