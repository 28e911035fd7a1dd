import type { Json } from "../../base/json.ts";

/** A thread sends what is undefined as it is. */
type Part = Json | undefined;

/**
 * The same data, made of the parts of `old` that are equal in it: of what came from another thread, nothing is shared by itself. Keys count as equal
 * only in the same order, for some go by it. Neither is changed.
 */
export function shareParts<T extends Json>(old: Json | undefined, fresh: T): T {
  return share(old, fresh) as T;
}

function share(old: Part, fresh: Part): Part {
  if (old === fresh) return old;
  if (typeof old !== "object" || typeof fresh !== "object" || old === null || fresh === null) return fresh;
  if (Array.isArray(fresh)) return Array.isArray(old) ? shareList(old as readonly Part[], fresh as readonly Part[]) : fresh;
  return Array.isArray(old) ? fresh : shareRecord(old as Readonly<Record<string, Part>>, fresh as Readonly<Record<string, Part>>);
}

function shareList(old: readonly Part[], fresh: readonly Part[]): Part {
  let parts: Part[] | null = null;
  let equal = old.length === fresh.length;
  for (let index = 0; index < fresh.length; index++) {
    const one = fresh[index];
    const before = old[index];
    const shared = share(before, one);
    if (shared !== before) equal = false;
    if (shared === one) continue;
    parts ??= [...fresh];
    parts[index] = shared;
  }
  return (equal ? old : (parts ?? fresh)) as Part;
}

function shareRecord(old: Readonly<Record<string, Part>>, fresh: Readonly<Record<string, Part>>): Part {
  const keys = Object.keys(fresh);
  const before = Object.keys(old);
  let parts: Part[] | null = null;
  let equal = before.length === keys.length;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? "";
    if (before[index] !== key) equal = false;
    const one = fresh[key];
    const known = Object.hasOwn(old, key) ? old[key] : undefined;
    const shared = share(known, one);
    if (shared !== known) equal = false;
    if (shared === one) continue;
    parts ??= keys.map((name) => fresh[name]);
    parts[index] = shared;
  }
  if (equal) return old as Part;
  return parts === null ? (fresh as Part) : Object.fromEntries(keys.map((key, index) => [key, parts[index]])) as Part;
}
