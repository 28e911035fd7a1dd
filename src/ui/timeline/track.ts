import type { TimelineMark } from "../../hosts/protocol.ts";

export const second = 1_000_000;
/** The track never shows less than this, so that the first moments do not race across it. */
const leastSpan = 60 * second;
/** Width of a letter of a label, near enough to keep labels apart. */
const letterPx = 5.6;
const labelGapPx = 10;

/** The span the track shows: a little more than what has passed, in steps, so that marks stand still between them. */
export function trackSpan(now: number): number {
  let span = leastSpan;
  while (now > span * 0.92) span *= 1.5;
  return span;
}

export interface PlacedMark {
  /** The first of those that stand together. */
  readonly mark: TimelineMark;
  readonly share: number;
  /** null where there is no room for it on either side of the line. */
  readonly label: string | null;
  readonly side: "above" | "below";
}

/** What one person did at about one moment counts as one mark. */
const togetherUs = 1.5 * second;
/** Marks that would lie on one another count as one as well, where they say the same sort of thing. */
const markPx = 10;

/** Marks with their places. A label runs to the right of its mark, above the line or, where that is taken, below it. */
export function placeMarks(marks: readonly TimelineMark[], span: number, widthPx: number): PlacedMark[] {
  const groups: { readonly mark: TimelineMark; more: number }[] = [];
  const lastOf = new Map<TimelineMark["tone"], (typeof groups)[number]>();
  const nearUs = (markPx / Math.max(1, widthPx)) * span;
  for (const mark of marks) {
    const last = lastOf.get(mark.tone);
    if (last !== undefined && (mark.at - last.mark.at < nearUs || (last === groups.at(-1) && mark.at - last.mark.at < togetherUs))) last.more++;
    else {
      const group = { mark, more: 0 };
      groups.push(group);
      lastOf.set(mark.tone, group);
    }
  }
  const takenPx = { above: -1, below: -1 };
  return groups.map(({ mark, more }) => {
    const label = more === 0 ? mark.label : `${mark.label} +${more}`;
    const leftPx = (mark.at / span) * widthPx;
    const side = leftPx > takenPx.above ? "above" : "below";
    const fits = leftPx > takenPx[side];
    if (fits) takenPx[side] = leftPx + label.length * letterPx + labelGapPx;
    return { mark, share: mark.at / span, label: fits ? label : null, side };
  });
}

/** How near to a mark a click means the mark. */
const snapPx = 7;

/** The time at a place on the track; near a mark it is the mark's. */
export function timeAt(leftPx: number, widthPx: number, span: number, marks: readonly TimelineMark[]): number {
  const us = (Math.min(Math.max(leftPx, 0), widthPx) / Math.max(1, widthPx)) * span;
  let near: TimelineMark | null = null;
  for (const mark of marks) if (near === null || Math.abs(mark.at - us) < Math.abs(near.at - us)) near = mark;
  return near !== null && (Math.abs(near.at - us) / span) * widthPx <= snapPx ? near.at : us;
}

/** Where a key leads from a time: by a second, by ten, to the beginning, to now, or with Shift to the next mark. Null: not a key of the slider. */
export function timeByKey(key: string, shift: boolean, from: number, marks: readonly TimelineMark[]): number | null {
  const back = key === "ArrowLeft" || key === "ArrowDown";
  if (shift && (back || key === "ArrowRight" || key === "ArrowUp")) {
    const mark = back ? marks.findLast(({ at }) => at < from) : marks.find(({ at }) => at > from);
    return mark?.at ?? (back ? 0 : Number.MAX_SAFE_INTEGER);
  }
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return from - second;
    case "ArrowRight":
    case "ArrowUp":
      return from + second;
    case "PageDown":
      return from - 10 * second;
    case "PageUp":
      return from + 10 * second;
    case "Home":
      return 0;
    case "End":
      return Number.MAX_SAFE_INTEGER;
    default:
      return null;
  }
}
