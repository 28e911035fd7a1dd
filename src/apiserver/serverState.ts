import type { Json } from "../base/json.ts";
import type { ConnectionId } from "../sim/process.ts";
import type { MetricsState } from "./metrics/serverMetrics.ts";
import type { Parked, Stored } from "./parked.ts";
import type { CacheSnapshot } from "./watch/objectCache.ts";
import type { OpenWatchesState } from "./watch/openWatches.ts";

export type Phase = "connecting" | "loading" | "bootstrapping" | "ready";

/** What an API server is, as plain data. */
export interface Snapshot {
  readonly cache: CacheSnapshot;
  readonly watches: OpenWatchesState;
  readonly parked: readonly Parked[];
  readonly nextId: number;
  readonly phase: Phase;
  readonly etcd: ConnectionId | null;
  readonly compactAt: number;
  readonly sweeping: boolean;
  readonly metrics: MetricsState;
  readonly usage: Json;
}

/** A request that was parked. */
export interface Again {
  readonly fresh: boolean;
  readonly stored: Stored | null;
  readonly parked: Parked;
  /** How often it was refused because a quota had changed. */
  readonly quotaAttempt?: number;
  /** From which of its writes it is planned again. */
  readonly progress?: string | undefined;
}
