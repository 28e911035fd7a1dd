import { expect, test } from "vitest";
import type { HorizontalPodAutoscaler } from "../../kinds/autoscaling/horizontalpodautoscaler/types.ts";
import type { Deployment } from "../../kinds/apps/deployment/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const deployments = "/apis/apps/v1/namespaces/default/deployments";
const hpas = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
const manager = "cp-1/kube-controller-manager";

const revisionOf = (cluster: ControlPlane): number => Number((cluster.must("GET", "/api/v1/configmaps") as unknown as { readonly metadata: { readonly resourceVersion: string } }).metadata.resourceVersion);

/** A Deployment of one pod, an autoscaler that wants three; the controllers fall over after so many writes. */
function endOf(crashAfter: number) {
  const cluster = new ControlPlane();
  cluster.must("POST", deployments, { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: { replicas: 1, selector: { matchLabels: { app: "w" } }, template: { metadata: { labels: { app: "w" } }, spec: { schedulerName: "manual", containers: [{ name: "c", image: "i" }] } } } });
  cluster.must("POST", hpas, { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name: "h" }, spec: { minReplicas: 3, maxReplicas: 5, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } } });
  const from = revisionOf(cluster);
  for (let looks = 0; looks < 20_000 && revisionOf(cluster) < from + crashAfter; looks++) cluster.runFor(looks < 500 ? 0.0005 : 0.01);
  cluster.api.world.control({ type: "crash", process: manager });
  cluster.runFor(60);
  cluster.makeAllReady();
  cluster.runFor(40);
  const { spec, status } = cluster.must("GET", `${deployments}/web`) as Deployment;
  const hpa = cluster.must("GET", `${hpas}/h`) as HorizontalPodAutoscaler;
  return {
    pods: cluster.pods().length, sets: cluster.list("/apis/apps/v1/namespaces/default/replicasets").length, wanted: spec.replicas, available: status?.availableReplicas,
    hpa: { ...hpa.status, lastScaleTime: undefined, conditions: hpa.status?.conditions?.map(({ type, status: holds, reason }) => [type, holds, reason]) },
    scaled: cluster.events("h").filter((event) => event.startsWith("SuccessfulRescale")).map((event) => event.replace(/ \(\d+\)$/, "")),
  };
}

test("controllers that fall over after any write come to the same end", () => {
  const undisturbed = endOf(0);
  expect(undisturbed).toMatchObject({ pods: 3, sets: 1, wanted: 3, available: 3, hpa: { currentReplicas: 3 }, scaled: ["SuccessfulRescale: New size: 3; reason: Current number of replicas below Spec.MinReplicas"] });
  const step = process.env["ORRERY_DEEP"] === "1" ? 1 : 4;
  for (let after = 1; after <= 22; after += step) {
    const { scaled, hpa, ...end } = endOf(after);
    const { scaled: _scaled, hpa: wanted, ...same } = undisturbed;
    expect([after, end, hpa.currentReplicas, hpa.conditions]).toEqual([after, same, wanted.currentReplicas, wanted.conditions]);
    // An event, and a status, may be lost with the process that was to write it.
    expect(scaled.length).toBeLessThanOrEqual(1);
  }
}, 120_000);
