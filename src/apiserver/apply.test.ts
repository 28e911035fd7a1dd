import { describe, expect, test } from "vitest";
import { paths, pathText } from "../apimachinery/fieldSet.ts";
import { entriesOf } from "../apimachinery/managedFields.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { ApiWorld } from "./testing/apiWorld.ts";

const deployments = "/apis/apps/v1/namespaces/default/deployments";
const apply = "application/apply-patch+yaml";
const spec = { selector: { matchLabels: { a: "b" } }, template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "i" }] } } };
const deployment = (more: JsonObject = {}): JsonObject => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" }, spec: { ...spec, ...more } });
const scale = (replicas: Json): JsonObject => ({ apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "d" }, spec: { replicas } });

class Applying {
  readonly api = new ApiWorld();
  send(url: string, body: Json, contentType = apply): { readonly code: number; readonly body: JsonObject } {
    return this.api.call("PATCH", url, body, { contentType }) as unknown as { readonly code: number; readonly body: JsonObject };
  }
  get(url: string): JsonObject {
    return this.api.call("GET", url).body as JsonObject;
  }
  owners(url: string): readonly string[] {
    return entriesOf(this.get(url)).map(({ manager, operation, apiVersion, subresource = "", time, fieldsV1 }) => `${manager} ${operation} ${apiVersion} ${subresource}${time === undefined ? " untimed" : ""}: ${paths(fieldsV1).map(pathText).filter((path) => !path.includes("template") && !path.includes("selector")).join(" ")}`);
  }
}

describe("server-side apply to a scale", () => {
  test("takes the replicas from who owned them, by force only, and is told of in the object's version", () => {
    const world = new Applying();
    world.send(`${deployments}/d?fieldManager=one`, deployment({ replicas: 2, paused: true }));
    const refused = world.send(`${deployments}/d/scale?fieldManager=two`, scale(3));
    expect([refused.code, refused.body["message"]]).toEqual([409, 'Apply failed with 1 conflict: conflict with "one": .spec.replicas']);
    const done = world.send(`${deployments}/d/scale?fieldManager=two&force=true`, scale(3));
    expect([done.code, done.body["kind"], done.body["spec"]]).toEqual([200, "Scale", { replicas: 3 }]);
    expect(world.owners(`${deployments}/d`)).toEqual(["two Apply apps/v1 scale untimed: .spec.replicas", "one Apply apps/v1 : .spec.paused"]);
    expect((world.get(`${deployments}/d`)["spec"] as JsonObject)["replicas"]).toBe(3);
  });

  test("shares an equal value, and changes nothing the second time", () => {
    const world = new Applying();
    world.send(`${deployments}/d?fieldManager=one`, deployment({ replicas: 2 }));
    expect(world.send(`${deployments}/d/scale?fieldManager=two`, scale(2)).code).toBe(200);
    expect(world.owners(`${deployments}/d`)).toEqual(["two Apply apps/v1 scale untimed: .spec.replicas", "one Apply apps/v1 : .spec.replicas"]);
    const version = (world.get(`${deployments}/d`)["metadata"] as JsonObject)["resourceVersion"];
    world.api.world.runFor(5_000_000);
    world.send(`${deployments}/d/scale?fieldManager=two`, scale(2));
    expect((world.get(`${deployments}/d`)["metadata"] as JsonObject)["resourceVersion"]).toBe(version);
    world.send(`${deployments}/d?fieldManager=one`, deployment());
    expect((world.get(`${deployments}/d`)["spec"] as JsonObject)["replicas"]).toBe(2);
  });

  test("is refused what is no Scale, and needs the object", () => {
    const world = new Applying();
    expect(world.send(`${deployments}/d/scale?fieldManager=two`, scale(2)).code).toBe(404);
    world.send(`${deployments}/d?fieldManager=one`, deployment());
    expect(world.send(`${deployments}/d/scale?fieldManager=two`, deployment()).body["message"]).toBe("invalid object type: apps/v1, Kind=Deployment");
    // Nobody owns the replicas yet, so that they belong to those who were before any apply.
    expect(world.send(`${deployments}/d/scale?fieldManager=two`, scale(-1)).body["message"]).toBe('Apply failed with 1 conflict: conflict with "before-first-apply" using autoscaling/v1: .spec.replicas');
    expect(world.send(`${deployments}/d/scale?fieldManager=two&force=true`, scale(-1)).code).toBe(422);
  });

  test("an update of it has no time either", () => {
    const world = new Applying();
    world.send(`${deployments}/d?fieldManager=one`, deployment({ replicas: 2 }));
    world.send(`${deployments}/d/scale?fieldManager=kubectl`, { spec: { replicas: 4 } }, "application/merge-patch+json");
    expect(world.owners(`${deployments}/d`)).toEqual(["one Apply apps/v1 : ", "kubectl Update apps/v1 scale untimed: .spec.replicas"]);
  });
});

test("what owners of another version hold is kept from pruning", () => {
  const world = new Applying();
  const url = (version: string): string => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers/h`;
  const target = { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "d" } };
  const hpa = (version: string, more: JsonObject): JsonObject => ({ apiVersion: `autoscaling/${version}`, kind: "HorizontalPodAutoscaler", metadata: { name: "h" }, spec: { ...target, ...more } });
  world.send(`${url("v2")}?fieldManager=two`, hpa("v2", { maxReplicas: 5, minReplicas: 2 }));
  world.send(`${url("v1")}?fieldManager=one`, hpa("v1", { maxReplicas: 5, minReplicas: 2 }));
  world.send(`${url("v2")}?fieldManager=two`, hpa("v2", { maxReplicas: 5 }));
  expect((world.get(url("v2"))["spec"] as JsonObject)["minReplicas"]).toBe(2);
  // Who owned it last lets it go: it is as if nobody had ever set it.
  world.send(`${url("v2")}?fieldManager=one`, hpa("v2", { maxReplicas: 5 }));
  expect((world.get(url("v2"))["spec"] as JsonObject)["minReplicas"]).toBe(1);
});

describe("kubectl's server-side apply after its client-side one", () => {
  const annotation = "kubectl.kubernetes.io/last-applied-configuration";
  const path = "/api/v1/namespaces/default/configmaps";
  const config = (data: JsonObject): JsonObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data });
  const begun = (): Applying => {
    const world = new Applying();
    const object = config({ a: "1", b: "<" });
    world.api.call("POST", `${path}?fieldManager=kubectl-client-side-apply`, { ...object, metadata: { name: "c", annotations: { [annotation]: JSON.stringify(object) } } });
    return world;
  };
  const annotationOf = (world: Applying): unknown => ((world.get(`${path}/c`)["metadata"] as JsonObject)["annotations"] as JsonObject)[annotation];

  test("meets no conflict with what that set, and keeps the annotation in step", () => {
    const world = begun();
    expect(world.send(`${path}/c?fieldManager=kubectl`, config({ a: "2", b: "<" })).code).toBe(200);
    expect(annotationOf(world)).toBe('{"apiVersion":"v1","data":{"a":"2","b":"\\u003c"},"kind":"ConfigMap","metadata":{"name":"c"}}\n');
  });

  test("meets one with what somebody else changed since", () => {
    const world = begun();
    world.send(`${path}/c?fieldManager=other`, { data: { a: "9" } }, "application/merge-patch+json");
    const { code, body } = world.send(`${path}/c?fieldManager=kubectl`, config({ a: "2", b: ">" }));
    expect([code, body["message"]]).toEqual([409, 'Apply failed with 1 conflict: conflict with "other" using v1: .data.a']);
  });

  test("under another name it is as any other", () => {
    const world = begun();
    expect(world.send(`${path}/c?fieldManager=mine`, config({ a: "2", b: "<" })).code).toBe(409);
    expect(world.send(`${path}/c?fieldManager=mine&force=true`, config({ a: "2", b: "<" })).code).toBe(200);
    expect(annotationOf(world)).toContain('"a":"1"');
  });
});
