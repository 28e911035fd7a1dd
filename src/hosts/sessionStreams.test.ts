import { afterEach, describe, expect, it } from "vitest";
import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import { defaultClusterSpec, type ClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterCommand, ClusterRecording } from "../cluster/commands.ts";
import { clusterComposition } from "./clusterComposition.ts";
import { EngineSession } from "./engineSession.ts";
import type { FromEngine, StreamData } from "./protocol.ts";
import { InlineHost } from "./transports/inline.ts";
import { realClock } from "./wallClock.ts";

const person = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;
const request = (verb: ApiRequest["verb"], path: string, body: ApiRequest["body"] = null, query: ApiRequest["query"] = {}): ApiRequest => ({ id: "", verb, path, query, contentType: "", accept: "", identity: person, body });
const fresh: ClusterRecording = { format: 1, engine: "", seed: 1, spec: { ...defaultClusterSpec, addons: [] }, journal: [], checkpoints: [] };
const box = { apiVersion: "v1", kind: "Pod", metadata: { name: "box" }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "box", image: "busybox:1.36", command: ["sleep", "3600"] }] } };

const open: EngineSession[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.close();
});

function begin() {
  const received: FromEngine[] = [];
  const session = new EngineSession({ post: (message) => void received.push(structuredClone(message)), clock: realClock, openHost: () => new InlineHost<ClusterSpec, ClusterCommand>(clusterComposition), hostsFor: () => 1, shelf: null });
  open.push(session);
  session.receive({ type: "open", recording: fresh });
  session.receive({ type: "clock", speed: 20 });
  const said = (id: number) => received.flatMap((message) => (message.type === "stream" && message.id === id ? [message.data as unknown as StreamData] : []));
  const until = async (holds: () => boolean) => {
    const limit = realClock.nowMs() + 15_000;
    while (!holds()) {
      if (realClock.nowMs() > limit) throw new Error(`not in time: ${JSON.stringify(received.filter(({ type }) => type !== "frame").slice(-5))}`);
      await realClock.wait(5).done;
    }
  };
  return { session, received, said, until };
}

type Wire = ReturnType<typeof begin>;
const frames = ({ said }: Wire, id: number) => said(id).flatMap((data) => (data.type === "frames" ? data.frames : []));
const output = ({ said }: Wire, id: number) => said(id).flatMap((data) => (data.type === "output" && data.output.type === "stdout" ? [data.output.text] : [])).join("");

async function withBox(): Promise<Wire> {
  const wire = begin();
  await wire.until(() => wire.received.some((message) => message.type === "frame" && !message.frame.booting));
  wire.session.receive({ type: "stream", id: 1, open: { type: "watch", request: request("watch", "/api/v1/namespaces/default/pods", null, { watch: "true" }) } });
  wire.session.receive({ type: "command", id: 2, command: { type: "api", request: request("create", "/api/v1/namespaces/default/pods", box) } });
  await wire.until(() => frames(wire, 1).some(({ object }) => JSON.stringify(object).includes('"started":true')));
  return wire;
}

describe("streams of the page", () => {
  it("a watch tells each change until it is closed", async () => {
    const wire = await withBox();
    expect(wire.said(1)[0]).toEqual({ type: "opened" });
    expect(frames(wire, 1)[0]).toMatchObject({ type: "ADDED", object: { metadata: { name: "box" } } });
    wire.session.receive({ type: "streamClose", id: 1 });
    const told = wire.said(1).length;
    wire.session.receive({ type: "command", id: 3, command: { type: "api", request: request("delete", "/api/v1/namespaces/default/pods/box") } });
    await wire.until(() => wire.received.some((message) => message.type === "reply" && message.id === 3));
    expect(wire.said(1)).toHaveLength(told);
  });

  it("a session in a container takes what is typed, and ends with its code; it is journaled", async () => {
    const wire = await withBox();
    const exec = { type: "exec", pod: "default/box", container: "box", command: ["sh"], stdin: true, tty: true } as const;
    wire.session.receive({ type: "stream", id: 5, open: { type: "exec", open: exec } });
    await wire.until(() => wire.said(5).some(({ type }) => type === "opened"));
    wire.session.receive({ type: "streamInput", id: 5, input: { type: "stdin", text: "echo $((6*7)); exit 3\n" } });
    await wire.until(() => wire.said(5).some((data) => data.type === "output" && data.output.type === "exited"));
    expect(output(wire, 5)).toContain("42\r\n");
    expect(wire.said(5).at(-1)).toEqual({ type: "output", output: { type: "exited", code: 3 } });
    wire.session.receive({ type: "ask", id: 6, question: { type: "recording" } });
    await wire.until(() => wire.received.some((message) => message.type === "answer" && message.id === 6));
    const recording = wire.received.find((message) => message.type === "answer" && message.id === 6) as unknown as { readonly answer: ClusterRecording };
    expect(recording.answer.journal.filter(({ command }) => command.type === "stream").length).toBeGreaterThanOrEqual(2);
  });

  it("what is not there is refused, and another run ends what was open", async () => {
    const wire = await withBox();
    const exec = { type: "exec", pod: "default/none", container: "box", command: ["sh"], stdin: true, tty: true } as const;
    wire.session.receive({ type: "stream", id: 7, open: { type: "exec", open: exec } });
    wire.session.receive({ type: "stream", id: 8, open: { type: "watch", request: request("watch", "/api/v1/nopes", null, { watch: "true" }) } });
    await wire.until(() => wire.said(7).length > 0 && wire.said(8).length > 0);
    expect([wire.said(7), wire.said(8)]).toMatchObject([[{ type: "refused", response: { code: 404 } }], [{ type: "refused", response: { code: 404 } }]]);
    wire.session.receive({ type: "open", recording: fresh });
    await wire.until(() => wire.said(1).at(-1)?.type === "ended");
  });
});
