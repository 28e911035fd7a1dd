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

/** Of many objects the picture is counted and drawn anew at most this often: nobody reads cells faster. */
const crowdPauseMs = 140;
/** Where that is dear, less often: it may take this part of the time. */
const crowdShare = 0.2;
/** And at most: what else the page had to do at that moment, as while it loads, is in a cost too, and a number that is wrong for long is a lie. */
const mostCrowdPauseMs = 1_500;

/** How long objects rest after a drawing that cost so much, where they are many. */
export function crowdPause(costMs: number): number {
  return Math.min(mostCrowdPauseMs, Math.max(crowdPauseMs, costMs / crowdShare));
}

function tellsObjects({ upserts, removes, edges: { added, removed } }: Frame): boolean {
  return upserts.length + removes.length + added.length + removed.length > 0;
}

const noObjects = { upserts: [], removes: [], edges: { added: [], removed: [] } } as const;
const objectsAlone = { trace: [], flows: [], flowCounts: [], marks: [] } as const;

/**
 * Between the engine and the stores: takes frames as they come, and gives them on as fast as they can be drawn while half of the time
 * is left for the person. What comes meanwhile is merged. Where drawing is quick, and for all that answers a person, that is at once.
 * In a crowd the objects of frames wait longer than their clock and their requests. They wait here, all of them together, so that
 * whatever counts them (header, graph, tree, sentences) counts those of one moment.
 */
export function paceFrames(apply: (frame: Frame) => void, crowded: () => boolean, cost: DrawingCost = drawingCost, calm: () => boolean = isCalm) {
  let pending: Frame | null = null;
  let last: Frame | null = null;
  let busy = false;
  let objectsDueMs = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const give = (frame: Frame) => {
    const withObjects = tellsObjects(frame);
    last = frame;
    const beganMs = performance.now();
    apply(frame);
    const appliedMs = performance.now() - beganMs;
    if (withObjects && crowded()) objectsDueMs = beganMs + crowdPauseMs;
    if (busy) return;
    busy = true;
    cost((drawnMs) => {
      const rest = () => {
        busy = false;
        flush();
      };
      const costMs = appliedMs + drawnMs;
      if (withObjects && crowded()) objectsDueMs = beganMs + crowdPause(costMs);
      const waitMs = Math.max(costMs < quickMs ? 0 : costMs, calm() ? calmMs : 0);
      if (waitMs === 0) rest();
      else setTimeout(rest, waitMs);
    });
  };
  const flushAll = () => {
    clearTimeout(timer);
    timer = undefined;
    if (pending === null) return;
    const frame = pending;
    pending = null;
    give(frame);
  };
  const flush = () => {
    if (pending === null) return;
    const waitMs = objectsDueMs - performance.now();
    if (waitMs <= 0 || !tellsObjects(pending)) return flushAll();
    const frame = pending;
    pending = { ...frame, ...objectsAlone };
    // The engine may have nothing more to tell until then.
    timer ??= setTimeout(() => {
      timer = undefined;
      if (!busy) flush();
    }, waitMs);
    if (frame.now !== last?.now) give({ ...frame, ...noObjects });
  };
  return {
    take(frame: Frame): void {
      const atOnce = answers(frame, last);
      if (atOnce) flushAll();
      pending = pending === null ? frame : mergeFrames(pending, frame);
      if (atOnce) flushAll();
      else if (!busy) flush();
    },
    /** Gives on what waits. */
    flush: flushAll,
  };
}
