import fc from "fast-check";
import { expect, test } from "vitest";
import { hashJson } from "../base/hash.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { decodeAs, schemaOf } from "../kinds/schemaTable.ts";
import { bornObject, compareOwned, unownedOfMetadata } from "./fieldCompare.ts";
import { pathElement } from "./fieldElements.ts";
import { type FieldSet, paths } from "./fieldSet.ts";
import type { FieldSchema, TypeSchema } from "./schema/types.ts";

const schema = schemaOf("io.k8s.api.core.v1.Pod");
const labels = fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("", "x"));
const ports = fc.uniqueArray(fc.record({ containerPort: fc.constantFrom(80, 81), protocol: fc.constantFrom("TCP", "UDP") }, { requiredKeys: ["containerPort"] }), { maxLength: 2, selector: (port) => `${port.containerPort}/${port.protocol ?? "TCP"}` });
const containers = fc.uniqueArray(
  fc.record({ name: fc.constantFrom("c", "d"), image: fc.constantFrom("", "nginx"), ports, command: fc.array(fc.constant("x"), { maxLength: 1 }), resources: fc.constantFrom<Json>({}, { limits: { cpu: "1" } }) }, { requiredKeys: ["name"] }),
  { maxLength: 2, selector: (container) => container.name },
);
const conditions = fc.uniqueArray(fc.record({ type: fc.constantFrom("A", "B"), status: fc.constantFrom("True", "False"), message: fc.constantFrom("", "m") }, { requiredKeys: ["type", "status"] }), { maxLength: 2, selector: (condition) => condition.type });
const pods = fc
  .record(
    {
      metadata: fc.record({ name: fc.constantFrom("p", "q"), generateName: fc.constantFrom("", "p-"), labels, annotations: labels, finalizers: fc.uniqueArray(fc.constantFrom("a/x", "b/y"), { maxLength: 2 }) }, { requiredKeys: [] }),
      spec: fc.record({ containers, nodeSelector: labels, hostNetwork: fc.boolean(), restartPolicy: fc.constantFrom("", "Always"), securityContext: fc.constantFrom<Json>({}, { runAsUser: 1 }) }, { requiredKeys: [] }),
      status: fc.record({ phase: fc.constantFrom("", "Running"), conditions, podIPs: fc.uniqueArray(fc.record({ ip: fc.constantFrom("1.1.1.1", "::1") }), { maxLength: 2, selector: ({ ip }) => ip }) }, { requiredKeys: [] }),
    },
    { requiredKeys: ["metadata"] },
  )
  .map((body) => {
    const decoded = decodeAs(schema.name, body as unknown as JsonObject, "Strict");
    if (!decoded.ok) throw new Error(decoded.message);
    return decoded.value;
  });

/** What is at each path: the hash of what is compared as a whole, or null for a container with children. */
type Members = Map<string, string | null>;

function collect(out: Members, type: TypeSchema, field: FieldSchema | null, value: Json, path: readonly string[]): void {
  const own = type.type === "list" ? type.listType === "atomic" || type.listType === "none" : type.type === "object" || type.type === "map" ? type.atomic : true;
  const atomic = field?.ownership === "atomic" || (field?.ownership !== "granular" && own);
  const children = atomic || typeof value !== "object" || value === null ? [] : Object.entries(value as JsonObject);
  if (path.length > 0) out.set(JSON.stringify(path), atomic || children.length === 0 ? hashJson(value) : null);
  for (const [key, child] of children) {
    if (type.type === "list") collect(out, type.items, null, child, [...path, pathElement(type, child)]);
    else if (type.type === "map") collect(out, type.values, null, child, [...path, `f:${key}`]);
    else if (type.type === "object") {
      const known = type.fields.get(key);
      if (known !== undefined) collect(out, known.type, known, child, [...path, `f:${key}`]);
    }
  }
}

function membersOf(object: JsonObject): Members {
  const all: Members = new Map();
  collect(all, schema, null, object, []);
  for (const name of unownedOfMetadata) all.delete(JSON.stringify(["f:metadata", `f:${name}`]));
  return all;
}

function pathsOf(set: FieldSet): readonly string[] {
  return paths(set).map((path) => JSON.stringify(path)).sort();
}

function expectEqual(before: JsonObject, after: JsonObject): void {
  const old = membersOf(before);
  const now = membersOf(after);
  const { added, modified, removed, taken } = compareOwned(schema, before, after);
  const differ = ([path, value]: readonly [string, string | null]): boolean => value !== null && old.get(path) !== null && old.has(path) && old.get(path) !== value;
  const expected = [[...now.keys()].filter((path) => !old.has(path)), [...now].filter(differ).map(([path]) => path), [...old.keys()].filter((path) => !now.has(path))];
  expect([added, modified, removed].map(pathsOf)).toEqual(expected.map((each) => each.sort()));
  expect(pathsOf(taken)).toEqual([...(expected[0] ?? []), ...(expected[1] ?? [])].sort());
}

test("what came, changed and went is told path by path", () => {
  fc.assert(fc.property(pods, pods, (before, after) => expectEqual(before, after)), { seed: 9, numRuns: 300 });
  fc.assert(fc.property(pods, (pod) => expectEqual(bornObject(schema), pod)), { seed: 9, numRuns: 200 });
});

const copy = (object: JsonObject): JsonObject => JSON.parse(JSON.stringify(object)) as JsonObject;

test("equal changes of other objects are one shared comparison, to the byte the one of a first look", () => {
  fc.assert(
    fc.property(pods, pods, (before, after) => {
      const comparison = compareOwned(schema, before, after);
      // A full tree of steps is dropped as a whole: at most once in a few looks.
      const looks = [comparison, ...[1, 2].map(() => compareOwned(schema, copy(before), copy(after)))];
      expect(new Set(looks).size).toBeLessThan(3);
      const { added, modified, removed } = compareOwned({ ...schema }, before, after);
      expect(JSON.stringify([added, modified, removed])).toBe(JSON.stringify([comparison.added, comparison.modified, comparison.removed]));
    }),
    { seed: 9, numRuns: 300 },
  );
});

test("paths that are left out are no difference, at whatever depth", () => {
  const before = copy({ metadata: { labels: { a: "1" } }, spec: { hostNetwork: true }, status: { phase: "Pending", message: "x" } });
  const after = copy({ metadata: { labels: { a: "2" } }, spec: { hostNetwork: true, nodeName: "n" }, status: { phase: "Running" } });
  const taken = (left: readonly (readonly string[])[]): readonly string[] => pathsOf(compareOwned(schema, before, after, left).taken);
  const [label, node, phase] = [["f:metadata", "f:labels", "f:a"], ["f:spec", "f:nodeName"], ["f:status", "f:phase"]].map((path) => JSON.stringify(path));
  expect(taken([])).toEqual([label, node, phase]);
  expect(taken([["spec"]])).toEqual([label, phase]);
  expect(taken([["metadata"], ["status"]])).toEqual([node]);
  expect(taken([["metadata", "labels"], ["status", "phase"]])).toEqual([node]);
  expect(pathsOf(compareOwned(schema, before, after, [["status", "phase"]]).removed)).toEqual([JSON.stringify(["f:status", "f:message"])]);
});
