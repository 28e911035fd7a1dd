import { expect, test } from "vitest";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { looksTheSame } from "./controller.ts";
import { ObjectStore } from "./objectStore.ts";

const pod = (namespace: string, name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace, name, labels, uid: name, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
});
const names = (objects: readonly KubeObject[]) => objects.map((object) => `${object.metadata.namespace ?? ""}/${object.metadata.name}`);
const newStore = () => new ObjectStore<KubeObject>({ app: (object) => (object.metadata.labels?.["app"] === undefined ? [] : [object.metadata.labels["app"]]) });

test("lists by namespace, then by name, whatever the order they came in", () => {
  const store = newStore();
  for (const object of [pod("a-b", "x"), pod("a", "z"), pod("a", "b"), pod("a", "c")]) store.put(object);
  expect(names(store.list(null))).toEqual(["a/b", "a/c", "a/z", "a-b/x"]);
  expect(names(store.list("a"))).toEqual(["a/b", "a/c", "a/z"]);
  expect(store.list("none")).toEqual([]);
});

test("an index follows changes of its value", () => {
  const store = newStore();
  store.put(pod("a", "x", { app: "web" }));
  store.put(pod("a", "y", { app: "web" }));
  store.put(pod("a", "x", { app: "db" }));
  expect(names(store.byIndex("app", "web"))).toEqual(["a/y"]);
  expect(names(store.byIndex("app", "db"))).toEqual(["a/x"]);
  store.remove({ namespace: "a", name: "x" });
  expect(store.byIndex("app", "db")).toEqual([]);
  expect([store.size, store.countByIndex("app", "web")]).toEqual([1, 1]);
});

test("an index and a list hold the newest object", () => {
  const store = newStore();
  store.put(pod("a", "x", { app: "web" }));
  const newer = pod("a", "x", { app: "web", more: "yes" });
  expect(store.put(newer)?.metadata.labels).toEqual({ app: "web" });
  expect([store.byIndex("app", "web")[0], store.list("a")[0], store.get({ namespace: "a", name: "x" })]).toEqual([newer, newer, newer]);
  expect(store.list("a", { more: "yes" })).toEqual([newer]);
  expect(store.list("a", { more: "no" })).toEqual([]);
});

test("an index nobody asked for is an error", () => {
  expect(() => newStore().byIndex("none", "x")).toThrow("no index none");
});

test("an index is left alone where an update is told to change no value, and follows all others", () => {
  let looks = 0;
  const store = new ObjectStore<KubeObject>(
    { app: (object) => { looks += 1; return [object.metadata.labels?.["app"] ?? ""]; } },
    looksTheSame,
  );
  const first = pod("a", "x", { app: "web" });
  store.put(first);
  looks = 0;
  const resized = { ...first, metadata: { ...first.metadata, resourceVersion: "2" } };
  store.put(resized);
  expect([looks, store.byIndex("app", "web")]).toEqual([0, [resized]]);
  const changed = { ...resized, metadata: { ...resized.metadata, labels: { app: "db" } } };
  store.put(changed);
  expect([store.byIndex("app", "web"), store.byIndex("app", "db")]).toEqual([[], [changed]]);
});
