import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../base/json.ts";
import { schemaOf, withStaticDefaults, decodeAs } from "../kinds/schemaTable.ts";
import { difference, intersection, paths, pathText, union } from "./fieldSet.ts";
import { entriesOf, type ManagedFieldsEntry, managerName, trackUpdate } from "./managedFields.ts";
import { applyPatch, type PatchType } from "./patch/applyPatch.ts";
import { kindOfBody, pathOf, queryOf, transcript, transcriptsPresent } from "./testing/transcripts.ts";

const configMap = schemaOf("io.k8s.api.core.v1.ConfigMap");
const second = 1_000_000;
const start = 1_767_225_600 * second;

function write(live: JsonObject | null, next: JsonObject, manager: string, atSeconds: number, subresource = ""): JsonObject {
  const tracked = trackUpdate({ schema: configMap, live, next, manager, apiVersion: "v1", subresource, nowUs: start + atSeconds * second, resetFields: [] });
  return { ...tracked, metadata: { ...(tracked["metadata"] as JsonObject), uid: "u" } };
}
function object(data: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "default", ...metadata }, data };
}
function owned(result: JsonObject): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(entriesOf(result).map((entry) => [entry.manager, paths(entry.fieldsV1).map(pathText)]));
}
function times(result: JsonObject): readonly string[] {
  return entriesOf(result).map((entry) => `${entry.manager} ${entry.time ?? ""}`);
}

describe("sets of fields", () => {
  const a = { "f:spec": { "f:x": {}, "f:list": { ".": {}, 'k:{"name":"a"}': { ".": {}, "f:image": {} } } } };
  const b = { "f:spec": { "f:y": {}, "f:list": { 'k:{"name":"a"}': { "f:image": {}, "f:name": {} } } } };
  it("unite, part and meet path by path", () => {
    expect(union(a, b)).toEqual({ "f:spec": { "f:x": {}, "f:y": {}, "f:list": { ".": {}, 'k:{"name":"a"}': { ".": {}, "f:image": {}, "f:name": {} } } } });
    expect(intersection(a, b)).toEqual({ "f:spec": { "f:list": { 'k:{"name":"a"}': { "f:image": {} } } } });
    expect(difference(a, b)).toEqual({ "f:spec": { "f:x": {}, "f:list": { ".": {}, 'k:{"name":"a"}': {} } } });
    expect(difference(a, a)).toEqual({});
    expect(union(a, a)).toBe(a);
    expect(paths(a).map(pathText)).toEqual([".spec.list", '.spec.list[name="a"]', '.spec.list[name="a"].image', ".spec.x"]);
  });
  it("keep a parent that is a member when its children go, and the reverse", () => {
    expect(union({ "f:a": {} }, { "f:a": { "f:b": {} } })).toEqual({ "f:a": { ".": {}, "f:b": {} } });
    expect(difference({ "f:a": { ".": {}, "f:b": {} } }, { "f:a": { "f:b": {} } })).toEqual({ "f:a": {} });
    expect(difference({ "f:a": { ".": {}, "f:b": {} } }, { "f:a": {} })).toEqual({ "f:a": { "f:b": {} } });
  });
});

describe("managed fields", () => {
  it("name what a create brought, without what nobody owns", () => {
    const created = write(null, object({ a: "1" }, { labels: { l: "x" }, generateName: "c-" }), "kubectl", 0);
    expect(entriesOf(created)).toEqual([{
      manager: "kubectl", operation: "Update", apiVersion: "v1", time: "2026-01-01T00:00:00Z", fieldsType: "FieldsV1",
      fieldsV1: { "f:data": { ".": {}, "f:a": {} }, "f:metadata": { "f:labels": { ".": {}, "f:l": {} }, "f:generateName": {} } },
    }]);
  });
  it("move to whoever changes a value, and go with it", () => {
    const created = write(null, object({ a: "1", b: "1" }), "one", 0);
    const changed = write(created, { ...created, data: { a: "2", c: "3" } }, "two", 1);
    expect(owned(changed)).toEqual({ one: [".data"], two: [".data.a", ".data.c"] });
    expect(times(changed)).toEqual(["one 2026-01-01T00:00:00Z", "two 2026-01-01T00:00:01Z"]);
  });
  it("stay, with their time, when nothing was taken", () => {
    const created = write(null, object({ a: "1", b: "1" }), "one", 0);
    const same = trackUpdate({ schema: configMap, live: created, next: created, manager: "two", apiVersion: "v1", subresource: "", nowUs: start + second, resetFields: [] });
    expect(same).toBe(created);
    const less = write(created, { ...created, data: { a: "1" } }, "one", 5);
    expect(owned(less)).toEqual({ one: [".data", ".data.a"] });
    expect(times(less)).toEqual(["one 2026-01-01T00:00:00Z"]);
  });
  it("come back from the live object for clients that do not know them, and are dropped by [{}]", () => {
    const created = write(null, object({ a: "1" }), "one", 0);
    const { managedFields: _, ...metadata } = created["metadata"] as JsonObject;
    const updated = write(created, { ...created, metadata, data: { a: "1", b: "2" } }, "two", 1);
    expect(owned(updated)).toEqual({ one: [".data", ".data.a"], two: [".data.b"] });
    const reset = write(updated, { ...updated, metadata: { ...metadata, managedFields: [{}] } }, "two", 2);
    expect(entriesOf(reset)).toEqual([]);
    expect(entriesOf(write(reset, { ...reset, data: { z: "1" } }, "two", 3))).toEqual([]);
  });
  it("keep subresources apart and leave out what the strategy resets", () => {
    const schema = schemaOf("io.k8s.api.apps.v1.Deployment");
    const decoded = decodeAs(schema.name, { metadata: { name: "d" }, spec: { replicas: 2, template: { spec: { containers: [{ name: "c" }] } } }, status: { replicas: 9 } }, "Strict");
    if (!decoded.ok) throw new Error(decoded.message);
    const created = trackUpdate({ schema, live: null, next: decoded.value, manager: "kubectl", apiVersion: "apps/v1", subresource: "", nowUs: start, resetFields: [["status"]] });
    const ofSpec = [".spec.replicas", '.spec.template.spec.containers[name="c"]', '.spec.template.spec.containers[name="c"].name', '.spec.template.spec.containers[name="c"].resources'];
    expect(owned(created)).toEqual({ kubectl: ofSpec });
    const status = trackUpdate({ schema, live: created, next: { ...created, spec: { ...(created["spec"] as JsonObject), replicas: 7 }, status: { replicas: 1 } }, manager: "kubectl", apiVersion: "apps/v1", subresource: "status", nowUs: start, resetFields: [["spec"]] });
    expect(entriesOf(status).map((entry) => [entry.subresource, paths(entry.fieldsV1).map(pathText)])).toEqual([[undefined, ofSpec], ["status", [".status.replicas"]]]);
  });
  it("throw the oldest of more than ten updaters together", () => {
    let live = write(null, object({ m0: "0" }), "m0", 0);
    for (let at = 1; at < 14; at++) live = write(live, { ...live, data: { ...(live["data"] as JsonObject), [`m${at}`]: "1" } }, `m${at}`, at);
    const entries = entriesOf(live);
    expect(entries).toHaveLength(10);
    expect(owned(live)["ancient-changes"]).toEqual([".data", ".data.m0", ".data.m1", ".data.m2", ".data.m3", ".data.m4"]);
  });
  it("are named after the field manager or the user agent", () => {
    expect([managerName("me", "kubectl/v1"), managerName("", "kubectl/v1.36 (linux)"), managerName("", "curl"), managerName("", "")]).toEqual(["me", "kubectl", "curl", "unknown"]);
  });
});

describe.skipIf(!transcriptsPresent)("managed fields against recorded answers (absent: ../shared/oracles)", () => {
  const normal = (entries: Json | undefined): string => {
    const list = ((entries ?? []) as unknown as readonly ManagedFieldsEntry[]).map((entry) => JSON.stringify(ordered({ ...entry, time: "" } as unknown as Json)));
    return list.sort().join("\n");
  };
  // Absent lists that Go always has cannot be told from empty ones; pod-level requests come from limits in the kind's own defaults.
  const known = new Set(["EndpointSlice: no ports", "Role: minimal", "Pod: pod level resources"]);

  it("name the same fields for every create, update and patch", () => {
    const found: string[] = [];
    let compared = 0;
    for (const { name, steps } of ["patch", "defaulting", "website", "validation"].flatMap(transcript)) {
      const stored = new Map<string, JsonObject>();
      for (const { request, response } of steps) {
        const path = pathOf(request.path);
        if (response.code >= 300) continue;
        const live = request.method === "POST" ? null : (stored.get(path) ?? null);
        const kind = kindOfBody(request.method === "PATCH" ? (live ?? undefined) : request.body);
        // Subresources and server-side apply are other paths.
        if (kind === null || (live === null && request.method !== "POST")) break;
        const next = nextObject(kind.schema, live, request);
        if (next === null) continue;
        const full = kind.defaults(withStaticDefaults(kind.schema, next) as never) as unknown as JsonObject;
        const apiVersion = String(full["apiVersion"]);
        const tracked = trackUpdate({ schema: schemaOf(kind.schema), live, next: full, manager: queryOf(request.path, "fieldManager") ?? "replay", apiVersion, subresource: "", nowUs: start, resetFields: [["status"]] });
        const metadata = tracked["metadata"] as JsonObject;
        if (queryOf(request.path, "dryRun") === null) stored.set(request.method === "POST" ? `${path}/${String(metadata["name"])}` : path, { ...tracked, metadata: { ...metadata, uid: "u" } });
        const recorded = response.body?.["metadata"] as JsonObject | undefined;
        if (recorded === undefined || known.has(name) || response.body?.["kind"] !== full["kind"]) continue;
        compared++;
        if (normal(metadata["managedFields"]) !== normal(recorded["managedFields"])) found.push(`${name}: ours ${normal(metadata["managedFields"])}\n recorded ${normal(recorded["managedFields"])}`);
      }
    }
    expect(found).toEqual([]);
    expect(compared).toBeGreaterThan(150);
  });
});

function nextObject(schema: string, live: JsonObject | null, request: { readonly method: string; readonly body?: Json; readonly contentType?: string; readonly path: string }): JsonObject | null {
  if (request.method === "PATCH") {
    if (live === null || request.contentType === undefined || request.contentType === "application/apply-patch+yaml") return null;
    const patched = applyPatch(request.contentType as Exclude<PatchType, "application/apply-patch+yaml">, schemaOf(schema), live, request.body ?? null, "Ignore");
    return patched.ok ? patched.value : null;
  }
  const decoded = decodeAs(schema, request.body ?? null, "Ignore");
  return decoded.ok ? decoded.value : null;
}

function ordered(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, ordered((value as JsonObject)[key] ?? null)]));
}
