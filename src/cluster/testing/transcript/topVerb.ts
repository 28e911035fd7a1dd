// Follows kubectl's pkg/metricsutil/metrics_printer.go.
import { quantityBytes, quantityMilli } from "../../../apimachinery/quantity.ts";
import { isJsonObject } from "../../../base/json.ts";
import { alignTable } from "./textTable.ts";
import { errorText, type TranscriptCluster } from "./transcriptCluster.ts";
import type { Words } from "./words.ts";

type Usage = Readonly<Record<string, string>>;

interface Metrics {
  readonly metadata: { readonly name: string };
  readonly usage?: Usage;
  readonly containers?: readonly { readonly usage: Usage }[];
}

/** top pods|nodes [-n NAMESPACE] */
export function top(cluster: TranscriptCluster, { args: [what = ""], options }: Words): readonly string[] {
  const nodes = what.startsWith("node");
  const path = nodes ? "nodes" : `namespaces/${options.get("namespace") ?? "default"}/pods`;
  const { code, body } = cluster.ask("list", `/apis/metrics.k8s.io/v1beta1/${path}`);
  if (code === 404) return ["error: Metrics API not available"];
  if (code !== 200 || !isJsonObject(body)) return [isJsonObject(body) ? errorText(code, body) : `Error from server (ServiceUnavailable): the server is currently unable to handle the request (get ${nodes ? "nodes" : "pods"}.metrics.k8s.io)`];
  const items = body["items"] as unknown as readonly Metrics[];
  const rows = items.map((item) => {
    const usages = item.usage !== undefined ? [item.usage] : (item.containers ?? []).map(({ usage }) => usage);
    const cpu = usages.reduce((sum, usage) => sum + quantityMilli(usage["cpu"] ?? "0"), 0);
    const memory = usages.reduce((sum, usage) => sum + quantityBytes(usage["memory"] ?? "0"), 0);
    const name = cluster.aliases.hide(item.metadata.name);
    const cells = [`${cpu}m`, `${Math.floor(memory / 1024 / 1024)}Mi`];
    if (!nodes) return [name, ...cells];
    const { allocatable } = cluster.fetch(`/api/v1/nodes/${item.metadata.name}`)["status"] as unknown as { readonly allocatable: Usage };
    return [name, cells[0] ?? "", `${Math.floor((cpu * 100) / quantityMilli(allocatable["cpu"] ?? "1"))}%`, cells[1] ?? "", `${Math.floor((memory * 100) / quantityBytes(allocatable["memory"] ?? "1"))}%`];
  });
  if (rows.length === 0) return [nodes ? "error: metrics not available yet" : `No resources found in ${options.get("namespace") ?? "default"} namespace.`];
  return alignTable({ columns: nodes ? ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"] : ["NAME", "CPU(cores)", "MEMORY(bytes)"], rows: rows.toSorted((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1)) });
}
