import { expect, test } from "vitest";
import { second, simTime } from "../sim/time.ts";
import type { ClusterEvent, SchedulerPlugin } from "./framework.ts";
import { SchedulingQueue, type QueuedPod } from "./queue.ts";

const plugins: readonly SchedulerPlugin[] = [
  { name: "Fit", weight: 0, wakesOn: ["podDelete", "nodeAdd"] },
  { name: "Affinity", weight: 0, wakesOn: ["podAdd"] },
];
const at = (seconds: number) => simTime(seconds * second);
const cause = "c1";

function popped(queue: SchedulingQueue): QueuedPod {
  const entry = queue.pop();
  if (entry === null) throw new Error("nothing to pop");
  return entry;
}

test("the higher priority first, then the longest waiting, then by name", () => {
  const queue = new SchedulingQueue(plugins);
  for (const [key, priority, seconds] of [["b", 0, 1], ["a", 0, 1], ["late", 0, 2], ["high", 10, 3]] as const) queue.add(key, priority, at(seconds), cause);
  expect([popped(queue), popped(queue), popped(queue), popped(queue)].map((entry) => entry.key)).toEqual(["high", "a", "b", "late"]);
});

test("back-off doubles from one second to ten, counted from each refusal", () => {
  const queue = new SchedulingQueue(plugins);
  queue.add("p", 0, at(0), cause);
  const waits: number[] = [];
  for (let attempt = 0; attempt < 6; attempt++) {
    const entry = popped(queue);
    const now = at(100 * (attempt + 1));
    queue.park(entry, ["Fit"], now, cause);
    queue.wake("podDelete", now, cause);
    const [waiting] = queue.snapshot() as unknown as readonly QueuedPod[];
    expect(waiting?.place).toBe("backoff");
    waits.push(((waiting?.backoffUntil ?? 0) - now) / second);
  }
  expect(waits).toEqual([1, 2, 4, 8, 10, 10]);
});

/** What befalls two parked pods, and who goes on: the transcript of a wake-up. */
const wakes: readonly (readonly [ClusterEvent, readonly string[]])[] = [
  ["nodeAdd", ["fits", "both"]],
  ["podDelete", ["fits", "both"]],
  ["podAdd", ["befriended", "both"]],
  ["podRelabel", []],
  ["nodeDelete", []],
];

test.each(wakes)("%s wakes those whose plugins it may help: %j", (event, woken) => {
  const queue = new SchedulingQueue(plugins);
  for (const [key, refusedBy] of [["fits", ["Fit"]], ["befriended", ["Affinity"]], ["both", ["Affinity", "Fit"]]] as const) {
    queue.add(key, 0, at(0), cause);
    queue.park(popped(queue), refusedBy, at(0), cause);
  }
  queue.wake(event, at(20), cause);
  const active = (queue.snapshot() as unknown as readonly QueuedPod[]).filter((entry) => entry.place === "active").map((entry) => entry.key);
  expect(active.sort()).toEqual([...woken].sort());
});

test("a closer look can leave a pod where it is", () => {
  const queue = new SchedulingQueue(plugins);
  queue.add("p", 0, at(0), cause);
  queue.park(popped(queue), ["Fit"], at(0), cause);
  queue.wake("podDelete", at(20), cause, () => false);
  expect(queue.depths().unschedulable).toBe(1);
  queue.wake("podDelete", at(20), cause, (key, plugin) => key === "p" && plugin === "Fit");
  expect(queue.depths()).toEqual({ active: 1, backoff: 0, unschedulable: 0, gated: 0 });
});

test("a pod in back-off goes early only while nothing is active", () => {
  const queue = new SchedulingQueue(plugins);
  queue.add("refused", 10, at(0), cause);
  queue.park(popped(queue), ["Fit"], at(0), cause);
  queue.wake("nodeAdd", at(0), cause);
  queue.add("fresh", 0, at(0), cause);
  expect([popped(queue).key, popped(queue).key]).toEqual(["fresh", "refused"]);
});

test("after five minutes a pod is tried again, also from a snapshot", () => {
  const before = new SchedulingQueue(plugins);
  for (const [key, seconds] of [["a", 0], ["b", 10]] as const) {
    before.add(key, 0, at(seconds), cause);
    before.park(popped(before), ["Fit"], at(seconds), cause);
  }
  const queue = new SchedulingQueue(plugins);
  queue.restore(JSON.parse(JSON.stringify(before.snapshot())));
  expect(queue.flush(at(299))).toBe(at(300));
  expect(queue.ready).toBe(false);
  expect(queue.flush(at(300))).toBe(at(310));
  expect(popped(queue).key).toBe("a");
  expect(queue.pop()).toBeNull();
});
