import type { Json } from "../../base/json.ts";

/**
 * The same data, made of the parts of `old` that are equal in it: of what came from another thread, nothing is shared by itself. Keys count as equal
 * only in the same order, for some go by it. Neither is changed.
 */
export function shareParts<T extends Json>(old: Json | undefined, fresh: T): T {
  return share(old, fresh) as T;
}

function share(old: Json | undefined, fresh: Json): Json {
  if (old === fresh || typeof old !== "object" || typeof fresh !== "object" || old === null || fresh === null) return old === fresh && old !== undefined ? old : fresh;
  if (Array.isArray(fresh)) return Array.isArray(old) ? shareList(old as readonly Json[], fresh as readonly Json[]) : fresh;
  return Array.isArray(old) ? fresh : shareRecord(old as Readonly<Record<string, Json>>, fresh as Readonly<Record<string, Json>>);
}

function shareList(old: readonly Json[], fresh: readonly Json[]): Json {
  let parts: Json[] | null = null;
  let equal = old.length === fresh.length;
  for (let index = 0; index < fresh.length; index++) {
    const one = fresh[index] ?? null;
    const before = old[index];
    const shared = share(before, one);
    if (shared !== before) equal = false;
    if (shared === one) continue;
    parts ??= [...fresh];
    parts[index] = shared;
  }
  return equal ? (old as Json) : (parts ?? (fresh as Json));
}

function shareRecord(old: Readonly<Record<string, Json>>, fresh: Readonly<Record<string, Json>>): Json {
  const keys = Object.keys(fresh);
  const before = Object.keys(old);
  let parts: Json[] | null = null;
  let equal = before.length === keys.length;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? "";
    if (before[index] !== key) equal = false;
    const one = fresh[key] ?? null;
    const known = Object.hasOwn(old, key) ? old[key] : undefined;
    const shared = share(known, one);
    if (shared !== known) equal = false;
    if (shared === one) continue;
    parts ??= keys.map((name) => fresh[name] ?? null);
    parts[index] = shared;
  }
  if (equal) return old as Json;
  return parts === null ? (fresh as Json) : Object.fromEntries(keys.map((key, index) => [key, parts[index] ?? null]));
}
