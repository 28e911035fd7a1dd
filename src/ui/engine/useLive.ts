import { useEffect, useRef, useState } from "react";
import { useApp } from "../app/appModel.ts";

/** Least real time between two looks at the same thing. */
const defaultPauseMs = 450;

/**
 * Keeps an answer of the engine fresh: looks at once, then again whenever virtual time has moved on since the last look, never
 * more often than the pause. `key` names what is looked at; null looks at nothing. The old answer stands until the new one is there.
 */
export function useLive<T>(key: string | null, look: () => Promise<T>, pauseMs: (value: T) => number = () => defaultPauseMs): T | null {
  const { cluster } = useApp();
  const [found, setFound] = useState<{ readonly key: string; readonly value: T } | null>(null);
  // `key` stands for everything `look` reads: a new function alone starts no new round.
  const latest = useRef({ look, pauseMs });
  useEffect(() => {
    latest.current = { look, pauseMs };
  });
  useEffect(() => {
    if (key === null) return;
    let alive = true;
    let seenAt = -1;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wait = defaultPauseMs;
    const turn = async () => {
      const { now, revision } = cluster.getState();
      if (now + revision !== seenAt) {
        seenAt = now + revision;
        const value = await latest.current.look();
        if (!alive) return;
        wait = latest.current.pauseMs(value);
        setFound({ key, value });
      }
      timer = setTimeout(() => void turn(), wait);
    };
    void turn();
    return () => {
      alive = false;
      clearTimeout(timer);
    };
  }, [key, cluster]);
  return found !== null && found.key === key ? found.value : null;
}
