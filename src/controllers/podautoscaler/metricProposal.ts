// Follows pkg/controller/podautoscaler/horizontal.go (computeReplicasForMetric and its computeStatusFor...).
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { LabelSelector } from "../../apimachinery/objectMeta.ts";
import { milliQuantity, quantityMilli, quantityText } from "../../apimachinery/quantity.ts";
import type { MetricSource, MetricSpec, MetricStatus, MetricTarget } from "../../kinds/autoscaling/horizontalpodautoscaler/types.ts";
import { readCustomMetrics, readExternalMetric, readObjectMetric, readPodMetrics } from "./metricsApi.ts";
import type { Failure, Proposal, Scene } from "./replicaCalculator.ts";
import { byShare, byUsage, byUtilization, byValue, failed } from "./replicaCalculator.ts";

/** What one metric asks for. */
export interface MetricProposal {
  readonly replicas: number;
  /** As events and conditions call it. */
  readonly name: string;
  readonly status: MetricStatus;
}

/** A metric that could not be had: in its own words, and in those of the sum of them. */
export interface MetricFailure {
  readonly reason: string;
  readonly text: string;
  readonly error: string;
}

export interface MetricScene extends Scene {
  readonly namespace: string;
  readonly statusReplicas: number;
}

const amount = (milli: number, memory = false): string => quantityText(milliQuantity(milli, memory ? "BinarySI" : "DecimalSI"));

/** What the metric asks for, given the answer of its API. */
export function proposalOf(spec: MetricSpec, scene: MetricScene, answer: ApiResponse): MetricProposal | MetricFailure {
  switch (spec.type) {
    case "Resource": return ofResource("Resource", "resource", spec.resource ?? {}, scene, answer);
    case "ContainerResource": return ofResource("ContainerResource", "containerResource", spec.containerResource ?? {}, scene, answer);
    case "Pods": return ofPods(spec.pods ?? {}, scene, answer);
    case "Object": return ofObject(spec.object ?? {}, scene, answer);
    case "External": return ofExternal(spec.external ?? {}, scene, answer);
    default: {
      const text = `unknown metric source type ${JSON.stringify(spec.type ?? "")}`;
      return { reason: "InvalidMetricSourceType", text, error: text };
    }
  }
}

function ofResource(type: "Resource" | "ContainerResource", field: "resource" | "containerResource", source: MetricSource, scene: MetricScene, answer: ApiResponse): MetricProposal | MetricFailure {
  const { name = "", container = "", target = {} } = source;
  const { averageValue, averageUtilization } = target;
  const plain = averageValue !== undefined;
  const outcome = ((): Proposal | Failure => {
    if (!plain && averageUtilization === undefined) return { error: "" };
    const metrics = readPodMetrics(answer, name, container);
    if ("error" in metrics) return { error: `unable to get metrics for resource ${name}: ${metrics.error}` };
    return plain ? byUsage(scene, metrics, name, quantityMilli(averageValue)) : byUtilization(scene, metrics, name, container, averageUtilization ?? 0);
  })();
  if (failed(outcome)) {
    const text = outcome.error === "" ? "invalid resource metric source: neither an average utilization target nor an average value (usage) target was set" : `failed to get ${name} ${plain ? "usage" : "utilization"}: ${outcome.error}`;
    return { reason: `FailedGet${type}Metric`, text, error: `failed to get ${container === "" ? `${name} resource` : `${container} container`} metric value: ${text}` };
  }
  const current: MetricTarget = { ...(outcome.utilization === undefined ? {} : { averageUtilization: outcome.utilization }), averageValue: amount(outcome.usage, name === "memory") };
  return {
    replicas: outcome.replicas,
    name: plain ? `${name} resource` : `${name} ${container === "" ? "" : "container "}resource utilization (percentage of request)`,
    status: { type, [field]: { name, ...(container === "" ? {} : { container }), current } },
  };
}

function ofPods({ metric = {}, target = {} }: MetricSource, scene: MetricScene, answer: ApiResponse): MetricProposal | MetricFailure {
  const { name = "" } = metric;
  const metrics = readCustomMetrics(answer);
  const outcome = "error" in metrics ? { error: `unable to get metric ${name}: ${metrics.error}` } : byUsage(scene, metrics, "", quantityMilli(target.averageValue ?? "0"));
  if (failed(outcome)) return { reason: "FailedGetPodsMetric", text: outcome.error, error: `failed to get pods metric value: ${outcome.error}` };
  return { replicas: outcome.replicas, name: `pods metric ${name}`, status: { type: "Pods", pods: { metric, current: { averageValue: amount(outcome.usage) } } } };
}

function ofObject({ describedObject = {}, metric = {}, target = {} }: MetricSource, scene: MetricScene, answer: ApiResponse): MetricProposal | MetricFailure {
  const { name = "" } = metric;
  const shared = target.type === "AverageValue";
  const wanted = shared ? target.averageValue : target.value;
  const usage = readObjectMetric(answer);
  const fail = (text: string, error = text): MetricFailure => ({ reason: "FailedGetObjectMetric", text, error: `failed to get object metric value: ${error}` });
  if (wanted === undefined) return fail("invalid object metric source: neither a value target nor an average value target was set");
  const outcome = typeof usage !== "number" ? { error: `unable to get metric ${name}: ${describedObject.kind ?? ""} on ${scene.namespace} ${describedObject.name ?? ""}/${usage.error}` } : measured(scene, usage, quantityMilli(wanted), shared);
  if (failed(outcome)) return fail(outcome.error, shared ? `failed to get ${name} object metric: ${outcome.error}` : outcome.error);
  const current = { [shared ? "averageValue" : "value"]: amount(outcome.usage) };
  return { replicas: outcome.replicas, name: shared ? `external metric ${name}(${selectorForm(metric.selector)})` : `${describedObject.kind ?? ""} metric ${name}`, status: { type: "Object", object: { describedObject, metric, current } } };
}

function ofExternal({ metric = {}, target = {} }: MetricSource, scene: MetricScene, answer: ApiResponse): MetricProposal | MetricFailure {
  const { name = "" } = metric;
  const shared = target.averageValue !== undefined;
  const wanted = target.averageValue ?? target.value;
  const fail = (text: string, error = text): MetricFailure => ({ reason: "FailedGetExternalMetric", text, error: `failed to get ${name} external metric value: ${error}` });
  if (wanted === undefined) return fail("invalid external metric source: neither a value target nor an average value target was set");
  const usage = readExternalMetric(answer, name);
  const form = selectorForm(metric.selector);
  const outcome = typeof usage !== "number" ? { error: `unable to get external metric ${scene.namespace}/${name}/${form}: ${usage.error}` } : measured(scene, usage, quantityMilli(wanted), shared);
  if (failed(outcome)) return fail(outcome.error, shared ? `failed to get ${name} external metric: ${outcome.error}` : `failed to get external metric ${name}: ${outcome.error}`);
  const current = { [shared ? "averageValue" : "value"]: amount(outcome.usage) };
  return { replicas: outcome.replicas, name: `external metric ${name}(${form})`, status: { type: "External", external: { metric, current } } };
}

const measured = (scene: MetricScene, usage: number, target: number, shared: boolean): Proposal | Failure => (shared ? byShare({ ...scene, replicas: scene.statusReplicas }, usage, target) : byValue(scene, usage, target));

/** As Go prints the selector in upstream's messages. */
function selectorForm(selector: LabelSelector | undefined): string {
  if (selector === undefined) return "nil";
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}: ${value},`).join("");
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(" ")}],},`).join("");
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`;
}
