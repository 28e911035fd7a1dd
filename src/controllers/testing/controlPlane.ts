import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Json } from "../../base/json.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import { isPodReady } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { ApiWorld } from "../../apiserver/testing/apiWorld.ts";
import type { CallOptions } from "../../apiserver/testing/apiWorld.ts";
import { cloudManifests } from "../../cluster/cloudManifests.ts";
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
    if (cloud) for (const object of cloudManifests) this.must("POST", `/apis/rbac.authorization.k8s.io/v1/${String(object["kind"]).toLowerCase()}s`, object);
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

  /** A server that crashed often takes its time to come back. */
  awaitServer(): void {
    const question = { type: "request", request: this.api.request("GET", "/readyz") } as unknown as Json;
    for (let waited = 0; waited < 600; waited++) {
      this.runFor(1);
      const answer = this.api.world.observe("cp-1/apiserver", question) as unknown as ApiResponse | null;
      if (answer?.code === 200) return;
    }
    throw new Error("the API server does not come back");
  }

  runFor(seconds: number): void {
    this.api.world.runFor(seconds * second);
  }

  /** What the kubelet writes of a pod that runs and is ready. A controller may delete the pod in that very moment. */
  makeReady(namespace: string, pod: string): void {
    const now = this.timestamp();
    const conditions = ["Ready", "ContainersReady"].map((type) => ({ type, status: "True", lastTransitionTime: now }));
    const status = { phase: "Running", startTime: now, conditions, containerStatuses: [{ name: "c", ready: true, started: true, restartCount: 0, image: "i", imageID: "i", state: { running: { startedAt: now } } }] };
    const answer = this.call("PATCH", `/api/v1/namespaces/${namespace}/pods/${pod}/status`, { status }, { contentType: "application/strategic-merge-patch+json" });
    if (answer.code !== 200 && answer.code !== 404) throw new Error(`cannot make pod ${pod} ready: ${JSON.stringify(answer.body)}`);
  }

  /** All pods that are there get ready. */
  makeAllReady(namespace = "default"): void {
    for (const pod of this.pods(namespace)) {
      // While one gets ready, a controller may delete another: those that are still there count.
      const present = this.call("GET", `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}`).body as unknown as Pod;
      if (present.kind === "Pod" && present.metadata.deletionTimestamp === undefined && !isPodReady(present)) this.makeReady(namespace, pod.metadata.name);
    }
    this.settle();
  }

  /** A node as its kubelet makes it, ready and with a lease. */
  addNode(name: string, zone = "a"): void {
    this.must("POST", "/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name, labels: { "topology.kubernetes.io/zone": zone } } });
    this.must("POST", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name }, spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: this.microTime() } });
    const conditions = [["Ready", "True", "KubeletReady"], ["MemoryPressure", "False", "ok"], ["DiskPressure", "False", "ok"], ["PIDPressure", "False", "ok"]].map(([type, status, reason]) => ({ type, status, reason, message: "m", lastHeartbeatTime: this.timestamp(), lastTransitionTime: this.timestamp() }));
    this.must("PATCH", `/api/v1/nodes/${name}/status`, { status: { conditions } }, "application/merge-patch+json");
  }

  /** The kubelets of these nodes renew their leases every ten seconds. */
  live(seconds: number, nodes: readonly string[]): void {
    for (let passed = 0; passed < seconds; passed += 10) {
      for (const name of nodes) this.must("PATCH", `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`, { spec: { renewTime: this.microTime() } }, "application/merge-patch+json");
      this.runFor(10);
    }
  }

  /** The events about an object, as "reason message (count)". */
  events(name: string, namespace = "default"): readonly string[] {
    const events = this.list<KubeObject & { readonly reason: string; readonly message: string; readonly count: number; readonly involvedObject: { readonly name: string } }>(`/api/v1/namespaces/${namespace}/events`);
    return events.filter((event) => event.involvedObject.name === name).map((event) => `${event.reason}: ${event.message}${event.count > 1 ? ` (${event.count})` : ""}`);
  }

  /** What the controllers said of what they did, by component. */
  explained(component: string): readonly string[] {
    return this.api.world.trace.flatMap(({ body }) => {
      const link = body as { readonly component?: string; readonly text?: string };
      return link.component === component && link.text !== undefined ? [link.text] : [];
    });
  }

  timestamp(): string {
    return this.microTime().replace(/\.\d+Z$/, "Z");
  }

  private microTime(): string {
    return formatRfc3339(epochUs + this.api.world.now, true);
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
