// The same events as core/v1 has, under the names of events.k8s.io/v1. Follows pkg/apis/events/v1/conversion.go.
import type { KindDefinition } from "../../define.ts";
import type { Event } from "../../core/event/types.ts";
import { eventKind } from "../../core/event/kind.ts";
import { validateNewEvent, validateNewEventUpdate } from "../../core/event/validate.ts";
import { fillAbsent } from "../../sharing.ts";
import { strategy } from "../../strategy.ts";
import type { EventsEvent } from "./types.ts";

export const eventsEventKind: KindDefinition<EventsEvent> = {
  gvk: { group: "events.k8s.io", version: "v1", kind: "Event" },
  versions: ["v1"],
  plural: "events",
  singular: "event",
  shortNames: ["ev"],
  categories: [],
  scope: "Namespaced",
  verbs: eventKind.verbs,
  subresources: [],
  schema: "io.k8s.api.events.v1.Event",
  defaults: (event) => fillAbsent(event, { regarding: {}, deprecatedSource: {} }),
  strategy: strategy<EventsEvent>({
    validate: (event) => validateNewEvent(coreEventOf(event)),
    validateUpdate: (event, old) => validateNewEventUpdate(coreEventOf(event), coreEventOf(old)),
    allowCreateOnUpdate: true,
  }),
  statusStrategy: null,
  selectableFields: {
    "involvedObject.kind": (event) => event.regarding?.kind ?? "",
    "involvedObject.namespace": (event) => event.regarding?.namespace ?? "",
    "involvedObject.name": (event) => event.regarding?.name ?? "",
    "involvedObject.uid": (event) => event.regarding?.uid ?? "",
    reason: (event) => event.reason ?? "",
    type: (event) => event.type ?? "",
  },
  ttlSeconds: 3600,
  columns: eventKind.columns.map((column) => ({ ...column, cell: (event: EventsEvent, nowUs: number) => column.cell(coreEventOf(event), nowUs) })),
  scale: null,
  graph: {
    icon: "event",
    tier: "none",
    health: (event) => eventKind.graph.health(coreEventOf(event)),
    node: () => null,
    sentence: (event) => eventKind.graph.sentence(coreEventOf(event)),
    summary: (event) => eventKind.graph.summary(coreEventOf(event)),
    edges: () => [],
  },
  template: "",
};

/** The event under its core/v1 names. */
export function coreEventOf(event: EventsEvent): Event {
  const { regarding, note, reportingController, deprecatedCount, deprecatedFirstTimestamp, deprecatedLastTimestamp, deprecatedSource, ...shared } = event;
  return {
    ...shared,
    apiVersion: "v1",
    involvedObject: regarding ?? {},
    ...(note === undefined ? {} : { message: note }),
    reportingComponent: reportingController ?? "",
    ...(deprecatedCount === undefined ? {} : { count: deprecatedCount }),
    ...(deprecatedFirstTimestamp === undefined ? {} : { firstTimestamp: deprecatedFirstTimestamp }),
    ...(deprecatedLastTimestamp === undefined ? {} : { lastTimestamp: deprecatedLastTimestamp }),
    ...(deprecatedSource === undefined ? {} : { source: deprecatedSource }),
  };
}

/** The event under its events.k8s.io/v1 names. */
export function eventsEventOf(event: Event): EventsEvent {
  const { involvedObject, message, reportingComponent, count, firstTimestamp, lastTimestamp, source, series, eventTime, ...shared } = event;
  return {
    ...shared,
    apiVersion: "events.k8s.io/v1",
    eventTime: eventTime ?? "",
    regarding: involvedObject,
    ...(message === undefined ? {} : { note: message }),
    ...(reportingComponent === undefined ? {} : { reportingController: reportingComponent }),
    ...(count === undefined ? {} : { deprecatedCount: count }),
    ...(firstTimestamp === undefined ? {} : { deprecatedFirstTimestamp: firstTimestamp }),
    ...(lastTimestamp === undefined ? {} : { deprecatedLastTimestamp: lastTimestamp }),
    ...(source === undefined ? {} : { deprecatedSource: source }),
    ...(series === undefined ? {} : { series: { count: series.count ?? 0, lastObservedTime: series.lastObservedTime ?? "" } }),
  };
}
