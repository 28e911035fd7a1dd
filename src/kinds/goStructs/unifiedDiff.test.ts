import { describe, expect, it } from "vitest";
import { unifiedDiff } from "./unifiedDiff.ts";

const lines = Array.from({ length: 20 }, (_, at) => `line ${at}`);
const changed = (...at: readonly number[]): readonly string[] => lines.map((line, each) => (at.includes(each) ? `${line}!` : line));

describe("unifiedDiff", () => {
  it("says nothing of equal texts", () => {
    expect(unifiedDiff(lines, [...lines])).toBe("");
  });
  it("gives three lines of context", () => {
    expect(unifiedDiff(lines, changed(10)).split("\n")).toEqual(["@@ -8,7 +8,7 @@", " line 7", " line 8", " line 9", "-line 10", "+line 10!", " line 11", " line 12", " line 13", ""]);
  });
  it("joins changes that are near each other and parts those that are not", () => {
    expect(unifiedDiff(lines, changed(3, 8)).match(/@@/g)).toHaveLength(2);
    expect(unifiedDiff(lines, changed(3, 12)).match(/^@@/gm)).toHaveLength(2);
  });
  it("knows additions at the end", () => {
    expect(unifiedDiff(lines, [...lines, "new"]).split("\n")[0]).toBe("@@ -18,3 +18,4 @@");
  });
});
