import { describe, expect, it } from "vitest";
import type { KindDefinition } from "../../define.ts";
import { createOf, faultsOf, objectOf } from "../../testing/outcomes.ts";
import { mergePatch } from "../../testing/recordedCreate.ts";
import { controllerRevisionKind } from "./kind.ts";
import type { ControllerRevision } from "./types.ts";

const kind = controllerRevisionKind as unknown as KindDefinition;
const owner = { apiVersion: "apps/v1", kind: "StatefulSet", name: "web", uid: "u1" };

describe("a ControllerRevision", () => {
  it("has data that is an object, and a number that is not negative", () => {
    expect(faultsOf(createOf(controllerRevisionKind, { revision: -1 }))).toEqual(["data: Required value: data is mandatory", "revision: Invalid value: -1: must be greater than or equal to 0"]);
    expect(faultsOf(createOf(controllerRevisionKind, { revision: 1, data: [1] }))).toEqual(["data: Required value: data must be a valid JSON object"]);
  });

  it("keeps its data for ever; its number may change", () => {
    const old = objectOf<ControllerRevision>(createOf(controllerRevisionKind, { revision: 1, data: { a: 1 } }));
    expect(objectOf<ControllerRevision>(mergePatch(kind, old, { revision: 2 })).revision).toBe(2);
    expect(faultsOf(mergePatch(kind, old, { data: { a: 2 } }))).toEqual(['data: Invalid value: {"a":2}: field is immutable']);
  });

  it("names its controller in its table", () => {
    const of = (ownerReferences: readonly (typeof owner & { readonly controller?: boolean })[]): unknown => controllerRevisionKind.columns[1]?.cell(objectOf<ControllerRevision>(createOf(controllerRevisionKind, { revision: 3, data: {} }, { ownerReferences })), 0);
    expect(of([])).toBe("<none>");
    expect(of([owner])).toBe("<none>");
    expect(of([{ ...owner, controller: true }])).toBe("statefulset.apps/web");
    expect(of([{ ...owner, apiVersion: "v1", kind: "Foo", controller: true }])).toBe("foo/web");
  });
});
