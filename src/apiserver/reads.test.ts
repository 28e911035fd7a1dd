import { expect, test } from "vitest";
import { ApiWorld } from "./testing/apiWorld.ts";
import { recordingClient } from "./testing/recordingClient.ts";

const path = "/api/v1/namespaces/default/configmaps";
const configMap = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
interface List {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number };
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}
const list = (api: ApiWorld, query: string): List => api.call("GET", `${path}?${query}`).body as unknown as List;
const names = (page: List): readonly string[] => page.items.map((item) => item.metadata.name);

test("pages show the state of their first page, whatever happens in between", () => {
  const api = new ApiWorld();
  for (const name of ["a", "b", "c", "d", "e"]) api.call("POST", path, configMap(name));
  const first = list(api, "limit=2");
  expect([names(first), first.metadata.remainingItemCount]).toEqual([["a", "b"], 3]);
  api.call("DELETE", `${path}/c`);
  api.call("POST", path, configMap("cc"));
  const next = encodeURIComponent(first.metadata.continue ?? "");
  const second = list(api, `limit=2&continue=${next}`);
  expect([names(second), second.metadata.resourceVersion]).toEqual([["c", "d"], first.metadata.resourceVersion]);
  expect(names(list(api, `continue=${encodeURIComponent(second.metadata.continue ?? "")}`))).toEqual(["e"]);
  api.world.runFor(660_000_000);
  const late = api.call("GET", `${path}?limit=2&continue=${next}`);
  expect(late).toMatchObject({ code: 410, body: { reason: "Expired" } });
  const fresh = (late.body as unknown as { readonly metadata: { readonly continue: string } }).metadata.continue;
  expect(names(list(api, `continue=${encodeURIComponent(fresh)}`))).toEqual(["cc", "d", "e"]);
});

test("an exact revision is looked up in the past; one of the future is refused", () => {
  const api = new ApiWorld();
  api.call("POST", path, configMap("a"));
  const then = list(api, "").metadata.resourceVersion;
  api.call("DELETE", `${path}/a`);
  expect(names(list(api, `resourceVersion=${then}&resourceVersionMatch=Exact`))).toEqual(["a"]);
  expect(names(list(api, `resourceVersion=${then}`))).toEqual([]);
  expect(api.call("GET", `${path}?resourceVersion=99999`)).toMatchObject({ code: 504, body: { details: { causes: [{ reason: "ResourceVersionTooLarge" }] } } });
});

test("a component's read waits for etcd's revision and sees every write before it", () => {
  const client = "node-1/client";
  const api = new ApiWorld([recordingClient(client)]);
  const write = api.request("POST", path, configMap("a"));
  const read = api.request("GET", path);
  api.world.send(client, { type: "request", request: write } as never);
  api.world.send(client, { type: "request", request: read } as never);
  api.world.runFor(100_000);
  const answer = api.recorded(client).messages.find((message) => message.type === "response" && message.id === read.id);
  expect(answer).toMatchObject({ response: { code: 200, body: { items: [{ kind: "ConfigMap", metadata: { name: "a" } }] } } });
});

test("looking leaves no mark on history", () => {
  const run = (looks: number): string => {
    const api = new ApiWorld();
    api.call("POST", path, configMap("a"));
    for (let at = 0; at < looks; at++) {
      api.call("GET", path);
      api.call("GET", "/apis");
      api.world.observe("cp-1/apiserver", { type: "changes", sinceRevision: 0 });
    }
    return api.world.digest();
  };
  expect(run(50)).toBe(run(0));
});

test("generated names are retried when one is taken, and every object has its own uid", () => {
  const api = new ApiWorld();
  const made = Array.from({ length: 50 }, () => api.call("POST", path, { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "g-" } }).body as unknown as { metadata: { name: string; uid: string } });
  expect(new Set(made.map((each) => each.metadata.name)).size).toBe(50);
  expect(new Set(made.map((each) => each.metadata.uid)).size).toBe(50);
  expect(made.every((each) => /^g-[bcdfghjklmnpqrstvwxz2456789]{5}$/.test(each.metadata.name))).toBe(true);
});

test("two patches at once both come through; two updates of one version do not", () => {
  const api = new ApiWorld();
  const made = api.call("POST", path, configMap("a")).body as object;
  const send = (method: string, body: object, contentType: string) => api.world.send("cp-1/apiserver", { type: "request", request: api.request(method, `${path}/a`, body as never, { contentType }) } as never);
  send("PATCH", { data: { x: "1" } }, "application/merge-patch+json");
  send("PATCH", { data: { y: "2" } }, "application/merge-patch+json");
  api.world.runFor(100_000);
  expect(api.call("GET", `${path}/a`).body).toMatchObject({ data: { x: "1", y: "2" } });
  send("PUT", { ...made, data: { x: "3" } }, "");
  send("PUT", { ...made, data: { x: "4" } }, "");
  api.world.runFor(100_000);
  const codes = api.world.replies.slice(-2).map((reply) => (reply.body as unknown as { readonly response: { readonly code: number } }).response.code);
  expect(codes).toEqual([409, 409]);
});

test("a table marks only the class that counts as default", () => {
  const api = new ApiWorld();
  const classes = "/apis/storage.k8s.io/v1/storageclasses";
  const rows = (url: string): readonly unknown[] => (api.call("GET", url, null, { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" }).body as unknown as { readonly rows: readonly { readonly cells: readonly unknown[] }[] }).rows.map(({ cells }) => cells[0]);
  for (const name of ["b", "a", "old"]) {
    const annotations = { "storageclass.kubernetes.io/is-default-class": "true" };
    api.call("POST", classes, { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name, annotations }, provisioner: "example.com/p" });
    if (name === "b") api.world.runFor(2_000_000);
  }
  expect(rows(classes)).toEqual(["a (default)", "b", "old"]);
  expect([rows(`${classes}/a`), rows(`${classes}/b`)]).toEqual([["a (default)"], ["b"]]);
});
