import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { Json } from "../base/json.ts";
import type { ObjectTable } from "./objectTable.ts";

/** The Events that were written last, newest first, without their managed fields: what a list that is looked at many times a minute needs. */
export function newestEvents(table: ObjectTable, limit: number): Json {
  const events: { readonly revision: number; readonly object: KubeObject }[] = [];
  for (const { kind, object } of table.all()) {
    if (kind.plural === "events" && kind.gvk.group === "") events.push({ revision: Number(object.metadata.resourceVersion), object });
  }
  events.sort((a, b) => b.revision - a.revision);
  const items = events.slice(0, Math.max(0, limit)).map(({ object }) => {
    const { managedFields: _managedFields, ...metadata } = object.metadata;
    return { ...object, metadata };
  });
  return { kind: "EventList", apiVersion: "v1", items } as unknown as Json;
}
