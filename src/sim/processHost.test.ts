import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../base/json.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessFactory } from "./process.ts";
import { toyClient, toyFactories } from "./testing/toys.ts";
import { World } from "./testing/world.ts";
import { millisecond, minute, second } from "./time.ts";
import type { SimControl } from "./window.ts";

/** A process whose behaviour is a function, for one-off scenes. It notes what it handled and when. */
function scene(id: string, behave: (event: ProcessEvent, ctx: ProcessContext) => void, costUs = 0): { factory: ProcessFactory; seen: [number, ProcessEvent][] } {
  const seen: [number, ProcessEvent][] = [];
  const process = (): Process => ({
    id,
    handle: (event, ctx) => {
      seen.push([ctx.now, event]);
      behave(event, ctx);
    },
    cost: (event) => (event.type === "start" ? 0 : costUs),
    snapshot: () => null,
    restore: () => undefined,
    observe: (question) => question,
  });
  return { factory: { id, create: process }, seen };
}

const ignore = (): void => undefined;
const dialOnStart = (to: string) => (event: ProcessEvent, ctx: ProcessContext) => {
  if (event.type === "start") ctx.send(ctx.connect(to), "hello");
};
const cut = (on: boolean): SimControl => ({ type: "link", a: "a", b: "b", extraDelayUs: 0, lossPerMille: 0, cut: on });
const shape = (seen: [number, ProcessEvent][]): [number, string][] => seen.map(([at, event]) => [at, event.type]);

describe("order, delay and cost", () => {
  it("takes 200 us inside a group and 1 ms between groups", () => {
    const a = scene("a/one", (event, ctx) => {
      if (event.type !== "start") return;
      ctx.sendDatagram("a/two", 1);
      ctx.sendDatagram("b/three", 2);
    });
    const two = scene("a/two", ignore);
    const three = scene("b/three", ignore);
    new World({ factories: [a.factory, two.factory, three.factory] }).runUntil(second);
    expect(two.seen[1]?.[0]).toBe(200);
    expect(three.seen[1]?.[0]).toBe(1000);
  });

  it("keeps a busy process's events in order and lets what it sends leave when the work is done", () => {
    const server = scene("a/server", (event, ctx) => {
      if (event.type === "datagram") ctx.sendDatagram("", event.body);
    }, 300);
    const world = new World({ factories: [server.factory] });
    world.runUntil(1000);
    for (const body of ["x", "y", "z"]) world.send("a/server", body);
    world.runUntil(second);
    expect(server.seen.slice(1).map(([at]) => at)).toEqual([1000, 1300, 1600]);
    expect(world.replies.map(({ at, body }) => [at, body])).toEqual([[1300, "x"], [1600, "y"], [1900, "z"]]);
  });

  const echo = (event: ProcessEvent, ctx: ProcessContext): void => {
    if (event.type !== "datagram") return;
    if (event.from === "") ctx.handOver("a/two", event.body, "note");
    else ctx.sendDatagram("", [event.from, event.body as Json, event.notes as Json]);
  };

  it("hands over within the moment, and what follows leaves after the work of both", () => {
    const one = scene("a/one", echo, 30);
    const two = scene("a/two", (event, ctx) => {
      if (event.type === "datagram") ctx.handOver("a/one", ["back", event.body as Json], event.notes);
    }, 50);
    const world = new World({ factories: [one.factory, two.factory] });
    world.runUntil(1000);
    world.send("a/one", "x");
    world.runUntil(second);
    expect(shape(two.seen)).toEqual([[0, "start"], [1000, "datagram"]]);
    expect(shape(one.seen)).toEqual([[0, "start"], [1000, "datagram"], [1000, "datagram"]]);
    expect(world.replies.map(({ at, body }) => [at, body])).toEqual([[1000 + 30 + 50 + 30, ["a/two", ["back", "x"], "note"]]]);
  });

  it("hands over to a busy process once it is free, in order, and to one that is down never", () => {
    const one = scene("a/one", echo);
    const two = scene("a/two", ignore, 300);
    const world = new World({ factories: [one.factory, two.factory] });
    world.runUntil(1000);
    world.send("a/two", "earlier");
    world.runUntil(1100);
    for (const body of ["x", "y"]) world.send("a/one", body);
    world.runUntil(5000);
    expect(two.seen.slice(1).map(([at, event]) => [at, event.type === "datagram" && event.body])).toEqual([[1000, "earlier"], [1300, "x"], [1600, "y"]]);
    world.control({ type: "process", process: "a/two", state: "stopped" });
    world.send("a/one", "z");
    world.runUntil(second);
    expect(two.seen).toHaveLength(4);
  });

  it("hands over as a datagram to another group, and across a link with a fault", () => {
    const one = scene("a/one", (event, ctx) => {
      if (event.type === "datagram") for (const to of ["a/two", "b/three"]) ctx.handOver(to, event.body);
    });
    const two = scene("a/two", ignore);
    const three = scene("b/three", ignore);
    const world = new World({ factories: [one.factory, two.factory, three.factory] });
    world.control({ type: "link", a: "a", b: "a", extraDelayUs: 40, lossPerMille: 0, cut: false });
    world.runUntil(1000);
    world.send("a/one", "x");
    world.runUntil(second);
    expect(two.seen[1]?.[0]).toBe(1240);
    expect(three.seen[1]?.[0]).toBe(2000);
  });

  it("keeps what was handed over to a busy process in a keyframe, and notes and what is handed over out of the digest", () => {
    const make = (notes: string): World => new World({ factories: [scene("a/one", (event, ctx) => void (event.type === "datagram" && ctx.handOver("a/two", event.body, notes))).factory, scene("a/two", (event, ctx) => void (event.type === "datagram" && ctx.sendDatagram("b/three", event.body, notes)), 300).factory, scene("b/three", ignore).factory] });
    const run = (world: World): World => {
      world.runUntil(1000);
      world.send("a/two", "earlier");
      world.send("a/one", "x");
      world.runUntil(1200);
      return world;
    };
    const first = run(make("plain"));
    const again = make("plain");
    again.restore(structuredClone(first.keyframe()));
    const other = run(make("other"));
    for (const world of [first, again, other]) world.runUntil(second);
    expect(again.digest()).toBe(first.digest());
    expect(other.digest()).toBe(first.digest());
  });

  it("replaces and cancels timers", () => {
    const process = scene("a/p", (event, ctx) => {
      if (event.type !== "start") return;
      ctx.setTimer("t", 100);
      ctx.setTimer("t", 50);
      ctx.setTimer("gone", 60);
      ctx.cancelTimer("gone");
      ctx.setTimer("least", 0);
    });
    new World({ factories: [process.factory] }).runUntil(second);
    expect(process.seen.slice(1)).toEqual([[1, { type: "timer", key: "least" }], [50, { type: "timer", key: "t" }]]);
  });

  it("passes causes on and links explanations", () => {
    const server = scene("a/server", (event, ctx) => {
      if (event.type !== "datagram") return;
      ctx.explain({ component: "server", text: "asked" });
      ctx.setTimer("later", 10);
      ctx.withCause("c99", () => ctx.sendDatagram("", "other"));
      ctx.sendDatagram("", "mine");
    });
    const world = new World({ factories: [server.factory] });
    world.runUntil(1);
    const cause = world.send("a/server", null);
    world.runUntil(second);
    expect(world.trace).toEqual([{ at: 1, process: "a/server", cause, link: "a/server#1", body: { component: "server", text: "asked" } }]);
    expect(world.replies.map((reply) => [reply.body, reply.cause])).toEqual([["other", "c99"], ["mine", "a/server#1"]]);
  });
});

describe("connections", () => {
  it("are told to both ends, carry in order, and end for both", () => {
    const server = scene("b/server", (event, ctx) => {
      if (event.type === "received") ctx.disconnect(event.connection);
    });
    const client = scene("a/client", dialOnStart("b/server"));
    new World({ factories: [server.factory, client.factory] }).runUntil(second);
    expect(shape(server.seen)).toEqual([[0, "start"], [1000, "connected"], [1000, "received"], [1001, "disconnected"]]);
    expect(shape(client.seen)).toEqual([[0, "start"], [2000, "connected"], [2000, "disconnected"]]);
  });

  it.each(["b/nobody", "c/nobody"])("to %s, which does not exist, are refused", (to) => {
    const client = scene("a/client", dialOnStart(to));
    const other = scene("b/other", ignore);
    new World({ factories: [client.factory, other.factory] }).runUntil(second);
    expect(shape(client.seen)).toEqual([[0, "start"], [2000, "disconnected"]]);
  });

  it("break when the server crashes, and are refused until it is back", () => {
    const server = scene("b/server", (event) => {
      if (event.type === "received") throw new Error("no");
    });
    const client = scene("a/client", (event, ctx) => {
      if (event.type === "start" || event.type === "disconnected") ctx.connect("b/server");
      if (event.type === "connected" && ctx.now < 3 * millisecond) ctx.send(event.connection, "x");
    });
    const world = new World({ factories: [server.factory, client.factory] });
    world.runUntil(2 * second);
    expect(server.seen.filter(([, event]) => event.type === "start")).toEqual([[0, { type: "start", incarnation: 1 }], [1_003_000, { type: "start", incarnation: 2 }]]);
    expect(world.trace.filter((entry) => entry.process === "b/server")).toEqual([
      { at: 3000, process: "b/server", cause: "boot", body: { type: "crash", reason: "no", incarnation: 1, restartAt: 1_003_000 } },
    ]);
    expect(client.seen.at(-1)?.[1].type).toBe("connected");
    expect(client.seen.filter(([, event]) => event.type === "disconnected").length).toBeGreaterThan(100);
  });

  it("stall while the link is cut and go on when it is mended in time", () => {
    const server = scene("b/server", ignore);
    const client = scene("a/client", (event, ctx) => {
      if (event.type === "start") {
        ctx.connect("b/server");
        ctx.setTimer("send", 5 * second);
      }
      if (event.type === "timer") ctx.send("a/client>1", "late");
    });
    const world = new World({ factories: [server.factory, client.factory] });
    world.runUntil(second);
    world.control(cut(true));
    world.runUntil(20 * second);
    expect(server.seen).toHaveLength(2);
    world.control(cut(false));
    world.runUntil(5 * minute);
    expect(shape(server.seen).slice(2)).toEqual([[20 * second + 1000, "received"]]);
    expect(shape(client.seen)).toEqual([[0, "start"], [2000, "connected"], [5 * second, "timer"]]);
  });

  it("break after 45 s of a cut link, for both ends", () => {
    const server = scene("b/server", ignore);
    const client = scene("a/client", dialOnStart("b/server"));
    const world = new World({ factories: [server.factory, client.factory] });
    world.runUntil(second);
    world.control(cut(true));
    world.runUntil(2 * minute);
    expect(shape(server.seen).at(-1)).toEqual([46 * second, "disconnected"]);
    expect(shape(client.seen).at(-1)).toEqual([46 * second, "disconnected"]);
  });

  it("break for the peers of a machine that lost its power, though it came back", () => {
    const server = scene("b/server", ignore);
    const client = scene("a/client", dialOnStart("b/server"));
    const world = new World({ factories: [server.factory, client.factory] });
    world.runUntil(second);
    world.control({ type: "power", group: "b", on: false });
    world.runUntil(10 * second);
    world.control({ type: "power", group: "b", on: true });
    world.runUntil(2 * minute);
    expect(shape(client.seen).at(-1)).toEqual([46 * second, "disconnected"]);
    expect(shape(server.seen).at(-1)).toEqual([10 * second, "start"]);
  });

  it("tell the peer late of an end that was closed across a cut link", () => {
    const server = scene("b/server", ignore);
    const client = scene("a/client", dialOnStart("b/server"));
    const world = new World({ factories: [server.factory, client.factory] });
    world.runUntil(second);
    world.control(cut(true));
    world.control({ type: "process", process: "a/client", state: "stopped" });
    world.runUntil(10 * second);
    world.control(cut(false));
    world.runUntil(2 * minute);
    expect(shape(server.seen).at(-1)).toEqual([10 * second + 1000, "disconnected"]);
  });
});

describe("faults", () => {
  it("doubles the back-off of a crash loop up to a minute", () => {
    const process = scene("a/p", () => {
      throw new Error("always");
    });
    const world = new World({ factories: [process.factory] });
    world.runUntil(200 * second);
    expect(process.seen.map(([at]) => at / second)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
  });

  it("keeps the disk and loses the rest", () => {
    const notes: Json[] = [];
    const process = scene("a/p", (event, ctx) => {
      if (event.type === "timer") notes.push("timer");
      if (event.type !== "start") return;
      notes.push(ctx.disk.read("file"));
      if (event.incarnation === 1) {
        ctx.disk.write("file", "kept");
        ctx.setTimer("lost", 2 * second);
      }
    });
    const world = new World({ factories: [process.factory] });
    world.runUntil(second);
    world.control({ type: "crash", process: "a/p" });
    world.runUntil(minute);
    expect(notes).toEqual([null, "kept"]);
  });

  it("crashes a process that takes more than 10,000 events in a virtual millisecond", () => {
    const flood = scene("a/flood", (event, ctx) => {
      if (event.type === "start") for (let index = 0; index <= 10_000; index++) ctx.sendDatagram("a/victim", index);
    });
    const victim = scene("a/victim", ignore);
    const world = new World({ factories: [flood.factory, victim.factory] });
    world.runUntil(second);
    expect(world.trace.map((entry) => entry.body)).toMatchObject([{ type: "crash", reason: "more than 10000 events in one virtual millisecond" }]);
  });

  it("stops, starts, slows and skews", () => {
    const clocks: number[] = [];
    const server = scene("a/server", (event, ctx) => {
      clocks.push(ctx.clock());
      if (event.type === "datagram") ctx.sendDatagram("", "done");
    }, 100);
    const world = new World({ factories: [server.factory] });
    world.runUntil(second);
    world.control({ type: "process", process: "a/server", state: "stopped" });
    world.send("a/server", "lost");
    world.runUntil(2 * second);
    expect(world.observe("a/server", "?")).toBeNull();
    expect(world.stopped()).toEqual(["a/server"]);
    world.control({ type: "process", process: "a/server", state: "running" });
    world.control({ type: "slow", process: "a/server", factor: 5 });
    world.control({ type: "clockSkew", group: "a", skewUs: -7 });
    world.runUntil(3 * second);
    world.send("a/server", "slow");
    world.runUntil(4 * second);
    expect(world.observe("a/server", "?")).toBe("?");
    expect(world.replies).toMatchObject([{ at: 3 * second + 500 }]);
    expect(clocks).toEqual([0, 2 * second - 7, 3 * second - 7]);
  });

  it("delays and loses datagrams", () => {
    const sender = scene("a/sender", (event, ctx) => {
      if (event.type === "datagram") ctx.sendDatagram("b/receiver", event.body);
    });
    const receiver = scene("b/receiver", ignore);
    const world = new World({ factories: [sender.factory, receiver.factory] });
    world.runUntil(second);
    world.control({ type: "link", a: "b", b: "*", extraDelayUs: 5000, lossPerMille: 300, cut: false });
    for (let index = 0; index < 1000; index++) world.send("a/sender", index);
    world.runUntil(2 * second);
    expect(receiver.seen[1]?.[0]).toBe(second + 6000);
    expect(receiver.seen.length).toBeGreaterThan(600);
    expect(receiver.seen.length).toBeLessThan(800);
  });

  it("lets datagrams overtake each other on a link with jitter, and connections not", () => {
    const order = (jitterUs: number): { readonly datagrams: readonly number[]; readonly received: readonly number[] } => {
      const sender = scene("a/sender", (event, ctx) => {
        if (event.type === "connected") for (let index = 0; index < 100; index++) ctx.send(event.connection, index);
        if (event.type !== "start") return;
        ctx.connect("b/receiver");
        ctx.setTimer("go", second);
        for (let index = 0; index < 100; index++) ctx.sendDatagram("b/receiver", index);
      });
      const heard: ProcessEvent[] = [];
      const receiver = scene("b/receiver", (event) => void heard.push(event));
      const world = new World({ factories: [sender.factory, receiver.factory] });
      world.control({ type: "link", a: "a", b: "*", extraDelayUs: 0, jitterUs, lossPerMille: 0, cut: false });
      world.runUntil(2 * second);
      const bodies = (type: string): readonly number[] => heard.flatMap((event) => (event.type === type && "body" in event ? [Number(event.body)] : []));
      return { datagrams: bodies("datagram"), received: bodies("received") };
    };
    const inOrder = Array.from({ length: 100 }, (_, index) => index);
    expect(order(0)).toEqual({ datagrams: inOrder, received: inOrder });
    const shaken = order(50 * millisecond);
    expect(shaken.received).toEqual(inOrder);
    expect(shaken.datagrams).not.toEqual(inOrder);
    expect([...shaken.datagrams].sort((a, b) => a - b)).toEqual(inOrder);
  });

  it("adds and removes machines", () => {
    const world = new World({
      factories: toyFactories(2),
      makeGroup: (id, description) => ({ id, factories: [toyClient(id, description as string)] }),
    });
    world.runUntil(50 * millisecond);
    world.control({ type: "addGroup", group: "node-9", description: "node-1" });
    world.runUntil(200 * millisecond);
    expect((world.observe("node-9/client", null) as Json[]).length).toBeGreaterThan(0);
    const keyframe = world.keyframe();
    world.control({ type: "removeGroup", group: "node-9" });
    world.runUntil(300 * millisecond);
    expect(world.observe("node-9/client", null)).toBeNull();
    world.restore(keyframe);
    expect((world.observe("node-9/client", null) as Json[]).length).toBeGreaterThan(0);
  });
});

const faults: readonly SimControl[] = [
  { type: "power", group: "node-1", on: false },
  { type: "power", group: "node-1", on: true },
  { type: "power", group: "cp-1", on: false },
  { type: "power", group: "cp-1", on: true },
  { type: "process", process: "cp-1/server", state: "stopped" },
  { type: "process", process: "cp-1/server", state: "running" },
  { type: "crash", process: "node-2/client" },
  { type: "slow", process: "cp-1/server", factor: 20 },
  { type: "clockSkew", group: "node-3", skewUs: 12_345 },
  { type: "link", a: "node-2", b: "cp-1", extraDelayUs: 3000, lossPerMille: 200, cut: false },
  { type: "link", a: "node-2", b: "*", extraDelayUs: 0, lossPerMille: 0, cut: true },
  { type: "link", a: "node-2", b: "*", extraDelayUs: 0, lossPerMille: 0, cut: false },
];

describe("property", () => {
  const slow = 200 * millisecond;
  const step = fc.record({ runUs: fc.integer({ min: 0, max: second }), control: fc.option(fc.constantFrom(...faults)), send: fc.boolean(), jump: fc.boolean() });

  it("a world restored at random times into new instances has the same history", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 1000 }), (steps, seed) => {
        const straight = new World({ seed, factories: toyFactories(3, slow) });
        let hopping = new World({ seed, factories: toyFactories(3, slow) });
        for (const { runUs, control, send, jump } of steps) {
          for (const world of [straight, hopping]) {
            if (control !== null) world.control(control);
            if (send) world.send("cp-1/server", { ask: runUs });
          }
          const keyframe = hopping.keyframe();
          hopping = new World({ seed, factories: toyFactories(3, slow) });
          hopping.restore(keyframe);
          for (const world of [straight, hopping]) world.runFor(jump ? 30 * second : runUs);
          expect(hopping.digest()).toBe(straight.digest());
          expect(hopping.keyframe()).toEqual(straight.keyframe());
        }
      }),
      { seed: 7, numRuns: 30 },
    );
  });

  it("the size of the windows does not change history", () => {
    const digests = [1000, 777, 50_000, second].map((windowUs) => {
      const world = new World({ seed: 3, factories: toyFactories(4) });
      while (world.now < second) world.runUntil(Math.min(second, world.now + windowUs));
      return [world.digest(), JSON.stringify(world.keyframe()), world.trace.length];
    });
    for (const digest of digests) expect(digest).toEqual(digests[0]);
    const other = new World({ seed: 4, factories: toyFactories(4) });
    other.runUntil(second);
    expect(other.digest()).not.toBe(digests[0]?.[0]);
  });

  it("looking does not change history", () => {
    const [plain, watched] = [new World({ factories: toyFactories(3) }), new World({ factories: toyFactories(3) })];
    plain.runUntil(second);
    while (watched.now < second) {
      watched.runFor(millisecond);
      watched.observe("cp-1/server", "?");
      watched.keyframe();
    }
    expect(watched.digest()).toBe(plain.digest());
  });
});
