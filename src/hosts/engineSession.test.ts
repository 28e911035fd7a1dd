import { afterEach, describe, expect, it } from "vitest";
import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import { defaultClusterSpec, type ClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterCommand, ClusterRecording } from "../cluster/commands.ts";
import { simTime } from "../sim/time.ts";
import { clusterComposition } from "./clusterComposition.ts";
import { EngineSession } from "./engineSession.ts";
import type { FromEngine } from "./protocol.ts";
import { InlineHost } from "./transports/inline.ts";
import { realClock } from "./wallClock.ts";

const person = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;
const request = (verb: ApiRequest["verb"], path: string, body: ApiRequest["body"] = null): ApiRequest => ({ id: "", verb, path, query: {}, contentType: "", accept: "", identity: person, body });
const fresh: ClusterRecording = { format: 1, engine: "", seed: 1, spec: { ...defaultClusterSpec, addons: [] }, journal: [], checkpoints: [] };

class Wire {
  readonly received: FromEngine[] = [];
  readonly session: EngineSession;

  constructor(arrives?: Promise<void>) {
    this.session = new EngineSession({
      post: (message) => void this.received.push(structuredClone(message)),
      clock: realClock,
      openHost: () => new InlineHost<ClusterSpec, ClusterCommand>(clusterComposition),
      hostsFor: () => 1,
      shelf: null,
      ...(arrives === undefined ? {} : { arrives }),
    });
  }

  async until<T extends FromEngine["type"]>(type: T, holds: (message: Extract<FromEngine, { type: T }>) => boolean = () => true): Promise<Extract<FromEngine, { type: T }>> {
    const limit = realClock.nowMs() + 10_000;
    for (;;) {
      const found = this.received.find((message): message is Extract<FromEngine, { type: T }> => message.type === type && holds(message as Extract<FromEngine, { type: T }>));
      if (found !== undefined) return found;
      if (realClock.nowMs() > limit) throw new Error(`no ${type} came: ${JSON.stringify(this.received.map((message) => message.type))}`);
      await realClock.wait(5).done;
    }
  }
}

const wires: Wire[] = [];
afterEach(() => {
  for (const wire of wires.splice(0)) wire.session.close();
});

function begin(recording?: ClusterRecording, arrives?: Promise<void>): Wire {
  const wire = new Wire(arrives);
  wires.push(wire);
  if (recording !== undefined) wire.session.receive({ type: "open", recording });
  return wire;
}

describe("a session", () => {
  it("greets, and answers questions before a cluster is open", async () => {
    const wire = begin();
    expect(await wire.until("ready")).toMatchObject({ protocol: 1 });
    wire.session.receive({ type: "observe", id: 3, request: request("list", "/api/v1/nodes") });
    expect((await wire.until("reply")).response.code).toBe(503);
    wire.session.receive({ type: "ask", id: 4, question: { type: "digest" } });
    expect(await wire.until("answer")).toMatchObject({ id: 4, answer: null });
    wire.session.receive({ type: "branch", id: 5, at: simTime(1) });
    expect(await wire.until("answer", ({ id }) => id === 5)).toMatchObject({ answer: expect.stringContaining("cannot answer") as unknown });
  });

  it("opens a cluster, shows it, takes writes and questions", async () => {
    const wire = begin(fresh);
    const booted = await wire.until("frame", ({ frame }) => !frame.booting);
    expect(booted.frame.speed).toBe(1);
    expect(wire.received.flatMap((message) => (message.type === "frame" ? message.frame.upserts : [])).filter((fact) => fact.plural === "nodes").length).toBeGreaterThanOrEqual(3);
    wire.session.receive({ type: "command", id: 1, command: { type: "api", request: request("create", "/api/v1/namespaces/default/configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } }) } });
    expect((await wire.until("reply", (reply) => reply.id === 1)).response.code).toBe(201);
    wire.session.receive({ type: "clock", speed: 0 });
    await wire.until("frame", ({ frame }) => frame.speed === 0);
    wire.session.receive({ type: "ask", id: 2, question: { type: "recording" } });
    expect(await wire.until("answer", (answer) => answer.id === 2)).toMatchObject({ answer: { seed: 1, journal: [{ seq: 1 }] } });
    wire.session.receive({ type: "ask", id: 3, question: { type: "honesty" } });
    expect(JSON.stringify(await wire.until("answer", (answer) => answer.id === 3))).toContain("notImplemented");
  });

  it("answers what waits for a part of the engine that does not come, and still shows the run", async () => {
    const wire = begin(undefined, Promise.reject(new Error("offline")));
    wire.session.receive({ type: "open", recording: fresh });
    wire.session.receive({ type: "branch", id: 1, at: simTime(1) });
    expect(await wire.until("answer")).toMatchObject({ id: 1, answer: expect.any(String) as unknown });
    wire.session.receive({ type: "branch", id: 2, at: simTime(1) });
    expect(await wire.until("answer", ({ id }) => id === 2)).toMatchObject({ answer: expect.any(String) as unknown });
    await wire.until("frame", ({ frame }) => !frame.booting);
  });

  it("says what is wrong with a command, and lives on", async () => {
    const wire = begin(fresh);
    await wire.until("frame", ({ frame }) => !frame.booting);
    wire.session.receive({ type: "command", id: 7, command: { type: "clearTraffic", id: "none" } });
    expect((await wire.until("answer", (answer) => answer.id === 7)).answer).toContain("no traffic source");
    wire.session.receive({ type: "command", id: 8, command: { type: "setFault" } as never });
    await wire.until("answer", (answer) => answer.id === 8);
    wire.session.receive({ type: "observe", id: 9, request: request("list", "/api/v1/nodes") });
    expect((await wire.until("reply", (reply) => reply.id === 9)).response.code).toBe(200);
  });

  it.each([
    ["an epoch that is no time", { ...fresh, spec: { ...defaultClusterSpec, epoch: "yesterday" } }],
    ["a journal out of order", { ...fresh, journal: [{ at: simTime(-1), seq: 1, command: { type: "clearFault", id: "x" } }] }],
  ] as const)("refuses %s, and can open another", async (_, recording) => {
    const wire = begin(recording as ClusterRecording);
    expect((await wire.until("failed")).message).toContain("could not be built");
    wire.session.receive({ type: "open", recording: fresh });
    await wire.until("frame", ({ frame }) => !frame.booting);
  });

  it("replays a journal with a command that nobody can read as if it were not there", async () => {
    const wire = begin({ ...fresh, journal: [{ at: simTime(1_000_000), seq: 1, command: { type: "setFault" } as never }] });
    await wire.until("frame", ({ frame }) => !frame.replaying && frame.now >= 1_300_000);
    expect(wire.received.filter((message) => message.type === "failed")).toEqual([]);
  });
});
