import { describe, expect, it, test } from "vitest";
import type { Job, PodFailurePolicyRule } from "../../kinds/batch/job/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { podOf } from "../testing/builders.ts";
import { backoffAfter, noFailures, remainingUs } from "./backoff.ts";
import { parseIntervals } from "./intervals.ts";
import { judgeFailure, successMet } from "./policies.ts";

const second = 1_000_000;
const container = (name: string, exitCode: number | null) => ({ name, image: "i", imageID: "i", ready: false, restartCount: 0, state: exitCode === null ? { running: {} } : { terminated: { exitCode } } });
const failed = (status: object): Pod => ({ ...podOf("p"), status: { phase: "Failed", ...status } });
const exits = failed({ containerStatuses: [container("side", null), container("main", 42)], initContainerStatuses: [container("init", 3)] });
const disrupted = failed({ conditions: [{ type: "DisruptionTarget", status: "True" }] });

describe("the first rule that matches judges a failed pod", () => {
  const onExit = (action: string, operator: string, values: readonly number[], containerName?: string): PodFailurePolicyRule => ({ action, onExitCodes: { operator, values, ...(containerName === undefined ? {} : { containerName }) } });
  const onCondition = (action: string, type: string): PodFailurePolicyRule => ({ action, onPodConditions: [{ type, status: "True" }] });
  it.each<[string, Pod, readonly PodFailurePolicyRule[], { failJob?: string; counts?: boolean; failIndex?: boolean }]>([
    ["no rule", exits, [], {}],
    ["an exit code that is listed", exits, [onExit("FailJob", "In", [42], "main")], { failJob: "Container main for pod default/p failed with exit code 42 matching FailJob rule at index 0" }],
    ["another container's", exits, [onExit("FailJob", "In", [42], "side")], {}],
    ["an init container's", exits, [onExit("Ignore", "In", [3])], { counts: false }],
    ["an exit code that is not listed", exits, [onExit("FailIndex", "NotIn", [1])], { failIndex: true }],
    ["one that is excluded", exits, [onExit("FailIndex", "NotIn", [42, 3])], {}],
    ["success is no failure", failed({ containerStatuses: [container("main", 0)] }), [onExit("FailJob", "NotIn", [1])], {}],
    ["a condition", disrupted, [onExit("Count", "In", [1]), onCondition("Ignore", "DisruptionTarget")], { counts: false }],
    ["a condition that ends the Job", disrupted, [onCondition("Count", "Other"), onCondition("FailJob", "DisruptionTarget")], { failJob: "Pod default/p has condition DisruptionTarget matching FailJob rule at index 1" }],
    ["counting comes first", disrupted, [onCondition("Count", "DisruptionTarget"), onCondition("FailJob", "DisruptionTarget")], {}],
  ])("%s", (_name, pod, rules, expected) => {
    expect(judgeFailure({ rules }, pod)).toEqual({ failJob: null, counts: true, failIndex: false, ...expected });
  });
});

test("a success policy is met by its indexes, by their number or by any number", () => {
  const met = (rules: object[], succeeded: string) => successMet({ spec: { completions: 10, successPolicy: { rules } } } as unknown as Job, parseIntervals(succeeded, 10));
  expect(met([{ succeededIndexes: "0,2" }], "0-2")).toBe("Matched rules at index 0");
  expect(met([{ succeededIndexes: "0,3" }], "0-2")).toBeNull();
  expect(met([{ succeededIndexes: "0,3", succeededCount: 1 }], "0-2")).toBe("Matched rules at index 0");
  expect(met([{ succeededIndexes: "9" }, { succeededCount: 3 }], "0-2")).toBe("Matched rules at index 1");
  expect(met([{ succeededCount: 4 }], "0-2")).toBeNull();
  expect(met([{ succeededCount: 0 }], "")).toBeNull();
});

test("the wait doubles with each failure since the last success, to ten minutes", () => {
  const wait = (failures: number, sinceS: number) => remainingUs({ failures, lastUs: 0 }, sinceS * second) / second;
  expect([wait(0, 0), wait(1, 0), wait(2, 0), wait(3, 15), wait(6, 0), wait(7, 0), wait(40, 0)]).toEqual([0, 10, 20, 25, 320, 600, 600]);
  expect(wait(1, 11)).toBe(0);
  const at = (name: string, finishedAt: number): Pod => ({ ...podOf(name), status: { containerStatuses: [{ ...container("c", 1), state: { terminated: { exitCode: 1, finishedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, finishedAt)).toISOString() } } }] } });
  const unix = (s: number) => (Date.UTC(2026, 0, 1) / 1000 + s) * second;
  const after = backoffAfter({ failures: 2, lastUs: 1 }, [], [at("a", 5), at("b", 9)], unix(60));
  expect(after).toEqual({ failures: 4, lastUs: unix(9) });
  expect(backoffAfter(after, [at("s", 7)], [at("a", 5), at("b", 9)], unix(60))).toEqual({ failures: 1, lastUs: unix(9) });
  expect(backoffAfter(after, [at("s", 7)], [], unix(60))).toEqual(noFailures);
  expect(backoffAfter(after, [], [], unix(60))).toBe(after);
  expect(backoffAfter(noFailures, [], [at("a", -10)], unix(60)).lastUs).toBe(unix(60));
});
