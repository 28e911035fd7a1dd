import type { JsonObject } from "../../base/json.ts";

/** An Event of the API as the page lists it. */
export interface EventLine {
  readonly uid: string;
  readonly revision: number;
  /** Unix milliseconds of the last time it happened. */
  readonly atMs: number;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly component: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly objectUid: string;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function object(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** Most stamps are of whole seconds: within one, what was written later is newer. */
function newestFirst(a: EventLine, b: EventLine): number {
  return Math.floor(b.atMs / 1000) - Math.floor(a.atMs / 1000) || b.revision - a.revision;
}

/** Reads the items of an EventList, newest first. Understands both core/v1's and events.k8s.io's way of telling the time. */
export function eventLines(list: unknown): EventLine[] {
  const items = object(list)["items"];
  if (!Array.isArray(items)) return [];
  const lines = items.map((item: unknown): EventLine => {
    const event = object(item);
    const meta = object(event["metadata"]);
    const involved = object(event["involvedObject"] ?? event["regarding"]);
    const series = object(event["series"]);
    const stamp = text(series["lastObservedTime"]) || text(event["lastTimestamp"]) || text(event["eventTime"]) || text(event["firstTimestamp"]) || text(meta["creationTimestamp"]);
    const count = series["count"] ?? event["count"];
    return {
      uid: text(meta["uid"]),
      revision: Number(meta["resourceVersion"]) || 0,
      atMs: Date.parse(stamp) || 0,
      type: text(event["type"]),
      reason: text(event["reason"]),
      message: text(event["message"] ?? event["note"]),
      count: typeof count === "number" ? count : 1,
      component: text(object(event["source"])["component"]) || text(event["reportingComponent"] ?? event["reportingController"]),
      kind: text(involved["kind"]),
      namespace: text(involved["namespace"]),
      name: text(involved["name"]),
      objectUid: text(involved["uid"]),
    };
  });
  return lines.sort(newestFirst);
}
