import { expect, test } from "vitest";
import type { Service } from "../kinds/core/service/types.ts";
import { atSecond, podOf } from "./testing/builders.ts";
import { TriggerTimes, withTriggerTime } from "./triggerTimes.ts";

const service = (created: number): Service => ({ apiVersion: "v1", kind: "Service", metadata: { name: "web", uid: "s", resourceVersion: "1", creationTimestamp: atSecond(created) }, spec: {} });

test("a new Service was triggered by its creation, later ones by the earliest change of a pod since", () => {
  const times = new TriggerTimes();
  expect(times.next("web", service(1), [podOf("a", { readyAt: 5 })])).toBe(atSecond(1));
  expect(times.next("web", service(1), [podOf("a", { readyAt: 5 })])).toBeNull();
  const restored = new TriggerTimes();
  restored.restore(JSON.parse(JSON.stringify(times.snapshot())));
  expect(restored.next("web", service(1), [podOf("a", { readyAt: 9 }), podOf("b", { readyAt: 7 }), podOf("c")])).toBe(atSecond(7));
});

test("a Service made again under its name counts as new", () => {
  const times = new TriggerTimes();
  times.next("web", service(1), []);
  expect(times.next("web", service(20), [])).toBe(atSecond(20));
});

test("the annotation goes when nothing triggered", () => {
  expect(withTriggerTime({ a: "b" }, "T")).toEqual({ annotations: { a: "b", "endpoints.kubernetes.io/last-change-trigger-time": "T" } });
  expect(withTriggerTime({ a: "b", "endpoints.kubernetes.io/last-change-trigger-time": "T" }, null)).toEqual({ annotations: { a: "b" } });
  expect(withTriggerTime({ "endpoints.kubernetes.io/last-change-trigger-time": "T" }, null)).toEqual({});
});
