import { describe, expect, it } from "vitest";
import { EventQueue } from "./eventQueue.ts";
import type { Process, ProcessContext, ProcessEvent } from "./process.ts";
import { World } from "./testing/world.ts";
import { second, simTime } from "./time.ts";

interface Item {
  readonly at: ReturnType<typeof simTime>;
  readonly from: string;
  readonly seq: number;
  readyAt: number;
  gone: boolean;
}
const item = (at: number, from: string, seq: number): Item => ({ at: simTime(at), from, seq, readyAt: at, gone: false });

describe("event queue", () => {
  it("orders by time, then sender (outside first), then number", () => {
    const queue = new EventQueue<Item>((each) => each.gone);
    for (const each of [item(2, "a", 1), item(1, "b", 1), item(1, "a", 10), item(1, "a", 9), item(1, "", 99)]) queue.push(each);
    const order: string[] = [];
    for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
      queue.take();
      order.push(`${next.at} ${next.from} ${next.seq}`);
    }
    expect(order).toEqual(["1  99", "1 a 9", "1 a 10", "1 b 1", "2 a 1"]);
  });

  it("skips what became obsolete, and sweeps it out when it is most of the queue", () => {
    const queue = new EventQueue<Item>((each) => each.gone);
    const items = Array.from({ length: 3000 }, (_, index) => item(index, "a", index));
    for (const each of items) queue.push(each);
    for (const each of items) {
      if (each.seq % 10 === 0) continue;
      each.gone = true;
      queue.noteObsolete();
    }
    expect(queue.items()).toHaveLength(300);
    queue.take();
    expect(queue.peek()?.seq).toBe(10);
  });
});

it("a timer that is set again ten thousand times fires once", () => {
  let fired = 0;
  const make = (): Process => ({
    id: "a/p",
    handle(event: ProcessEvent, ctx: ProcessContext) {
      if (event.type === "start") for (let count = 0; count < 10_000; count++) ctx.setTimer("t", second + count);
      if (event.type === "timer") fired++;
    },
    cost: () => 0,
    snapshot: () => null,
    restore: () => undefined,
  });
  const world = new World({ factories: [{ id: "a/p", create: make }] });
  world.runUntil(10 * second);
  expect(fired).toBe(1);
});
