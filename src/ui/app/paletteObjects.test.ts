import { expect, test } from "vitest";
import type { GraphFact } from "../../hosts/protocol.ts";
import { listedObjects, objectLimit } from "./paletteObjects.ts";

const pods = Array.from({ length: 300 }, (_, index) => ({ uid: `${index}`, ref: { gvk: { group: "", version: "v1", kind: "Pod" }, namespace: "default", name: `many-${index}` }, summary: { tier: "pod" } }) as unknown as GraphFact);

test("lists but the first of many objects, and finds every one of them by its name", () => {
  expect(listedObjects(pods, "").map(({ uid }) => uid)).toEqual(pods.slice(0, objectLimit).map(({ uid }) => uid));
  expect(listedObjects(pods, "Pod MANY-299").map(({ uid }) => uid)).toEqual(["299"]);
  expect(listedObjects(pods, "many-300")).toEqual([]);
});
