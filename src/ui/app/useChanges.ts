import { useEffect, useState } from "react";
import { drawingCost } from "../engine/drawingCost.ts";
import { useApp } from "./appModel.ts";

/** Least real time between two countings of the whole cluster. */
const pauseMs = 120;
/** Where counting is dear, less often: it may take this part of the time. */
const countingShare = 0.2;
/** And at most: what else the page had to do at that moment, as while it loads, is in a cost too, and a number that is wrong for long is a lie. */
const mostPauseMs = 1500;

/** How long to rest after a counting that cost so much. */
export function countingPause(costMs: number): number {
  return Math.min(mostPauseMs, Math.max(pauseMs, costMs / countingShare));
}

/**
 * Renders again when facts have changed: at once after a rest, at most this often in a storm. For what counts over all objects; a
 * component that shows one object watches that one.
 */
export function useChanges(): void {
  const { cluster } = useApp();
  const [, setSeen] = useState(-1);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shownAtMs = Number.NEGATIVE_INFINITY;
    let costMs = 0;
    const show = () => {
      timer = undefined;
      shownAtMs = performance.now();
      setSeen(cluster.getState().change);
      drawingCost((ms) => (costMs = ms));
    };
    const stop = cluster.subscribe((state, before) => {
      if (state.change === before.change || timer !== undefined) return;
      const waitMs = shownAtMs + countingPause(costMs) - performance.now();
      if (waitMs <= 0) show();
      else timer = setTimeout(show, waitMs);
    });
    show();
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [cluster]);
}
