// Follows pkg/controller/podautoscaler/metrics/client.go: what is asked of the metrics APIs, and how their answers are read.
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { parseApiVersion } from "../../apimachinery/gvk.ts";
import { selectorFromLabelSelector, selectorText } from "../../apimachinery/labels.ts";
import type { LabelSelector } from "../../apimachinery/objectMeta.ts";
import { quantityMilli } from "../../apimachinery/quantity.ts";
import { isJsonObject } from "../../base/json.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { WriteOp } from "../../client/writes.ts";
import type { MetricSpec, ObjectRef } from "../../kinds/autoscaling/horizontalpodautoscaler/types.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import { second } from "../../sim/time.ts";
import type { Failure, PodMetric, PodMetrics } from "./replicaCalculator.ts";

/** metrics.k8s.io/v1beta1: what a source of metrics answers to a list of pods. */
export interface PodMetricsList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly namespace?: string };
    readonly timestamp: string;
    /** "20.1s" */
    readonly window: string;
    readonly containers: readonly { readonly name: string; readonly usage: Readonly<Record<string, string>> }[];
  }[];
}

/** custom.metrics.k8s.io/v1beta2. */
export interface MetricValueList {
  readonly items: readonly { readonly describedObject: { readonly name: string }; readonly timestamp: string; readonly windowSeconds?: number; readonly value: string }[];
}

/** external.metrics.k8s.io/v1beta1. */
export interface ExternalMetricValueList {
  readonly items: readonly { readonly value: string }[];
}

const customWindowUs = 60 * second;
const mostItems = 5000;
const missingResource = "the server could not find the requested resource";

/** The request that gets a metric; null for a type there is not. */
export function metricRequest(spec: MetricSpec, namespace: string, podSelector: string, kinds: readonly KindDefinition[]): WriteOp | null {
  const custom = `/apis/custom.metrics.k8s.io/v1beta2/namespaces/${namespace}`;
  const { name = "", selector } = (spec.object ?? spec.pods ?? spec.external)?.metric ?? {};
  const chosen = selectorOf(selector);
  switch (spec.type) {
    case "Resource":
    case "ContainerResource": return { verb: "list", path: `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`, query: { labelSelector: podSelector } };
    case "Pods": return { verb: "get", path: `${custom}/pods/*/${name}`, query: { labelSelector: podSelector, ...(chosen === "" ? {} : { metricLabelSelector: chosen }) } };
    case "Object": return { verb: "get", path: `${custom}/${objectPart(spec.object?.describedObject ?? {}, kinds)}/${name}`, ...(chosen === "" ? {} : { query: { metricLabelSelector: chosen } }) };
    case "External": return { verb: "list", path: `/apis/external.metrics.k8s.io/v1beta1/namespaces/${namespace}/${name}`, ...(chosen === "" ? {} : { query: { labelSelector: chosen } }) };
    default: return null;
  }
}

const selectorOf = (selector: LabelSelector | undefined): string => (selector === undefined ? "" : selectorText(selectorFromLabelSelector(selector)));

function objectPart({ apiVersion = "", kind = "", name = "" }: ObjectRef, kinds: readonly KindDefinition[]): string {
  const { group } = parseApiVersion(apiVersion);
  if (group === "" && kind === "Namespace") return "metrics";
  const plural = kinds.find(({ gvk }) => gvk.group === group && gvk.kind === kind)?.plural ?? kind.toLowerCase();
  return `${group === "" ? plural : `${plural}.${group}`}/${name}`;
}

/** What the client makes of a refusal: the server's message, or its own where there is none. */
export function errorText(response: ApiResponse, about: string): string {
  const message = isJsonObject(response.body) ? response.body["message"] : undefined;
  if (typeof message === "string") return message;
  const own = response.code === 404 ? missingResource : response.code === 503 ? "the server is currently unable to handle the request" : `the server responded with the status code ${response.code} but did not return more information`;
  return `${own} (get ${about})`;
}

function itemsOf(response: ApiResponse, api: string, about: string): readonly JsonObject[] | Failure {
  if (response.code >= 300) {
    const text = errorText(response, about);
    return { error: `unable to fetch metrics from ${api} metrics API: ${api === "custom" && text.startsWith(missingResource) ? "no custom metrics API (custom.metrics.k8s.io) registered" : text}` };
  }
  const items = isJsonObject(response.body) ? response.body["items"] : undefined;
  return Array.isArray(items) && items.length > 0 ? items.slice(0, mostItems).filter(isJsonObject) : { error: `no metrics returned from ${api} metrics API` };
}

/** Usage of a resource by pod; of one container where `container` is not "". */
export function readPodMetrics(response: ApiResponse, resource: string, container: string): PodMetrics | Failure {
  const items = itemsOf(response, "resource", "pods.metrics.k8s.io");
  if ("error" in items) return items as Failure;
  const found = new Map<string, PodMetric>();
  for (const { metadata, timestamp, window, containers = [] } of items as unknown as PodMetricsList["items"]) {
    const of = container === "" ? containers : containers.filter(({ name }) => name === container);
    if (of.length === 0 && container !== "") return { error: `failed to get container metrics: container ${container} not present in metrics for pod ${metadata.namespace ?? ""}/${metadata.name}` };
    const usages = of.map(({ usage }) => (Object.hasOwn(usage, resource) ? usage[resource] : undefined));
    if (usages.length === 0 || usages.includes(undefined)) continue;
    found.set(metadata.name, { value: usages.reduce((sum, text) => sum + quantityMilli(text ?? ""), 0), atUs: parseRfc3339(timestamp) ?? 0, windowUs: durationUs(window) });
  }
  return found;
}

/** A custom metric by the name of the pod it describes. */
export function readCustomMetrics(response: ApiResponse): PodMetrics | Failure {
  const items = itemsOf(response, "custom", "");
  if ("error" in items) return items as Failure;
  return new Map((items as unknown as MetricValueList["items"]).map(({ describedObject, timestamp, windowSeconds, value }) => [describedObject.name, { value: quantityMilli(value), atUs: parseRfc3339(timestamp) ?? 0, windowUs: windowSeconds === undefined ? customWindowUs : windowSeconds * second }]));
}

/** A custom metric of one object: a list with one item, as the API gives it. */
export function readObjectMetric(response: ApiResponse): number | Failure {
  const items = itemsOf(response, "custom", "");
  if ("error" in items) return items as Failure;
  return items.length === 1 ? quantityMilli(String(items[0]?.["value"])) : { error: `unable to fetch metrics from custom metrics API: the custom metrics API server returned ${items.length} results when we asked for exactly one` };
}

/** All values of an external metric together. */
export function readExternalMetric(response: ApiResponse, name: string): number | Failure {
  const items = itemsOf(response, "external", `${name}.external.metrics.k8s.io`);
  if ("error" in items) return items as Failure;
  return items.reduce((sum, item) => sum + quantityMilli(String(item["value"] as Json)), 0);
}

const units: Readonly<Record<string, number>> = { h: 3600 * second, m: 60 * second, s: second, ms: 1000, us: 1 };

/** "1m0.5s" in microseconds. */
function durationUs(text: string): number {
  let sum = 0;
  for (const [, number = "0", unit = ""] of text.matchAll(/([0-9.]+)(ms|us|h|m|s)/g)) sum += Number(number) * (units[unit] ?? 0);
  return Math.round(sum);
}
