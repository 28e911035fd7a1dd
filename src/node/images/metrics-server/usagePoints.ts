// Follows kubernetes-sigs/metrics-server pkg/scraper/client/resource/decode.go and pkg/storage/{node,pod}.go.
import type { ContainerUsage, NodeUsage, PodUsage } from "../../../apimachinery/usageReport.ts";

interface Point {
  readonly cpuUs: number;
  readonly memoryBytes: number;
  readonly startedAtUs: number;
  readonly nanocores: number | null;
}

/** What is known of one machine from its last scrape: plain data. */
export interface ScrapedNode {
  readonly serial: number;
  readonly atUs: number;
  readonly cpuUs: number;
  /** By "namespace/pod/container". */
  readonly containers: ReadonlyMap<string, Point>;
}

/** A pod younger than this has no rate yet; one older, but started since the last scrape, began from nothing. */
const freshUs = 10_000_000;

const line = /^(container_cpu_usage_seconds_total|container_memory_working_set_bytes|container_start_time_seconds|node_cpu_usage_seconds_total|node_memory_working_set_bytes)(?:\{container="([^"]*)",namespace="([^"]*)",pod="([^"]*)"\})? ([0-9.e+]+) ([0-9]+)$/;

interface Samples {
  readonly atUs: number;
  readonly cpuUs: number;
  readonly memoryBytes: number;
  readonly containers: ReadonlyMap<string, { cpuUs: number; memoryBytes: number; startedAtUs: number }>;
}

function readSamples(text: string): Samples {
  let atUs = 0;
  let cpuUs = 0;
  let memoryBytes = 0;
  const containers = new Map<string, { cpuUs: number; memoryBytes: number; startedAtUs: number }>();
  for (const each of text.split("\n")) {
    const found = each.startsWith("#") ? null : line.exec(each);
    if (found === null) continue;
    const [, name = "", container, namespace = "", pod = "", value = "0", at = "0"] = found;
    atUs = Number(at) * 1000;
    if (container === undefined) {
      if (name === "node_cpu_usage_seconds_total") cpuUs = Math.round(Number(value) * 1_000_000);
      else if (name === "node_memory_working_set_bytes") memoryBytes = Number(value);
      continue;
    }
    const key = `${namespace}/${pod}/${container}`;
    let sample = containers.get(key);
    if (sample === undefined) containers.set(key, (sample = { cpuUs: 0, memoryBytes: 0, startedAtUs: 0 }));
    if (name === "container_cpu_usage_seconds_total") sample.cpuUs = Math.round(Number(value) * 1_000_000);
    else if (name === "container_memory_working_set_bytes") sample.memoryBytes = Number(value);
    else if (name === "container_start_time_seconds") sample.startedAtUs = Math.round(Number(value) * 1_000_000);
  }
  return { atUs, cpuUs, memoryBytes, containers };
}

/**
 * One more scrape of a machine: what is known of it now, and what to tell of it; null where two scrapes are needed for a rate.
 * `whole`: the scrape told of all containers, and not only of those that have changed since the last.
 */
export function scraped(node: string, before: ScrapedNode | null, text: string, serial: number, whole: boolean): { readonly known: ScrapedNode; readonly usage: NodeUsage | null } {
  const samples = readSamples(text);
  const windowUs = before === null ? 0 : samples.atUs - before.atUs;
  const rate = (deltaUs: number, overUs: number): number => Math.max(0, Math.round((deltaUs * 1_000_000_000) / overUs));
  const containers = new Map<string, Point>(whole ? [] : before?.containers);
  const changed = new Set<string>();
  for (const [key, sample] of samples.containers) {
    const old = before?.containers.get(key);
    let nanocores: number | null = null;
    if (old !== undefined && windowUs > 0 && sample.startedAtUs <= old.startedAtUs) nanocores = rate(sample.cpuUs - old.cpuUs, windowUs);
    else if (samples.atUs - sample.startedAtUs >= freshUs && (before === null ? false : sample.startedAtUs >= before.atUs)) nanocores = rate(sample.cpuUs, samples.atUs - sample.startedAtUs);
    containers.set(key, { ...sample, nanocores });
    changed.add(key);
  }
  // What is no longer named as changed has used nothing since.
  if (!whole) {
    for (const [key, point] of containers) {
      if (changed.has(key) || point.nanocores === 0 || windowUs <= 0) continue;
      containers.set(key, { ...point, nanocores: 0 });
      changed.add(key);
    }
  }
  const known = { serial, atUs: samples.atUs, cpuUs: samples.cpuUs, containers };
  if (before === null || windowUs <= 0) return { known, usage: null };
  return { known, usage: { node, atUs: samples.atUs, windowUs, cpuNanocores: rate(samples.cpuUs - before.cpuUs, windowUs), memoryBytes: samples.memoryBytes, whole, pods: podsOf(containers, changed) } };
}

/** Pods with something new to tell. A pod counts once there is a rate of each of its containers. */
function podsOf(containers: ReadonlyMap<string, Point>, changed: ReadonlySet<string>): readonly PodUsage[] {
  const pods = new Map<string, { complete: boolean; changed: boolean; containers: ContainerUsage[] }>();
  for (const [key, { nanocores, memoryBytes }] of containers) {
    const slash = key.lastIndexOf("/");
    const pod = key.slice(0, slash);
    let found = pods.get(pod);
    if (found === undefined) pods.set(pod, (found = { complete: true, changed: false, containers: [] }));
    found.changed ||= changed.has(key);
    if (nanocores === null) found.complete = false;
    else found.containers.push({ name: key.slice(slash + 1), cpuNanocores: nanocores, memoryBytes });
  }
  const told: PodUsage[] = [];
  for (const [pod, each] of pods) {
    const slash = pod.indexOf("/");
    if (each.changed) told.push({ namespace: pod.slice(0, slash), name: pod.slice(slash + 1), containers: each.complete ? each.containers : [] });
  }
  return told;
}
