import { expect, test } from "vitest";
import { ApiWorld } from "./testing/apiWorld.ts";

test("makes, reads, changes and deletes an object", () => {
  const api = new ApiWorld();
  expect(api.call("GET", "/api/v1/namespaces").body).toMatchObject({ kind: "NamespaceList", items: [{ metadata: { name: "default" } }, {}, {}, {}] });
  const path = "/api/v1/namespaces/default/configmaps";
  const made = api.call("POST", path, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { a: "1" } });
  expect(made).toMatchObject({ code: 201, body: { metadata: { name: "a", namespace: "default" } } });
  expect(api.call("POST", path, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } })).toMatchObject({ code: 409, body: { reason: "AlreadyExists" } });
  const read = api.call("GET", `${path}/a`);
  expect(read.body).toEqual(made.body);
  const changed = api.call("PUT", `${path}/a`, { ...(read.body as object), data: { a: "2" } });
  expect(changed).toMatchObject({ code: 200, body: { data: { a: "2" } } });
  expect(api.call("PUT", `${path}/a`, { ...(read.body as object), data: { a: "3" } })).toMatchObject({ code: 409, body: { reason: "Conflict" } });
  expect(api.call("DELETE", `${path}/a`)).toMatchObject({ code: 200, body: { status: "Success" } });
  expect(api.call("GET", `${path}/a`)).toMatchObject({ code: 404 });
});

test("names the fields that nothing acts on, where there are machines to act on any", () => {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { hostPID: true, containers: [{ name: "c", image: "nginx" }] } };
  const path = "/api/v1/namespaces/default/pods?dryRun=All";
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } };
  const warningsOf = (api: ApiWorld): readonly string[] => {
    api.call("POST", "/api/v1/namespaces/default/serviceaccounts", account);
    return api.call("POST", path, pod).warnings;
  };
  expect(warningsOf(new ApiWorld([], {}, { warnsOfUnsimulated: true }))).toEqual(["spec.hostPID: kept, but not simulated yet"]);
  expect(warningsOf(new ApiWorld())).toEqual([]);
});

test("a container that is added to a running pod, and does not run, is warned of", () => {
  const api = new ApiWorld([], {}, { warnsOfUnsimulated: true });
  const pods = "/api/v1/namespaces/default/pods";
  api.call("POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
  api.call("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "nginx" }] } });
  const added = api.call("PATCH", `${pods}/p/ephemeralcontainers`, { spec: { ephemeralContainers: [{ name: "look", image: "busybox" }] } }, { contentType: "application/strategic-merge-patch+json" });
  expect([added.code, added.warnings]).toEqual([200, []]);
});
