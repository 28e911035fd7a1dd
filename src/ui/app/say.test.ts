import { expect, it } from "vitest";
import { fewLines } from "./say.ts";

it("a notice tells a few lines, and how many more there are", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);
  expect(fewLines(lines(6)).split("\n")).toEqual(lines(6));
  expect(fewLines(lines(20)).split("\n")).toEqual([...lines(5), "and 15 more"]);
});
