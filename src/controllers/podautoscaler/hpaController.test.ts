import { describe, expect, test } from "vitest";
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import type { WriteOp } from "../../client/writes.ts";
import { kinds } from "../../kinds/index.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { HorizontalPodAutoscaler, HpaSpec } from "../../kinds/autoscaling/horizontalpodautoscaler/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";
import { podOf } from "../testing/builders.ts";
import { HpaController } from "./hpaController.ts";

const start = Date.parse("2026-01-01T01:00:00Z") * 1000;
const key = { namespace: "default", name: "h" };
const metric = (type: string, source: object) => ({ type, [`${type.charAt(0).toLowerCase()}${type.slice(1)}`]: source });
const cpu = metric("Resource", { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } });

/** One autoscaler, its target and a source of metrics that says what a test wants; every pass is one look. */
class Stage {
  readonly controller = new HpaController(kinds);
  hpa: HorizontalPodAutoscaler;
  replicas: number;
  /** Answers by the beginning of a path; what is not here is not served. */
  readonly sources = new Map<string, Json>();
  events: string[] = [];
  readonly asked: string[] = [];
  conflicts = 0;
  now = 0;

  constructor(replicas: number, spec: Partial<HpaSpec> = {}) {
    this.replicas = replicas;
    this.hpa = {
      apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { ...key, uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
      spec: { minReplicas: 1, maxReplicas: 10, metrics: [cpu], scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, ...spec },
    };
  }

  /** Every pod uses so much of the 100m it asks for. */
  use(milli: number): this {
    this.sources.set("/apis/metrics.k8s.io/", { items: this.pods().map(({ metadata }) => ({ metadata: { name: metadata.name, namespace: "default" }, timestamp: formatRfc3339(start + this.now), window: "20s", containers: [{ name: "c", usage: { cpu: `${milli}m`, memory: "64Mi" } }] })) });
    return this;
  }

  pass(seconds = 15): this {
    this.now += seconds * 1_000_000;
    this.events = [];
    let ops: WriteOp[] = [];
    const ctx = this.context((op) => ops.push(op));
    let result: ReconcileResult = this.controller.reconcile(key, ctx);
    while (ops.length > 0 || ("resumeWith" in result && result.resumeWith !== undefined)) {
      const answers = ops.map((op) => this.answer(op, ctx));
      ops = [];
      if (!("resumeWith" in result) || result.resumeWith === undefined) break;
      result = this.controller.resume(key, result.resumeWith, answers, ctx);
    }
    expect(result).toEqual({ requeueAfterUs: 15_000_000 });
    return this;
  }

  conditions(): readonly string[] {
    return (this.hpa.status?.conditions ?? []).map(({ type, status, reason, message }) => `${type} ${status} ${reason ?? ""}: ${message ?? ""}`);
  }

  private pods() {
    return Array.from({ length: this.replicas }, (_, at) => {
      const pod = podOf(`p${at}`, { readyAt: 10 });
      return { ...pod, metadata: { ...pod.metadata, labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "i", resources: { requests: { cpu: "100m" } } }] }, status: { ...pod.status, startTime: "2026-01-01T00:00:00Z" } };
    });
  }

  private answer(op: WriteOp, ctx: ReconcileContext): ApiResponse {
    this.asked.push(`${op.verb} ${op.path}`);
    const done = (body: unknown, code = 200): ApiResponse => {
      const response = { code, body: body as Json, warnings: [] };
      if (code >= 300) this.controller.refused(key, op, response, ctx);
      return response;
    };
    if (op.path.endsWith("/deployments/web/scale")) {
      if (op.verb === "update" && this.conflicts-- > 0) return done({ message: "the object has been modified" }, 409);
      if (op.verb === "update") this.replicas = ((op.body as JsonObject)["spec"] as { readonly replicas: number }).replicas;
      return done({ kind: "Scale", apiVersion: "autoscaling/v1", metadata: { namespace: "default", name: "web", resourceVersion: "1" }, spec: { replicas: this.replicas }, status: { replicas: this.replicas, selector: "app=web" } });
    }
    if (op.path.endsWith("/horizontalpodautoscalers/h/status")) {
      this.hpa = op.body as unknown as HorizontalPodAutoscaler;
      return done(op.body);
    }
    for (const [prefix, body] of this.sources) if (op.path.startsWith(prefix)) return done(body);
    return done("404 page not found\n", 404);
  }

  private context(write: (op: WriteOp) => void): ReconcileContext {
    const list = (kind: unknown): readonly KubeObject[] => (kind === podKind ? this.pods() : [this.hpa]);
    return {
      now: this.now, unixUs: start + this.now, timestamp: formatRfc3339(start + this.now), write,
      lister: (kind: unknown) => ({ get: () => list(kind)[0] ?? null, list: () => list(kind) }),
      event: ({ reason, message }: { readonly reason: string; readonly message: string }) => this.events.push(`${reason}: ${message}`),
      because: () => {},
    } as unknown as ReconcileContext;
  }
}

describe("what metrics ask for", () => {
  test("grows at once and shrinks when nothing higher was asked for in five minutes", () => {
    const stage = new Stage(2).use(100).pass();
    expect(stage.replicas).toBe(4);
    expect(stage.events).toEqual(["SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target"]);
    expect(stage.hpa.status).toMatchObject({ currentReplicas: 2, desiredReplicas: 4, lastScaleTime: "2026-01-01T01:00:15Z", currentMetrics: [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: 100, averageValue: "100m" } } }] });
    expect(stage.conditions()).toEqual([
      "AbleToScale True SucceededRescale: the HPA controller was able to update the target scale to 4",
      "ScalingActive True ValidMetricFound: the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)",
      "ScalingLimited False DesiredWithinRange: the desired count is within the acceptable range",
    ]);
    for (let passed = 0; passed < 300; passed += 15) stage.use(10).pass();
    expect(stage.replicas).toBe(4);
    expect(stage.conditions()[0]).toBe("AbleToScale True ScaleDownStabilized: recent recommendations were higher than current one, applying the highest recent recommendation");
    stage.use(10).pass();
    expect(stage.replicas).toBe(1);
    expect(stage.events).toEqual(["SuccessfulRescale: New size: 1; reason: All metrics below target"]);
  });

  test("writes nothing where nothing changes", () => {
    const stage = new Stage(2).use(50).pass().pass();
    const before = stage.hpa;
    stage.asked.length = 0;
    stage.pass();
    expect(stage.hpa).toBe(before);
    expect(stage.asked).toEqual(["get /apis/apps/v1/namespaces/default/deployments/web/scale", "list /apis/metrics.k8s.io/v1beta1/namespaces/default/pods"]);
  });

  test("its memory outlives a snapshot", () => {
    const stage = new Stage(2).use(100).pass();
    const memory = JSON.parse(JSON.stringify(stage.controller.snapshot())) as Json;
    stage.controller.reset();
    stage.controller.restore(memory);
    expect(stage.use(10).pass().replicas).toBe(4);
  });

  test("a change that another was quicker with is tried again", () => {
    const stage = new Stage(2).use(100);
    stage.conflicts = 4;
    expect(stage.pass().replicas).toBe(4);
    stage.conflicts = 5;
    stage.use(100).pass();
    expect(stage.replicas).toBe(4);
    expect(stage.events).toEqual(["FailedRescale: New size: 8; reason: cpu resource utilization (percentage of request) above target; error: the object has been modified"]);
    expect(stage.conditions()[0]).toBe("AbleToScale False FailedUpdateScale: the HPA controller was unable to update the target scale: the object has been modified");
    expect(stage.hpa.status?.desiredReplicas).toBe(4);
  });

  test("one metric is enough to grow, all are needed to shrink", () => {
    const lost = metric("External", { metric: { name: "queue", selector: { matchLabels: { q: "a" } } }, target: { type: "Value", value: "5" } });
    const stage = new Stage(2, { metrics: [lost, cpu] }).use(100).pass();
    expect(stage.replicas).toBe(4);
    expect(stage.hpa.status?.currentMetrics?.[0]).toEqual({ type: "" });
    const form = "&LabelSelector{MatchLabels:map[string]string{q: a,},MatchExpressions:[]LabelSelectorRequirement{},}";
    const text = `unable to get external metric default/queue/${form}: unable to fetch metrics from external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)`;
    stage.use(10).pass(400);
    expect(stage.replicas).toBe(4);
    expect(stage.events).toEqual([
      `FailedGetExternalMetric: ${text}`,
      `FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 2), first error is: failed to get queue external metric value: failed to get external metric queue: ${text}`,
    ]);
  });

  test.each([
    ["pods metric rps", metric("Pods", { metric: { name: "rps" }, target: { type: "AverageValue", averageValue: "10" } }), "/apis/custom.metrics.k8s.io/v1beta2/namespaces/default/pods/*/rps", [0, 1].map((at) => ({ describedObject: { name: `p${at}` }, timestamp: "2026-01-01T01:00:00Z", value: "15" })), 3],
    ["Service metric rps", metric("Object", { describedObject: { apiVersion: "v1", kind: "Service", name: "s" }, metric: { name: "rps" }, target: { type: "Value", value: "10" } }), "/apis/custom.metrics.k8s.io/v1beta2/namespaces/default/services/s/rps", [{ describedObject: { name: "s" }, timestamp: "2026-01-01T01:00:00Z", value: "20" }], 4],
    ["external metric q(nil)", metric("External", { metric: { name: "q" }, target: { type: "AverageValue", averageValue: "10" } }), "/apis/external.metrics.k8s.io/v1beta1/namespaces/default/q", [{ value: "12" }, { value: "17500m" }], 3],
    ["cpu container resource utilization (percentage of request)", metric("ContainerResource", { name: "cpu", container: "c", target: { type: "Utilization", averageUtilization: 50 } }), "/apis/metrics.k8s.io/", [0, 1].map((at) => ({ metadata: { name: `p${at}` }, timestamp: "2026-01-01T01:00:00Z", window: "1m0s", containers: [{ name: "c", usage: { cpu: "75m" } }, { name: "d", usage: { cpu: "1" } }] })), 3],
    ["memory resource", metric("Resource", { name: "memory", target: { type: "AverageValue", averageValue: "32Mi" } }), "/apis/metrics.k8s.io/", [0, 1].map((at) => ({ metadata: { name: `p${at}` }, timestamp: "2026-01-01T01:00:00Z", window: "20s", containers: [{ name: "c", usage: { memory: "64Mi" } }] })), 4],
  ] as const)("%s", (name, spec, path, items, wanted) => {
    const stage = new Stage(2, { metrics: [spec] });
    stage.sources.set(path, { items } as unknown as Json);
    stage.pass();
    expect(stage.events).toEqual([`SuccessfulRescale: New size: ${wanted}; reason: ${name} above target`]);
  });

  test("what is not served is named", () => {
    const object = metric("Object", { describedObject: { apiVersion: "v1", kind: "Service", name: "s" }, metric: { name: "rps" }, target: { type: "Value", value: "10" } });
    const stage = new Stage(2, { metrics: [object] }).pass();
    const text = "unable to get metric rps: Service on default s/unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered";
    expect(stage.events).toEqual([`FailedGetObjectMetric: ${text}`, `FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get object metric value: ${text}`]);
    expect(stage.conditions()[1]).toBe(`ScalingActive False FailedGetObjectMetric: the HPA was unable to compute the replica count: ${text}`);
  });

  test("tolerances of its own", () => {
    const rules = (tolerance: string) => ({ stabilizationWindowSeconds: 0, selectPolicy: "Max", policies: [{ type: "Pods", value: 4, periodSeconds: 15 }], tolerance });
    expect(new Stage(4, { behavior: { scaleUp: rules("0.01"), scaleDown: rules("0.1") } }).use(52).pass().replicas).toBe(5);
    expect(new Stage(4, { behavior: { scaleUp: rules("500m"), scaleDown: rules("0.1") } }).use(70).pass().replicas).toBe(4);
  });
});

describe("in a control plane without metrics", () => {
  const hpas = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
  const deployment = (replicas: number) => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: { replicas, selector: { matchLabels: { app: "w" } }, template: { metadata: { labels: { app: "w" } }, spec: { schedulerName: "manual", containers: [{ name: "c", image: "i" }] } } } });
  const autoscaler = (name: string, kind = "Deployment") => ({ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name }, spec: { minReplicas: 3, maxReplicas: 5, scaleTargetRef: { apiVersion: "apps/v1", kind, name: "web" } } });
  const conditions = (cluster: ControlPlane, name: string): readonly string[] => ((cluster.must("GET", `${hpas}/${name}`) as HorizontalPodAutoscaler).status?.conditions ?? []).map(({ type, reason }) => `${type} ${reason ?? ""}`);

  test("the target is brought within its limits, at the first look after 15 seconds", () => {
    const cluster = new ControlPlane();
    cluster.must("POST", "/apis/apps/v1/namespaces/default/deployments", deployment(1));
    cluster.must("POST", hpas, autoscaler("h"));
    cluster.runFor(14);
    expect(cluster.pods()).toHaveLength(1);
    cluster.runFor(3);
    expect(cluster.pods()).toHaveLength(3);
    expect(cluster.events("h")).toEqual(["SuccessfulRescale: New size: 3; reason: Current number of replicas below Spec.MinReplicas"]);
    expect(conditions(cluster, "h")).toEqual(["AbleToScale SucceededRescale"]);
    cluster.runFor(16);
    expect(conditions(cluster, "h")).toEqual(["AbleToScale SucceededGetScale", "ScalingActive FailedGetResourceMetric"]);
  });

  test("two autoscalers of the same pods stand in each other's way", () => {
    const cluster = new ControlPlane();
    cluster.must("POST", "/apis/apps/v1/namespaces/default/deployments", deployment(3));
    cluster.must("POST", hpas, autoscaler("a"));
    cluster.must("POST", hpas, autoscaler("b"));
    cluster.runFor(40);
    expect(conditions(cluster, "b")).toEqual(["AbleToScale SucceededGetScale", "ScalingActive AmbiguousSelector"]);
    expect(cluster.events("b")).toContainEqual(expect.stringMatching(/^AmbiguousSelector: pods by selector app=w are controlled by multiple HPAs: \[default\/a default\/b\]/));
  });

  test.each([["DaemonSet", "the server could not find the requested resource"], ["Thing", 'no matches for kind "Thing" in group "apps"']])("a %s cannot be scaled", (kind, text) => {
    const cluster = new ControlPlane();
    cluster.must("POST", hpas, autoscaler("h", kind));
    cluster.runFor(17);
    expect(conditions(cluster, "h")).toEqual(["AbleToScale FailedGetScale"]);
    expect(cluster.events("h").join()).toContain(text);
  });
});
