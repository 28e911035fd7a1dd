import { expect, test } from "vitest";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { ControllerRevision } from "../../kinds/apps/controllerrevision/types.ts";
import type { StatefulSet } from "../../kinds/apps/statefulset/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const manager = "cp-1/kube-controller-manager";
const url = "/apis/apps/v1/namespaces/default/statefulsets";
const labels = { app: "web" };
const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "registry.example/app:1" }], terminationGracePeriodSeconds: 0, schedulerName: "manual" } };
const volumeClaimTemplates = [{ metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } }];

/** Counts what is written, from where it stopped reading the trace. */
class Writes {
  #read = 0;

  /** Whether something was written since it was asked last. */
  any(cluster: ControlPlane): boolean {
    const { trace } = cluster.api.world;
    const fresh = trace.slice(this.#read);
    this.#read = trace.length;
    return fresh.some(({ body }) => /^(wrote|deleted) (Pod|StatefulSet|ControllerRevision|PersistentVolumeClaim) /.test((body as { readonly text?: string }).text ?? ""));
  }
}

/** Lets the controllers work; `crashes`: their process falls over after each write that it makes. Tells how often. */
function work(cluster: ControlPlane, crashes: boolean): number {
  let fallen = 0;
  const writes = new Writes();
  writes.any(cluster);
  cluster.part("statefulset", "running");
  for (let quiet = 0; quiet < 500; ) {
    const isUp = cluster.api.world.observe(manager, { type: "parts" }) !== null;
    cluster.runFor(isUp ? 0.002 : 0.02);
    quiet = isUp ? quiet + 1 : 0;
    if (!writes.any(cluster)) continue;
    quiet = 0;
    if (!crashes) continue;
    fallen += 1;
    cluster.api.world.control({ type: "crash", process: manager });
  }
  return fallen;
}

/** Made, ready, updated, ready, smaller. */
function play(crashes: boolean): { readonly state: unknown; readonly fallen: number } {
  const cluster = new ControlPlane();
  // While people write, the controller rests, so that it makes all its own writes under the eyes of work().
  const rest = (): void => {
    cluster.part("statefulset", "stopped");
    cluster.runFor(0.1);
  };
  rest();
  const spec = { serviceName: "web", replicas: 2, persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" }, selector: { matchLabels: labels }, template, volumeClaimTemplates };
  cluster.must("POST", url, { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "web" }, spec });
  let fallen = 0;
  const settle = (): void => {
    for (let round = 0; round < 3; round++) {
      fallen += work(cluster, crashes);
      rest();
      cluster.makeAllReady();
    }
  };
  settle();
  cluster.must("PATCH", `${url}/web`, { spec: { template: { metadata: { annotations: { v: "2" } } } } }, "application/merge-patch+json");
  settle();
  cluster.must("PATCH", `${url}/web`, { spec: { replicas: 1 } }, "application/merge-patch+json");
  settle();
  const { status } = cluster.must("GET", `${url}/web`) as StatefulSet;
  const state = {
    status,
    pods: cluster.list<Pod>("/api/v1/namespaces/default/pods").map(({ metadata }) => [metadata.name, metadata.labels, metadata.annotations]),
    claims: cluster.list<KubeObject>("/api/v1/namespaces/default/persistentvolumeclaims").map(({ metadata }) => [metadata.name, metadata.ownerReferences?.map(({ kind }) => kind)]),
    revisions: cluster.list<ControllerRevision>("/apis/apps/v1/namespaces/default/controllerrevisions").map(({ metadata, revision }) => [metadata.name, revision]),
  };
  return { state, fallen };
}

test("crashes after every single write lead to the same end", { timeout: 60_000 }, () => {
  const [calm, rough] = [play(false), play(true)];
  expect(calm.state).toMatchObject({ status: { replicas: 1, readyReplicas: 1, updateRevision: "web-76589b9c8" }, claims: [["data-web-0", ["StatefulSet"]], ["data-web-1", ["StatefulSet"]]] });
  expect(rough.fallen).toBeGreaterThan(15);
  expect(rough.state).toEqual(calm.state);
});
