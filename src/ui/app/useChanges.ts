import { useEffect, useState } from "react";
import { useApp } from "./appModel.ts";

/** Least real time between two countings of the whole cluster. */
const pauseMs = 120;

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
    const show = () => {
      timer = undefined;
      shownAtMs = performance.now();
      setSeen(cluster.getState().change);
    };
    const stop = cluster.subscribe((state, before) => {
      if (state.change === before.change || timer !== undefined) return;
      const waitMs = shownAtMs + pauseMs - performance.now();
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
