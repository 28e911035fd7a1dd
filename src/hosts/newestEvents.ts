import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { Json } from "../base/json.ts";
import type { ObjectTable } from "./objectTable.ts";
import type { EngineQuestion } from "./protocol.ts";

type EventsAbout = NonNullable<Extract<EngineQuestion, { readonly type: "events" }>["about"]>;

/**
 * The Events that were written last, newest first, without their managed fields: what a list that is looked at many times a minute
 * needs. `about`: only those of that object.
 */
export function newestEvents(table: ObjectTable, limit: number, about: EventsAbout | null = null): Json {
  const events: { readonly revision: number; readonly object: KubeObject }[] = [];
  for (const { kind, object } of table.all()) {
    if (kind.plural !== "events" || kind.gvk.group !== "") continue;
    if (about === null || isAbout(object, about)) events.push({ revision: Number(object.metadata.resourceVersion), object });
  }
  events.sort((a, b) => b.revision - a.revision);
  const items = events.slice(0, Math.max(0, limit)).map(({ object }) => {
    const { managedFields: _managedFields, ...metadata } = object.metadata;
    return { ...object, metadata };
  });
  return { kind: "EventList", apiVersion: "v1", items } as unknown as Json;
}

/** By name, as `kubectl describe` looks: a kubelet's events about its node carry the node's name for a uid. */
function isAbout(event: KubeObject, about: EventsAbout): boolean {
  const { involvedObject } = event as unknown as { readonly involvedObject?: Readonly<Record<string, unknown>> };
  return involvedObject?.["kind"] === about.kind && involvedObject["name"] === about.name && (involvedObject["namespace"] ?? "") === about.namespace;
}
