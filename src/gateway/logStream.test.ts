import { expect, it } from "vitest";
import { linesAfter } from "./logStream.ts";

it.each<[string, string, number, number, string]>([
  ["nothing new", "a\nb\n", 0, 2, ""],
  ["new lines", "a\nb\nc\n", 0, 1, "b\nc\n"],
  ["lines that look like earlier ones", "a\na\na\n", 0, 2, "a\n"],
  ["a rotated log", "c\nd\n", 2, 3, "d\n"],
  ["a log rotated past what was seen", "e\nf\n", 4, 2, "e\nf\n"],
  ["a container that began anew", "a\n", 0, 3, "a\n"],
])("follows %s", (_, text, dropped, seen, added) => {
  expect(linesAfter(text, dropped, seen)).toBe(added);
});
