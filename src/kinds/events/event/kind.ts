import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { EventsEvent } from "./types.ts";

export const eventsEventKind: KindDefinition<EventsEvent> = {
  gvk: { group: "events.k8s.io", version: "v1", kind: "Event" },
  versions: ["v1"],
  plural: "events",
  singular: "event",
  shortNames: ["ev"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.events.v1.Event",
  defaults: (obj) => obj,
  strategy: strategy<EventsEvent>({}),
  statusStrategy: null,
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "event", tier: "config", sentence: () => "A Event.", facts: () => ({}) }),
  template: "",
};
