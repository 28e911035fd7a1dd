import { describe, expect, it } from "vitest";
import { Coordinator } from "./coordinator.ts";
import { Driver, type DriverListener } from "./driver.ts";
import { toyComposition, type ToyCommand, type ToySpec } from "./testing/toyComposition.ts";
import { InlineHost } from "./transports/inline.ts";
import type { WallClock } from "./wallClock.ts";
import { second, simTime } from "../sim/time.ts";

/** A wall clock that only moves when it is waited for, or told to. */
class FakeClock implements WallClock {
  ms = 0;
  private waiting: { until: number; resolve: () => void }[] = [];

  nowMs(): number {
    return this.ms;
  }

  wait(ms: number): { done: Promise<void>; cut(): void } {
    let resolve = (): void => undefined;
    const done = new Promise<void>((settle) => (resolve = settle));
    const entry = { until: this.ms + ms, resolve };
    this.waiting.push(entry);
    return { done, cut: () => this.release(entry) };
  }

  /** Lets wall time pass; everything that waits is woken in turn. */
  async pass(ms: number): Promise<void> {
    const end = this.ms + ms;
    for (;;) {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      const next = this.waiting.toSorted((a, b) => a.until - b.until)[0];
      if (next === undefined || next.until > end) break;
      this.ms = Math.max(this.ms, next.until);
      this.release(next);
    }
    this.ms = end;
  }

  private release(entry: { until: number; resolve: () => void }): void {
    this.waiting = this.waiting.filter((other) => other !== entry);
    entry.resolve();
  }
}

async function setUp(options: { speed?: number; pauseHiddenAfterMs?: number } = {}) {
  const clock = new FakeClock();
  const messages: unknown[] = [];
  let links = 0;
  let driver: Driver | null = null;
  const coordinator = new Coordinator<ToySpec, ToyCommand>({
    composition: toyComposition,
    recording: { format: 1, engine: "", seed: 2, spec: { nodes: 2 }, journal: [], checkpoints: [] },
    engine: "",
    ports: [new InlineHost(toyComposition)],
    listener: {
      window: (news) => {
        links += news.trace.filter((entry) => entry.link !== undefined).length;
        for (const message of news.messages) {
          messages.push(message.body);
          driver?.answered();
        }
      },
      diverged: () => undefined,
      applied: () => undefined,
    },
  });
  await coordinator.open();
  const failures: unknown[] = [];
  const listener: DriverListener = { progress: () => undefined, failed: (error) => Promise.resolve(failures.push(error) < 0) };
  const { pauseHiddenAfterMs = null, speed = 1 } = options;
  driver = new Driver({ driven: coordinator, clock, listener, pauseHiddenAfterMs, speed });
  driver.start();
  return { clock, coordinator, driver, messages, links: () => links, failures };
}

const nearly = (value: number, wanted: number): void => {
  expect(value).toBeGreaterThan(wanted - 0.05 * second);
  expect(value).toBeLessThanOrEqual(wanted + 1000);
};

describe("driver", () => {
  it.each([0.1, 1, 20])("follows the wall clock at %fx", async (speed) => {
    const { clock, coordinator } = await setUp({ speed });
    await clock.pass(1000);
    expect(coordinator.now / second).toBeGreaterThan(speed * 0.95);
    expect(coordinator.now / second).toBeLessThanOrEqual(speed * 1.001);
  });

  it("pauses, and goes on without catching up", async () => {
    const { clock, coordinator, driver } = await setUp();
    await clock.pass(500);
    driver.setSpeed(0);
    const paused = coordinator.now;
    await clock.pass(100_000);
    expect(coordinator.now).toBe(paused);
    driver.setSpeed(2);
    await clock.pass(1000);
    nearly(coordinator.now - paused, 2 * second);
  });

  it.each([1, 60])("does not catch up an hour of sleep at %ix: 100 ms of it, and then as ever", async (speed) => {
    const { clock, coordinator } = await setUp({ speed });
    await clock.pass(100);
    const before = coordinator.now;
    clock.ms += 3_600_000;
    await clock.pass(20);
    expect(coordinator.now - before).toBeLessThan(0.2 * speed * second);
    const awake = coordinator.now;
    await clock.pass(1000);
    expect(coordinator.now - awake).toBeGreaterThan(0.9 * speed * second);
    expect(coordinator.now - awake).toBeLessThan(1.1 * speed * second);
  });

  it("follows a throttled tab's timers, a second apart, without running behind for ever", async () => {
    const { clock, coordinator } = await setUp();
    for (let tick = 0; tick < 10; tick++) {
      await clock.pass(1);
      clock.ms += 999;
    }
    const slow = coordinator.now;
    expect(slow).toBeLessThanOrEqual(1.2 * second);
    await clock.pass(1000);
    nearly(coordinator.now - slow, 1.1 * second);
  });

  it("while paused runs at 1x until a write is answered, then rests", async () => {
    const { clock, coordinator, driver, messages } = await setUp();
    await clock.pass(100);
    driver.setSpeed(0);
    const paused = coordinator.now;
    coordinator.submit({ type: "ask", body: 1 });
    driver.submitted(true);
    await clock.pass(500);
    expect(messages).toEqual([expect.objectContaining({ lucky: expect.any(Number) as number })]);
    expect(coordinator.now).toBeGreaterThan(paused);
    expect(coordinator.now).toBeLessThan(paused + 20_000);
  });

  it("at 1x runs ahead to an answer at once, but no more than 10 ms, and lets the wall clock catch up", async () => {
    const { clock, coordinator, driver, messages } = await setUp();
    await clock.pass(100);
    for (let asked = 1; asked <= 40; asked++) {
      coordinator.submit({ type: "ask", body: asked });
      driver.submitted(true);
      await clock.pass(0);
      if (asked <= 5) expect(messages).toHaveLength(asked);
    }
    expect(messages.length).toBeLessThan(40);
    expect(coordinator.now).toBeLessThanOrEqual(110_000);
    await clock.pass(100);
    expect(messages).toHaveLength(40);
    nearly(coordinator.now, 0.2 * second);
  });

  it("runs no further ahead while nobody answers", async () => {
    const { clock, coordinator, driver } = await setUp();
    driver.submitted(true);
    await clock.pass(1000);
    nearly(coordinator.now, 1.01 * second);
  });

  it("gives up on an answer after 60 virtual seconds", async () => {
    const { clock, coordinator, driver } = await setUp({ speed: 0 });
    driver.submitted(true);
    await clock.pass(120_000);
    nearly(coordinator.now, 60 * second);
  });

  it("steps by event, reconcile and second", async () => {
    const { clock, coordinator, driver, links } = await setUp({ speed: 0 });
    const step = async (by: "event" | "reconcile" | "second"): Promise<void> => {
      const before = links();
      const done = driver.step(by, () => links() > before);
      await clock.pass(10);
      await done;
    };
    await step("event");
    expect(coordinator.now).toBe(1);
    coordinator.submit({ type: "ask", body: 1 });
    await step("reconcile");
    expect(links()).toBe(1);
    expect(coordinator.now).toBeLessThan(2000);
    const before = coordinator.now;
    await step("second");
    expect(coordinator.now).toBe(before + second);
  });

  it("runs unpaced until told, and on to a time at once", async () => {
    const { clock, coordinator, driver } = await setUp({ speed: 1 });
    driver.runUnpaced(() => coordinator.now >= 30 * second);
    await clock.pass(50);
    expect(coordinator.now / second).toBeGreaterThanOrEqual(30);
    expect(coordinator.now / second).toBeLessThan(32);
    const advanced = driver.advanceTo(simTime(60 * second));
    await clock.pass(10);
    await advanced;
    nearly(coordinator.now, 60 * second);
  });

  it("pauses a hidden page after a while and wakes it again", async () => {
    const { clock, coordinator, driver } = await setUp({ pauseHiddenAfterMs: 1000 });
    driver.setHidden(true);
    await clock.pass(10_000);
    nearly(coordinator.now, second);
    expect(driver.speed).toBe(0);
    driver.setHidden(false);
    await clock.pass(1000);
    nearly(coordinator.now, 2 * second);
  });
});
