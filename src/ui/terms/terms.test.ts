import { describe, expect, test } from "vitest";
import { defaultPlugins } from "../../scheduler/plugins/index.ts";
import { glossary } from "./glossary.ts";
import { isTerm, termNames } from "./termNames.ts";

describe("words that are explained", () => {
  test("each is said in a sentence or two that a tip can hold", () => {
    for (const name of termNames) {
      expect(glossary[name], name).toMatch(/^[A-Z].*[.?]$/s);
      expect(glossary[name].length, name).toBeLessThan(220);
    }
    expect(Object.keys(glossary)).toEqual([...termNames]);
  });

  test("every plugin that decides where a pod goes is one of them", () => {
    expect(defaultPlugins.map(({ name }) => name).filter((name) => !isTerm(name))).toEqual([]);
  });

  test("what objects carry as keys is no word of ours", () => {
    expect(["constructor", "__proto__", "pod", ""].filter(isTerm)).toEqual([]);
  });
});
