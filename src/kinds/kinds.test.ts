import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../base/json.ts";
import { deepFreeze } from "../base/freeze.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { KindDefinition, ObjectIndex } from "./define.ts";
import { kindByGvk, kindByPlural, kinds } from "./index.ts";
import { create } from "./testing/recordedCreate.ts";

const emptyIndex: ObjectIndex = { byUid: () => null, byName: () => null, bySelector: () => [] };

describe("the registry", () => {
  it("finds every kind by its names, each once", () => {
    expect(new Set(kinds.map((kind) => `${kind.gvk.group}/${kind.plural}`)).size).toBe(kinds.length);
    for (const kind of kinds) {
      expect(kindByGvk(kind.gvk)).toBe(kind);
      expect(kindByPlural(kind.gvk.group, kind.plural)).toBe(kind);
      expect(kind.versions).toContain(kind.gvk.version);
    }
    expect(kindByPlural("", "widgets")).toBeNull();
  });
});

describe.each(kinds.filter((kind) => kind.template !== "").map((kind) => [`${kind.gvk.group}/${kind.gvk.kind}`, kind] as const))("%s", (_name, kind) => {
  const object = created(kind);

  it("has a template that is accepted, without a warning", () => {
    const outcome = create(kind, "default", parse(kind.template) as Json, "Strict");
    expect(outcome).toMatchObject({ type: "created", warnings: kind.deprecation === undefined ? [] : [kind.deprecation] });
  });

  it("gives the very same object for defaults that are already there", () => {
    expect(kind.defaults(object)).toBe(object);
  });

  it("leaves the generation where an update changes nothing", () => {
    const again = kind.strategy.prepareForUpdate(object, object);
    expect(again.metadata.generation).toBe(object.metadata.generation);
    expect(kind.strategy.validateUpdate(again, object)).toEqual([]);
  });

  it("says how it is in a sentence, and draws itself", () => {
    expect(kind.graph.sentence(object)).toMatch(/^[A-Z].*\.$/);
    expect(["ok", "progressing", "warning", "unknown"]).toContain(kind.graph.health(object));
    expect(kind.graph.summary(object).tier).toBe(kind.graph.tier);
    expect(kind.graph.edges(object, emptyIndex)).toEqual([]);
  });

  it("prints a cell for every column", () => {
    for (const column of kind.columns) expect(["string", "number", "boolean"]).toContain(typeof column.cell(object, 1_800_000_000_000_000));
  });

  it("says what is wrong with an empty object, and does not fail", () => {
    const empty = create(kind, "default", { apiVersion: object.apiVersion, kind: object.kind }, "Warn");
    expect(empty.type).toBe("invalid");
  });

  if (kind.scale !== null) {
    it("scales", () => {
      const scaled = kind.scale?.withReplicas(object, 7);
      expect(scaled === undefined ? null : kind.scale?.replicas(scaled)).toBe(7);
    });
  }
});

function created(kind: KindDefinition): KubeObject {
  const outcome = create(kind, "default", parse(kind.template) as Json, "Strict");
  if (outcome.type !== "created") throw new Error(`${kind.gvk.kind}: ${JSON.stringify(outcome)}`);
  return deepFreeze(kind.defaults(outcome.object) as unknown as JsonObject) as unknown as KubeObject;
}
