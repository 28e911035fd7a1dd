import { describe, expect, test } from "vitest";
import type { BodyFaults } from "../apimachinery/apiRequest.ts";
import type { Json } from "../base/json.ts";
import { ApiWorld } from "./testing/apiWorld.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const map: Json = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } };
const repeated: BodyFaults = { repeatedKeys: ['duplicate field "data.a"', 'duplicate field "data.b"'] };
const twice: BodyFaults = { repeatedKeys: ['line 5: key "name" already set in map', 'line 7: key "a" already set in map'] };

describe("what was wrong with the text of a body", () => {
  test.each<readonly [string, string, Json, BodyFaults, number, string]>([
    ["keys twice", "?fieldValidation=Strict", map, repeated, 400, 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.a", duplicate field "data.b"'],
    ["keys twice, unknown fields", "?fieldValidation=Strict", { ...(map as object), foo: 1 }, twice, 400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n  line 5: key "name" already set in map\n  line 7: key "a" already set in map, unknown field "foo"'],
    ["no YAML", "", "a: [", { unreadable: "yaml: line 1: did not find expected node content" }, 400,
      "the object provided is unrecognized (must be of type ConfigMap): yaml: line 1: did not find expected node content (613a205b)"],
  ])("refuses %s", (_, query, body, bodyFaults, code, message) => {
    expect(new ApiWorld().call("POST", `${maps}${query}`, body, { bodyFaults })).toMatchObject({ code, body: { message } });
  });

  test("is warned of, or passed over", () => {
    const api = new ApiWorld();
    expect(api.call("POST", `${maps}?dryRun=All`, { ...(map as object), foo: 1 }, { bodyFaults: twice })).toMatchObject({ code: 201, warnings: [...(twice.repeatedKeys ?? []), 'unknown field "foo"'] });
    expect(api.call("POST", `${maps}?dryRun=All&fieldValidation=Ignore`, map, { bodyFaults: twice })).toMatchObject({ code: 201, warnings: [] });
  });

  test("counts for patches too", () => {
    const api = new ApiWorld();
    api.call("POST", maps, map);
    const patch = (query: string, contentType: string, bodyFaults: BodyFaults, body: Json = map) => api.call("PATCH", `${maps}/c?fieldManager=m${query}`, body, { contentType, bodyFaults });
    expect(patch("", "application/apply-patch+yaml", twice)).toMatchObject({ code: 200, warnings: twice.repeatedKeys });
    expect(patch("&fieldValidation=Strict", "application/apply-patch+yaml", twice)).toMatchObject({ code: 400 });
    expect(patch("", "application/apply-patch+yaml", { unreadable: "yaml: line 1: x" }, "a: [")).toMatchObject({ code: 400, body: { message: "error decoding YAML: error converting YAML to JSON: yaml: line 1: x" } });
    expect(patch("", "application/merge-patch+json", repeated, {})).toMatchObject({ code: 200, warnings: repeated.repeatedKeys });
    expect(patch("&fieldValidation=Strict", "application/merge-patch+json", repeated, {})).toMatchObject({ code: 422 });
  });
});

test("a refused create without a name is named by its prefix", () => {
  const pod: Json = { apiVersion: "v1", kind: "Pod", metadata: { generateName: "w-" }, spec: { serviceAccountName: "nobody", containers: [{ name: "c", image: "nginx" }] } };
  expect(new ApiWorld().call("POST", "/api/v1/namespaces/default/pods", pod)).toMatchObject({ code: 403, body: { message: expect.stringMatching(/^pods "w-" is forbidden: error looking up service account default\/nobody/) } });
});

test("nobody owns a list that he left out of what he created", () => {
  const slice: Json = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { name: "e" }, addressType: "IPv4", endpoints: [] };
  const { body } = new ApiWorld().call("POST", "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", slice);
  expect(body).toMatchObject({ ports: null, endpoints: null, metadata: { managedFields: [{ fieldsV1: { "f:addressType": {}, "f:endpoints": {} } }] } });
  expect(JSON.stringify(body)).not.toContain("f:ports");
});

test("a resize is noted as its writer's", () => {
  const api = new ApiWorld();
  api.call("POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
  const resources = { requests: { cpu: "100m" }, limits: { cpu: "200m" } };
  api.call("POST", "/api/v1/namespaces/default/pods?fieldManager=maker", { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "nginx", resources }] } });
  const { body } = api.call("PATCH", "/api/v1/namespaces/default/pods/p/resize?fieldManager=k", { spec: { containers: [{ name: "c", resources: { requests: { cpu: "150m" } } }] } }, { contentType: "application/strategic-merge-patch+json" });
  expect(body).toMatchObject({ metadata: { managedFields: [{ manager: "k", subresource: "resize", fieldsV1: { "f:spec": { "f:containers": { 'k:{"name":"c"}': { "f:resources": { "f:requests": { "f:cpu": {} } } } } } } }, { manager: "maker" }] } });
});

test("a token request tells who wrote it", () => {
  const api = new ApiWorld();
  api.call("POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot" } });
  const ask = (spec: Json) => api.call("POST", "/api/v1/namespaces/default/serviceaccounts/robot/token?fieldManager=m", { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec }).body;
  const fields = (owned: Json): Json => ({ metadata: { managedFields: [{ manager: "m", subresource: "token", fieldsV1: { "f:spec": owned } }] } });
  expect(ask({})).toMatchObject(fields({ "f:expirationSeconds": {} }) as object);
  expect(ask({ audiences: ["x"], expirationSeconds: 600 })).toMatchObject(fields({ "f:audiences": {}, "f:expirationSeconds": {} }) as object);
});

test("events of both groups are stored as one kind", () => {
  const { body } = new ApiWorld().call("GET", "/apis/events.k8s.io/v1");
  expect(body).toMatchObject({ resources: [{ name: "events", storageVersionHash: "r2yiGXH7wu8=" }] });
});
