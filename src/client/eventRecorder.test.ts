import { expect, test } from "vitest";
import type { JsonObject } from "../base/json.ts";
import { minute, second, simTime } from "../sim/time.ts";
import type { ClientContext, ClientNote, ClientRequest, ClientSet } from "./clientSet.ts";
import type { EventNote } from "./eventRecorder.ts";
import { EventRecorder } from "./eventRecorder.ts";

const epochUs = 1_767_225_600_000_000;
const pod = (name: string) => ({ kind: "Pod", namespace: "default", name, uid: `uid-${name}`, apiVersion: "v1" });
const note = (message: string, name = "web", reason = "Pulled"): EventNote => ({ about: pod(name), type: "Normal", reason, message });

/** A recorder whose requests are kept, with a clock that a test sets. */
class Rig {
  nowUs = 0;
  readonly sent: { readonly request: ClientRequest; readonly tag: JsonObject }[] = [];
  readonly timers = new Map<string, number>();
  recorder: EventRecorder;
  private readonly ctx: ClientContext;

  constructor() {
    const clients = { request: (_ctx: ClientContext, request: ClientRequest, tag: JsonObject) => void this.sent.push({ request, tag }) } as unknown as ClientSet;
    this.ctx = { clock: () => simTime(this.nowUs), setTimer: (key: string, delayUs: number) => void this.timers.set(key, delayUs) } as unknown as ClientContext;
    this.recorder = this.newRecorder(clients);
    this.restored = () => {
      const recorder = this.newRecorder(clients);
      recorder.restore(JSON.parse(JSON.stringify(this.recorder.snapshot())));
      this.recorder = recorder;
    };
  }

  readonly restored: () => void;

  private newRecorder(clients: ClientSet): EventRecorder {
    return new EventRecorder({ component: "kubelet", host: "n1", epochUs, clients });
  }

  record(event: EventNote): void {
    this.recorder.record(this.ctx, event);
  }

  answer(index: number, code: number | null): void {
    const answered: ClientNote = { type: "answer", tag: this.sent[index]?.tag ?? null, response: code === null ? null : { code, body: null, warnings: [] } };
    expect(this.recorder.answered(this.ctx, answered)).toBe(true);
  }

  fire(key: string): boolean {
    return this.recorder.timer(this.ctx, key);
  }

  body(index: number): JsonObject {
    return this.sent[index]?.request.body as JsonObject;
  }
}

test("an event names its object, its source and its time", () => {
  const rig = new Rig();
  rig.nowUs = 3 * second;
  rig.record(note("image is here"));
  expect(rig.sent[0]?.request).toMatchObject({ verb: "create", path: "/api/v1/namespaces/default/events" });
  expect(rig.body(0)).toMatchObject({
    metadata: { name: `web.${(BigInt(epochUs + 3 * second) * 1000n).toString(16)}`, namespace: "default" },
    involvedObject: pod("web"),
    reason: "Pulled",
    message: "image is here",
    source: { component: "kubelet", host: "n1" },
    reportingComponent: "kubelet",
    reportingInstance: "n1",
    firstTimestamp: "2026-01-01T00:00:03Z",
    lastTimestamp: "2026-01-01T00:00:03Z",
    count: 1,
    type: "Normal",
  });
});

test("the same again is counted up by a patch of the first", () => {
  const rig = new Rig();
  rig.record(note("x"));
  rig.nowUs = minute;
  rig.restored();
  rig.record(note("x"));
  const { name } = rig.body(0)["metadata"] as { readonly name: string };
  expect(rig.sent[1]?.request).toEqual({ verb: "patch", path: `/api/v1/namespaces/default/events/${name}`, contentType: "application/strategic-merge-patch+json", body: { count: 2, lastTimestamp: "2026-01-01T00:01:00Z" } });
});

test("where the first is gone, the patch becomes a new event", () => {
  const rig = new Rig();
  rig.record(note("x"));
  rig.record(note("x"));
  rig.answer(1, 404);
  expect(rig.sent[2]?.request.verb).toBe("create");
  expect(rig.body(2)).toMatchObject({ count: 2 });
});

test("events of one microsecond have names of their own", () => {
  const rig = new Rig();
  for (const message of ["a", "b", "c"]) rig.record(note(message));
  expect(new Set(rig.sent.map((_, index) => (rig.body(index)["metadata"] as { readonly name: string }).name)).size).toBe(3);
});

test("from the tenth different message of one reason on they are combined", () => {
  const rig = new Rig();
  for (let index = 1; index <= 12; index++) rig.record(note(`message ${index}`));
  expect(rig.body(8)).toMatchObject({ message: "message 9", count: 1 });
  expect(rig.body(9)).toMatchObject({ message: "(combined from similar events): message 10", count: 1 });
  expect(rig.body(11)).toMatchObject({ message: "(combined from similar events): message 12", count: 3 });
  rig.nowUs = 11 * minute;
  rig.record(note("message 13"));
  expect(rig.body(12)).toMatchObject({ message: "message 13" });
});

test("an object has 25 events at once, then one in five minutes; another object is not concerned", () => {
  const rig = new Rig();
  for (let index = 0; index < 40; index++) rig.record(note("x", "web", `Reason${index}`));
  expect(rig.sent).toHaveLength(25);
  rig.record(note("x", "other"));
  expect(rig.sent).toHaveLength(26);
  rig.nowUs = 5 * minute;
  for (let index = 0; index < 3; index++) rig.record(note("x", "web", `Later${index}`));
  expect(rig.sent).toHaveLength(27);
});

test("an event that could not be sent is tried again after ten seconds", () => {
  const rig = new Rig();
  rig.record(note("x"));
  rig.answer(0, null);
  expect([...rig.timers]).toEqual([["events/kubelet", 10 * second]]);
  rig.restored();
  expect(rig.fire("events/other")).toBe(false);
  expect(rig.fire("events/kubelet")).toBe(true);
  expect(rig.sent[1]?.request).toEqual(rig.sent[0]?.request);
});

test("answers to other requests are left to their owner", () => {
  const rig = new Rig();
  expect(rig.recorder.answered({} as ClientContext, { type: "answer", tag: { plan: "x" }, response: null })).toBe(false);
});
