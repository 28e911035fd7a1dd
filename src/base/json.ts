/** Plain JSON data: all state, messages and snapshots of the engine are made of it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the text of a value is longer than `limit` (UTF-16 code units). Written out only where a quick upper bound does not tell. */
export function isLongerAsText(value: Json, limit: number): boolean {
  return mostText(value) > limit && JSON.stringify(value).length > limit;
}

/** No text of the value is longer: an escape makes at most six characters of one. */
function mostText(value: Json): number {
  if (typeof value === "string") return value.length * 6 + 2;
  if (typeof value !== "object" || value === null) return 24;
  let most = 2;
  if (Array.isArray(value)) for (const item of value as readonly Json[]) most += mostText(item) + 1;
  else for (const key in value) most += key.length * 6 + 4 + mostText((value as JsonObject)[key] ?? null);
  return most;
}
