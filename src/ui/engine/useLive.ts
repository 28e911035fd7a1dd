import { useEffect, useState } from "react";
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
        const value = await look();
        if (!alive) return;
        wait = pauseMs(value);
        setFound({ key, value });
      }
      timer = setTimeout(() => void turn(), wait);
    };
    void turn();
    return () => {
      alive = false;
      clearTimeout(timer);
    };
    // `key` stands for everything `look` reads.
  }, [key, cluster]);
  return found !== null && found.key === key ? found.value : null;
}
