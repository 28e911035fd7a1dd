import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { decodeAs, schemaOf, withStaticDefaults } from "../../kinds/schemaTable.ts";
import { wireForm } from "../schema/wire.ts";
import { kindOfBody, pathOf, queryOf, transcript, transcriptsPresent } from "../testing/transcripts.ts";
import { applyPatch } from "./applyPatch.ts";
import { applyJsonPatch } from "./jsonPatch.ts";
import { applyMergePatch } from "./mergePatch.ts";
import { applyStrategicMergePatch } from "./strategicMergePatch.ts";

const podTemplate = schemaOf("io.k8s.api.core.v1.PodTemplate");
const refused = { ok: false, answer: { code: 422, body: { message: "the server rejected our request due to an error in our request", reason: "Invalid" } } };

describe("JSON patch", () => {
  const object: JsonObject = { data: { a: "1", b: "2", "x/y": "3" }, list: ["p", "q"] };
  it.each<{ readonly why: string; readonly patch: Json; readonly value: JsonObject }>([
    { why: "adds", patch: [{ op: "add", path: "/data/c", value: 3 }], value: { data: { a: "1", b: "2", "x/y": "3", c: 3 }, list: ["p", "q"] } },
    { why: "inserts before an index", patch: [{ op: "add", path: "/list/1", value: "n" }], value: { ...object, list: ["p", "n", "q"] } },
    { why: "appends", patch: [{ op: "add", path: "/list/-", value: "n" }], value: { ...object, list: ["p", "q", "n"] } },
    { why: "counts from the end", patch: [{ op: "remove", path: "/list/-1" }], value: { ...object, list: ["p"] } },
    { why: "unescapes", patch: [{ op: "replace", path: "/data/x~1y", value: "9" }], value: { data: { a: "1", b: "2", "x/y": "9" }, list: ["p", "q"] } },
    { why: "moves and copies", patch: [{ op: "move", from: "/data/a", path: "/data/c" }, { op: "copy", from: "/data/b", path: "/data/d" }], value: { data: { b: "2", "x/y": "3", c: "1", d: "2" }, list: ["p", "q"] } },
    { why: "tests", patch: [{ op: "test", path: "/list", value: ["p", "q"] }, { op: "test", path: "/data/none", value: null }], value: object },
  ])("$why", ({ patch, value }) => {
    expect(applyJsonPatch(object, patch)).toEqual({ ok: true, value });
  });

  const impossible: readonly Json[] = [
    [{ op: "remove", path: "/data/q" }], [{ op: "replace", path: "/data/q", value: 1 }], [{ op: "test", path: "/data/a", value: "2" }], [{ op: "frob", path: "/data" }], [{ op: "add", path: "/list/5", value: 1 }],
    [{ op: "add", path: "data", value: 1 }], [{ op: "add", path: "/data/a" }], [{ op: "move", from: "/data", path: "/data/in" }], [{}], [{ op: "add", path: "/no/where", value: 1 }], [{ op: "remove", path: "" }],
  ];
  it.each(impossible.map((patch) => ({ patch, text: JSON.stringify(patch) })))("refuses $text", ({ patch }) => {
    expect(applyJsonPatch(object, patch)).toMatchObject(refused);
  });

  it("refuses what is no list of operations", () => {
    expect(applyJsonPatch(object, {})).toMatchObject({ answer: { code: 400, body: { message: "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp" } } });
    expect(applyJsonPatch(object, Array.from({ length: 10_001 }, () => ({})))).toMatchObject({ answer: { code: 413 } });
  });
});

describe("merge patch", () => {
  it("merges maps, replaces lists, removes nulls", () => {
    const patched = applyMergePatch({ a: { b: 1, c: 2 }, l: [1, 2] }, { a: { b: null, d: { x: null, y: 1 } }, l: [3], n: null });
    expect(patched).toEqual({ ok: true, value: { a: { c: 2, d: { y: 1 } }, l: [3] } });
  });
  it("shares an object that it does not change", () => {
    const object = { a: { b: 1 } };
    expect(applyMergePatch(object, { a: { b: 1, c: null } })).toEqual({ ok: true, value: object });
    const same = applyMergePatch(object, { a: { b: 1 } });
    expect(same.ok && same.value).toBe(object);
  });
});

describe("strategic merge patch", () => {
  const containers = (...items: readonly Json[]): JsonObject => ({ template: { spec: { containers: items } } });
  const a = { name: "a", image: "a:1", args: ["x"], ports: [{ containerPort: 80, name: "http" }] };
  const b = { name: "b", image: "b:1" };
  it.each<{ readonly why: string; readonly before: JsonObject; readonly patch: JsonObject; readonly after: JsonObject }>([
    { why: "merges by the merge key", before: containers(a, b), patch: containers({ name: "b", image: "b:2" }), after: containers(a, { name: "b", image: "b:2" }) },
    { why: "puts new items first in the patch's order", before: containers(a), patch: containers({ name: "n", image: "n" }), after: containers({ name: "n", image: "n" }, a) },
    { why: "deletes an item", before: containers(a, b), patch: containers({ name: "a", $patch: "delete" }), after: containers(b) },
    { why: "replaces a list", before: containers(a, b), patch: containers({ $patch: "replace" }, b), after: containers(b) },
    { why: "replaces an atomic list", before: containers(a), patch: containers({ name: "a", args: ["y"] }), after: containers({ ...a, args: ["y"] }) },
    { why: "merges lists in lists", before: containers(a), patch: containers({ name: "a", ports: [{ containerPort: 90 }] }), after: containers({ ...a, ports: [{ containerPort: 90 }, { containerPort: 80, name: "http" }] }) },
    { why: "replaces a map", before: { metadata: { labels: { a: "1" } } }, patch: { metadata: { labels: { $patch: "replace", b: "2" } } }, after: { metadata: { labels: { b: "2" } } } },
    { why: "empties a map", before: { metadata: { labels: { a: "1" } } }, patch: { metadata: { labels: { $patch: "delete" } } }, after: { metadata: { labels: {} } } },
    {
      why: "orders elements", before: containers(a, b), patch: { template: { spec: { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }], containers: [{ name: "b", image: "b:2" }] } } },
      after: containers({ name: "b", image: "b:2" }, a),
    },
    {
      why: "retains keys", before: { template: { spec: { volumes: [{ name: "v", emptyDir: {} }] } } },
      patch: { template: { spec: { volumes: [{ $retainKeys: ["name", "hostPath"], name: "v", hostPath: { path: "/x" } }] } } },
      after: { template: { spec: { volumes: [{ name: "v", hostPath: { path: "/x" } }] } } },
    },
    { why: "merges scalars", before: { metadata: { finalizers: ["a/b", "c/d"] } }, patch: { metadata: { finalizers: ["e/f", "a/b"] } }, after: { metadata: { finalizers: ["e/f", "a/b", "c/d"] } } },
    { why: "deletes scalars", before: { metadata: { finalizers: ["a/b", "c/d"] } }, patch: { metadata: { "$deleteFromPrimitiveList/finalizers": ["a/b"] } }, after: { metadata: { finalizers: ["c/d"] } } },
    { why: "drops directives and nulls of what is new", before: {}, patch: { template: { spec: { nodeName: null, volumes: [{ name: "v", $retainKeys: ["name"] }, { name: "w", $patch: "delete" }] } } }, after: { template: { spec: { volumes: [{ name: "v" }] } } } },
  ])("$why", ({ before, patch, after }) => {
    expect(applyStrategicMergePatch(podTemplate, before, patch)).toEqual({ ok: true, value: after });
  });

  it.each<readonly [Json, string]>([
    [containers({ name: "a", $patch: "frob" }), "unknown patch type: frob in map: map[$patch:frob name:a]"], [containers({ image: "x" }), "map: map[image:x] does not contain declared merge key: name"],
    [{ template: { spec: { "$setElementOrder/containers": [{ name: "a" }], containers: [{ name: "n", image: "n" }] } } }, "The order in patch list:\n[map[image:n name:n]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n"],
  ])("refuses %j", (patch, message) => {
    expect(applyStrategicMergePatch(podTemplate, containers(a), patch)).toMatchObject({ ok: false, answer: { code: 500, body: { message } } });
  });
});

describe("patches", () => {
  const json = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof({ maxDepth: 4 }, fc.constant(null), fc.integer(), fc.constantFrom("a", "b", "replace", "delete", "merge"), fc.array(tie("json"), { maxLength: 3 }), fc.dictionary(fc.constantFrom("metadata", "template", "spec", "containers", "volumes", "name", "labels", "finalizers", "$patch", "$retainKeys", "$setElementOrder/containers", "$deleteFromPrimitiveList/finalizers", "__proto__", "op", "path", "value"), tie("json"), { maxKeys: 4 })),
  })).json;
  it("never throw, never change what they are given, never reach a prototype", () => {
    fc.assert(fc.property(fc.constantFrom("application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json"), json, json, (type, before, patch) => {
      const object = decodeAs(podTemplate.name, { template: before, metadata: { name: "t", finalizers: ["a/b"] } }, "Ignore");
      if (!object.ok) return;
      const text = JSON.stringify([object.value, patch]);
      const result = applyPatch(type, podTemplate, object.value, patch, "Warn");
      expect(JSON.stringify([object.value, patch])).toBe(text);
      expect(result.ok || result.answer.code >= 400).toBe(true);
      expect(Object.keys(Object.prototype)).toEqual([]);
    }), { numRuns: 500, seed: 11 });
  });
});

describe.skipIf(!transcriptsPresent)("patches against recorded answers (absent: ../shared/oracles)", () => {
  it("give what the real server gave", () => {
    const found: string[] = [];
    let compared = 0;
    for (const { name, steps } of transcript("patch")) {
      let live: JsonObject | null = null;
      for (const { request, response } of steps) {
        if (live === null) {
          const kind = kindOfBody(request.body);
          const decoded = kind !== null && request.method === "POST" ? decodeAs(kind.schema, request.body ?? null, "Ignore") : null;
          if (kind === null || decoded?.ok !== true) break;
          live = kind.defaults(withStaticDefaults(kind.schema, decoded.value) as never) as unknown as JsonObject;
          continue;
        }
        const type = request.contentType;
        const kind = kindOfBody(live);
        const sentTo = pathOf(request.path).split("/").length;
        if (kind === null || sentTo !== (kind.scope === "Namespaced" ? (kind.gvk.group === "" ? 7 : 8) : 5)) break;
        if (type !== "application/json-patch+json" && type !== "application/merge-patch+json" && type !== "application/strategic-merge-patch+json") break;
        const result = applyPatch(type, schemaOf(kind.schema), live, request.body ?? null, (queryOf(request.path, "fieldValidation") ?? "Warn") as "Warn");
        // Only what patching itself decides: identity, versions and validation are other stages'.
        if (response.code >= 400 && result.ok) break;
        compared++;
        if (!result.ok) {
          if (result.answer.code !== response.code || (response.code !== 422 && result.answer.body["message"] !== response.body?.["message"])) found.push(`${name}: ours ${JSON.stringify(result.answer)}`);
          break;
        }
        const ours = wireForm(schemaOf(kind.schema), kind.defaults(withStaticDefaults(kind.schema, result.value) as never) as unknown as JsonObject);
        for (const part of Object.keys(ours)) {
          if (["metadata", "status", "apiVersion", "kind"].includes(part) || JSON.stringify(sorted(ours[part])) === JSON.stringify(sorted(response.body?.[part]))) continue;
          if (kind.gvk.kind === "Service" || kind.gvk.kind === "Pod" || kind.gvk.kind === "Secret") continue; // allocation, admission and write-only fields fill them
          found.push(`${name}.${part}: ours ${JSON.stringify(ours[part])}, recorded ${JSON.stringify(response.body?.[part])}`);
        }
        live = ours;
      }
    }
    expect(found).toEqual([]);
    expect(compared).toBeGreaterThan(15);
  });
});

function sorted(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => sorted(item) ?? null);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted((value as JsonObject)[key]) ?? null]));
}
