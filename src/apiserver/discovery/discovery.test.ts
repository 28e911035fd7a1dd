import { expect, test } from "vitest";
import type { Json } from "../../base/json.ts";
import { ApiWorld } from "../testing/apiWorld.ts";
import { recordingClient } from "../testing/recordingClient.ts";

test("health says what it checked, what it left out, and what it cannot leave out", () => {
  const api = new ApiWorld();
  const get = (path: string): Json => api.call("GET", path).body;
  expect(get("/livez")).toBe("ok");
  const verbose = String(get("/readyz?verbose&exclude=etcd&exclude=nope,log"));
  expect(verbose.split("\n").slice(0, 3)).toEqual(["[+]ping ok", "[+]log excluded: ok", "[+]etcd excluded: ok"]);
  expect(verbose.endsWith('warn: some health checks cannot be excluded: no matches for "nope"\nreadyz check passed\n')).toBe(true);
  expect([api.call("GET", "/livez/etcd").code, api.call("GET", "/livez/shutdown").code, api.call("GET", "/healthz/constructor").code]).toEqual([200, 404, 404]);
});

test("lists of groups are given whatever the method, other documents only to GET", () => {
  const api = new ApiWorld();
  expect(api.call("DELETE", "/apis").body).toMatchObject({ kind: "APIGroupList" });
  expect(api.call("POST", "/apis/apps", {}).body).toMatchObject({ kind: "APIGroup", name: "apps" });
  expect([api.call("DELETE", "/apis/apps/v1").code, api.call("POST", "/version", {}).code, api.call("DELETE", "/api").code]).toEqual([405, 405, 405]);
});

test("OpenAPI has a document for every entry of its index, and nothing to say about others", () => {
  const api = new ApiWorld();
  const { paths } = api.call("GET", "/openapi/v3").body as { readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>> };
  for (const [name, { serverRelativeURL }] of Object.entries(paths)) expect(api.call("GET", serverRelativeURL).body, name).toMatchObject({ openapi: "3.0.0" });
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(["apis/apps", "apis/apps/v1", "openid/v1/jwks", "version"]));
  expect(api.call("GET", "/openapi/v3/nope")).toMatchObject({ code: 404, body: "" });
});

test("the keys that verify tokens are published", () => {
  const api = new ApiWorld();
  expect(api.call("GET", "/.well-known/openid-configuration").body).toMatchObject({ issuer: "https://kubernetes.default.svc", id_token_signing_alg_values_supported: ["ES256"] });
  const { keys } = api.call("GET", "/openid/v1/jwks").body as { readonly keys: readonly { readonly x: string; readonly y: string }[] };
  expect(keys.map(({ x, y }) => [x.length, y.length])).toEqual([[43, 43]]);
});

test("metrics count requests, objects, watches and transactions", () => {
  const api = new ApiWorld([recordingClient("client")]);
  const configMap = (name: string): Json => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
  for (const name of ["a", "b"]) api.call("POST", "/api/v1/namespaces/default/configmaps", configMap(name));
  api.call("POST", "/api/v1/namespaces/default/configmaps", configMap("a"));
  api.call("PATCH", "/api/v1/namespaces/default/configmaps/b", { data: { a: "b" } }, { contentType: "application/merge-patch+json" });
  api.call("DELETE", "/api/v1/namespaces/default/configmaps/a");
  api.watch("client", "/apis/apps/v1/deployments?watch=1");
  const lines = (): readonly string[] => String(api.call("GET", "/metrics").body).split("\n");
  const text = lines();
  for (const line of [
    'apiserver_request_total{code="201",component="apiserver",dry_run="",group="",resource="configmaps",scope="resource",subresource="",verb="POST",version="v1"} 2',
    'apiserver_request_total{code="409",component="apiserver",dry_run="",group="",resource="configmaps",scope="resource",subresource="",verb="POST",version="v1"} 1',
    'apiserver_request_total{code="200",component="apiserver",dry_run="",group="",resource="configmaps",scope="resource",subresource="",verb="DELETE",version="v1"} 1',
    'apiserver_storage_objects{resource="configmaps"} 1',
    'apiserver_longrunning_requests{component="apiserver",group="apps",resource="deployments",verb="WATCH",version="v1"} 1',
    // The one that was refused went to etcd as well.
    'etcd_requests_total{group="",operation="create",resource="configmaps"} 3',
    'etcd_requests_total{group="",operation="update",resource="configmaps"} 1',
    'etcd_requests_total{group="",operation="delete",resource="configmaps"} 1',
    "# TYPE apiserver_request_total counter",
    "# TYPE apiserver_request_duration_seconds histogram",
    'apiserver_request_duration_seconds_bucket{component="apiserver",dry_run="",group="",resource="configmaps",scope="resource",subresource="",verb="POST",version="v1",le="0.005"} 3',
    'apiserver_request_duration_seconds_bucket{component="apiserver",dry_run="",group="",resource="configmaps",scope="resource",subresource="",verb="POST",version="v1",le="+Inf"} 3',
    'apiserver_request_duration_seconds_count{component="apiserver",dry_run="",group="",resource="configmaps",scope="resource",subresource="",verb="POST",version="v1"} 3',
    'apiserver_request_sli_duration_seconds_bucket{component="apiserver",group="",resource="configmaps",scope="resource",subresource="",verb="DELETE",version="v1",le="0.05"} 1',
    'etcd_request_duration_seconds_count{group="",operation="create",resource="configmaps"} 3',
  ]) expect(text).toContain(line);
  const families = text.filter((line) => line.startsWith("# TYPE")).map((line) => line.split(" ")[2] ?? "");
  expect(families).toEqual([...families].sort());
  // Looking leaves no trace, in the metrics neither.
  expect(lines()).toEqual(text);
});

test("component statuses are made when somebody looks, and never stored", () => {
  const api = new ApiWorld([recordingClient("cp-1/kube-scheduler")]);
  api.watch("cp-1/kube-scheduler", "/api/v1/pods?watch=1");
  const list = api.call("GET", "/api/v1/componentstatuses");
  expect(list.warnings).toEqual(["v1 ComponentStatus is deprecated in v1.19+"]);
  expect(list.body).toMatchObject({
    kind: "ComponentStatusList", metadata: {},
    items: [
      { metadata: { name: "scheduler" }, conditions: [{ type: "Healthy", status: "True", message: "ok" }] },
      { metadata: { name: "controller-manager" }, conditions: [{ type: "Healthy", status: "False", message: 'Get "https://127.0.0.1:10257/healthz": dial tcp 127.0.0.1:10257: connect: connection refused' }] },
      { metadata: { name: "etcd-0" }, conditions: [{ type: "Healthy", status: "True", message: "ok" }] },
    ],
  });
  expect(api.call("GET", "/api/v1/componentstatuses?fieldSelector=metadata.name%3Detcd-0").body).toMatchObject({ items: [{ metadata: { name: "etcd-0" } }] });
  expect(api.call("GET", "/api/v1/componentstatuses/x").body).toMatchObject({ message: 'componentstatus "x" not found', details: { name: "x", kind: "componentstatus" } });
  expect([api.call("POST", "/api/v1/componentstatuses", {}).code, api.call("DELETE", "/api/v1/componentstatuses/etcd-0").code, api.call("GET", "/api/v1/componentstatuses?watch=1").code]).toEqual([405, 405, 405]);
  const table = api.call("GET", "/api/v1/componentstatuses", null, { accept: "application/json;as=Table;g=meta.k8s.io;v=v1" }).body;
  expect(table).toMatchObject({ rows: [{ cells: ["scheduler", "Healthy", "ok", ""] }, {}, {}] });
});
