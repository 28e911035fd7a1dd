// Follows pkg/printers/internalversion/printers.go: what several kinds' tables share.
import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Column } from "../define.ts";
import type { ColumnText } from "./columnTexts.ts";
import { humanDuration } from "./humanDuration.ts";

/** The time since a timestamp, as kubectl shows it; `<unknown>` where there is none. */
export function ageSince(timestamp: string | undefined, nowUs: number): string {
  const thenUs = timestamp === undefined ? null : parseRfc3339(timestamp);
  return thenUs === null ? "<unknown>" : humanDuration(nowUs - thenUs);
}

/** Labels as `a=1,b=2`, sorted by key; `<none>` where there are none. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  if (labels === undefined) return "<none>";
  const keys = Object.keys(labels).sort();
  return keys.length === 0 ? "<none>" : keys.map((key) => `${key}=${labels[key]}`).join(",");
}

/** The first column of almost every table. */
export function nameColumn<O extends KubeObject>(): Column<O> {
  return { name: "Name", type: "string", format: "name", description: "ObjectMeta.name", priority: 0, cell: (obj) => obj.metadata.name };
}

/** The Age column. */
export function ageColumn<O extends KubeObject>(): Column<O> {
  return { name: "Age", type: "string", description: "ObjectMeta.creationTimestamp", priority: 0, cell: (obj, nowUs) => ageSince(obj.metadata.creationTimestamp, nowUs) };
}

/** Any other column. */
export function column<O extends KubeObject>(name: string, description: ColumnText | null, cell: Column<O>["cell"], type: Column<O>["type"] = "string", priority: 0 | 1 = 0): Column<O> {
  return { name, type, ...(description === null ? {} : { description }), priority, cell };
}
