import { expect, test } from "vitest";
import type { ClusterRole } from "../../kinds/rbac/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const url = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
const rule = (resource: string) => ({ verbs: ["get"], apiGroups: ["example.com"], resources: [resource] });
const manifest = (name: string, labels: Record<string, string>, body: object) => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name, labels }, ...body });
const rulesOf = (cluster: ControlPlane, name: string) => (cluster.must("GET", `${url}/${name}`) as ClusterRole).rules;

test("gathers the rules of the roles it selects, follows them, and lets nobody add to them", () => {
  const cluster = new ControlPlane();
  cluster.must("POST", url, manifest("monitoring", {}, { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { monitor: "true" } }] }, rules: [rule("foreign")] }));
  cluster.must("POST", url, manifest("b", { monitor: "true" }, { rules: [rule("bees")] }));
  cluster.must("POST", url, manifest("a", { monitor: "true" }, { rules: [rule("ants"), rule("bees")] }));
  cluster.settle();
  expect(rulesOf(cluster, "monitoring")).toEqual([rule("ants"), rule("bees")]);
  cluster.must("DELETE", `${url}/a`);
  cluster.settle();
  expect(rulesOf(cluster, "monitoring")).toEqual([rule("bees")]);
});

test("what goes into view goes on into edit and admin; the roles of the bootstrap policy are gathered from the first", () => {
  const cluster = new ControlPlane();
  const version = cluster.must("GET", `${url}/admin`).metadata.resourceVersion;
  cluster.settle();
  expect(cluster.must("GET", `${url}/admin`).metadata.resourceVersion).toBe(version);
  cluster.must("POST", url, manifest("crontabs-view", { "rbac.authorization.k8s.io/aggregate-to-view": "true" }, { rules: [rule("crontabs")] }));
  cluster.settle();
  for (const name of ["view", "edit", "admin"]) expect(rulesOf(cluster, name)).toContainEqual(rule("crontabs"));
  const { managedFields } = cluster.must("GET", `${url}/view`).metadata;
  expect(managedFields?.map(({ manager, operation }) => `${manager} ${operation}`)).toContain("clusterrole-aggregation-controller Apply");
});
