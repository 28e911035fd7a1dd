import { expect, test } from "vitest";
import { simTime } from "../sim/time.ts";
import { Workqueue } from "./workqueue.ts";

test("a key is queued once and keeps its first and last cause", () => {
  const queue = new Workqueue();
  queue.add("a", "c1");
  queue.add("b", "c2");
  queue.add("a", "c3");
  expect(queue.take()).toEqual({ key: "a", first: "c1", last: "c3", count: 2 });
  expect(queue.take()).toEqual({ key: "b", first: "c2", last: "c2", count: 1 });
  expect(queue.take()).toBeNull();
});

test("a key added while it is worked on comes again only when it is done", () => {
  const queue = new Workqueue();
  queue.add("a", "c1");
  queue.take();
  queue.add("a", "c2");
  expect(queue.take()).toBeNull();
  queue.done("a");
  expect(queue.take()).toMatchObject({ key: "a", first: "c2" });
});

test("back-off doubles from 5 ms to 1000 s and begins anew after forget", () => {
  const queue = new Workqueue();
  const delays = Array.from({ length: 20 }, () => queue.addRateLimited("a", "c1", simTime(0)));
  expect(delays.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
  expect(delays[19]).toBe(1_000_000_000);
  queue.forget("a");
  expect(queue.addRateLimited("a", "c1", simTime(0))).toBe(5_000);
});

test("of two delays the earlier holds, and what is due comes in order of time", () => {
  const queue = new Workqueue();
  queue.addAfter("late", 300, "c1", simTime(0));
  queue.addAfter("early", 200, "c2", simTime(0));
  queue.addAfter("late", 100, "c3", simTime(0));
  queue.addAfter("late", 900, "c4", simTime(0));
  expect(queue.nextDueAt).toBe(100);
  queue.advance(simTime(99));
  expect(queue.length).toBe(0);
  queue.advance(simTime(500));
  expect([queue.take()?.key, queue.take()?.key]).toEqual(["late", "early"]);
  expect(queue.nextDueAt).toBeNull();
});

test("goes on from a snapshot as if nothing had happened", () => {
  const queue = new Workqueue();
  queue.add("working", "c1");
  queue.take();
  queue.add("working", "c2");
  queue.add("waiting", "c3");
  queue.addRateLimited("failing", "c4", simTime(7));
  const restored = new Workqueue();
  restored.restore(JSON.parse(JSON.stringify(queue.snapshot())));
  for (const each of [queue, restored]) {
    each.advance(simTime(10_000));
    each.done("working");
  }
  const rest = (each: Workqueue) => [each.take(), each.take(), each.take(), each.take(), each.failures("failing")];
  expect(rest(restored)).toEqual(rest(queue));
});

test("what people see: what is worked on, what waits, what backs off and how often it failed", () => {
  const queue = new Workqueue();
  for (const key of ["a", "b", "c"]) queue.add(key, "c1");
  queue.take();
  queue.addRateLimited("d", "c2", simTime(0));
  const seen = queue.observe(3);
  expect(seen).toEqual({
    depth: 2, working: 1, delayed: 1, adds: 3, retries: 1,
    keys: [
      { key: "a", state: "working", failures: 0, cause: null, dueAt: null },
      { key: "b", state: "queued", failures: 0, cause: "c1", dueAt: null },
      { key: "c", state: "queued", failures: 0, cause: "c1", dueAt: null },
    ],
  });
  const again = new Workqueue();
  again.restore(queue.snapshot());
  expect(again.observe(9)).toEqual({ ...seen, keys: [...seen.keys, { key: "d", state: "delayed", failures: 1, cause: "c2", dueAt: 5_000 }] });
});
