import { describe, expect, test } from "vitest";
import type { ApiResponse, WatchFrame } from "../apimachinery/apiRequest.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { World } from "../sim/testing/world.ts";
import { clientHolder } from "./testing/clientHolder.ts";
import { scriptedServer } from "./testing/scriptedServer.ts";

const podsPath = "/api/v1/pods";
const pod = (name: string, resourceVersion: string): JsonObject => ({ metadata: { name, namespace: "default", uid: `uid-${name}`, resourceVersion, creationTimestamp: "2026-01-01T00:00:00Z" }, spec: { containers: [] } });
const frame = (type: WatchFrame["type"], object: JsonObject, cause = "c9"): JsonObject => ({ type, object: { apiVersion: "v1", kind: "Pod", ...object }, cause });
const podList = (resourceVersion: string, ...items: readonly JsonObject[]): Json => ({ kind: "PodList", metadata: { resourceVersion }, items });
const ok = (body: Json): ApiResponse => ({ code: 200, body, warnings: [] });
const refused = (code: number, reason: string, headers: Record<string, string> = {}): ApiResponse => ({ code, body: { kind: "Status", code, reason }, warnings: [], headers });

class Rig {
  readonly world: World;

  constructor(limits?: { readonly qps: number; readonly burst: number }, lists: readonly ApiResponse[] = [ok(podList("5", pod("a", "3"), pod("b", "4")))]) {
    const script = lists.map((response) => ({ type: "answer", verb: "list", path: podsPath, response }) as const);
    this.world = new World({ factories: [scriptedServer("cp-1/apiserver", script), clientHolder("cp-1/client", "cp-1/apiserver", limits)] });
    this.world.runFor(50_000);
  }

  script(body: Json): void {
    this.world.send("cp-1/apiserver", body);
  }

  request(tag: Json, path = "/api/v1/namespaces/default/pods/a"): void {
    this.world.send("cp-1/client", { request: { verb: "get", path }, tag });
  }

  get state(): { readonly lines: readonly string[]; readonly pods: readonly string[]; readonly synced: boolean } {
    return this.world.observe("cp-1/client", null) as never;
  }

  /** The words of its lines, without the times. */
  get lines(): readonly string[] {
    return this.state.lines.map((line) => line.replace(/^\d+ ms /, ""));
  }

  get asked(): readonly { readonly verb: string; readonly path: string; readonly query: Readonly<Record<string, string>> }[] {
    return this.world.observe("cp-1/apiserver", null) as never;
  }
}

describe("informers", () => {
  test("list from the server's cache, then watch from there with bookmarks", () => {
    const rig = new Rig();
    expect(rig.state.pods).toEqual(["a@3", "b@4"]);
    expect(rig.lines).toEqual(["added a because boot", "added b because boot", "synced pods"].map((line) => line.replace("boot", rig.lines[0]?.split(" ").pop() ?? "")));
    expect(rig.asked[0]).toEqual({ verb: "list", path: podsPath, query: { resourceVersion: "0" } });
    expect(rig.asked[1]).toMatchObject({ verb: "watch", query: { watch: "true", allowWatchBookmarks: "true", resourceVersion: "5" } });
    expect(Number(rig.asked[1]?.query["timeoutSeconds"])).toBeGreaterThanOrEqual(300);
  });

  test("tell of each change with the cause of its revision", () => {
    const rig = new Rig();
    rig.script({ type: "frames", path: podsPath, frames: [frame("MODIFIED", pod("a", "6"), "c1"), frame("DELETED", pod("b", "7"), "c2"), frame("ADDED", pod("c", "8"), "c3")] });
    rig.world.runFor(50_000);
    expect(rig.lines.slice(3)).toEqual(["updated a because c1", "deleted b because c2", "added c because c3"]);
    expect(rig.state.pods).toEqual(["a@6", "c@8"]);
  });

  test("resume a closed watch at the last version seen, bookmarks included", () => {
    const rig = new Rig();
    rig.script({ type: "frames", path: podsPath, frames: [frame("BOOKMARK", { metadata: { resourceVersion: "42" } })] });
    rig.script({ type: "closeWatches" });
    rig.world.runFor(50_000);
    expect(rig.asked.map(({ verb, query }) => `${verb} ${query["resourceVersion"] ?? ""}`)).toEqual(["list 0", "watch 5", "watch 42"]);
  });

  test("list anew, consistently, when the server forgot the version, and tell the difference", () => {
    const rig = new Rig(undefined, [ok(podList("5", pod("a", "3"), pod("b", "4"))), ok(podList("90", pod("b", "4"), pod("c", "80")))]);
    rig.script({ type: "frames", path: podsPath, frames: [{ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" }, cause: "" }] });
    rig.world.runFor(50_000);
    expect(rig.lines.slice(3).map((line) => line.split(" because")[0])).toEqual(["added c", "deleted a"]);
    expect(rig.asked.map(({ verb, query }) => `${verb} ${query["resourceVersion"] ?? "consistent"}`)).toEqual(["list 0", "watch 5", "list consistent", "watch 90"]);
  });

  test("back off from a list that fails, and come back", () => {
    const rig = new Rig(undefined, [refused(500, "InternalError"), refused(500, "InternalError"), ok(podList("5", pod("a", "3")))]);
    rig.world.runFor(700_000);
    expect(rig.asked).toHaveLength(1);
    rig.world.runFor(6_000_000);
    expect(rig.state.pods).toEqual(["a@3"]);
    expect(rig.asked.map(({ verb }) => verb)).toEqual(["list", "list", "list", "watch"]);
  });

  test("survive a crash of the server: resume where they were", () => {
    const rig = new Rig();
    rig.world.control({ type: "crash", process: "cp-1/apiserver" });
    rig.world.runFor(20_000_000);
    expect(rig.asked.map(({ verb, query }) => `${verb} ${query["resourceVersion"] ?? ""}`)).toEqual(["list 0", "watch 5", "watch 5"]);
    expect(rig.lines).toHaveLength(3);
  });
});

describe("requests", () => {
  test("come back by their tag", () => {
    const rig = new Rig();
    rig.request({ job: 1 });
    rig.world.runFor(50_000);
    expect(rig.lines.slice(3)).toEqual(['answer {"job":1} 200']);
  });

  test("wait for the rate limit, in order", () => {
    const rig = new Rig({ qps: 10, burst: 4 });
    rig.world.runFor(10_000_000);
    for (let tag = 1; tag <= 6; tag++) rig.request(tag);
    rig.world.runFor(1_000_000);
    const answers = rig.state.lines.filter((line) => line.includes("answer"));
    expect(answers.map((line) => line.split("answer ")[1])).toEqual(["1 200", "2 200", "3 200", "4 200", "5 200", "6 200"]);
    const times = answers.map((line) => Number(line.split(" ")[0]));
    const [first = 0] = times;
    expect(times.map((time) => Math.round((time - first) / 100))).toEqual([0, 0, 0, 0, 1, 2]);
  });

  test("are tried again when the server says when", () => {
    const rig = new Rig();
    const path = "/api/v1/namespaces/default/pods/busy";
    rig.script({ type: "answer", verb: "get", path, times: 2, response: refused(429, "TooManyRequests", { "Retry-After": "1" }) as unknown as Json });
    rig.request("again", path);
    rig.world.runFor(1_500_000);
    expect(rig.lines).toHaveLength(3);
    rig.world.runFor(1_500_000);
    expect(rig.lines.slice(3)).toEqual(['answer "again" 200']);
  });

  test("that were under way when the connection broke are lost, and so are those no connection can be made for", () => {
    const rig = new Rig();
    rig.world.control({ type: "process", process: "cp-1/apiserver", state: "stopped" });
    rig.request("refused");
    rig.world.runFor(10_000_000);
    expect(rig.lines.slice(3)).toEqual(['answer "refused" lost']);
    rig.world.control({ type: "process", process: "cp-1/apiserver", state: "running" });
    rig.world.runFor(10_000_000);
    rig.request("back");
    rig.world.runFor(1_000_000);
    expect(rig.lines.slice(-1)).toEqual(['answer "back" 200']);
  });
});

test("a keyframe taken anywhere has the same future", () => {
  const play = (restoreAt: number | null): readonly string[] => {
    let rig = new Rig({ qps: 10, burst: 4 });
    for (let step = 0; step < 12; step++) {
      rig.request(step);
      rig.script({ type: "frames", path: podsPath, frames: [frame("MODIFIED", pod("a", String(10 + step)), `c${step}`)] });
      if (step === 7) rig.world.control({ type: "crash", process: "cp-1/apiserver" });
      rig.world.runFor(37_000);
      if (step !== restoreAt) continue;
      const keyframe = rig.world.keyframe();
      rig = new Rig({ qps: 10, burst: 4 });
      rig.world.restore(keyframe);
    }
    rig.world.runFor(20_000_000);
    return rig.state.lines;
  };
  const straight = play(null);
  expect(straight.length).toBeGreaterThan(10);
  for (const restoreAt of [0, 3, 7, 8, 11]) expect(play(restoreAt)).toEqual(straight);
});
