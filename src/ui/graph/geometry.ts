export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}
/** A cubic curve from the right side of one box to the left side of another. */
export interface Curve {
  readonly from: Point;
  readonly c1: Point;
  readonly c2: Point;
  readonly to: Point;
}

/** Between two boxes that stand one over the other: from edge to edge. */
function upright(from: Box, to: Box): Curve {
  const down = to.y > from.y;
  const x = (Math.max(from.x, to.x) + Math.min(from.x + from.width, to.x + to.width)) / 2;
  return straight({ x, y: down ? from.y + from.height : from.y }, { x, y: down ? to.y : to.y + to.height });
}

/** The one shape of a wire: edges draw it, dots travel on it. Out at the side that faces the other box, in at its facing side. */
export function wireCurve(from: Box, to: Box): Curve {
  if (from.x < to.x + to.width && to.x < from.x + from.width && (from.y + from.height <= to.y || to.y + to.height <= from.y)) return upright(from, to);
  // Back to what stands further left.
  if (to.x + to.width <= from.x) {
    const start = { x: from.x, y: from.y + from.height / 2 };
    const end = { x: to.x + to.width, y: to.y + to.height / 2 };
    const reach = Math.max(16, (start.x - end.x) / 2);
    return { from: start, c1: { x: start.x - reach, y: start.y }, c2: { x: end.x + reach, y: end.y }, to: end };
  }
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x, y: to.y + to.height / 2 };
  const reach = Math.max(16, (end.x - start.x) / 2);
  return { from: start, c1: { x: start.x + reach, y: start.y }, c2: { x: end.x - reach, y: end.y }, to: end };
}

function straight(from: Point, to: Point): Curve {
  const third = { x: (to.x - from.x) / 3, y: (to.y - from.y) / 3 };
  return { from, c1: { x: from.x + third.x, y: from.y + third.y }, c2: { x: to.x - third.x, y: to.y - third.y }, to };
}

/** How far before a box its wire leaves the gap under the row: the width between two columns, and a little. */
const turnPx = 14;

/**
 * The way into a box that stands behind another one: a curve to the gap under the row, along the gap, and up between the columns to
 * the box's left side, where every wire arrives. One curve where there is no gap to go through.
 */
export function wireCurves(from: Box, to: Box, gap: Point | undefined): readonly Curve[] {
  if (gap === undefined) return [wireCurve(from, to)];
  const entry = wireCurve(from, { x: gap.x, y: gap.y, width: 0, height: 0 });
  const turn = { x: to.x - turnPx, y: gap.y };
  const end = { x: to.x, y: to.y + to.height / 2 };
  return [entry, straight(entry.to, turn), { from: turn, c1: { x: end.x - 2, y: turn.y }, c2: { x: end.x - 12, y: end.y }, to: end }];
}

export function curvePath({ from, c1, c2, to }: Curve): string {
  return `M${from.x} ${from.y}C${c1.x} ${c1.y} ${c2.x} ${c2.y} ${to.x} ${to.y}`;
}

/** The point at `t` (0 to 1) of a curve. */
export function pointOn({ from, c1, c2, to }: Curve, t: number): Point {
  const u = 1 - t;
  const a = u * u * u;
  const b = 3 * u * u * t;
  const c = 3 * u * t * t;
  const d = t * t * t;
  return { x: a * from.x + b * c1.x + c * c2.x + d * to.x, y: a * from.y + b * c1.y + c * c2.y + d * to.y };
}

/** A curve that rises or falls more than this would run through words at its middle. */
const steepPx = 12;
/** Half of a rate's words, and a little. */
const wordsPx = 15;

/** Where two short lines of words stand by a curve: over and under its middle, or where it is steep near its end, on the side that it does not come from. */
export function wordsBy(curve: Curve): { readonly x: number; readonly first: number; readonly second: number } {
  const { from, to } = curve;
  const middle = pointOn(curve, 0.5);
  if (Math.abs(to.y - from.y) < steepPx) return { x: middle.x, first: middle.y - 5, second: middle.y + 13 };
  const x = Math.max(middle.x, to.x - wordsPx);
  return to.y > from.y ? { x, first: to.y + 13, second: to.y + 24 } : { x, first: to.y - 16, second: to.y - 5 };
}

/** Length, near enough to pace a dot by. */
export function curveLength(curve: Curve): number {
  let length = 0;
  let last = curve.from;
  for (let step = 1; step <= 8; step++) {
    const next = pointOn(curve, step / 8);
    length += Math.hypot(next.x - last.x, next.y - last.y);
    last = next;
  }
  return length;
}

/**
 * The viewport that shows `content` whole inside a stage, its insets left free. `anchor`: the height whose middle comes to the middle
 * of the stage, as far as all of the content has room; without it that of the content.
 */
export function fitViewport(content: Box, stage: { readonly width: number; readonly height: number }, insets: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number }, zooms: { readonly least: number; readonly most: number }, anchor = content.height) {
  const width = Math.max(1, stage.width - insets.left - insets.right);
  const height = Math.max(1, stage.height - insets.top - insets.bottom);
  const zoom = Math.min(zooms.most, Math.max(zooms.least, Math.min(width / content.width, height / content.height)));
  const spareX = Math.max(0, width - content.width * zoom) / 2;
  const spareY = Math.max(0, Math.min((height - anchor * zoom) / 2, height - content.height * zoom));
  return { x: insets.left + spareX - content.x * zoom, y: insets.top + spareY - content.y * zoom, zoom };
}
