import fc from "fast-check";
import { expect, it } from "vitest";
import type { Json, JsonObject } from "../base/json.ts";
import { decodeAs, schemaOf, withStaticDefaults } from "../kinds/schemaTable.ts";
import { paths } from "./fieldSet.ts";
import { entriesOf, trackUpdate } from "./managedFields.ts";
import { applyPatch } from "./patch/applyPatch.ts";
import { pathElement } from "./fieldElements.ts";
import { wireForm } from "./schema/wire.ts";
import type { TypeSchema } from "./schema/types.ts";
import { serverSideApply } from "./serverSideApply.ts";

// Random histories of writes through decoding, defaults, patches, apply and tracking.

const schema = schemaOf("io.k8s.api.apps.v1.Deployment");
const gvk = { group: "apps", version: "v1", kind: "Deployment" };

// No empty values: what is empty is not kept, and an applier owns it all the same, as upstream.
const word = fc.constantFrom("a", "b", "c");
const container = fc.record({ name: word, image: word, args: fc.array(word, { minLength: 1, maxLength: 2 }), ports: fc.uniqueArray(fc.record({ containerPort: fc.constantFrom(80, 81) }), { minLength: 1, maxLength: 2, selector: (port) => port.containerPort }) }, { requiredKeys: ["name"] });
const change = fc.record({
  metadata: fc.record({ labels: fc.dictionary(word, word, { minKeys: 1, maxKeys: 2 }), finalizers: fc.uniqueArray(fc.constantFrom("a/b", "c/d"), { minLength: 1, maxLength: 2 }) }, { requiredKeys: [] }),
  spec: fc.record({
    replicas: fc.nat(2), paused: fc.constant(true), selector: fc.record({ matchLabels: fc.dictionary(word, word, { minKeys: 1, maxKeys: 1 }) }),
    template: fc.record({ spec: fc.record({ nodeSelector: fc.dictionary(word, word, { minKeys: 1, maxKeys: 1 }), containers: fc.uniqueArray(container, { minLength: 1, maxLength: 3, selector: (each) => each.name }) }) }),
  }, { requiredKeys: [] }),
}) as unknown as fc.Arbitrary<JsonObject>;
const step = fc.record({
  how: fc.constantFrom("put", "application/merge-patch+json", "application/strategic-merge-patch+json", "apply", "status"), who: word, force: fc.boolean(), change,
});
type Step = { readonly how: string; readonly who: string; readonly force: boolean; readonly change: JsonObject };

type Between = (object: JsonObject) => JsonObject;
const shared: Between = (object) => object;
const copied: Between = (object) => JSON.parse(JSON.stringify(object)) as JsonObject;

function named(body: JsonObject): JsonObject {
  return { apiVersion: "apps/v1", kind: "Deployment", ...body, metadata: { ...(body["metadata"] as JsonObject | undefined), name: "d", namespace: "default" } };
}
function decoded(body: Json): JsonObject | null {
  const result = decodeAs(schema.name, body, "Ignore");
  return result.ok ? withStaticDefaults(schema.name, result.value) : null;
}

/** One write; the live object where it is refused. */
function write(live: JsonObject | null, { how, who, force, change: sent }: Step, at: number): JsonObject | null {
  const tracking = { schema, manager: who, apiVersion: "apps/v1", nowUs: at * 1_000_000 };
  let next: JsonObject | null;
  if (how === "apply") {
    const applied = serverSideApply({ ...tracking, gvk, live, applied: named(sent), subresource: "", force, resetFields: [["status"]] });
    next = applied.ok ? decoded(applied.value) : null;
  } else if (how === "put" || live === null) {
    const body = decoded(named(sent));
    next = body === null ? null : trackUpdate({ ...tracking, live, next: body, subresource: "", resetFields: [["status"]] });
  } else if (how === "status") {
    const body = decoded({ ...live, status: { replicas: at, conditions: [{ type: who, status: "True" }] } });
    next = body === null ? null : trackUpdate({ ...tracking, live, next: body, subresource: "status", resetFields: [["spec"]] });
  } else {
    const patched = applyPatch(how as "application/merge-patch+json", schema, live, sent, "Ignore");
    const body = patched.ok ? withStaticDefaults(schema.name, patched.value) : null;
    next = body === null ? null : trackUpdate({ ...tracking, live, next: body, subresource: "", resetFields: [["status"]] });
  }
  if (next === null) return live;
  // The strategy's part: spec and status have separate writers.
  if (how === "status" && live !== null) next = { ...next, spec: live["spec"] ?? {} };
  else next = { ...next, status: live?.["status"] ?? {} };
  return { ...next, metadata: { ...(next["metadata"] as JsonObject), uid: "u" } };
}

function history(steps: readonly Step[], between: Between): readonly JsonObject[] {
  const out: JsonObject[] = [];
  let live: JsonObject | null = null;
  steps.forEach((each, at) => {
    live = write(live === null ? null : between(live), { ...each, change: between(each.change) }, at);
    if (live !== null) out.push(live);
  });
  return out;
}

/** Whether the path of a set leads to something in the object. */
function leadsSomewhere(value: Json | undefined, type: TypeSchema | null, path: readonly string[]): boolean {
  const [element, ...rest] = path;
  if (element === undefined) return value !== undefined;
  if (element.startsWith("f:")) {
    const key = element.slice(2);
    const child = (value as JsonObject | undefined)?.[key];
    return leadsSomewhere(child, type?.type === "object" ? (type.fields.get(key)?.type ?? null) : type?.type === "map" ? type.values : null, rest);
  }
  if (type?.type !== "list" || !Array.isArray(value)) return false;
  const item = (value as readonly Json[]).find((each) => pathElement(type, each) === element);
  return leadsSomewhere(item, type.items, rest);
}

it("answers the same whether objects are shared or copied between writes", () => {
  fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
    expect(history(steps, shared)).toEqual(history(steps, copied));
  }), { numRuns: 150, seed: 21 });
});

it("lets managers own only what is there, and never changes an object that it was given", () => {
  fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
    const texts: string[] = [];
    const objects = history(steps, (object) => {
      texts.push(JSON.stringify(object));
      return object;
    });
    for (const object of objects) {
      for (const entry of entriesOf(object)) for (const path of paths(entry.fieldsV1)) expect(leadsSomewhere(object, schema, path), `${entry.manager} ${path.join("/")}`).toBe(true);
      expect(wireForm(schema, object)["metadata"]).toEqual(object["metadata"]);
    }
    const again: string[] = [];
    history(steps, (object) => {
      again.push(JSON.stringify(object));
      return object;
    });
    expect(again).toEqual(texts);
  }), { numRuns: 150, seed: 22 });
});
