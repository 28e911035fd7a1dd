/** What is used of the editor here. Its own types leave `tokenization` out; where it goes, so does the hurry. */
export interface ColouredEditor {
  getModel(): { getLineCount(): number; readonly tokenization?: { forceTokenization?(line: number): void } } | null;
  getVisibleRanges(): readonly { readonly endLineNumber: number }[];
}

/** Further down, the colours come when the page rests. */
const mostColoured = 3_000;

/**
 * Gives the lines that are seen their colours at once. A text that is new, or whose theme is, is read by the editor when the page rests,
 * and a page that shows a busy cluster on a slow machine does not: the whole text stood there in one colour.
 */
export function colourShown(editor: ColouredEditor): void {
  const model = editor.getModel();
  if (model === null) return;
  // One line more: the last may be seen in part.
  const last = Math.min(model.getLineCount(), Math.max(...editor.getVisibleRanges().map(({ endLineNumber }) => endLineNumber)) + 1);
  if (last > 0 && last <= mostColoured) model.tokenization?.forceTokenization?.(last);
}
