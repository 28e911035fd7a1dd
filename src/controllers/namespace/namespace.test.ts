import { expect, test } from "vitest";
import type { ConfigMap } from "../../kinds/core/configmap/types.ts";
import type { Namespace } from "../../kinds/core/namespace/types.ts";
import { rootCaOf } from "../rootcacertpublisher/rootCa.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const url = "/api/v1/namespaces/shop";

function shop(): ControlPlane {
  const cluster = new ControlPlane();
  cluster.must("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  cluster.settle();
  return cluster;
}

test("a new namespace has its account and the cluster's certificate authority; what is deleted comes back", () => {
  const cluster = shop();
  expect(cluster.must("GET", `${url}/serviceaccounts/default`).metadata.name).toBe("default");
  expect((cluster.must("GET", `${url}/configmaps/kube-root-ca.crt`) as ConfigMap).data).toEqual({ "ca.crt": rootCaOf(1) });
  cluster.must("DELETE", `${url}/serviceaccounts/default`);
  cluster.must("PATCH", `${url}/configmaps/kube-root-ca.crt`, { data: { "ca.crt": "forged" } }, "application/merge-patch+json");
  cluster.settle();
  expect(cluster.must("GET", `${url}/serviceaccounts/default`).metadata.name).toBe("default");
  expect((cluster.must("GET", `${url}/configmaps/kube-root-ca.crt`) as ConfigMap).data).toEqual({ "ca.crt": rootCaOf(1) });
});

test("a namespace takes all that is in it along", () => {
  const cluster = shop();
  const template = { metadata: { labels: { app: "w" } }, spec: { containers: [{ name: "c", image: "i" }], schedulerName: "manual" } };
  cluster.must("POST", `/apis/apps/v1/namespaces/shop/deployments`, { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "w" }, spec: { replicas: 2, selector: { matchLabels: { app: "w" } }, template } });
  cluster.must("POST", `${url}/services`, { apiVersion: "v1", kind: "Service", metadata: { name: "w" }, spec: { selector: { app: "w" }, ports: [{ port: 80 }] } });
  cluster.settle();
  cluster.must("DELETE", url);
  cluster.runFor(30);
  expect(cluster.call("GET", url).code).toBe(404);
  expect(cluster.list("/api/v1/pods").filter((pod) => pod.metadata.namespace === "shop")).toEqual([]);
});

test("what has a finalizer holds it, and the conditions say so", () => {
  const cluster = shop();
  cluster.must("POST", `${url}/configmaps`, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "held", finalizers: ["example.com/hold"] } });
  cluster.must("DELETE", url);
  cluster.runFor(12);
  const { status } = cluster.must("GET", url) as Namespace;
  expect(status?.phase).toBe("Terminating");
  expect(status?.conditions?.map(({ type, status: holds, message }) => `${type} ${holds}: ${message ?? ""}`)).toEqual([
    "NamespaceDeletionDiscoveryFailure False: All resources successfully discovered",
    "NamespaceDeletionGroupVersionParsingFailure False: All legacy kube types successfully parsed",
    "NamespaceDeletionContentFailure False: All content successfully deleted, may be waiting on finalization",
    "NamespaceContentRemaining True: Some resources are remaining: configmaps. has 1 resource instances",
    "NamespaceFinalizersRemaining True: Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
  ]);
  cluster.must("PATCH", `${url}/configmaps/held`, { metadata: { finalizers: null } }, "application/merge-patch+json");
  cluster.runFor(20);
  expect(cluster.call("GET", url).code).toBe(404);
});
