import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../base/json.ts";
import { decodeAs, schemaOf, withStaticDefaults } from "../kinds/schemaTable.ts";
import { paths, pathText } from "./fieldSet.ts";
import { parseApiVersion } from "./gvk.ts";
import { entriesOf, trackUpdate } from "./managedFields.ts";
import { serverSideApply } from "./serverSideApply.ts";
import { kindOfBody, pathOf, queryOf, schemaOfBody, transcript, transcriptsPresent } from "./testing/transcripts.ts";
import { mergeTyped, removeItems } from "./typedMerge.ts";

const second = 1_000_000;
const gvk = { group: "", version: "v1", kind: "ConfigMap" };
const schema = schemaOf("io.k8s.api.core.v1.ConfigMap");

function config(data: JsonObject | undefined): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, ...(data === undefined ? {} : { data }) };
}
function apply(live: JsonObject | null, data: JsonObject | undefined, manager: string, at: number, force = false): JsonObject {
  const result = serverSideApply({ schema, gvk, live, applied: config(data), manager, subresource: "", force, nowUs: at * second, resetFields: [] });
  if (!result.ok) throw new Error(String(result.answer.body["message"]));
  return { ...result.value, metadata: { ...(result.value["metadata"] as JsonObject), uid: "u" } };
}
function owners(object: JsonObject): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(entriesOf(object).map((entry) => [entry.manager, paths(entry.fieldsV1).map(pathText)]));
}

describe("server-side apply", () => {
  it("owns what it names and gives up what it no longer names", () => {
    const created = apply(null, { a: "1", b: "1" }, "one", 0);
    expect(owners(created)).toEqual({ one: [".data.a", ".data.b"] });
    const less = apply(created, { a: "1" }, "one", 1);
    expect([less["data"], owners(less)]).toEqual([{ a: "1" }, { one: [".data.a"] }]);
  });
  it("shares equal values, refuses to take different ones, and takes them by force", () => {
    const created = apply(null, { a: "1" }, "one", 0);
    const shared = apply(created, { a: "1" }, "two", 1);
    expect(owners(shared)).toEqual({ one: [".data.a"], two: [".data.a"] });
    expect(() => apply(created, { a: "2" }, "two", 1)).toThrow('Apply failed with 1 conflict: conflict with "one": .data.a');
    const forced = apply(created, { a: "2" }, "two", 1, true);
    expect([forced["data"], owners(forced)]).toEqual([{ a: "2" }, { two: [".data.a"] }]);
    const left = apply(shared, undefined, "two", 2);
    expect([left["data"], owners(left)]).toEqual([{ a: "1" }, { one: [".data.a"] }]);
  });
  it("keeps the time of an apply that changes nothing", () => {
    const created = apply(null, { a: "1" }, "one", 0);
    const again = serverSideApply({ schema, gvk, live: created, applied: config({ a: "1" }), manager: "one", subresource: "", force: false, nowUs: 9 * second, resetFields: [] });
    expect(again).toEqual({ ok: true, value: created });
  });
  it("merges keyed lists in order and removes by key", () => {
    const podSpec = schemaOf("io.k8s.api.core.v1.PodSpec");
    const item = (name: string, image?: string): JsonObject => (image === undefined ? { name } : { name, image });
    const live = { containers: [item("a", "a:1"), item("b", "b:1"), item("c", "c:1")] };
    expect(mergeTyped(podSpec, live, { containers: [item("c", "c:2"), item("n"), item("a")] })).toEqual({ containers: [item("b", "b:1"), item("c", "c:2"), item("n"), item("a", "a:1")] });
    expect(removeItems(podSpec, live, { "f:containers": { 'k:{"name":"a"}': {}, 'k:{"name":"b"}': { "f:image": {} } } })).toEqual({ containers: [item("b"), item("c", "c:1")] });
  });
});

describe.skipIf(!transcriptsPresent)("server-side apply against recorded answers (absent: ../shared/oracles)", () => {
  it("gives what the real server gave", () => {
    const found: string[] = [];
    let compared = 0;
    for (const { name, steps } of transcript("patch")) {
      const stored = new Map<string, JsonObject>();
      let seconds = 0;
      for (const { request, response } of steps) {
        seconds++;
        const path = pathOf(request.path);
        const body = request.body;
        const kind = kindOfBody(body);
        const schemaName = schemaOfBody(body);
        const isApply = request.contentType === "application/apply-patch+yaml";
        if (schemaName === null || typeof body !== "object" || (!isApply && request.method !== "POST" && request.method !== "PUT") || path.split("/").length > (path.startsWith("/api/") ? 7 : 8)) break;
        const { group, version } = parseApiVersion(String((body as JsonObject)["apiVersion"]));
        const gvkOfBody = { group, version, kind: String((body as JsonObject)["kind"]) };
        const key = request.method === "POST" ? `${path}/${String(((body as JsonObject)["metadata"] as JsonObject)["name"])}` : path;
        const live = stored.get(key) ?? null;
        const write = { schema: schemaOf(schemaName), manager: queryOf(request.path, "fieldManager") ?? "replay", subresource: "", nowUs: seconds * second, resetFields: [["status"]] };
        let next: JsonObject;
        if (isApply) {
          const result = serverSideApply({ ...write, gvk: gvkOfBody, live, applied: body, force: queryOf(request.path, "force") === "true" });
          if (!result.ok) {
            compared++;
            const recorded = response.body;
            if (result.answer.code !== response.code || result.answer.body["message"] !== recorded?.["message"] || JSON.stringify(result.answer.body["details"]) !== JSON.stringify(recorded?.["details"])) {
              found.push(`${name}: ours ${JSON.stringify(result.answer.body)}, recorded ${JSON.stringify(recorded)}`);
            }
            continue;
          }
          next = result.value;
          if (response.code >= 300) break; // refused by another stage
        } else {
          if (response.code >= 300) break;
          next = body as JsonObject;
        }
        const decoded = decodeAs(schemaName, next, "Ignore");
        if (!decoded.ok) break;
        const defaulted = withStaticDefaults(schemaName, decoded.value);
        let full = kind === null ? defaulted : (kind.defaults(defaulted as never) as unknown as JsonObject);
        if (!isApply) full = trackUpdate({ ...write, live, next: full, apiVersion: String(full["apiVersion"]) });
        stored.set(key, { ...full, metadata: { ...(full["metadata"] as JsonObject), uid: "u" } });
        const recorded = response.body;
        if (!isApply || recorded === undefined) continue;
        compared++;
        const parts = ["data", "spec", "template"].filter((part) => kind !== null && !["Service", "Pod", "Namespace"].includes(kind.gvk.kind) && normal(full[part]) !== normal(recorded[part]));
        for (const part of parts) found.push(`${name}.${part}: ours ${normal(full[part])}, recorded ${normal(recorded[part])}`);
        const ours = fields((full["metadata"] as JsonObject)["managedFields"]);
        const theirs = fields((recorded["metadata"] as JsonObject)["managedFields"]);
        if (ours !== theirs) found.push(`${name} step ${seconds}: ours\n${ours}\nrecorded\n${theirs}`);
      }
    }
    expect(found).toEqual([]);
    expect(compared).toBeGreaterThan(40);
  });
});

function ordered(value: Json | undefined): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(ordered);
  if (typeof value !== "object" || value === null) return value ?? null;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, ordered((value as JsonObject)[key] ?? null)]));
}
function normal(value: Json | undefined): string {
  return JSON.stringify(ordered(value));
}
function fields(entries: Json | undefined): string {
  return ((entries ?? []) as readonly JsonObject[]).map((entry) => normal({ ...entry, time: "" })).sort().join("\n");
}
