import { describe, expect, it } from "vitest";
import type { ClusterRecording } from "../../cluster/commands.ts";
import type { Frame, FromEngine, ToEngine } from "../../hosts/protocol.ts";
import { simTime } from "../../sim/time.ts";
import { EngineClient } from "../engine/engineClient.ts";
import { applyFrame, createClusterStore } from "../stores/clusterStore.ts";
import { createViewStore } from "../stores/viewStore.ts";
import { createLookBack } from "../timeline/lookBack.ts";
import { branchRows } from "./BranchesDialog.tsx";
import { createBranches, mostBranches, partingUs, type KeptBranch } from "./branches.ts";

const frame = (more: Partial<Frame>): Frame => ({
  now: simTime(90), lookingAt: null, epochUs: 0, revision: 1, speed: 1, replaying: false, booting: false, reset: false, upserts: [], removes: [], edges: { added: [], removed: [] },
  trace: [], flows: [], flowCounts: [], flowTotals: { answered: 0, failed: 0, p99Us: 0 }, marks: [], faults: [], traffic: [], stopped: [], checks: [], ...more,
});

/** An engine that forks when it is told to, and says its journal when it is asked. */
function setUp() {
  const cluster = createClusterStore();
  const posted: ToEngine[] = [];
  let hear: (message: FromEngine) => void = () => undefined;
  let now = 100;
  let refusal: string | null = null;
  const recording = (): ClusterRecording => ({ format: 1, engine: "e", seed: 1, spec: {}, journal: [{ at: simTime(10), seq: 0, command: { type: "clearTraffic", id: "x" } }, { at: simTime(60), seq: 1, command: { type: "clearTraffic", id: "y" } }], checkpoints: [{ at: simTime(now), digest: "d" }] }) as unknown as ClusterRecording;
  const post = (message: ToEngine): void => {
    posted.push(message);
    if (message.type === "ask") queueMicrotask(() => hear({ type: "answer", id: message.id, answer: recording() as never }));
    else if (message.type === "command") queueMicrotask(() => hear({ type: "answer", id: message.id, answer: null }));
    else if (message.type === "branch") {
      const { id } = message;
      queueMicrotask(() => hear({ type: "answer", id, answer: refusal }));
      if (refusal !== null) return;
      now = message.at;
      queueMicrotask(() => applyFrame(cluster, frame({ reset: "run", now: message.at })));
    }
  };
  const client = new EngineClient({ post, listen: (listener) => ((hear = listener), () => undefined), close: () => undefined }, { frame: () => undefined, notice: () => undefined, failed: () => undefined, ready: () => undefined });
  const pasts: number[] = [];
  const said: string[] = [];
  const branches = createBranches({
    cluster, client: () => client, look: createLookBack(cluster, createViewStore(), client),
    open: (_, atUs) => Promise.resolve(void applyFrame(cluster, frame({ reset: "run", now: simTime((now = atUs)) }))),
    begun: ({ journal }) => void pasts.push(journal.length),
    tell: { notice: (message) => void said.push(message), wrong: (message, detail) => void said.push(`${message}: ${detail}`) },
  });
  client.beforeInput = branches.beforeInput;
  applyFrame(cluster, frame({ reset: "run", now: simTime(100), marks: [{ at: simTime(10), tone: "person", label: "one" }, { at: simTime(60), tone: "person", label: "two" }] }));
  const lookAt = (at: number | null) => applyFrame(cluster, frame({ reset: "objects", now: simTime(now), lookingAt: at === null ? null : simTime(at) }));
  return { cluster, client, posted, branches, lookAt, pasts, said, refuse: (why: string | null) => void (refusal = why) };
}

describe("branches", () => {
  it("keep the run as it is and go on from the moment that is shown", async () => {
    const { branches, cluster, lookAt, pasts, posted, said } = setUp();
    lookAt(30);
    expect(await branches.here()).toBe(true);
    const { current, kept } = branches.store.getState();
    expect(current).toEqual({ id: 2, name: "Branch 1", from: 1, forkUs: 30 });
    expect(kept.map(({ id, name, endUs }) => [id, name, endUs])).toEqual([[1, "First run", 100]]);
    expect(posted.filter(({ type }) => type === "branch")).toMatchObject([{ type: "branch", at: 30 }]);
    expect([cluster.getState().marks.map(({ label }) => label), pasts]).toEqual([["one", "Branch 1"], [1]]);
    expect(said[0]).toContain("First run is kept");
  });

  it("are made by what is put in while one looks back, before it is put in", async () => {
    const { branches, client, lookAt, posted } = setUp();
    await client.submit({ type: "clearTraffic", id: "now" });
    expect(branches.store.getState().kept).toEqual([]);
    lookAt(40);
    await Promise.all([client.submit({ type: "clearTraffic", id: "then" }), client.submit({ type: "clearTraffic", id: "and" })]);
    expect(posted.map(({ type }) => type)).toEqual(["command", "ask", "branch", "command", "command"]);
    expect(branches.store.getState().kept).toHaveLength(1);
  });

  it("are not waited for where the engine cannot make one: it says why, and nothing is put in", async () => {
    const { branches, client, lookAt, posted, refuse, said } = setUp();
    lookAt(40);
    refuse("a worker was lost");
    expect(await client.submit({ type: "clearTraffic", id: "then" })).toContain("no branch could be made");
    expect((await client.write({ verb: "delete", path: "/api/v1/namespaces/default/pods/web" })).code).toBe(409);
    expect(said).toEqual(Array(2).fill("No branch was made: a worker was lost"));
    expect([posted.filter(({ type }) => type === "command"), branches.store.getState().kept]).toEqual([[], []]);
    refuse(null);
    expect(await client.submit({ type: "clearTraffic", id: "then" })).toBe(null);
    expect(branches.store.getState().kept).toHaveLength(1);
  });

  it("are gone back to and kept in turn", async () => {
    const { branches, cluster, lookAt } = setUp();
    lookAt(30);
    await branches.here();
    await branches.goTo(1);
    const { current, kept } = branches.store.getState();
    expect([current.name, kept.map(({ name }) => name), cluster.getState().now]).toEqual(["First run", ["Branch 1"], 100]);
  });

  it("end with the run that they are of", async () => {
    const { branches, cluster, lookAt } = setUp();
    lookAt(30);
    await branches.here();
    applyFrame(cluster, frame({ reset: "run" }));
    expect(branches.store.getState()).toMatchObject({ current: { name: "First run" }, kept: [], comparing: null });
  });

  it("are limited in number, are forgotten and come back", async () => {
    const { branches, said } = setUp();
    for (let made = 0; made < mostBranches; made++) expect(await branches.here()).toBe(true);
    expect(await branches.here()).toBe(false);
    expect(said.at(-1)).toMatch(/^No branch was made: 8 are kept/);
    const back = branches.forget(1);
    expect(branches.store.getState().kept).toHaveLength(mostBranches - 1);
    back();
    expect(branches.store.getState().kept).toHaveLength(mostBranches);
  });

  it("stand as a tree, each under the one it forked from", () => {
    const kept = (id: number, from: number | null): KeptBranch => ({ id, name: `b${id}`, from, forkUs: id * 10, endUs: 0, recording: {} as ClusterRecording });
    const rows = branchRows({ current: { id: 3, name: "b3", from: 1, forkUs: 30 }, kept: [kept(1, null), kept(4, 2), kept(2, 1), kept(6, 5)] });
    expect(rows.map(({ branch, depth }) => `${" ".repeat(depth)}${branch.name}`)).toEqual(["b1", " b2", "  b4", " b3", "b6"]);
  });

  it("part where the earlier of the two forks of what they share lies", () => {
    const kept = (id: number, from: number | null, forkUs: number): KeptBranch => ({ id, name: "", from, forkUs, endUs: 0, recording: {} as ClusterRecording });
    const [root, early, late, deep] = [kept(1, null, 0), kept(2, 1, 20), kept(3, 1, 50), kept(4, 3, 70)];
    const state = (current: KeptBranch) => ({ current, kept: [root, early, late, deep].filter((one) => one !== current), comparing: null });
    expect([partingUs(state(early), root), partingUs(state(root), early), partingUs(state(early), late), partingUs(state(deep), late), partingUs(state(deep), early)]).toEqual([20, 20, 20, 70, 20]);
  });
});
