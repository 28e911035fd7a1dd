import fc from "fast-check";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { isJsonObject, type Json } from "../base/json.ts";
import { deploymentKind } from "./apps/deployment/kind.ts";
import { kinds } from "./index.ts";
import { create } from "./testing/recordedCreate.ts";

const strange: readonly Json[] = [null, "", "x", "-1", "../..", "A b", "9".repeat(300), 0, -1, 1.5, 2 ** 31, true, [], {}, [null], [{}], ["a", "a"], { a: "b" }, { name: "x" }];

/** Puts a strange value somewhere into a body, or takes something away. */
function mutate(body: Json, choose: (count: number) => number): Json {
  if (Array.isArray(body) && body.length > 0 && choose(8) > 0) {
    const at = choose(body.length);
    return (body as readonly Json[]).map((item, each) => (each === at ? mutate(item, choose) : item));
  }
  if (isJsonObject(body) && Object.keys(body).length > 0 && choose(8) > 0) {
    const keys = Object.keys(body);
    const key = keys[choose(keys.length)] ?? "";
    if (choose(10) === 0) return Object.fromEntries(Object.entries(body).filter(([each]) => each !== key));
    return { ...body, [key]: mutate(body[key] ?? null, choose) };
  }
  return strange[choose(strange.length)] ?? null;
}

describe("any body", () => {
  it.each(kinds.filter((kind) => kind.template !== "").map((kind) => [kind.gvk.kind, kind] as const))("of a %s is created or refused, never a failure", (_name, kind) => {
    const template = parse(kind.template) as Json;
    fc.assert(
      fc.property(fc.array(fc.nat(999), { minLength: 40, maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (draws, times) => {
        let at = 0;
        const choose = (count: number): number => (draws[at++ % draws.length] ?? 0) % count;
        let body = template;
        for (let round = 0; round < times; round++) body = mutate(body, choose);
        const outcome = create(kind, "default", body, "Ignore");
        expect(["created", "invalid", "undecodable"]).toContain(outcome.type);
        if (outcome.type === "created") {
          kind.graph.sentence(outcome.object);
          kind.graph.summary(outcome.object);
          for (const column of kind.columns) column.cell(outcome.object, 0);
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it("names the path of what it refuses", () => {
    const outcome = create(deploymentKind as never, "default", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" }, spec: { replicas: -1 } }, "Ignore");
    expect(outcome).toMatchObject({ type: "invalid", causes: expect.arrayContaining([expect.objectContaining({ field: "spec.replicas" })]) });
  });
});
