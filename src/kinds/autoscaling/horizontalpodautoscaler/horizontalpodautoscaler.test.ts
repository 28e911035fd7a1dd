import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { Json } from "../../../base/json.ts";
import type { KindDefinition } from "../../define.ts";
import { create, mergePatch } from "../../testing/recordedCreate.ts";
import { hpaV1 } from "./conversion.ts";
import { horizontalPodAutoscalerKind } from "./kind.ts";
import type { HorizontalPodAutoscaler, HpaStatus } from "./types.ts";

const kind = horizontalPodAutoscalerKind as unknown as KindDefinition;
const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "d" };

function made(spec: object): ReturnType<typeof create> {
  return create(kind, "default", { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name: "h" }, spec: { maxReplicas: 3, scaleTargetRef, ...spec } } as Json, "Warn");
}
function hpa(spec: object = {}): HorizontalPodAutoscaler {
  const outcome = made(spec);
  if (outcome.type !== "created") throw new Error(JSON.stringify(outcome));
  return outcome.object as unknown as HorizontalPodAutoscaler;
}
function causes(outcome: ReturnType<typeof create>): readonly string[] {
  return outcome.type === "invalid" ? outcome.causes.map((cause) => `${String(cause.field)}: ${String(cause.message)}`) : [outcome.type];
}
const metric = (type: string, source: object): object => ({ metrics: [{ type, [`${type.charAt(0).toLowerCase()}${type.slice(1)}`]: source }] });

describe("an autoscaler", () => {
  it("has rules for what its behavior leaves out", () => {
    expect(hpa().spec.behavior).toBeUndefined();
    expect(hpa({ behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } }).spec.behavior).toEqual({
      scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: "Max", policies: [{ type: "Pods", value: 4, periodSeconds: 15 }, { type: "Percent", value: 100, periodSeconds: 15 }] },
      scaleDown: { stabilizationWindowSeconds: 60, selectPolicy: "Max", policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] },
    });
  });

  it.each<[object, readonly string[]]>([
    [{ maxReplicas: 0 }, ["spec.maxReplicas: Required value: must be set and greater than 0", "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`"]],
    [{ minReplicas: 5 }, ["spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`"]],
    [{ scaleTargetRef: { kind: "ReplicationController", name: "x" } }, ["created"]],
    [{ scaleTargetRef: { kind: "A/b", name: "..", apiVersion: "a/b/c" } }, ["spec.scaleTargetRef.kind: Invalid value: \"A/b\": may not contain '/'", "spec.scaleTargetRef.name: Invalid value: \"..\": may not be '..'", 'spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c']],
    [metric("Resource", { name: "", target: { type: "Foo", averageUtilization: 0, averageValue: "-1" } }), [
      "spec.metrics[0].resource.name: Required value: must specify a resource name", 'spec.metrics[0].resource.target.type: Invalid value: "Foo": must be either Utilization, Value, or AverageValue',
      'spec.metrics[0].resource.target.averageValue: Invalid value: "-1": must be positive', "spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0",
      "spec.metrics[0].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization",
    ]],
    [metric("ContainerResource", { name: "cpu", container: "", target: { type: "Utilization" } }), ["spec.metrics[0].containerResource.container: Required value: must specify a container", "spec.metrics[0].containerResource.target.averageUtilization: Required value: must set either a target raw value or a target utilization"]],
    [metric("External", { metric: { name: "m" }, target: { type: "Value", value: "1", averageValue: "1" } }), ["spec.metrics[0].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target"]],
    [metric("Pods", { metric: { name: "m" }, target: { type: "AverageValue" } }), ["spec.metrics[0].pods.target.averageValue: Required value: must specify a positive target averageValue"]],
    [metric("Object", { describedObject: { kind: "Ingress", name: "i" }, metric: { name: "m" }, target: { type: "Value" } }), ["spec.metrics[0].object.target.averageValue: Required value: must set either a target value or averageValue"]],
    [{ metrics: [{ type: "Pods", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 1 } }, external: { metric: { name: "m" }, target: { type: "Value", value: "1" } } }] }, [
      "spec.metrics[0].pods: Required value: must populate information for the given metric source", "spec.metrics[0].external: Forbidden: must populate the given metric source only", "spec.metrics[0].resource: Forbidden: must populate the given metric source only",
    ]],
    [{ behavior: { scaleUp: { stabilizationWindowSeconds: -1, tolerance: "-1", policies: [{ type: "Pods", value: 1, periodSeconds: 1801 }] } } }, [
      "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero", "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800",
      'spec.behavior.scaleUp.tolerance: Invalid value: "-1": must be greater than or equal to 0',
    ]],
  ])("%j", (spec, want) => {
    expect(causes(made(spec))).toEqual(want);
  });

  it("keeps a target of old that nobody may give any longer", () => {
    const old = { ...hpa(), spec: { ...hpa().spec, scaleTargetRef: { kind: "Deployment", name: "d" } } } as unknown as KubeObject;
    expect(causes(mergePatch(kind, old, { spec: { maxReplicas: 9 } }))).toEqual(["created"]);
    expect(causes(mergePatch(kind, old, { spec: { scaleTargetRef: { kind: "StatefulSet" } } }))).toEqual(['spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group']);
  });

  it("prints what it has and what it wants, two metrics at most", () => {
    const cell = (spec: object, status: HpaStatus = {}): unknown => horizontalPodAutoscalerKind.columns[2]?.cell({ ...hpa(spec), status }, 0);
    expect(cell({})).toBe("cpu: <unknown>/80%");
    expect(cell({}, { currentMetrics: [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: 12 } } }] })).toBe("cpu: 12%/80%");
    const more = ["a", "b", "c"].map((name) => ({ type: "Pods", pods: { metric: { name }, target: { type: "AverageValue", averageValue: "5" } } }));
    expect(cell({ metrics: more })).toBe("<unknown>/5, <unknown>/5 + 1 more...");
    expect(cell({ metrics: [{ type: "External", external: { metric: { name: "q" }, target: { type: "AverageValue", averageValue: "3" } } }, { type: "Resource", resource: { name: "memory", target: { type: "AverageValue", averageValue: "1Gi" } } }] })).toBe("<unknown>/3 (avg), memory: <unknown>/1Gi");
  });
});

describe("autoscaling/v1", () => {
  const full: HorizontalPodAutoscaler = {
    ...hpa({
      behavior: { scaleDown: { selectPolicy: "Disabled" } },
      metrics: [
        { type: "Pods", pods: { metric: { name: "rps", selector: { matchLabels: { a: "b" } } }, target: { type: "AverageValue", averageValue: "10" } } },
        { type: "Object", object: { describedObject: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: "i" }, metric: { name: "hits" }, target: { type: "Value", value: "2k" } } },
        { type: "External", external: { metric: { name: "queue" }, target: { type: "AverageValue", averageValue: "30" } } },
        { type: "ContainerResource", containerResource: { name: "cpu", container: "c", target: { type: "Utilization", averageUtilization: 50 } } },
        { type: "Resource", resource: { name: "memory", target: { type: "AverageValue", averageValue: "1Gi" } } },
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
      ],
    }),
    status: {
      currentReplicas: 2, desiredReplicas: 3, currentMetrics: [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: 11, averageValue: "5m" } } }],
      conditions: [{ type: "AbleToScale", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z", reason: "R", message: "m" }],
    },
  };

  it("says one metric in the open, and all others in annotations, and comes back as it was", () => {
    const old = hpaV1.fromStored(full);
    expect(old).toMatchObject({ apiVersion: "autoscaling/v1", spec: { maxReplicas: 3, minReplicas: 1, targetCPUUtilizationPercentage: 70 }, status: { currentReplicas: 2, desiredReplicas: 3, currentCPUUtilizationPercentage: 11 } });
    const annotations = old.metadata.annotations ?? {};
    expect(JSON.parse(annotations["autoscaling.alpha.kubernetes.io/metrics"] ?? "")).toEqual([
      { type: "Pods", pods: { metricName: "rps", targetAverageValue: "10", selector: { matchLabels: { a: "b" } } } },
      { type: "Object", object: { target: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: "i" }, metricName: "hits", targetValue: "2k" } },
      { type: "External", external: { metricName: "queue", targetAverageValue: "30" } },
      { type: "ContainerResource", containerResource: { name: "cpu", targetAverageUtilization: 50, container: "c" } },
      { type: "Resource", resource: { name: "memory", targetAverageValue: "1Gi" } },
    ]);
    expect(annotations["autoscaling.alpha.kubernetes.io/current-metrics"]).toBe('[{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":11,"currentAverageValue":"5m"}}]');
    expect(annotations["autoscaling.alpha.kubernetes.io/conditions"]).toBe('[{"type":"AbleToScale","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"R","message":"m"}]');
    expect(annotations["autoscaling.alpha.kubernetes.io/behavior"]).toContain('"ScaleDown":{"StabilizationWindowSeconds":null,"SelectPolicy":"Disabled","Policies":[{"Type":"Percent","Value":100,"PeriodSeconds":15}],"Tolerance":null}');
    const back = hpaV1.toStored(old);
    expect(typeof back === "string" ? back : horizontalPodAutoscalerKind.defaults(back)).toEqual(full);
  });

  it("has the default metric where it says none, and complains of what it cannot read", () => {
    const old = hpaV1.fromStored(hpa());
    const { targetCPUUtilizationPercentage: _percentage, ...spec } = old.spec as Record<string, unknown>;
    expect(hpaV1.toStored({ ...old, spec })).toMatchObject({ apiVersion: "autoscaling/v2", spec: { metrics: [{ resource: { target: { averageUtilization: 80 } } }] } });
    expect(hpaV1.toStored({ ...old, metadata: { ...old.metadata, annotations: { "autoscaling.alpha.kubernetes.io/metrics": "{" } } })).toBe("unexpected end of JSON input");
  });
});
