import { useEffect, useState } from "react";
import { recentCounts } from "../stores/rateStore.ts";
import { useApp } from "./appModel.ts";

/** Numbers that change with every frame cannot be read. */
const refreshMs = 500;

/** What became of the requests of the last ten virtual seconds, told twice a second. */
export function useRecent(): ReturnType<typeof recentCounts> {
  const { rates } = useApp();
  const [recent, setRecent] = useState(() => recentCounts(rates.getState()));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = () => {
      timer = undefined;
      setRecent(recentCounts(rates.getState()));
    };
    take();
    const stop = rates.subscribe(() => {
      timer ??= setTimeout(take, refreshMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [rates]);
  return recent;
}
