import type { Frame } from "../../hosts/protocol.ts";
import { isCalm } from "../design/isCalm.ts";
import { edgeKey } from "../stores/clusterStore.ts";
import { drawingCost, type DrawingCost } from "./drawingCost.ts";

/** Two frames in a row as one. Only for frames that forget nothing of what was known before. */
export function mergeFrames(first: Frame, next: Frame): Frame {
  const removed = new Set(next.removes);
  const upserts = new Map([...first.upserts.filter(({ uid }) => !removed.has(uid)), ...next.upserts].map((fact) => [fact.uid, fact]));
  const gone = new Set(next.edges.removed.map(edgeKey));
  return {
    ...next,
    upserts: [...upserts.values()],
    removes: [...first.removes, ...next.removes],
    edges: { added: [...first.edges.added.filter((edge) => !gone.has(edgeKey(edge))), ...next.edges.added], removed: [...first.edges.removed, ...next.edges.removed] },
    trace: [...first.trace, ...next.trace],
    flows: [...first.flows, ...next.flows],
    flowCounts: [...first.flowCounts, ...next.flowCounts],
    marks: [...first.marks, ...next.marks],
  };
}

/** So little leaves time enough in a display frame. */
const quickMs = 6;

/** So often at most what merely goes on is shown to who asked for less motion: figures that roll thirty times a second are motion too. */
const calmMs = 250;

/** What a person has asked for, not what merely goes on: it is shown at once. */
function answers(frame: Frame, last: Frame | null): boolean {
  return last === null || frame.reset !== false || frame.speed !== last.speed || frame.replaying !== last.replaying || frame.booting !== last.booting || frame.lookingAt !== last.lookingAt;
}

/**
 * Between the engine and the stores: takes frames as they come, and gives them on as fast as they can be drawn while half of the time
 * is left for the person. What comes meanwhile is merged. Where drawing is quick, and for all that answers a person, that is at once.
 */
export function paceFrames(apply: (frame: Frame) => void, cost: DrawingCost = drawingCost, calm: () => boolean = isCalm) {
  let pending: Frame | null = null;
  let last: Frame | null = null;
  let busy = false;
  const flush = () => {
    if (pending === null) return;
    const frame = pending;
    pending = null;
    last = frame;
    const beganMs = performance.now();
    apply(frame);
    const appliedMs = performance.now() - beganMs;
    if (busy) return;
    busy = true;
    cost((drawnMs) => {
      const rest = () => {
        busy = false;
        flush();
      };
      const costMs = appliedMs + drawnMs;
      const waitMs = Math.max(costMs < quickMs ? 0 : costMs, calm() ? calmMs : 0);
      if (waitMs === 0) rest();
      else setTimeout(rest, waitMs);
    });
  };
  return {
    take(frame: Frame): void {
      const atOnce = answers(frame, last);
      if (atOnce) flush();
      pending = pending === null ? frame : mergeFrames(pending, frame);
      if (atOnce || !busy) flush();
    },
    /** Gives on what waits. */
    flush,
  };
}
