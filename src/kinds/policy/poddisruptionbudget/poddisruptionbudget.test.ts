import { describe, expect, it } from "vitest";
import type { Json } from "../../../base/json.ts";
import type { KindDefinition } from "../../define.ts";
import { create } from "../../testing/recordedCreate.ts";
import { podDisruptionBudgetKind } from "./kind.ts";
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from "./types.ts";

const kind = podDisruptionBudgetKind as unknown as KindDefinition;

function made(spec: object, name = "p"): ReturnType<typeof create> {
  return create(kind, "default", { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name }, spec } as Json, "Warn");
}
function causes(outcome: ReturnType<typeof create>): readonly string[] {
  return outcome.type === "invalid" ? outcome.causes.map((cause) => `${String(cause.field)}: ${String(cause.message)}`) : [outcome.type];
}

describe("a PodDisruptionBudget", () => {
  it.each<[object, readonly string[]]>([
    [{}, ["created"]],
    [{ minAvailable: "0%" }, ["created"]],
    [{ maxUnavailable: "x" }, [`spec.maxUnavailable: Invalid value: "x": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`]],
    [{ maxUnavailable: -3 }, ["spec.maxUnavailable: Invalid value: -3: must be greater than or equal to 0"]],
    [{ selector: { matchExpressions: [{ key: "a", operator: "In" }] } }, ["spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"]],
    [{ minAvailable: 1, maxUnavailable: "200%" }, [
      'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"200%","UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set', 'spec.maxUnavailable: Invalid value: "200%": must not be greater than 100%',
    ]],
  ])("%j", (spec, want) => {
    expect(causes(made(spec))).toEqual(want);
  });

  it("may have any name that a path can have", () => {
    expect(causes(made({}, "Upper_Case"))).toEqual(["created"]);
    expect(causes(made({}, "a/b"))).toEqual(["metadata.name: Invalid value: \"a/b\": may not contain '/'"]);
  });

  it("judges its status", () => {
    const outcome = made({});
    if (outcome.type !== "created") throw new Error("refused");
    const budget = outcome.object as unknown as PodDisruptionBudget;
    const judge = (status: PodDisruptionBudgetStatus): readonly string[] => (podDisruptionBudgetKind.statusStrategy?.validateUpdate({ ...budget, status }, budget) ?? []).map((error) => `${error.path} ${error.type}`);
    const condition = { type: "DisruptionAllowed", status: "True", reason: "SufficientPods", lastTransitionTime: "2026-01-01T00:00:00Z", message: "" };
    expect(judge({ conditions: [condition], disruptionsAllowed: 1 })).toEqual([]);
    expect(judge({ conditions: [condition, { ...condition, status: "Maybe", reason: "no good" }, { type: "x y", status: "True" }], expectedPods: -1 })).toEqual([
      "status.conditions[1].type Duplicate", "status.conditions[1].status NotSupported", "status.conditions[1].reason Invalid", "status.conditions[2].type Invalid",
      "status.conditions[2].lastTransitionTime Required", "status.conditions[2].reason Required", "status.expectedPods Invalid",
    ]);
  });
});
