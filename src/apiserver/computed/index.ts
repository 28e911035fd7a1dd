import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { componentStatusKind } from "../../kinds/core/componentstatus/kind.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import type { Resource } from "../resources.ts";
import type { ServerView } from "../serverView.ts";
import { componentStatuses } from "./componentStatuses.ts";
import { nodeMetrics, podMetrics } from "./usage.ts";

/** Kinds whose objects nobody stores: the server makes them when it is asked. */
export const computedKinds: readonly KindDefinition[] = [componentStatusKind as unknown as KindDefinition];

const makers: ReadonlyMap<string, (server: ServerView, nowUs: number) => readonly KubeObject[]> = new Map<string, (server: ServerView, nowUs: number) => readonly KubeObject[]>([
  ["componentstatuses", componentStatuses], ["nodes.metrics.k8s.io", (server, nowUs) => nodeMetrics(server, nowUs)], ["pods.metrics.k8s.io", (server, nowUs) => podMetrics(server, nowUs)],
]);

/** The objects of such a kind; null for a kind that is stored. */
export function computedObjects(server: ServerView, resource: Resource, nowUs: number): readonly KubeObject[] | null {
  return makers.get(resource.id)?.(server, nowUs) ?? null;
}
