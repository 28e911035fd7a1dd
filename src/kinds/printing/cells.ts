// Follows pkg/printers/internalversion/printers.go: what several kinds' tables share.
import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Column } from "../define.ts";
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

export const nameDescription =
  "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";
export const creationTimestampDescription =
  "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

/** The first column of almost every table. */
export function nameColumn<O extends KubeObject>(): Column<O> {
  return { name: "Name", type: "string", format: "name", description: nameDescription, priority: 0, cell: (obj) => obj.metadata.name };
}

/** The Age column. */
export function ageColumn<O extends KubeObject>(): Column<O> {
  return { name: "Age", type: "string", format: "", description: creationTimestampDescription, priority: 0, cell: (obj, nowUs) => ageSince(obj.metadata.creationTimestamp, nowUs) };
}

/** Any other column. */
export function column<O extends KubeObject>(name: string, description: string, cell: Column<O>["cell"], type: Column<O>["type"] = "string", priority: 0 | 1 = 0): Column<O> {
  return { name, type, format: "", description, priority, cell };
}
