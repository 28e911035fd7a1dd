import { expect, test } from "vitest";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { newestEvents } from "./newestEvents.ts";
import { ObjectTable } from "./objectTable.ts";

function event(name: string, revision: number): KubeObject {
  const metadata = { name, namespace: "default", uid: `uid-${name}`, resourceVersion: String(revision), managedFields: [{ manager: "kubelet" }] };
  return { kind: "Event", apiVersion: "v1", metadata, reason: "Pulled" } as unknown as KubeObject;
}

test("events come newest first by the write, whatever their names, and no more than asked for", () => {
  const table = new ObjectTable();
  for (const [name, revision] of [["a", 90], ["b", 1200], ["c", 700]] as const) table.put(`events/default/${name}`, event(name, revision), "boot");
  table.put("configmaps/default/other", { kind: "ConfigMap", apiVersion: "v1", metadata: { name: "other", uid: "x", resourceVersion: "9000" } } as unknown as KubeObject, "boot");
  const { items } = newestEvents(table, 2) as unknown as { readonly items: readonly KubeObject[] };
  expect(items.map(({ metadata }) => metadata.name)).toEqual(["b", "c"]);
  expect(items[0]?.metadata).not.toHaveProperty("managedFields");
  expect(items[0]).toMatchObject({ reason: "Pulled", kind: "Event" });
});
