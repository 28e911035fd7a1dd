// Follows pkg/apis/autoscaling/v1/conversion.go and pkg/apis/autoscaling/helpers.go: autoscaling/v1 keeps what it has no field for in annotations.
import { goJson } from "../../../apimachinery/goFormat.ts";
import { jsonSyntaxError } from "../../../apimachinery/jsonSyntax.ts";
import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { Json } from "../../../base/json.ts";
import type { KindVersion } from "../../define.ts";
import { cpuMetric, defaultMetrics } from "./defaults.ts";
import type { HorizontalPodAutoscaler, HpaBehavior, HpaSpec, HpaStatus, HpaV1, MetricSpec, MetricStatus, ScalingRules, SourceName } from "./types.ts";

const prefix = "autoscaling.alpha.kubernetes.io/";
const metricsKey = `${prefix}metrics`;
const statusesKey = `${prefix}current-metrics`;
const conditionsKey = `${prefix}conditions`;
const behaviorKey = `${prefix}behavior`;
const keys: readonly string[] = [metricsKey, statusesKey, conditionsKey, behaviorKey];

/** A field of v1, and where v2 has it; `!` is written as "0" where v2 has nothing. */
type Fields = readonly string[];
const sources: Readonly<Record<SourceName, { readonly spec: Fields; readonly status: Fields }>> = {
  object: {
    spec: ["target=describedObject", "metricName=metric.name", "targetValue=target.value!", "selector=metric.selector", "averageValue=target.averageValue"],
    status: ["target=describedObject", "metricName=metric.name", "currentValue=current.value!", "selector=metric.selector", "averageValue=current.averageValue"],
  },
  pods: {
    spec: ["metricName=metric.name", "targetAverageValue=target.averageValue!", "selector=metric.selector"],
    status: ["metricName=metric.name", "currentAverageValue=current.averageValue!", "selector=metric.selector"],
  },
  resource: {
    spec: ["name=name", "targetAverageUtilization=target.averageUtilization", "targetAverageValue=target.averageValue"],
    status: ["name=name", "currentAverageUtilization=current.averageUtilization", "currentAverageValue=current.averageValue!"],
  },
  containerResource: {
    spec: ["name=name", "targetAverageUtilization=target.averageUtilization", "targetAverageValue=target.averageValue", "container=container"],
    status: ["name=name", "currentAverageUtilization=current.averageUtilization", "currentAverageValue=current.averageValue!", "container=container"],
  },
  external: {
    spec: ["metricName=metric.name", "metricSelector=metric.selector", "targetValue=target.value", "targetAverageValue=target.averageValue"],
    status: ["metricName=metric.name", "metricSelector=metric.selector", "currentValue=current.value!", "currentAverageValue=current.averageValue"],
  },
};

type Tree = { readonly [key: string]: Json | undefined };

function toV1Source(source: Tree, fields: Fields): Tree {
  const out: Record<string, Json> = {};
  for (const field of fields) {
    const [own = "", there = ""] = field.split("=");
    const [head = "", leaf] = there.replace("!", "").split(".");
    const value = leaf === undefined ? source[head] : (source[head] as Tree | undefined)?.[leaf];
    if (value !== undefined) out[own] = value;
    else if (there.endsWith("!")) out[own] = "0";
  }
  return out;
}

function fromV1Source(source: Tree, fields: Fields): Tree {
  const out: Record<string, Record<string, Json> | Json> = {};
  for (const field of fields) {
    const [own = "", there = ""] = field.split("=");
    const [head = "", leaf] = there.replace("!", "").split(".");
    const value = source[own];
    if (value === undefined || !Object.hasOwn(source, own)) continue;
    if (leaf === undefined) out[head] = value;
    else out[head] = { ...(out[head] as Record<string, Json> | undefined), [leaf]: value };
  }
  return out as Tree;
}

function eachSource(metric: Tree, part: "spec" | "status", convert: (source: Tree, fields: Fields) => Tree): Tree {
  const out: Record<string, Json | undefined> = { type: metric["type"] ?? "" };
  for (const name of ["object", "pods", "resource", "containerResource", "external"] as const) if (metric[name] !== undefined) out[name] = convert(metric[name] as Tree, sources[name][part]) as Json;
  return out;
}

/** How v1's fields tell the type of a target. */
function withTargetType(metric: MetricSpec): MetricSpec {
  const out: Record<string, unknown> = { ...metric };
  for (const name of Object.keys(sources) as SourceName[]) {
    const source = metric[name];
    if (source === undefined) continue;
    const target = source.target ?? {};
    const average = name === "object" ? target.averageValue !== undefined : name === "external" ? target.value === undefined : true;
    const type = name === "resource" || name === "containerResource" ? (target.averageUtilization === undefined ? "AverageValue" : "Utilization") : average ? "AverageValue" : "Value";
    out[name] = { ...source, target: { type, ...target } };
  }
  return out as MetricSpec;
}

const isCpu = (metric: MetricSpec): boolean => metric.type === "Resource" && metric.resource?.name === "cpu";

function fromStored(hpa: HorizontalPodAutoscaler): KubeObject {
  const { spec, status = {} } = hpa;
  const metrics = spec.metrics ?? [];
  const percentage = metrics.find(isCpu)?.resource?.target?.averageUtilization;
  const others = metrics.filter((metric) => !isCpu(metric) || metric.resource?.target?.averageUtilization === undefined);
  const current = status.currentMetrics ?? [];
  const added: Record<string, string> = {};
  const add = (key: string, value: unknown): void => void (added[key] = goJson(value as Json));
  if (others.length > 0) add(metricsKey, others.map((metric) => eachSource(metric as unknown as Tree, "spec", toV1Source)));
  if (current.length > 0) add(statusesKey, current.map((metric) => eachSource(metric as unknown as Tree, "status", toV1Source)));
  if (spec.behavior !== undefined) add(behaviorKey, { ScaleUp: shownRules(spec.behavior.scaleUp), ScaleDown: shownRules(spec.behavior.scaleDown) });
  if ((status.conditions ?? []).length > 0) add(conditionsKey, (status.conditions ?? []).map(({ type, status: holds, lastTransitionTime, reason, message }) => ({ type, status: holds, lastTransitionTime: lastTransitionTime ?? null, reason, message })));
  const utilization = [...current].reverse().find((metric) => metric.type === "Resource" && metric.resource?.name === "cpu" && metric.resource.current?.averageUtilization !== undefined)?.resource?.current?.averageUtilization;
  return defined({
    ...hpa, apiVersion: "autoscaling/v1", metadata: withAnnotations(hpa.metadata, added),
    spec: defined({ scaleTargetRef: spec.scaleTargetRef, minReplicas: spec.minReplicas, maxReplicas: spec.maxReplicas, targetCPUUtilizationPercentage: percentage }),
    status: defined({
      observedGeneration: status.observedGeneration, lastScaleTime: status.lastScaleTime, currentReplicas: status.currentReplicas ?? 0, desiredReplicas: status.desiredReplicas ?? 0, currentCPUUtilizationPercentage: utilization,
    }),
  }) as unknown as KubeObject;
}

/** The internal form, which carries no JSON tags. */
function shownRules(rules: ScalingRules | undefined): unknown {
  if (rules === undefined) return null;
  const { stabilizationWindowSeconds, selectPolicy, policies, tolerance } = rules;
  return {
    StabilizationWindowSeconds: stabilizationWindowSeconds ?? null, SelectPolicy: selectPolicy ?? null,
    Policies: policies?.map(({ type, value, periodSeconds }) => ({ Type: type ?? "", Value: value ?? 0, PeriodSeconds: periodSeconds ?? 0 })) ?? null, Tolerance: tolerance ?? null,
  };
}

function readRules(rules: Tree | null | undefined): ScalingRules | undefined {
  if (rules === null || rules === undefined) return undefined;
  const policies = rules["Policies"] as readonly Tree[] | null | undefined;
  return defined({
    stabilizationWindowSeconds: rules["StabilizationWindowSeconds"] ?? undefined, selectPolicy: rules["SelectPolicy"] ?? undefined,
    policies: policies?.map((policy) => ({ type: policy["Type"], value: policy["Value"], periodSeconds: policy["PeriodSeconds"] })), tolerance: rules["Tolerance"] ?? undefined,
  }) as ScalingRules;
}

/** Without the annotations that earlier conversions left, with those of this one. */
function withAnnotations(meta: KubeObject["metadata"], added: Readonly<Record<string, string>>): KubeObject["metadata"] {
  const own = Object.entries(meta.annotations ?? {}).filter(([name]) => !keys.includes(name));
  if (own.length === Object.keys(meta.annotations ?? {}).length && Object.keys(added).length === 0) return meta;
  const { annotations: _annotations, ...rest } = meta;
  const annotations = { ...Object.fromEntries(own), ...added };
  return Object.keys(annotations).length === 0 ? rest : { ...rest, annotations };
}

function defined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

class UnreadableAnnotation extends Error {}

/** What an annotation holds; null where it is absent. */
function annotation(hpa: HpaV1, key: string): unknown {
  const text = hpa.metadata.annotations?.[key];
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableAnnotation(jsonSyntaxError(text) ?? "unexpected end of JSON input");
  }
}

const listOf = (value: unknown): readonly Tree[] => (Array.isArray(value) ? value.filter((each): each is Tree => typeof each === "object" && each !== null) : []);

function toStored(object: KubeObject): HorizontalPodAutoscaler | string {
  try {
    return read(object as HpaV1);
  } catch (error) {
    if (error instanceof UnreadableAnnotation) return error.message;
    throw error;
  }
}

function read(hpa: HpaV1): HorizontalPodAutoscaler {
  const { spec = {}, status = {} } = hpa;
  const { targetCPUUtilizationPercentage: percentage, ...kept } = spec;
  const others = listOf(annotation(hpa, metricsKey)).map((metric) => withTargetType(eachSource(metric, "spec", fromV1Source) as unknown as MetricSpec));
  const metrics = percentage === undefined ? others : [...others, cpuMetric(percentage)];
  const behavior = annotation(hpa, behaviorKey) as Tree | null;
  const given = annotation(hpa, statusesKey);
  const { currentCPUUtilizationPercentage: utilization, ...counts } = status;
  const single: readonly MetricStatus[] = utilization === undefined ? [] : [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: utilization } } }];
  const statuses = given === null ? single : (listOf(given).map((metric) => eachSource(metric, "status", fromV1Source)) as unknown as readonly MetricStatus[]);
  const conditions = annotation(hpa, conditionsKey);
  const stored: HpaSpec = defined({ ...kept, metrics: metrics.length === 0 ? defaultMetrics : metrics, behavior: behavior === null ? undefined : behaviorOf(behavior) }) as HpaSpec;
  return {
    ...hpa, apiVersion: "autoscaling/v2", metadata: withAnnotations(hpa.metadata, {}), spec: stored,
    status: defined({ ...counts, currentMetrics: statuses.length === 0 ? null : statuses, conditions: conditions === null ? undefined : listOf(conditions) }) as HpaStatus,
  };
}

function behaviorOf(behavior: Tree): HpaBehavior {
  return defined({ scaleUp: readRules(behavior["ScaleUp"] as Tree | null | undefined), scaleDown: readRules(behavior["ScaleDown"] as Tree | null | undefined) }) as HpaBehavior;
}

export const hpaV1: KindVersion<HorizontalPodAutoscaler> = { schema: "io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler", defaults: (hpa) => hpa, fromStored, toStored };
