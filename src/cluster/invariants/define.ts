import type { JsonObject } from "../../base/json.ts";

/** One revision, as the API server saw it. `prev` is null for a new object. */
export interface ObservedRevision {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** "<plural>.<group>/<namespace>/<name>" */
  readonly key: string;
  readonly revision: number;
  readonly value: JsonObject;
  readonly prev: JsonObject | null;
  /** Who did it, as the link of the causal chain says ("garbagecollector controller"); absent where nobody knows. */
  readonly by?: string;
}

/** All live objects after that revision, by key. */
export type LiveObjects = ReadonlyMap<string, JsonObject>;

/** What was seen before the change in hand. */
export interface Past {
  /** Of the change before this one, of whatever object; 0 at the beginning. */
  readonly revision: number;
  /** The object as it was seen last; null where it was not there. */
  readonly object: JsonObject | null;
  /** A monitor's own notes, by key: plain data, and nothing else does it remember. */
  readonly notes: Map<string, string>;
}

/** What must hold at every revision. */
export interface Invariant {
  readonly id: string;
  readonly says: string;
  /** What is wrong, or null. */
  check(change: ObservedRevision, live: LiveObjects, past: Past): string | null;
}

export function part(object: JsonObject | null | undefined, name: string): JsonObject {
  const value = object?.[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function isA(change: ObservedRevision, resource: string): boolean {
  return change.key.startsWith(`${resource}/`);
}

/** The live objects of one resource. */
export function* all(live: LiveObjects, resource: string): IterableIterator<readonly [string, JsonObject]> {
  for (const entry of live) if (entry[0].startsWith(`${resource}/`)) yield entry;
}
