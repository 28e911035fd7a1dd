import { describe, expect, it } from "vitest";
import type { ApiRequest, WatchFrame } from "../apimachinery/apiRequest.ts";
import type { Json } from "../base/json.ts";
import { minute, simTime } from "../sim/time.ts";
import { OutsideWatch, readOutside } from "./outsideReads.ts";

const request = (query: ApiRequest["query"] = {}, path = "/api/v1/namespaces/default/pods/web/log"): ApiRequest => ({
  id: "", verb: "get", path, query, contentType: "", accept: "", identity: { type: "user", name: "u", groups: [] }, body: null,
});
const pod = (containers: readonly string[], nodeName = "node-1"): Json => ({ code: 200, warnings: [], body: { metadata: {}, spec: { nodeName, containers: containers.map((name) => ({ name })) } } });

describe("logs", () => {
  const read = (query: ApiRequest["query"], found: Json, logs: Json | null = { lines: ["one", "two"] }) => {
    const asked: Json[] = [];
    const answer = readOutside((process, question) => {
      asked.push([process, question]);
      return process === "cp-1/apiserver" ? found : logs;
    }, request(query));
    return { answer, asked };
  };

  it("come from the runtime of the pod's node", () => {
    const { answer, asked } = read({ tailLines: "5", timestamps: "true", sinceTime: "2026-01-01T00:00:01Z" }, pod(["app"]));
    expect(answer).toEqual({ code: 200, body: "one\ntwo\n", warnings: [], contentType: "text/plain" });
    expect(asked.at(-1)).toEqual(["node-1/runtime", { type: "logs", pod: "default/web", container: "app", previous: false, timestamps: true, tailLines: 5, sinceUs: 1_767_225_601_000_000 }]);
  });

  it.each<[string, ApiRequest["query"], Json, Json | null, number, string]>([
    ["no container named", {}, pod(["a", "b"]), null, 400, "a container name must be specified for pod web, choose one of: [a b]"],
    ["an unknown container", { container: "x" }, pod(["a"]), null, 400, "container x is not valid for pod web"],
    ["a container that has not started", {}, pod(["a"]), { error: 'container "a" in pod "web" is waiting to start: ContainerCreating' }, 400, "is waiting to start"],
    ["a node that is off", {}, pod(["a"]), null, 503, "connection refused"],
    ["a log of nothing", { tailLines: "-1" }, pod(["a"]), null, 422, `PodLogOptions "web" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0`],
    ["no such pod", {}, { code: 404, warnings: [], body: { message: 'pods "web" not found' } }, null, 404, "not found"],
  ])("refuse %s", (_, query, found, logs, code, message) => {
    const { answer } = read(query, found, logs);
    expect(answer).toMatchObject({ code });
    expect(JSON.stringify((answer as { body: Json }).body).replaceAll('\\"', '"')).toContain(message);
  });

  it("have no content before the pod has a node", () => expect(read({}, pod(["a"], "")).answer).toMatchObject({ code: 204, body: "" }));
});

describe("a watch from outside", () => {
  const frame = (type: WatchFrame["type"]): WatchFrame => ({ type, object: null, cause: "" });
  const open = (answers: readonly (Json | null)[], newest: () => number) => {
    const left = [...answers];
    const watch = OutsideWatch.open(() => left.shift() ?? null, newest, request({ allowWatchBookmarks: "true" }, "/api/v1/pods"), simTime(0));
    if (!(watch instanceof OutsideWatch)) throw new Error("refused");
    return { watch, left };
  };
  const frames = (revision: number, ...types: WatchFrame["type"][]): Json => ({ type: "frames", revision, frames: types.map(frame), bookmark: frame("BOOKMARK") }) as unknown as Json;

  it("asks only where something is new, and sends bookmarks", () => {
    let newest = 5;
    const { watch, left } = open([frames(5, "ADDED"), frames(6, "MODIFIED"), frames(6)], () => newest);
    expect(watch.next(simTime(1)).frames.map((each) => each.type)).toEqual(["ADDED"]);
    expect(watch.next(simTime(2)).frames).toEqual([]);
    expect(left).toHaveLength(2);
    newest = 6;
    expect(watch.next(simTime(3)).frames.map((each) => each.type)).toEqual(["MODIFIED"]);
    expect(watch.next(simTime(minute)).frames.map((each) => each.type)).toEqual(["BOOKMARK"]);
    expect(watch.next(simTime(minute + 1))).toEqual({ frames: [], closed: false });
  });

  it("ends when the server is gone or ends it", () => {
    expect(open([frames(5)], () => 6).watch.next(simTime(1))).toEqual({ frames: [], closed: true });
    const ended = { type: "ended", revision: 0, frames: [frame("ERROR")] } as unknown as Json;
    expect(open([frames(5), ended], () => 6).watch.next(simTime(1))).toMatchObject({ frames: [{ type: "ERROR" }], closed: true });
  });
});
