import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json, JsonObject } from "../base/json.ts";
import { decodeAs, schemaOf } from "../kinds/schemaTable.ts";
import { createdFields } from "./createdFields.ts";
import { bornObject, compareOwned, takenBy } from "./fieldCompare.ts";

const scalars = fc.constantFrom<Json>("", "a", "b", 0, 1);
const labels = fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("", "x"));
const ports = fc.array(fc.record({ containerPort: fc.constantFrom(80, 81), protocol: fc.constantFrom("TCP", "UDP") }, { requiredKeys: ["containerPort"] }), { maxLength: 2 });
const containers = fc.array(
  fc.record({ name: fc.constantFrom("c", "d"), image: fc.constantFrom("", "nginx"), ports, command: fc.array(fc.constant("x"), { maxLength: 1 }), resources: fc.constantFrom<Json>({}, { limits: { cpu: "1" } }) }, { requiredKeys: ["name"] }),
  { maxLength: 2 },
);
const pods = fc.record(
  {
    metadata: fc.record({ name: fc.constant("p"), generateName: fc.constantFrom("", "p-"), labels, annotations: labels, finalizers: fc.array(fc.constantFrom("a/x", "b/y"), { maxLength: 2 }) }, { requiredKeys: [] }),
    spec: fc.record({ containers, nodeSelector: labels, hostNetwork: fc.boolean(), restartPolicy: fc.constantFrom("", "Always"), securityContext: fc.constantFrom<Json>({}, { runAsUser: 1 }) }, { requiredKeys: [] }),
    status: fc.record({ phase: scalars.filter((value) => typeof value === "string") }, { requiredKeys: [] }),
  },
  { requiredKeys: ["metadata"] },
);

test("the set of a shape is that of every object of the shape", () => {
  const schema = schemaOf("io.k8s.api.core.v1.Pod");
  fc.assert(
    fc.property(pods, (body) => {
      const decoded = decodeAs(schema.name, body as unknown as JsonObject, "Strict");
      if (!decoded.ok) throw new Error(decoded.message);
      const expected = takenBy(compareOwned(schema, bornObject(schema), decoded.value));
      const set = createdFields(schema, decoded.value, [], (comparison) => comparison);
      expect(set).toEqual(expected);
      // A second time from what was kept, also for a copy that shares nothing.
      expect(createdFields(schema, JSON.parse(JSON.stringify(decoded.value)) as JsonObject, [], () => { throw new Error("the shape is known"); })).toBe(set);
    }),
    { numRuns: 400 },
  );
});
