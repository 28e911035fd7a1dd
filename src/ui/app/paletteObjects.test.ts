import { expect, test } from "vitest";
import type { GraphFact } from "../../hosts/protocol.ts";
import { fit, listedObjects, objectLimit } from "./paletteObjects.ts";

const pods = Array.from({ length: 300 }, (_, index) => ({ uid: `${index}`, ref: { gvk: { group: "", version: "v1", kind: "Pod" }, namespace: "default", name: `many-${index}` }, summary: { tier: "pod" } }) as unknown as GraphFact);

test("lists but the first of many objects, and finds every one of them by its name", () => {
  expect(listedObjects(pods, "").map(({ uid }) => uid)).toEqual(pods.slice(0, objectLimit).map(({ uid }) => uid));
  expect(listedObjects(pods, "Pod MANY-299").map(({ uid }) => uid)).toEqual(["299"]);
  expect(listedObjects(pods, "many-300")).toEqual([]);
});

test("what has all words that were typed comes before what has but their letters", () => {
  const lines = [["Words of Kubernetes, explained", 0.9], ["Deployment default/web", 0.1], ["Pod default/web-1", 0.05]] as const;
  const sorted = [...lines].sort(([a, like], [b, alike]) => fit(b, "WEB", alike) - fit(a, "WEB", like)).map(([line]) => line);
  expect(sorted).toEqual(["Deployment default/web", "Pod default/web-1", "Words of Kubernetes, explained"]);
  expect(fit("Lens: Traffic", "zzz", 0)).toBe(0);
});
