import type { FlowRecord } from "../../network/packet.ts";
import { curveLength, pointOn, wireCurves, type Box, type Curve, type Point } from "./geometry.ts";

/** A request on its way over the picture. */
export interface Dot {
  /** Null: a message between parts of the control plane. */
  readonly flow: FlowRecord | null;
  readonly curves: readonly Curve[];
  readonly wires: readonly string[];
  readonly lengths: readonly number[];
  readonly total: number;
  readonly failed: boolean;
  /** Travelled so far. */
  way: number;
}

/** The most dots under way at once; what is drawn is a sample, what is counted is not. */
export const dotLimit = 80;
/** Pixels of the picture a dot covers in a real second at 1x and faster. */
export const pace = 620;

/** A dot for a request whose stops have boxes; null where it never left. */
export function makeDot(flow: FlowRecord | null, stops: readonly string[], failed: boolean, boxOf: ReadonlyMap<string, Box>, gapOf: ReadonlyMap<string, Point>): Dot | null {
  const curves: Curve[] = [];
  const wires: string[] = [];
  for (let index = 1; index < stops.length; index++) {
    const from = boxOf.get(stops[index - 1] ?? "");
    const to = boxOf.get(stops[index] ?? "");
    if (from === undefined || to === undefined) break;
    wireCurves(from, to, gapOf.get(stops[index] ?? "")).forEach((curve, part) => {
      curves.push(curve);
      wires.push(`${stops[index - 1]}>${stops[index]}/${part}`);
    });
  }
  if (curves.length === 0) return null;
  const lengths = curves.map(curveLength);
  return { flow, curves, wires, lengths, total: lengths.reduce((sum, one) => sum + one, 0), failed, way: 0 };
}

/** Moves a dot on. Returns false when it has arrived. */
export function moveDot(dot: Dot, elapsedMs: number, speed: number): boolean {
  dot.way += (elapsedMs / 1000) * pace * Math.min(1, speed);
  return dot.way < dot.total;
}

/** Where a dot is, and on which of its wires. */
export function placeOfDot(dot: Dot): { readonly at: Point; readonly wire: number } {
  let way = dot.way;
  for (let index = 0; index < dot.curves.length; index++) {
    const length = dot.lengths[index] ?? 1;
    const curve = dot.curves[index];
    if (curve !== undefined && (way <= length || index === dot.curves.length - 1)) return { at: pointOn(curve, Math.min(1, way / length)), wire: index };
    way -= length;
  }
  return { at: { x: 0, y: 0 }, wire: 0 };
}
