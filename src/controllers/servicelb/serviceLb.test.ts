import { expect, test } from "vitest";
import type { Service } from "../../kinds/core/service/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const url = "/api/v1/namespaces/default/services";
const manifest = (name: string, spec: object = {}) => ({ apiVersion: "v1", kind: "Service", metadata: { name }, spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }], ...spec } });
const service = (cluster: ControlPlane, name: string) => cluster.must("GET", `${url}/${name}`) as Service;
const address = (cluster: ControlPlane, name: string) => service(cluster, name).status?.loadBalancer?.ingress?.[0]?.ip;

/** How often the event was told, all in all. */
function count(cluster: ControlPlane): number {
  const events = cluster.list("/api/v1/namespaces/default/events") as unknown as readonly { readonly reason: string; readonly count?: number }[];
  return events.filter(({ reason }) => reason === "UpdatedLoadBalancer").reduce((sum, event) => sum + (event.count ?? 1), 0);
}

test("each Service of type LoadBalancer gets an address of its own, and says so", () => {
  const cluster = new ControlPlane({ cloud: true });
  for (const name of ["a", "b"]) cluster.must("POST", url, manifest(name));
  cluster.settle();
  expect([address(cluster, "a"), address(cluster, "b")].sort()).toEqual(["203.0.113.1", "203.0.113.2"]);
  expect(service(cluster, "a").metadata.finalizers).toEqual(["service.kubernetes.io/load-balancer-cleanup"]);
  expect(cluster.events("a")).toEqual(["EnsuringLoadBalancer: Ensuring load balancer", "UnAvailableLoadBalancer: There are no available nodes for LoadBalancer", "EnsuredLoadBalancer: Ensured load balancer"]);
});

test("the address goes back with the type or the Service", () => {
  const cluster = new ControlPlane({ cloud: true });
  cluster.must("POST", url, manifest("a"));
  cluster.settle();
  cluster.must("PATCH", `${url}/a`, { spec: { type: "ClusterIP" } }, "application/merge-patch+json");
  cluster.settle();
  expect([address(cluster, "a"), service(cluster, "a").metadata.finalizers]).toEqual([undefined, undefined]);
  cluster.must("POST", url, manifest("b"));
  cluster.settle();
  expect(address(cluster, "b")).toBe("203.0.113.1");
  cluster.must("DELETE", `${url}/b`);
  cluster.settle();
  expect(cluster.call("GET", `${url}/b`).code).toBe(404);
});

test("a wish for an address is granted where it is free; another class is somebody else's", () => {
  const cluster = new ControlPlane({ cloud: true });
  cluster.must("POST", url, manifest("wish", { loadBalancerIP: "203.0.113.77" }));
  cluster.must("POST", url, manifest("class", { loadBalancerClass: "example.com/other" }));
  cluster.must("POST", url, manifest("taken", { loadBalancerIP: "203.0.113.77" }));
  cluster.settle(3);
  expect(["wish", "class", "taken"].map((name) => address(cluster, name))).toEqual(["203.0.113.77", undefined, undefined]);
  expect(cluster.events("taken").join()).toContain("SyncLoadBalancerFailed");
});

test("without a cloud it stays pending", () => {
  const cluster = new ControlPlane();
  cluster.must("POST", url, manifest("a"));
  cluster.settle();
  expect(service(cluster, "a").status).toEqual({ loadBalancer: {} });
});

test("nodes that come, go or leave the load balancers are told of; that one is not ready is not", () => {
  const cluster = new ControlPlane({ cloud: true });
  cluster.must("POST", url, manifest("a"));
  cluster.settle();
  expect(cluster.events("a")).toContain("UnAvailableLoadBalancer: There are no available nodes for LoadBalancer");
  const updates = () => cluster.events("a").filter((event) => event === "UpdatedLoadBalancer: Updated load balancer with new hosts").length;
  expect(updates()).toBe(0);
  cluster.addNode("n1");
  cluster.settle(5);
  expect(updates()).toBe(1);
  const eventsBefore = count(cluster);
  cluster.must("PATCH", "/api/v1/nodes/n1/status", { status: { conditions: [{ type: "Ready", status: "False" }] } }, "application/strategic-merge-patch+json");
  cluster.settle(5);
  expect(count(cluster)).toBe(eventsBefore);
  cluster.must("PATCH", "/api/v1/nodes/n1", { metadata: { labels: { "node.kubernetes.io/exclude-from-external-load-balancers": "" } } }, "application/merge-patch+json");
  cluster.settle(5);
  expect(count(cluster)).toBe(eventsBefore + 1);
});
