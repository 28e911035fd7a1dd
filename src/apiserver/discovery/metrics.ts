import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { expositionText, expositionType, family, labelsOf, type Family, type Labels } from "../../apimachinery/exposition.ts";
import { latencyBoundsUs, type Latencies } from "../metrics/latencies.ts";
import { requestLabels, type OpenWatch } from "../metrics/serverMetrics.ts";
import type { RequestContext } from "../requestContext.ts";
import type { Resource } from "../resources.ts";
import type { ServerView } from "../serverView.ts";
import { serverVersion } from "./serverVersion.ts";

type Row = readonly [labels: Readonly<Record<string, string>>, value: number];

/** In Prometheus' text format. Only what the engine knows: a metric that would have to be invented is not there. */
export function serveMetrics(rc: RequestContext): ApiResponse {
  return { code: 200, body: expositionText(metricFamilies(rc.server)), warnings: [], contentType: expositionType };
}

/** All that the server tells of itself. */
export function metricFamilies({ metrics, resources, cache }: ServerView): readonly Family[] {
  const objects = [...resources.all()].filter(({ kind }) => kind.verbs.includes("create")).map((resource) => [resource, cache.count(resource)] as const);
  const requests = Array.from(metrics.requestLatencies.byKey, ([key, latencies]) => [labelsOf(requestLabelsOf(key)), latencies] as const);
  return [
    family("apiserver_longrunning_requests", "gauge", "[STABLE] Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component.",
      Array.from(countByResource(metrics.openWatches()), ([id, count]): Row => watchRow(resources.get(id), count))),
    family("apiserver_request_total", "counter", "[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.",
      Array.from(metrics.requests, ([key, count]): Row => {
        const [code = "", ...kind] = key.split("|");
        return [{ code, ...requestLabelsOf(kind.join("|")) }, count];
      })),
    histogram("apiserver_request_duration_seconds", "[STABLE] Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.", requests),
    // Upstream leaves out what webhooks and the queues of priority and fairness took, and whether it was a dry run.
    histogram("apiserver_request_sli_duration_seconds", "[ALPHA] Response latency distribution (not counting webhook duration and priority & fairness queue wait times) in seconds for each verb, group, version, resource, subresource, scope and component.",
      requests.map(([labels, latencies]) => [labels.filter(([name]) => name !== "dry_run"), latencies] as const), latencyBoundsUs.filter((bound) => bound >= 50_000)),
    histogram("etcd_request_duration_seconds", "[ALPHA] Etcd request latency in seconds for each operation and object type.",
      Array.from(metrics.etcdLatencies.byKey, ([key, latencies]) => [labelsOf(transactionLabelsOf(key)), latencies] as const)),
    family("apiserver_resource_objects", "gauge", "[ALPHA] Number of stored objects at the time of last check split by kind.",
      objects.map(([{ group, plural }, count]): Row => [{ group, resource: plural }, count])),
    family("apiserver_storage_objects", "gauge", "[STABLE] (Deprecated since 1.34.0) Number of stored objects at the time of last check split by kind.",
      objects.map(([{ id }, count]): Row => [{ resource: id }, count])),
    family("etcd_requests_total", "counter", "[ALPHA] Etcd request counts for each operation and object type.",
      Array.from(metrics.etcdLatencies.byKey, ([key, { counts }]): Row => [transactionLabelsOf(key), counts.reduce((sum, count) => sum + count, 0)])),
    family("kubernetes_build_info", "gauge", "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.",
      [[{ git_version: serverVersion, major: "1", minor: "36", platform: "linux/amd64" }, 1]]),
  ];
}

function countByResource(watches: readonly OpenWatch[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { resource } of watches) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  return counts;
}

function watchRow(resource: Resource | null, count: number): Row {
  return [{ component: "apiserver", group: resource?.group ?? "", resource: resource?.plural ?? "", verb: "WATCH", version: resource?.version ?? "" }, count];
}

/** Of what is counted together, but for the code. */
function requestLabelsOf(kind: string): Readonly<Record<string, string>> {
  const values = kind.split("|");
  return { component: "apiserver", ...Object.fromEntries(requestLabels.slice(1).map((name, at) => [name, values[at] ?? ""])) };
}

function transactionLabelsOf(key: string): Readonly<Record<string, string>> {
  const [operation = "", group = "", resource = ""] = key.split("|");
  return { group, operation, resource };
}

/** Observations with equal labels are one. */
function histogram(name: string, help: string, observed: readonly (readonly [Labels, Latencies])[], boundsUs = latencyBoundsUs): Family {
  const sums = new Map<string, { readonly labels: Labels; sumUs: number; readonly counts: number[] }>();
  for (const [labels, { sumUs, counts }] of observed) {
    const key = labels.map(([, value]) => value).join("|");
    let sum = sums.get(key);
    if (sum === undefined) sums.set(key, (sum = { labels, sumUs: 0, counts: [] }));
    sum.sumUs += sumUs;
    for (const [at, count] of counts.entries()) sum.counts[at] = (sum.counts[at] ?? 0) + count;
  }
  const samples = Array.from(sums.values(), ({ labels, sumUs, counts }) => ({ labels, sum: sumUs / 1e6, counts: cumulative(counts, boundsUs) }));
  return { name, type: "histogram", help, bounds: boundsUs.map((bound) => bound / 1e6), samples };
}

/** How many were at most each of the bounds, and all. */
function cumulative(counts: readonly number[], boundsUs: readonly number[]): readonly number[] {
  const upTo: number[] = [];
  let count = 0;
  for (const [at, boundUs] of latencyBoundsUs.entries()) {
    count += counts[at] ?? 0;
    if (boundUs === boundsUs[upTo.length]) upTo.push(count);
  }
  return [...upTo, count + (counts[latencyBoundsUs.length] ?? 0)];
}
