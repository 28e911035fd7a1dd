import { expect, test } from "vitest";
import { podInfoOf } from "./podInfo.ts";
import { podNamed } from "./testing/builders.ts";

const asking = (cpu: string) => [{ name: "c", image: "nginx", resources: { requests: { cpu } } }];

test("what a pod asks is worked out once, also where it was bound meanwhile, and anew where it asks something else", () => {
  const plain = podNamed("p", { app: "web" }, {}, "a");
  const waiting = { ...plain, spec: { ...plain.spec, containers: asking("100m") } };
  const before = podInfoOf(waiting);
  const bound = { ...waiting, spec: { ...waiting.spec, nodeName: "n1" } };
  const after = podInfoOf(bound, waiting);
  expect(after).toEqual({ ...before, pod: bound });
  expect(after.requests).toBe(before.requests);
  const resized = { ...bound, spec: { ...bound.spec, containers: asking("200m") } };
  expect(podInfoOf(resized, bound).requests.cpuMilli).toBe(200);
  const urgent = { ...bound, spec: { ...bound.spec, priority: 7 } };
  expect(podInfoOf(urgent, bound).priority).toBe(7);
});
