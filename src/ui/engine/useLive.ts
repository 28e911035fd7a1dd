import { useEffect, useRef, useState } from "react";
import { useApp, useCluster } from "../app/appModel.ts";

/** Least real time between two looks at the same thing. */
const defaultPauseMs = 450;

/**
 * Keeps an answer of the engine fresh: looks at once, then again whenever virtual time has moved on since the last look, never
 * more often than the pause. `key` names what is looked at; null looks at nothing. The old answer stands until the new one is there.
 * At another time than now it looks once.
 */
export function useLive<T>(key: string | null, look: () => Promise<T>, pauseMs: (value: T) => number = () => defaultPauseMs): T | null {
  const { cluster } = useApp();
  const lookingAt = useCluster((state) => state.lookingAt);
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
      const moment = lookingAt ?? now + revision;
      if (moment !== seenAt) {
        seenAt = moment;
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
  }, [key, cluster, lookingAt]);
  return found !== null && found.key === key ? found.value : null;
}
