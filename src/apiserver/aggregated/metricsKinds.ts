import type { KindDefinition } from "../../kinds/define.ts";
import { nodeMetricsKind } from "../../kinds/metrics/nodemetrics/kind.ts";
import { podMetricsKind } from "../../kinds/metrics/podmetrics/kind.ts";

/** What metrics-server serves. */
export function metricsKinds(): readonly KindDefinition[] {
  return [nodeMetricsKind as unknown as KindDefinition, podMetricsKind as unknown as KindDefinition];
}
