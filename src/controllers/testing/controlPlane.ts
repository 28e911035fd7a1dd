import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Json } from "../../base/json.ts";
import { ApiWorld } from "../../apiserver/testing/apiWorld.ts";
import type { CallOptions } from "../../apiserver/testing/apiWorld.ts";
import { createCloudControllerManager, createControllerManager } from "../controllerManagerProcess.ts";
import type { ControllerManagerOptions } from "../controllerManagerProcess.ts";

const epochUs = 1_767_225_600_000_000;
const second = 1_000_000;
const managerId = "cp-1/kube-controller-manager";

export interface ControlPlaneOptions extends Partial<ControllerManagerOptions> {
  readonly cloud?: boolean;
}

/** etcd, API server and controllers, without nodes: what kubelets would write, a test writes. */
export class ControlPlane {
  readonly api: ApiWorld;

  constructor(options: ControlPlaneOptions = {}) {
    const { cloud = false, ...rest } = options;
    const settings = { server: "cp-1/apiserver", epochUs, ...rest };
    this.api = new ApiWorld([
      { id: managerId, create: () => createControllerManager(managerId, settings) },
      ...(cloud ? [{ id: "cp-1/cloud-controller-manager", create: () => createCloudControllerManager("cp-1/cloud-controller-manager", settings) }] : []),
    ]);
    this.settle();
  }

  call(method: string, url: string, body: Json = null, options: CallOptions = {}): ApiResponse {
    return this.api.call(method, url, body, options);
  }

  /** As call, and anything but success is an error of the test. */
  must(method: string, url: string, body: unknown = null, contentType = ""): KubeObject {
    const response = this.api.call(method, url, body as Json, { contentType });
    if (response.code >= 300) throw new Error(`${method} ${url}: ${response.code} ${JSON.stringify(response.body)}`);
    return response.body as unknown as KubeObject;
  }

  list<O extends KubeObject>(url: string): readonly O[] {
    return (this.must("GET", url) as unknown as { readonly items: readonly O[] }).items;
  }

  /** Runs until the objects stop changing. Controllers with timers of their own never fall quite silent. */
  settle(seconds = 20): void {
    let last = this.revision();
    let quiet = 0;
    for (let waited = 0; waited < seconds * 10 && quiet < 25; waited++) {
      this.api.world.runFor(second / 10);
      const revision = this.revision();
      quiet = revision === last ? quiet + 1 : 0;
      last = revision;
    }
  }

  runFor(seconds: number): void {
    this.api.world.runFor(seconds * second);
  }

  /** What the kubelet writes of a pod that runs and is ready. */
  makeReady(namespace: string, pod: string): void {
    const now = new Date(Math.floor((epochUs + this.api.world.now) / 1000)).toISOString().replace(/\.\d+Z/, "Z");
    const conditions = ["Ready", "ContainersReady"].map((type) => ({ type, status: "True", lastTransitionTime: now }));
    const status = { phase: "Running", startTime: now, conditions, containerStatuses: [{ name: "c", ready: true, started: true, restartCount: 0, image: "i", imageID: "i", state: { running: { startedAt: now } } }] };
    this.must("PATCH", `/api/v1/namespaces/${namespace}/pods/${pod}/status`, { status }, "application/strategic-merge-patch+json");
  }

  pods(namespace = "default"): readonly KubeObject[] {
    return this.list(`/api/v1/namespaces/${namespace}/pods`);
  }

  part(part: string, state: "running" | "stopped"): void {
    this.api.world.send(managerId, { type: "part", part, state });
  }

  private revision(): string {
    return (this.must("GET", "/api/v1/configmaps") as unknown as { readonly metadata: { readonly resourceVersion: string } }).metadata.resourceVersion;
  }
}
