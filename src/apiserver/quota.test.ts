import { expect, test } from "vitest";
import { ApiWorld } from "./testing/apiWorld.ts";

const path = "/api/v1/namespaces/default/configmaps";
const configMap = (name: string, value = "1") => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: value } });

test("a full store refuses what is new, takes changes and deletes, and is well again once there is room", () => {
  const api = new ApiWorld([], { quotaKeys: 200 });
  let created = 0;
  let refused = api.call("POST", path, configMap("c0"));
  while (refused.code === 201 && created < 100) refused = api.call("POST", path, configMap(`c${++created}`));
  expect(refused).toMatchObject({ code: 500, body: { kind: "Status", status: "Failure", message: "etcdserver: mvcc: database space exceeded", code: 500 } });
  expect(api.call("PUT", `${path}/c0`, configMap("c0", "2")).code).toBe(200);
  expect(api.call("POST", path, configMap("late")).code).toBe(500);
  expect(api.call("DELETE", `${path}/c0`).code).toBe(200);
  expect(api.call("POST", path, configMap("late")).code).toBe(201);
  expect((api.call("GET", path).body as unknown as { readonly items: readonly unknown[] }).items).toHaveLength(created);
});

test("a store too small for the bootstrap policy still opens", () => {
  const api = new ApiWorld([], { quotaKeys: 60 });
  expect(api.call("GET", path).code).toBe(200);
  expect(api.call("POST", path, configMap("c")).code).toBe(500);
});

test("a server that starts on a full store comes up", () => {
  const api = new ApiWorld([], { quotaKeys: 180 });
  while (api.call("POST", path, { ...configMap(""), metadata: { generateName: "c-" } } as never).code === 201);
  api.call("DELETE", "/api/v1/namespaces/default/services/kubernetes");
  api.world.control({ type: "crash", process: "cp-1/apiserver" });
  api.world.runFor(30_000_000);
  expect(api.call("GET", path).code).toBe(200);
});
