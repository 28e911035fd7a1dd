import { describe, expect, it } from "vitest";
import type { Json } from "../../../base/json.ts";
import { kindByPlural } from "../../index.ts";
import type { KindDefinition } from "../../define.ts";
import { faultsOf, made } from "../../testing/faults.ts";
import type { LimitRange } from "./types.ts";

const kind = kindByPlural("", "limitranges") as KindDefinition;
const body = (...limits: readonly Json[]): Json => ({ apiVersion: "v1", kind: "LimitRange", metadata: { name: "l" }, spec: { limits } });
const path = "spec.limits[0]";

describe("a limit range is refused", () => {
  it.each([
    ["a type of nobody's", { type: "Node", max: { cpu: "1" } }, [`${path}.type: Invalid value: "Node": must be a standard limit type or fully qualified`]],
    ["storage for containers", { type: "Container", max: { storage: "1Gi" } }, ["max", "default", "defaultRequest"].map((list) => `${path}.${list}[storage]: Invalid value: "storage": must be a standard resource for containers`)],
    ["defaults for pods", { type: "Pod", default: { cpu: "1" }, defaultRequest: { cpu: "1" } }, [`${path}.default: Forbidden: may not be specified when \`type\` is 'Pod'`, `${path}.defaultRequest: Forbidden: may not be specified when \`type\` is 'Pod'`]],
    ["a default request above the default", { type: "Container", default: { cpu: "1" }, defaultRequest: { cpu: "2" } }, [`${path}.defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1`]],
    ["defaults above the maximum", { type: "Container", max: { cpu: "1" }, default: { cpu: "3" }, defaultRequest: { cpu: "2" } }, [
      `${path}.defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than max value 1`, `${path}.default[cpu]: Invalid value: "1": default value 3 is greater than max value 1`,
    ]],
    ["a ratio above what the bounds allow", { type: "Pod", min: { cpu: "100m" }, max: { cpu: "250m" }, maxLimitRequestRatio: { cpu: "3" } }, [`${path}.maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.500000`]],
    ["devices whose default is not the request", { type: "Container", default: { "a.io/gpu": "2" }, defaultRequest: { "a.io/gpu": "1" } }, [`${path}.defaultRequest[a.io/gpu]: Invalid value: "1": default value 2 must equal to defaultRequest value 1 in a.io/gpu`]],
  ] as readonly [string, Json, readonly string[]][])("for %s", (_what, limit, expected) => {
    expect(faultsOf(kind, body(limit))).toEqual(expected);
  });

  it("for a type that comes twice", () => {
    expect(faultsOf(kind, body({ type: "Pod" }, { type: "Pod" }))).toEqual(['spec.limits[1].type: Duplicate value: "Pod"']);
  });
});

it("containers' defaults come from maximum, default and minimum; amounts are rounded up to thousandths", () => {
  const { spec } = made<LimitRange>(kind, body({ type: "Container", min: { cpu: "1", memory: "1Mi" }, max: { memory: "1Gi" }, default: { cpu: "1500100u" } }));
  expect(spec.limits).toEqual([{ type: "Container", min: { cpu: "1", memory: "1Mi" }, max: { memory: "1Gi" }, default: { cpu: "1501m", memory: "1Gi" }, defaultRequest: { cpu: "1501m", memory: "1Gi" } }]);
});

it("is printed with the time it was made", () => {
  expect(kind.columns.map((column) => [column.name, column.cell(made(kind, body()), 0)])).toEqual([["Name", "l"], ["Created At", "2026-01-01T00:00:00Z"]]);
});
