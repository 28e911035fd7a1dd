import { describe, expect, it } from "vitest";
import { faultDefinitions } from "../../cluster/faults/index.ts";
import { faultPlaces, faultSentence, faultTargets, paramWords, targetWords } from "./faultTypes.ts";

describe("the faults that the page offers", () => {
  it.each(faultDefinitions.map((fault) => [fault.type, fault] as const))("%s has a place, a sentence, and a unit for each amount", (type, fault) => {
    expect(faultPlaces.map(({ on }) => on)).toContain(fault.on);
    expect(faultSentence(type)).toMatch(/\.$/);
    for (const { name } of fault.params) expect(paramWords(name).unit).not.toBe("");
  });
  it("names machines that are no nodes by what they are", () => {
    expect(targetWords("node-1,cp-1")).toBe("node-1 and control plane");
    expect(faultTargets("link", [])).toEqual(["cp-1", "world"]);
    expect(faultTargets("service", [])).toEqual([]);
  });
});
