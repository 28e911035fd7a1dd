import { expect, it } from "vitest";
import { colourShown } from "./colourShown.ts";

it("colours what is seen at once, the last line in part, and of a long text nothing that is far down", () => {
  const asked: number[] = [];
  const editor = (lines: number, ...ends: number[]) => ({ getModel: () => ({ getLineCount: () => lines, tokenization: { forceTokenization: (line: number) => void asked.push(line) } }), getVisibleRanges: () => ends.map((endLineNumber) => ({ endLineNumber })) });
  colourShown(editor(40, 21));
  colourShown(editor(21, 21));
  colourShown(editor(90_000, 80_000));
  // A box without height shows none.
  colourShown(editor(40));
  colourShown({ getModel: () => null, getVisibleRanges: () => [] });
  expect(asked).toEqual([22, 21]);
});
