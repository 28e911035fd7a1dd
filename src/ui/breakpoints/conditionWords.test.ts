import { expect, it } from "vitest";
import { conditionTarget, readCondition } from "./conditionWords.ts";

it("reads what was filled in, says what is wrong, and names what it picks", () => {
  const sick = readCondition("podCrashLoop", { namespace: " default ", selector: "app=web, tier=" });
  expect(sick).toEqual({ type: "podCrashLoop", namespace: "default", name: "", labels: { app: "web", tier: "" } });
  expect(typeof sick === "string" ? sick : conditionTarget(sick)).toBe("default/* app=web tier=");
  expect(readCondition("podNotReady", { selector: "app" })).toBe('"app" is not a label: write app=web.');
  expect(readCondition("event", { reason: " " })).toMatch(/^Say which reason/);
  expect(readCondition("time", { seconds: "" })).toMatch(/^Say how many seconds/);
  expect(readCondition("time", { seconds: "2.5" })).toEqual({ type: "time", at: 2_500_000 });
  expect(conditionTarget({ type: "endpointsGone", namespace: "", name: "" })).toBe("any");
});
