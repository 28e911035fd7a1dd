import type { Json } from "./json.ts";

/** The very same value as `now`, made of parts of `before` wherever these are equal: two states of one thing then hold once what did not change. */
export function sharedWith(before: Json, now: Json, seen = new Map<Json, Json>()): Json {
  if (before === now || typeof now !== "object" || now === null) return now;
  // What stands in two places is one thing in both.
  const known = seen.get(now);
  if (known !== undefined) return known;
  const shared = typeof before !== "object" || before === null || Array.isArray(before) !== Array.isArray(now) ? now : sharedParts(before, now, seen);
  seen.set(now, shared);
  return shared;
}

type Parts = Readonly<Record<string, Json>>;

function sharedParts(before: Json & object, now: Json & object, seen: Map<Json, Json>): Json {
  const [old, parts] = [before as Parts, now as Parts];
  const keys = Object.keys(parts);
  const oldKeys = Object.keys(old);
  let isSame = keys.length === oldKeys.length;
  let copy: Record<string, Json> | null = null;
  for (const [at, key] of keys.entries()) {
    const part = parts[key] as Json;
    const oldPart = old[key];
    if (key !== oldKeys[at]) isSame = false;
    if (part === oldPart) continue;
    const shared = oldPart === undefined ? part : sharedWith(oldPart, part, seen);
    if (shared !== oldPart) isSame = false;
    if (shared === part) continue;
    copy ??= (Array.isArray(now) ? [...now] : { ...now }) as Record<string, Json>;
    copy[key] = shared;
  }
  return isSame ? before : ((copy ?? now) as Json);
}
