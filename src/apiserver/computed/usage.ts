// Follows kubernetes-sigs/metrics-server pkg/api/{node,pod}.go.
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { compareText } from "../../base/compareText.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import { formatBytes, formatNanocores, formatWindow } from "../../kinds/metrics/amounts.ts";
import type { NodeMetrics } from "../../kinds/metrics/nodemetrics/kind.ts";
import type { PodMetrics } from "../../kinds/metrics/podmetrics/kind.ts";
import type { NodeUsageState } from "../aggregated/usageAfter.ts";
import type { ServerView } from "../serverView.ts";

const usageOf = ({ cpuNanocores, memoryBytes }: { readonly cpuNanocores: number; readonly memoryBytes: number }): Readonly<Record<string, string>> => ({ cpu: formatNanocores(cpuNanocores), memory: formatBytes(memoryBytes) });

function metaOf(object: KubeObject, nowUs: number): KubeObject["metadata"] {
  const { name, namespace, labels } = object.metadata;
  return { name, ...(namespace === undefined ? {} : { namespace }), creationTimestamp: formatRfc3339(nowUs), ...(labels === undefined ? {} : { labels }) } as unknown as KubeObject["metadata"];
}

const scrapeOf = ({ told }: NodeUsageState): { readonly timestamp: string; readonly window: string } => ({ timestamp: formatRfc3339(told.atUs), window: formatWindow(told.windowUs) });

/** Of the nodes that there are and that were scraped. */
export function nodeMetrics(server: ServerView, nowUs: number): readonly NodeMetrics[] {
  const resource = server.resources.get("nodes");
  const found: NodeMetrics[] = [];
  if (resource === null) return found;
  for (const [name, node] of server.cache.range(resource, "")) {
    const usage = server.usage.nodes?.get(name);
    if (usage !== undefined) found.push({ apiVersion: "metrics.k8s.io/v1beta1", kind: "NodeMetrics", metadata: metaOf(node, nowUs), ...scrapeOf(usage), usage: usageOf(usage.told) });
  }
  return found;
}

/** Of the pods that there are and of whose containers something is known. */
export function podMetrics(server: ServerView, nowUs: number): readonly PodMetrics[] {
  const resource = server.resources.get("pods");
  const found: PodMetrics[] = [];
  if (resource === null) return found;
  for (const usage of server.usage.nodes?.values() ?? []) {
    for (const [key, containers] of usage.pods) {
      const pod = server.cache.get(resource, key);
      if (pod === null || containers.length === 0) continue;
      found.push({ apiVersion: "metrics.k8s.io/v1beta1", kind: "PodMetrics", metadata: metaOf(pod, nowUs), ...scrapeOf(usage), containers: containers.map((container) => ({ name: container.name, usage: usageOf(container) })) });
    }
  }
  return found.sort((a, b) => compareText(`${a.metadata.namespace ?? ""}/${a.metadata.name}`, `${b.metadata.namespace ?? ""}/${b.metadata.name}`));
}
