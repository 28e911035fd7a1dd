import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { compareText } from "../../base/compareText.ts";
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
        const values = key.split("|");
        return [[["component", "apiserver"], ...requestLabels.map((name, at) => [name, values[at] ?? ""] as const)], count];
      })),
    family("apiserver_resource_objects", "gauge", "[ALPHA] Number of stored objects at the time of last check split by kind.",
      objects.map(([{ group, plural }, count]): Sample => [[["group", group], ["resource", plural]], count])),
    family("apiserver_storage_objects", "gauge", "[STABLE] (Deprecated since 1.34.0) Number of stored objects at the time of last check split by kind.",
      objects.map(([{ id }, count]): Sample => [[["resource", id]], count])),
    family("etcd_requests_total", "counter", "[ALPHA] Etcd request counts for each operation and object type.",
      Array.from(metrics.transactions, ([key, count]): Sample => {
        const [operation = "", group = "", resource = ""] = key.split("|");
        return [[["group", group], ["operation", operation], ["resource", resource]], count];
      })),
    family("kubernetes_build_info", "gauge", "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.",
      [[[["git_version", serverVersion], ["major", "1"], ["minor", "36"], ["platform", "linux/amd64"]], 1]]),
  ].join("");
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

/** Families and the samples in them are sorted, as Prometheus' library writes them; a family without samples is left out. */
function family(name: string, type: "counter" | "gauge", help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return "";
  const lines = samples.map(([labels, value]) => {
    const sorted = [...labels].sort(([a], [b]) => compareText(a, b)).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}{${sorted.join(",")}} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.sort(compareText).join("")}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
