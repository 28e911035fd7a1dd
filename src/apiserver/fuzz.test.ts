import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { ApiResponse } from "../apimachinery/apiRequest.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { fuzzRuns } from "../base/testing/fuzzRuns.ts";
import type { KindDefinition } from "../kinds/define.ts";
import { kinds } from "../kinds/index.ts";
import { schemaOf } from "../kinds/schemaTable.ts";
import { changedBySchema, draws, type Choose } from "../kinds/testing/objectOfSchema.ts";
import { ApiWorld } from "./testing/apiWorld.ts";

const stored = kinds.filter((kind) => kind.template !== "" && kind.verbs.includes("create") && kind.verbs.includes("get"));

function collection({ gvk: { group, version }, plural, scope }: KindDefinition): string {
  return `${group === "" ? "/api" : `/apis/${group}`}/${version}${scope === "Namespaced" ? "/namespaces/default" : ""}/${plural}`;
}
function metaOf(body: Json): { readonly name: string; readonly resourceVersion: string; readonly generation?: number } {
  return (body as unknown as { readonly metadata: { readonly name: string; readonly resourceVersion: string } }).metadata;
}
/** A server in which pods find their account and what templates name. */
function newWorld(): ApiWorld {
  const api = new ApiWorld();
  api.call("POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
  return api;
}
/** Upstream has no kinder code for these. What fails inside is no answer at all: the process crashes. */
const upstreams500 = new RegExp(`^(${[
  "resourceVersion should not be set on objects to be created", "resourceVersion: Invalid value: ", "unknown patch type: ", "failed to create typed patch object ", "map: map.* does not contain declared merge key",
].join("|")})`);

function expectAnswer({ code, body }: ApiResponse, what: string): void {
  if (code === 500 && upstreams500.test((body as { readonly message?: string }).message ?? "")) return;
  expect([200, 201, 202, 400, 403, 404, 405, 406, 409, 410, 413, 415, 422, 504], `${what}: ${JSON.stringify(body).slice(0, 500)}`).toContain(code);
}

describe("what the server stores", { timeout: 300_000 }, () => {
  it.each(stored.map((kind) => [kind.gvk.kind, kind] as const))("of a %s it gives back, and takes back without a change", (_name, kind) => {
    const schema = schemaOf(kind.schema);
    const template = parse(kind.template) as JsonObject;
    const api = newWorld();
    let made = 0;
    const keep = (body: Json): void => {
      const answer = api.call("POST", `${collection(kind)}?fieldValidation=Strict`, body);
      expectAnswer(answer, "create");
      if (answer.code !== 201) return;
      made += 1;
      const path = `${collection(kind)}/${encodeURIComponent(metaOf(answer.body).name)}`;
      const read = api.call("GET", path);
      expect(read.body).toEqual(answer.body);
      const again = api.call("PUT", `${path}?fieldValidation=Strict`, JSON.parse(JSON.stringify(read.body)) as Json);
      expect(again.code, JSON.stringify(again.body)).toBe(200);
      expect(metaOf(again.body)).toEqual(metaOf(read.body));
      for (const patch of ["application/merge-patch+json", "application/strategic-merge-patch+json"]) expect(metaOf(api.call("PATCH", path, {}, { contentType: patch }).body).resourceVersion).toBe(metaOf(read.body).resourceVersion);
      expectAnswer(api.call("DELETE", `${path}?gracePeriodSeconds=0`), "delete");
      api.call("PATCH", path, { metadata: { finalizers: null } }, { contentType: "application/merge-patch+json" });
    };
    keep(template);
    expect(made, "the template").toBe(1);
    fc.assert(fc.property(draws, (choose) => keep(changedBySchema(schema, template, choose))), { seed: 41, numRuns: fuzzRuns(8, 100), endOnFailure: true });
  });
});

const words = ["", "a", "app", "web", "metadata.name", "status.phase", "spec.nodeName", "=", "==", "!=", "!", ",", "in", "notin", "(", ")", " ", ">", "1", "é", "\\", "%", "__proto__", "constructor", "kubernetes.io/", "x".repeat(400)];
const medias = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "*/*", "text/plain", ";as=Table", ";v=v1", ";g=meta.k8s.io", ";as=PartialObjectMetadataList", ";q=0.3", ",", ";", " ", "=", "application/", "application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io"];
const numbers = ["", "0", "1", "-1", "99999999999999999999", "1.5", "x", "abc=", "1e9", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0", "eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ", "bnVsbA", "W10", "true", "Exact", "NotOlderThan"];
const several = (from: readonly string[]) => fc.array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...from) }, { weight: 1, arbitrary: fc.string({ maxLength: 6 }) }), { maxLength: 6 }).map((parts) => parts.join(""));
const question = fc.record({
  labelSelector: several(words), fieldSelector: several(words), limit: fc.constantFrom(...numbers), continue: several(numbers), resourceVersion: fc.constantFrom(...numbers), resourceVersionMatch: fc.constantFrom(...numbers),
  timeoutSeconds: fc.constantFrom(...numbers), pretty: several(numbers), includeObject: several(words), sendInitialEvents: fc.constantFrom(...numbers), allowWatchBookmarks: fc.constantFrom(...numbers),
}, { requiredKeys: [] });
const readPaths = ["/api", "/apis", "/api/v1", "/apis/apps/v1", "/openapi/v2", "/openapi/v3", "/version", "/healthz", "/api/v1/pods", "/api/v1/namespaces/default/configmaps", "/api/v1/namespaces/default/configmaps/a", "/apis/apps/v1/deployments", "/api/v1/nodes", "/apis/none/v1/x", "/api/v1/namespaces/default/pods/none/log", "/metrics", "//", "/api/v1/namespaces//pods", "/apis/apps/v1/namespaces/default/deployments/a/scale"];

describe("whatever is asked", { timeout: 300_000 }, () => {
  it("of any path, with any selector, token and media type, there is an answer", () => {
    const api = newWorld();
    api.call("POST", "/api/v1/namespaces/default/configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", labels: { app: "web" } } });
    fc.assert(fc.property(fc.constantFrom(...readPaths), question, several(medias), (path, query, accept) => {
      const search = new URLSearchParams(query as Record<string, string>).toString();
      expectAnswer(api.call("GET", `${path}?${search}`, null, { accept }), `${path}?${search} ${accept}`);
    }), { seed: 42, numRuns: fuzzRuns(1_000, 20_000) });
  });
});

const patchTypes = ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"] as const;
const deployments = "/apis/apps/v1/namespaces/default/deployments";
const deployment = {
  apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d", labels: { a: "1" } },
  spec: {
    replicas: 1, selector: { matchLabels: { app: "d" } },
    template: { metadata: { labels: { app: "d" } }, spec: { containers: [{ name: "a", image: "a:1", ports: [{ containerPort: 80 }], env: [{ name: "X", value: "1" }] }, { name: "b", image: "b:1" }], volumes: [{ name: "v", emptyDir: {} }] } },
  },
};
const directives: readonly Json[] = [
  { $patch: "delete" }, { $patch: "replace" }, { $patch: "merge" }, { $patch: "no" }, { $patch: 1 }, { $retainKeys: ["name"] }, { $retainKeys: "x" }, { $retainKeys: [1] }, { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] },
  { "$setElementOrder/containers": ["a"] }, { "$setElementOrder/containers": {} }, { "$deleteFromPrimitiveList/finalizers": ["a/b"] }, { "$deleteFromPrimitiveList/finalizers": 1 }, { name: "a", $patch: "delete" }, { name: "a", image: null }, { name: null }, null, [], [{}], [null], "x", 0,
];
const operations = ["add", "remove", "replace", "move", "copy", "test", "no", ""] as const;
const pointers = ["", "/", "/metadata", "/metadata/labels/a", "/metadata/name", "/spec/replicas", "/spec/template/spec/containers/0", "/spec/template/spec/containers/-", "/spec/template/spec/containers/9", "/spec/template/spec/containers/01", "/metadata/labels/~1~0", "/metadata/labels/~2", "/__proto__/x", "/constructor/prototype/x", "x", "/metadata/managedFields", "/metadata/uid"];

/** A patch: a part of the object with something else in a place of it, or a list of operations. */
function patchOf(type: string, choose: Choose): Json {
  const pick = <T>(from: readonly T[]): T => from[choose(from.length)] as T;
  if (type === patchTypes[0] && choose(10) > 0) {
    const sound = choose(2) === 0;
    const one = (): Json => (sound ? { op: pick(["add", "replace"]), path: pick(["/spec/replicas", "/spec/template/spec/containers/0/image", "/metadata/labels/a", "/spec/paused"]), value: pick([1, 2, "x", true, null]) } : { op: pick(operations), path: pick(pointers), ...(choose(3) > 0 ? { value: pick([...directives, 3, "y", { c: "2" }]) } : {}), ...(choose(3) === 0 ? { from: pick(pointers) } : {}) });
    return Array.from({ length: 1 + choose(3) }, one);
  }
  const strange = (value: Json): Json => {
    if (Array.isArray(value) && choose(5) > 0) return (value as readonly Json[]).map((each) => (choose(2) === 0 ? strange(each) : each));
    if (!isJsonObject(value) || choose(6) === 0) return pick(directives);
    const entries = Object.entries(value).filter(() => choose(4) > 0).map(([key, each]) => [key, choose(3) === 0 ? strange(each) : each] as const);
    const more = choose(4) === 0 ? pick(directives) : null;
    return { ...Object.fromEntries(entries), ...(isJsonObject(more) ? more : {}) };
  };
  const patch = strange(deployment);
  return type === patchTypes[3] && isJsonObject(patch) && choose(4) > 0 ? { ...patch, apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" } } : patch;
}

describe("whatever is patched", { timeout: 300_000 }, () => {
  it("is changed or refused in words, stays readable, and the same patch by apply changes nothing the second time", () => {
    const api = newWorld();
    const path = `${deployments}/d`;
    const counts: Record<string, number> = {};
    fc.assert(fc.property(fc.constantFrom(...patchTypes), draws, fc.constantFrom("first", "second"), fc.boolean(), (type, choose, fieldManager, force) => {
      if (api.call("GET", path).code === 404) expect(api.call("POST", deployments, deployment).code).toBe(201);
      const patch = patchOf(type, choose);
      const query = `fieldManager=${fieldManager}${type === patchTypes[3] && force ? "&force=true" : ""}`;
      const answer = api.call("PATCH", `${path}?${query}`, patch, { contentType: type });
      expectAnswer(answer, `${type} ${JSON.stringify(patch)}`);
      const key = `${type} ${answer.code < 300 ? "done" : "refused"}`;
      counts[key] = (counts[key] ?? 0) + 1;
      if (answer.code >= 300) return;
      const read = api.call("GET", path).body as JsonObject;
      expect(read).toEqual(answer.body);
      const again = api.call("PUT", path, read);
      expect(metaOf(again.body).resourceVersion, JSON.stringify([patch, read, again.body])).toBe(metaOf(read).resourceVersion);
      if (type === patchTypes[3]) expect(metaOf(api.call("PATCH", `${path}?${query}`, patch, { contentType: type }).body).resourceVersion).toBe(metaOf(read).resourceVersion);
    }), { seed: 43, numRuns: fuzzRuns(300, 4_000), endOnFailure: true });
    for (const type of patchTypes) for (const end of ["done", "refused"]) expect(counts[`${type} ${end}`] ?? 0, `${type} ${end}`).toBeGreaterThan(5);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
