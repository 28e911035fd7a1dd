import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { compareText } from "../../base/compareText.ts";
import { latencyBoundsUs, type Latencies } from "../metrics/latencies.ts";
import { requestLabels, type OpenWatch } from "../metrics/serverMetrics.ts";
import type { RequestContext } from "../requestContext.ts";
import type { Resource } from "../resources.ts";
import { serverVersion } from "./serverVersion.ts";

type Labels = readonly (readonly [name: string, value: string])[];
type Sample = readonly [labels: Labels, value: number];

/** In Prometheus' text format. Only what the engine knows: a metric that would have to be invented is not there. */
export function serveMetrics(rc: RequestContext): ApiResponse {
  const { metrics, resources, cache } = rc.server;
  const objects = [...resources.all()].filter(({ kind }) => kind.verbs.includes("create")).map((resource) => [resource, cache.count(resource)] as const);
  const text = [
    family("apiserver_longrunning_requests", "gauge", "[STABLE] Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component.",
      Array.from(countByResource(metrics.openWatches()), ([id, count]): Sample => watchSample(resources.get(id), count))),
    family("apiserver_request_total", "counter", "[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.",
      Array.from(metrics.requests, ([key, count]): Sample => {
        const [code = "", ...kind] = key.split("|");
        return [[["code", code], ...requestLabelsOf(kind.join("|"))], count];
      })),
    histogram("apiserver_request_duration_seconds", "[STABLE] Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.",
      Array.from(metrics.requestLatencies.byKey, ([key, latencies]) => [requestLabelsOf(key), latencies] as const)),
    // Upstream leaves out what webhooks and the queues of priority and fairness took, and whether it was a dry run.
    histogram("apiserver_request_sli_duration_seconds", "[ALPHA] Response latency distribution (not counting webhook duration and priority & fairness queue wait times) in seconds for each verb, group, version, resource, subresource, scope and component.",
      Array.from(metrics.requestLatencies.byKey, ([key, latencies]) => [requestLabelsOf(key).filter(([name]) => name !== "dry_run"), latencies] as const), latencyBoundsUs.filter((bound) => bound >= 50_000)),
    histogram("etcd_request_duration_seconds", "[ALPHA] Etcd request latency in seconds for each operation and object type.",
      Array.from(metrics.etcdLatencies.byKey, ([key, latencies]) => [transactionLabelsOf(key), latencies] as const)),
    family("apiserver_resource_objects", "gauge", "[ALPHA] Number of stored objects at the time of last check split by kind.",
      objects.map(([{ group, plural }, count]): Sample => [[["group", group], ["resource", plural]], count])),
    family("apiserver_storage_objects", "gauge", "[STABLE] (Deprecated since 1.34.0) Number of stored objects at the time of last check split by kind.",
      objects.map(([{ id }, count]): Sample => [[["resource", id]], count])),
    family("etcd_requests_total", "counter", "[ALPHA] Etcd request counts for each operation and object type.",
      Array.from(metrics.etcdLatencies.byKey, ([key, { counts }]): Sample => [transactionLabelsOf(key), counts.reduce((sum, count) => sum + count, 0)])),
    family("kubernetes_build_info", "gauge", "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.",
      [[[["git_version", serverVersion], ["major", "1"], ["minor", "36"], ["platform", "linux/amd64"]], 1]]),
  ].sort(compareText).join("");
  return { code: 200, body: text, warnings: [], contentType: "text/plain; version=0.0.4; charset=utf-8; escaping=underscores" };
}

function countByResource(watches: readonly OpenWatch[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { resource } of watches) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  return counts;
}

function watchSample(resource: Resource | null, count: number): Sample {
  return [[["component", "apiserver"], ["group", resource?.group ?? ""], ["resource", resource?.plural ?? ""], ["verb", "WATCH"], ["version", resource?.version ?? ""]], count];
}

/** Of what is counted together, but for the code. */
function requestLabelsOf(kind: string): Labels {
  const values = kind.split("|");
  return [["component", "apiserver"], ...requestLabels.slice(1).map((name, at) => [name, values[at] ?? ""] as const)];
}

function transactionLabelsOf(key: string): Labels {
  const [operation = "", group = "", resource = ""] = key.split("|");
  return [["group", group], ["operation", operation], ["resource", resource]];
}

/** A family of histograms: observations with equal labels are one; `le` stands behind the others, and the buckets in their order. */
function histogram(name: string, help: string, observed: readonly (readonly [Labels, Latencies])[], boundsUs = latencyBoundsUs): string {
  if (observed.length === 0) return "";
  const sums = new Map<string, { sumUs: number; readonly counts: number[] }>();
  for (const [labels, { sumUs, counts }] of observed) {
    const text = labelText(labels);
    const sum = sums.get(text) ?? { sumUs: 0, counts: [] };
    sum.sumUs += sumUs;
    for (const [at, count] of counts.entries()) sum.counts[at] = (sum.counts[at] ?? 0) + count;
    sums.set(text, sum);
  }
  const lines = [...sums].sort(([a], [b]) => compareText(a, b)).map(([labels, { sumUs, counts }]) => {
    const upTo = (boundUs: number): number => counts.reduce((sum, count, at) => ((latencyBoundsUs[at] ?? Infinity) <= boundUs ? sum + count : sum), 0);
    const all = counts.reduce((sum, count) => sum + count, 0);
    const buckets = [...boundsUs.map((bound) => [String(bound / 1e6), upTo(bound)] as const), ["+Inf", all] as const].map(([le, count]) => `${name}_bucket{${labels},le="${le}"} ${count}\n`);
    return `${buckets.join("")}${name}_sum{${labels}} ${sumUs / 1e6}\n${name}_count{${labels}} ${all}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} histogram\n${lines.join("")}`;
}

function labelText(labels: Labels): string {
  return [...labels].sort(([a], [b]) => compareText(a, b)).map(([label, text]) => `${label}="${escaped(text)}"`).join(",");
}

/** Families and the samples in them are sorted, as Prometheus' library writes them; a family without samples is left out. */
function family(name: string, type: "counter" | "gauge", help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return "";
  const lines = samples.map(([labels, value]) => `${name}{${labelText(labels)}} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.sort(compareText).join("")}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
