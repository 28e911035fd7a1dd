// Follows pkg/registry/core/event/strategy.go, pkg/printers/internalversion/printers.go and pkg/apis/core/validation/events.go.
import type { Column, GraphTraits, KindDefinition } from "../../define.ts";
import { ageSince } from "../../printing/cells.ts";
import type { ColumnText } from "../../printing/columnTexts.ts";
import { fillAbsent } from "../../sharing.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { ObjectReference } from "../references.ts";
import type { Event } from "./types.ts";
import { validateEvent, validateEventUpdate } from "./validate.ts";

const columns: readonly Column<Event>[] = [
  column("Last Seen", "Event.lastTimestamp", 0, lastSeen),
  column("Type", "Event.type", 0, (event) => event.type ?? ""),
  column("Reason", "Event.reason", 0, (event) => event.reason ?? ""),
  column("Object", "Event.involvedObject", 0, (event) => targetText(event.involvedObject)),
  column("Subobject", "ObjectReference.fieldPath", 1, (event) => event.involvedObject.fieldPath ?? ""),
  column("Source", "Event.source", 1, sourceText),
  column("Message", "Event.message", 0, (event) => (event.message ?? "").trim()),
  column("First Seen", "Event.firstTimestamp", 1, firstSeen),
  column("Count", "Event.count", 1, (event) => event.series?.count ?? ((event.count ?? 0) === 0 ? 1 : (event.count ?? 1))),
  column("Name", "ObjectMeta.name", 1, (event) => event.metadata.name),
];

function column(name: string, description: ColumnText, priority: 0 | 1, cell: Column<Event>["cell"]): Column<Event> {
  return { name, type: "string", description, priority, cell };
}

function firstSeen(event: Event, nowUs: number): string {
  return ageSince(event.firstTimestamp ?? event.eventTime ?? undefined, nowUs);
}

function lastSeen(event: Event, nowUs: number): string {
  if (event.series !== undefined) return ageSince(event.series.lastObservedTime, nowUs);
  return event.lastTimestamp === undefined || event.lastTimestamp === null ? firstSeen(event, nowUs) : ageSince(event.lastTimestamp, nowUs);
}

function sourceText(event: Event): string {
  const component = event.source?.component ?? "";
  const host = event.source?.host ?? "";
  const [who, where] = component === "" ? [event.reportingComponent ?? "", event.reportingInstance ?? ""] : [component, host];
  return where === "" ? who : `${who}, ${where}`;
}

/** "pod/web-1". */
export function targetText(target: ObjectReference): string {
  const kind = (target.kind ?? "").toLowerCase();
  return (target.name ?? "") === "" ? kind : `${kind}/${target.name}`;
}

const graph: GraphTraits<Event> = {
  icon: "event",
  tier: "none",
  health: (event) => (event.type === "Warning" ? "warning" : "ok"),
  node: () => null,
  sentence: (event) => `${event.reason ?? ""}: ${event.message ?? ""}`,
  summary: (event) => ({ tier: "none", facts: { type: event.type ?? "", reason: event.reason ?? "", about: event.involvedObject.uid ?? "" } }),
  edges: () => [],
};

export const eventKind: KindDefinition<Event> = {
  gvk: { group: "", version: "v1", kind: "Event" },
  versions: ["v1"],
  plural: "events",
  singular: "event",
  shortNames: ["ev"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.core.v1.Event",
  defaults: (event) => fillAbsent(event, { involvedObject: {}, source: {}, reportingComponent: "", reportingInstance: "" }),
  strategy: strategy<Event>({ validate: validateEvent, validateUpdate: validateEventUpdate, allowCreateOnUpdate: true }),
  statusStrategy: null,
  selectableFields: {
    "involvedObject.kind": (event) => event.involvedObject.kind ?? "",
    "involvedObject.namespace": (event) => event.involvedObject.namespace ?? "",
    "involvedObject.name": (event) => event.involvedObject.name ?? "",
    "involvedObject.uid": (event) => event.involvedObject.uid ?? "",
    "involvedObject.apiVersion": (event) => event.involvedObject.apiVersion ?? "",
    "involvedObject.resourceVersion": (event) => event.involvedObject.resourceVersion ?? "",
    "involvedObject.fieldPath": (event) => event.involvedObject.fieldPath ?? "",
    reason: (event) => event.reason ?? "",
    reportingComponent: (event) => event.reportingComponent ?? "",
    source: (event) => ((event.source?.component ?? "") === "" ? (event.reportingComponent ?? "") : (event.source?.component ?? "")),
    type: (event) => event.type ?? "",
  },
  ttlSeconds: 3600,
  columns,
  scale: null,
  graph,
  template: "",
};
