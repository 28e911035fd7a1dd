import { beforeAll, describe, expect, it } from "vitest";
import type { JournalEntry, Recording } from "../sim/recording.ts";
import { millisecond, second, simTime } from "../sim/time.ts";
import { compareText } from "../base/compareText.ts";
import { Coordinator, type WindowNews } from "./coordinator.ts";
import type { HostPort } from "./hostPort.ts";
import { RemoteHost } from "./remoteHost.ts";
import { placement } from "./seats.ts";
import { toyComposition, type ToyCommand, type ToySpec } from "./testing/toyComposition.ts";
import { bundleNodeThread } from "./transports/bundleNodeThread.mjs";
import { InlineHost } from "./transports/inline.ts";
import { openNodeThread } from "./transports/nodeThread.ts";

const commands: readonly ToyCommand[] = [
  { type: "ask", body: { question: 1 } },
  { type: "control", control: { type: "power", group: "node-2", on: false }, delayUs: 0 },
  { type: "control", control: { type: "power", group: "node-2", on: true }, delayUs: 40 * millisecond },
  { type: "ask", body: "crash" },
  { type: "control", control: { type: "link", a: "node-1", b: "*", extraDelayUs: 700, lossPerMille: 50, cut: false }, delayUs: 1 },
  { type: "control", control: { type: "addGroup", group: "node-9", description: "node-1" }, delayUs: 0 },
  { type: "control", control: { type: "removeGroup", group: "node-3" }, delayUs: 0 },
  { type: "control", control: { type: "addGroup", group: "node-3", description: "node-9", turn: 1 }, delayUs: 3 * millisecond },
  { type: "control", control: { type: "removeGroup", group: "node-9" }, delayUs: 200 * millisecond },
];
const journal: readonly JournalEntry<ToyCommand>[] = commands.map((command, index) => ({ at: simTime((index + 1) * 60 * millisecond), seq: index + 1, command }));
const recording: Recording<ToySpec, ToyCommand> = { format: 1, engine: "test", seed: 5, spec: { nodes: 6 }, journal, checkpoints: [] };
const end = simTime(second);

interface Run {
  readonly coordinator: Coordinator<ToySpec, ToyCommand>;
  readonly news: WindowNews[];
  readonly diverged: string[];
}

function open(ports: readonly HostPort<ToySpec>[], from: Recording<ToySpec, ToyCommand> = recording): Run {
  const news: WindowNews[] = [];
  const diverged: string[] = [];
  const listener = { window: (each: WindowNews) => void news.push(each), diverged: (_: unknown, digest: string) => void diverged.push(digest), applied: () => undefined };
  return { coordinator: new Coordinator({ composition: toyComposition, recording: from, engine: "test", ports, listener }), news, diverged };
}

const inlinePorts = (count: number): HostPort<ToySpec>[] => Array.from({ length: count }, () => new InlineHost(toyComposition, { freezeBodies: true }));
/** Rounds of several hosts overlap a little; within one process everything is in order. */
const traceOf = (run: Run): string => JSON.stringify(run.news.flatMap((each) => each.trace).sort((a, b) => a.at - b.at || compareText(a.process, b.process)));
const messagesOf = (run: Run): string => JSON.stringify(run.news.flatMap((each) => each.messages).sort((a, b) => a.at - b.at || compareText(a.from, b.from)));

async function play(run: Run): Promise<Run> {
  await run.coordinator.open();
  await run.coordinator.advance(end);
  return run;
}

describe("one history", () => {
  let script = "";
  let inline: Run;
  beforeAll(async () => {
    script = await bundleNodeThread("src/hosts/testing/toyThread.ts");
    inline = await play(open(inlinePorts(1)));
  });

  it("is long, crashes and answers", () => {
    expect(inline.news.reduce((sum, each) => sum + each.handled, 0)).toBeGreaterThan(5000);
    expect(traceOf(inline)).toContain("told to crash");
    expect(messagesOf(inline)).toContain("lucky");
  });

  it.each([2, 3])("is the same on %i hosts in one thread", async (count) => {
    const run = await play(open(inlinePorts(count)));
    expect(run.coordinator.digest()).toBe(inline.coordinator.digest());
    expect(traceOf(run)).toBe(traceOf(inline));
    expect(messagesOf(run)).toBe(messagesOf(inline));
  });

  it.each([1, 2, 4])("is the same on %i node threads", async (count) => {
    const run = await play(open([new InlineHost(toyComposition), ...Array.from({ length: count }, () => openNodeThread<ToySpec>(script))]));
    expect(run.coordinator.digest()).toBe(inline.coordinator.digest());
    expect(traceOf(run)).toBe(traceOf(inline));
    expect(messagesOf(run)).toBe(messagesOf(inline));
    run.coordinator.close();
  });

  it("is the same in small steps, with looks and keyframes in between", async () => {
    const run = open(inlinePorts(2));
    await run.coordinator.open();
    let pauses = 0;
    while (run.coordinator.now < end) {
      await run.coordinator.advance(simTime(Math.min(end, run.coordinator.now + 3217)), () => ++pauses % 3 === 0);
      run.coordinator.observe("cp-1/server", "?");
      run.coordinator.keyframe();
    }
    expect(run.coordinator.digest()).toBe(inline.coordinator.digest());
  });

  it("is the same when commands come live", async () => {
    const run = open(inlinePorts(1), { ...recording, journal: [] });
    await run.coordinator.open();
    for (const entry of journal) {
      await run.coordinator.advance(entry.at);
      expect(run.coordinator.submit(entry.command)).toEqual(entry);
    }
    await run.coordinator.advance(end);
    expect(run.coordinator.digest()).toBe(inline.coordinator.digest());
  });

  it.each([217_123, 415_000, 483_500, 710_000])("goes on from a keyframe at %i us in other hosts as if nothing had been", async (at) => {
    const first = open(inlinePorts(3));
    await first.coordinator.open();
    await first.coordinator.advance(simTime(at));
    const keyframe = JSON.parse(JSON.stringify(await first.coordinator.keyframe())) as never;
    const second = open(inlinePorts(1));
    await second.coordinator.open();
    await second.coordinator.restore(keyframe);
    await second.coordinator.advance(end);
    expect(second.coordinator.digest()).toBe(inline.coordinator.digest());
    expect(second.coordinator.reader.refusal({ type: "ask", body: 1 })).toBeNull();
  });

  it("is checked at the checkpoints of a recording", async () => {
    const half = open(inlinePorts(1));
    await half.coordinator.open();
    await half.coordinator.advance(simTime(333_333));
    const saved = half.coordinator.recording();
    expect(saved.checkpoints).toEqual([{ at: 333_333, digest: half.coordinator.digest() }]);
    const good = await play(open(inlinePorts(2), saved));
    expect(good.diverged).toEqual([]);
    const bad = await play(open(inlinePorts(1), { ...saved, checkpoints: [{ at: simTime(333_333), digest: "0" }] }));
    expect(bad.diverged).toEqual([half.coordinator.digest()]);
    const otherSeed = await play(open(inlinePorts(1), { ...saved, seed: 6 }));
    expect(otherSeed.diverged).toHaveLength(1);
  });

  it("survives a lost thread, from the beginning or from a keyframe", async () => {
    for (const keep of [false, true]) {
      const threads: RemoteHost<ToySpec>[] = [openNodeThread(script), openNodeThread(script)];
      const run = open([new InlineHost(toyComposition), ...threads]);
      await run.coordinator.open();
      await run.coordinator.advance(simTime(250_000));
      if (keep) run.coordinator.keyframes.add(await run.coordinator.keyframe());
      await run.coordinator.advance(simTime(400_000));
      threads[1]?.close();
      await expect(Promise.resolve(run.coordinator.advance(end))).rejects.toThrow("closed");
      await run.coordinator.recover((index) => (index === 0 ? new InlineHost(toyComposition) : openNodeThread(script)));
      expect(run.coordinator.now).toBe(400_000);
      await run.coordinator.advance(end);
      expect(run.coordinator.digest()).toBe(inline.coordinator.digest());
      run.coordinator.close();
    }
  });

  it("moves to other hosts while it runs", async () => {
    const run = open(inlinePorts(1));
    await run.coordinator.open();
    await run.coordinator.advance(simTime(120_000));
    const shown = run.coordinator.observe("node-1/client", "?");
    expect(shown).not.toBeNull();
    const moving = run.coordinator.moveTo([new InlineHost(toyComposition), openNodeThread(script), openNodeThread(script)]);
    let looks = 0;
    const look = setInterval(() => {
      expect(run.coordinator.observe("node-1/client", "?")).toEqual(shown);
      looks++;
    }, 0);
    await moving;
    clearInterval(look);
    expect(looks).toBeGreaterThan(0);
    await run.coordinator.advance(end);
    expect(run.coordinator.digest()).toBe(inline.coordinator.digest());
    expect(messagesOf(run)).toBe(messagesOf(inline));
    run.coordinator.close();
  });

  it("can be left for a branch", async () => {
    const run = open(inlinePorts(1));
    await run.coordinator.open();
    await run.coordinator.advance(simTime(100_000));
    run.coordinator.forgetFuture(true);
    await run.coordinator.advance(end);
    expect(run.coordinator.recording().journal).toHaveLength(1);
    expect(run.coordinator.digest()).not.toBe(inline.coordinator.digest());
  });
});

describe("placement", () => {
  it("keeps control planes together and deals the nodes out", () => {
    expect(placement(["cp-1", "node-1", "node-2", "node-3"], 3)).toEqual([["cp-1"], ["node-1", "node-3"], ["node-2"]]);
    expect(placement(["cp-1", "node-1"], 1)).toEqual([["cp-1", "node-1"]]);
  });
});
