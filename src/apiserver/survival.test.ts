import { describe, expect, test } from "vitest";
import { ApiWorld } from "./testing/apiWorld.ts";
import { recordingClient } from "./testing/recordingClient.ts";

const path = "/api/v1/namespaces/default/configmaps";
const client = "node-1/client";
const second = 1_000_000;
const configMap = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: "1" } });

function names(api: ApiWorld): readonly string[] {
  return (api.call("GET", path).body as { items: { metadata: { name: string } }[] }).items.map((item) => item.metadata.name);
}

describe("what was written", () => {
  test("is still there after etcd's crash, and watches go on", () => {
    const api = new ApiWorld([recordingClient(client)]);
    const watch = api.watch(client, path);
    api.call("POST", path, configMap("a"));
    api.world.control({ type: "crash", process: "cp-1/etcd" });
    api.world.runFor(10 * second);
    expect(names(api)).toEqual(["a"]);
    expect(api.call("POST", path, configMap("b")).code).toBe(201);
    expect(api.frames(client, watch)).toEqual(["ADDED a", "ADDED b"]);
  });

  test("is still there after the API server's crash, whose clients have to connect again", () => {
    const api = new ApiWorld([recordingClient(client)]);
    api.call("POST", path, configMap("a"));
    const before = api.call("GET", `${path}/a`).body;
    api.world.control({ type: "crash", process: "cp-1/apiserver" });
    api.world.runFor(10 * second);
    expect(api.call("GET", `${path}/a`).body).toEqual(before);
    expect(api.recorded(client).connected).toBe(true);
    const watch = api.watch(client, path);
    api.call("POST", path, configMap("b"));
    expect(api.frames(client, watch)).toEqual(["ADDED a", "ADDED b"]);
  });

  test("survives a day of compactions", () => {
    const api = new ApiWorld();
    for (let at = 0; at < 20; at++) {
      api.call("POST", path, configMap(`m${at}`));
      if (at % 2 === 0) api.call("DELETE", `${path}/m${at}`);
      api.world.runFor(400 * second);
    }
    const expected = names(api);
    expect(expected).toHaveLength(10);
    api.world.control({ type: "crash", process: "cp-1/etcd" });
    api.world.control({ type: "crash", process: "cp-1/apiserver" });
    api.world.runFor(20 * second);
    expect(names(api)).toEqual(expected);
  });
});

test("a write while etcd is stopped is answered with a timeout, never with success", () => {
  const api = new ApiWorld();
  api.world.control({ type: "process", process: "cp-1/etcd", state: "stopped" });
  const request = api.request("POST", path, configMap("a"));
  api.world.send("cp-1/apiserver", { type: "request", request } as never);
  api.world.runFor(120 * second);
  const reply = api.world.replies.at(-1)?.body as unknown as { id: string; response: { code: number } };
  expect(reply.id).toBe(request.id);
  expect([500, 504]).toContain(reply.response.code);
});

describe("a keyframe", () => {
  test.each([1, 3, 7, 12])("taken in the middle of everything has the same future (step %i)", (steps) => {
    const make = () => new ApiWorld([recordingClient(client)]);
    const api = make();
    api.watch(client, `${path}?labelSelector=x`);
    api.watch(client, "/api/v1/namespaces");
    for (let at = 0; at < steps; at++) api.world.send("cp-1/apiserver", { type: "request", request: api.request("POST", path, configMap(`k${at}`)) } as never);
    // Some requests are parked, some answered, some not yet arrived.
    api.world.runFor(300 + steps * 37);
    const keyframe = api.world.keyframe();
    const twin = make();
    twin.world.restore(keyframe);
    const later = (each: ApiWorld): string => {
      each.world.send("cp-1/apiserver", { type: "request", request: { ...each.request("DELETE", `${path}/k0`), id: "later" } } as never);
      each.world.runFor(400 * second);
      return each.world.digest();
    };
    expect(later(twin)).toBe(later(api));
    expect(names(twin)).toEqual(names(api));
  });
});
