import { describe, expect, test } from "vitest";
import { ApiWorld } from "../testing/apiWorld.ts";
import { framesOf, recordingClient } from "../testing/recordingClient.ts";

const path = "/api/v1/namespaces/default/configmaps";
const client = "node-1/client";
const configMap = (name: string, labels: Readonly<Record<string, string>> = {}, data = "1") => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels }, data: { a: data } });
const minute = 60_000_000;

function opened(): ApiWorld {
  return new ApiWorld([recordingClient(client)]);
}

describe("a watch", () => {
  test("begins with the state and goes on with every change, in order", () => {
    const api = opened();
    api.call("POST", path, configMap("a"));
    const watch = api.watch(client, path);
    api.call("POST", path, configMap("b"));
    api.call("PUT", `${path}/a`, configMap("a", {}, "2"));
    api.call("DELETE", `${path}/b`);
    expect(api.frames(client, watch)).toEqual(["ADDED a", "ADDED b", "MODIFIED a", "DELETED b"]);
    const revisions = framesOf(api.recorded(client), watch).map((frame) => Number((frame.object as { metadata: { resourceVersion: string } }).metadata.resourceVersion));
    expect(revisions).toEqual([...revisions].sort((left, right) => left - right));
    expect(framesOf(api.recorded(client), watch).slice(1).every((frame) => frame.cause.startsWith("cp-1/etcd#"))).toBe(true);
  });

  test("with a selector sees objects come and go as they begin and cease to match", () => {
    const api = opened();
    const watch = api.watch(client, `${path}?labelSelector=color%3Dred`);
    api.call("POST", path, configMap("a", { color: "red" }));
    api.call("PUT", `${path}/a`, configMap("a", { color: "red" }, "2"));
    api.call("PUT", `${path}/a`, configMap("a", { color: "blue" }));
    api.call("PUT", `${path}/a`, configMap("a", { color: "red" }));
    api.call("POST", path, configMap("other"));
    api.call("DELETE", `${path}/a`);
    expect(api.frames(client, watch)).toEqual(["ADDED a", "MODIFIED a", "DELETED a", "ADDED a", "DELETED a"]);
  });

  test("by node sees a pod when it is bound, and not the pods of other nodes", () => {
    const api = opened();
    api.call("POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
    const watch = api.watch(client, "/api/v1/pods?fieldSelector=spec.nodeName%3Dn1");
    for (const [name, node] of [["p1", "n1"], ["p2", "n2"]] as const) {
      api.call("POST", "/api/v1/namespaces/default/pods", { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers: [{ name: "c", image: "nginx" }] } });
      expect(api.call("POST", `/api/v1/namespaces/default/pods/${name}/binding`, { apiVersion: "v1", kind: "Binding", metadata: { name }, target: { kind: "Node", name: node } }).code).toBe(201);
    }
    expect(api.frames(client, watch)).toEqual(["ADDED p1"]);
  });

  test("resumes from a revision without a gap, and says 410 once that is compacted", () => {
    const api = opened();
    const first = api.call("POST", path, configMap("a"));
    const since = (first.body as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
    api.call("POST", path, configMap("b"));
    const resumed = api.watch(client, `${path}?resourceVersion=${since}`);
    expect(api.frames(client, resumed)).toEqual(["ADDED b"]);
    api.world.runFor(11 * minute);
    const late = api.watch(client, `${path}?resourceVersion=${since}`);
    const [error] = framesOf(api.recorded(client), late);
    expect(error).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
    expect(api.recorded(client).messages.at(-1)).toEqual({ type: "watchClosed", id: late.id });
  });

  test("gets bookmarks when it asks for them, ends after its timeout, and can be cancelled", () => {
    const api = opened();
    const watch = api.watch(client, `${path}?allowWatchBookmarks=true&timeoutSeconds=90`);
    const cancelled = api.watch(client, path);
    api.tell(client, { type: "cancel", id: cancelled.id });
    api.world.runFor(2 * minute);
    expect(api.frames(client, watch)).toEqual(["BOOKMARK"]);
    const closed = api.recorded(client).messages.filter((message) => message.type === "watchClosed").map((message) => message.id);
    expect(closed).toEqual([cancelled.id, watch.id]);
  });

  test("with sendInitialEvents marks the end of the state", () => {
    const api = opened();
    api.call("POST", path, configMap("a"));
    const watch = api.watch(client, `${path}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`);
    const frames = framesOf(api.recorded(client), watch);
    expect(frames.map((frame) => frame.type)).toEqual(["ADDED", "BOOKMARK"]);
    expect(frames[1]?.object).toMatchObject({ metadata: { annotations: { "k8s.io/initial-events-end": "true" } } });
  });
});

describe("a watch from outside", () => {
  test("is read piece by piece and misses nothing", () => {
    const api = opened();
    api.call("POST", path, configMap("a"));
    const request = api.request("GET", `${path}?watch=1`);
    const look = (sinceRevision: number) => api.world.observe("cp-1/apiserver", { type: "watch", request, sinceRevision } as never) as unknown as { revision: number; frames: { type: string; object: { metadata: { name: string } } }[] };
    const first = look(-1);
    expect(first.frames.map((frame) => `${frame.type} ${frame.object.metadata.name}`)).toEqual(["ADDED a"]);
    api.call("POST", path, configMap("b"));
    const second = look(first.revision);
    expect(second.frames.map((frame) => `${frame.type} ${frame.object.metadata.name}`)).toEqual(["ADDED b"]);
    expect(look(second.revision).frames).toEqual([]);
  });
});
