import { ApiWorld } from "../../apiserver/testing/apiWorld.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Json } from "../../base/json.ts";
import type { Pod, PodSpec } from "../../kinds/core/pod/types.ts";
import type { SchedulerConfiguration } from "../configuration.ts";
import { createScheduler } from "../schedulerProcess.ts";

const epochUs = 1_767_225_600_000_000;
const second = 1_000_000;
const schedulerId = "cp-1/kube-scheduler";
const pods = "/api/v1/namespaces/default/pods";

/** etcd, API server and scheduler; nodes are only objects, so that pods that are deleted with a grace period stay until the test lets go. */
export class SchedulerWorld {
  readonly api: ApiWorld;

  constructor(configuration: SchedulerConfiguration = {}) {
    const options = { server: "cp-1/apiserver", qps: 0, burst: 0, epochUs, configuration, attemptCostUs: 100, eventCostUs: 10 };
    this.api = new ApiWorld([{ id: schedulerId, create: () => createScheduler(schedulerId, options) }]);
    this.run(3);
    this.must("POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
  }

  run(seconds: number): void {
    this.api.world.runFor(seconds * second);
  }

  must(method: string, url: string, body: unknown = null, contentType = ""): KubeObject {
    const response = this.api.call(method, url, body as Json, { contentType });
    if (response.code >= 300) throw new Error(`${method} ${url}: ${response.code} ${JSON.stringify(response.body)}`);
    return response.body as unknown as KubeObject;
  }

  addNode(name: string, zone: string, cpu = "4"): void {
    this.must("POST", "/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name, labels: { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone } } });
    this.must("PATCH", `/api/v1/nodes/${name}/status`, { status: { allocatable: { cpu, memory: "8Gi", pods: "110" }, capacity: { cpu, memory: "8Gi", pods: "110" } } }, "application/merge-patch+json");
    // Without a controller, nobody else takes the taint of a node that is new away.
    this.must("PATCH", `/api/v1/nodes/${name}`, { spec: { taints: null } }, "application/merge-patch+json");
  }

  addPod(name: string, spec: Partial<PodSpec> = {}, cpu = "100m", app = "web"): void {
    this.must("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app } }, spec: { containers: [{ name: "c", image: "registry.example/app:1", resources: { requests: { cpu } } }], ...spec } });
  }

  addPriority(name: string, value: number): void {
    this.must("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value });
  }

  deletePod(name: string): void {
    this.must("DELETE", `${pods}/${name}`, { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0 });
  }

  pod(name: string): Pod {
    return this.must("GET", `${pods}/${name}`) as unknown as Pod;
  }

  nodeOf(name: string): string {
    return this.pod(name).spec.nodeName ?? "";
  }

  observe(question: Json): Json {
    return this.api.world.observe(schedulerId, question);
  }

  /** What the scheduler said of a pod, each with its second. */
  said(name: string): readonly string[] {
    return this.api.world.trace.flatMap(({ at, body }) => {
      const link = body as { readonly component?: string; readonly text?: string; readonly object?: string };
      return link.component === "scheduler" && link.object === `pods/default/${name}` ? [`${Math.round(at / 100_000) / 10} s: ${link.text ?? ""}`] : [];
    });
  }
}
