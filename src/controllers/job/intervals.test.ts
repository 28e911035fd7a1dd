import { describe, expect, it, test } from "vitest";
import { firstOutside, has, intervalsOf, intervalsText, merged, overlap, parseIntervals, total } from "./intervals.ts";

describe("indexes as text", () => {
  it.each([
    [[], ""],
    [[3], "3"],
    [[0, 1], "0,1"],
    [[0, 1, 2], "0-2"],
    [[5, 1, 2, 3, 9, 10], "1-3,5,9,10"],
  ])("%j is %s", (indexes, text) => {
    expect(intervalsText(intervalsOf(indexes))).toBe(text);
    expect(intervalsText(parseIntervals(text, 100))).toBe(text);
    expect(total(parseIntervals(text, 100))).toBe(indexes.length);
  });

  it.each([
    ["0-9", 4, "0-3"],
    ["0,7-9", 4, "0"],
    ["x,1,2-y,3", 10, "1,3"],
    ["0-1,2-4", 10, "0-4"],
  ])("%s of %i completions is %s", (text, completions, expected) => {
    expect(intervalsText(parseIntervals(text, completions))).toBe(expected);
  });
});

test("sets of indexes are joined, compared and filled up", () => {
  const a = parseIntervals("0-2,6", 10);
  expect(intervalsText(merged(a, parseIntervals("3,8", 10)))).toBe("0-3,6,8");
  expect(overlap(a, parseIntervals("2-6", 10))).toBe(2);
  expect([has(a, 1), has(a, 3)]).toEqual([true, false]);
  expect(firstOutside(a, 3, 10)).toEqual([3, 4, 5]);
  expect(firstOutside(a, 10, 8)).toEqual([3, 4, 5, 7]);
});
