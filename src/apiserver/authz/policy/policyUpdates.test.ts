import { expect, test } from "vitest";
import type { Binding, ClusterRole } from "../../../kinds/rbac/types.ts";
import type { Json } from "../../../base/json.ts";
import { ApiWorld } from "../../testing/apiWorld.ts";

const rbac = "/apis/rbac.authorization.k8s.io/v1";
const merge = { contentType: "application/merge-patch+json" };
const get = <O>(api: ApiWorld, path: string): O => api.call("GET", `${rbac}/${path}`).body as unknown as O;
const patch = (api: ApiWorld, path: string, body: Json): void => expect(api.call("PATCH", `${rbac}/${path}`, body, merge).code).toBe(200) as unknown as void;
function restart(api: ApiWorld): void {
  api.world.control({ type: "crash", process: "cp-1/apiserver" });
  api.world.runFor(10_000_000);
}
const scheduler = "clusterroles/system:kube-scheduler";
const discovery = "clusterrolebindings/system:discovery";

test("a restart leaves a policy alone that is as it should be", () => {
  const api = new ApiWorld();
  const before = api.call("GET", `${rbac}/clusterroles`).body;
  restart(api);
  expect((api.call("GET", `${rbac}/clusterroles`).body as unknown as { readonly items: Json }).items).toEqual((before as unknown as { readonly items: Json }).items);
});

test("a restart adds rights, subjects and labels that are missing, and keeps what is there beside them", () => {
  const api = new ApiWorld();
  const { rules = [] } = get<ClusterRole>(api, scheduler);
  const own = { verbs: ["get"], apiGroups: ["example.com"], resources: ["things"] };
  patch(api, scheduler, { metadata: { labels: { "kubernetes.io/bootstrapping": null, mine: "yes" } }, rules: [...rules.slice(1), own] } as unknown as Json);
  patch(api, discovery, { subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "alice" }] });
  restart(api);
  const role = get<ClusterRole>(api, scheduler);
  expect(role.metadata.labels).toEqual({ "kubernetes.io/bootstrapping": "rbac-defaults", mine: "yes" });
  expect(role.rules?.slice(0, rules.length)).toEqual([...rules.slice(1), own]);
  const added = role.rules?.slice(rules.length) ?? [];
  expect(added.every(({ verbs }) => verbs?.length === 1)).toBe(true);
  expect(added.map(({ verbs }) => verbs?.[0])).toEqual(rules[0]?.apiGroups?.flatMap(() => rules[0]?.resources?.flatMap(() => rules[0]?.verbs ?? [])));
  expect(get<Binding>(api, discovery).subjects?.map(({ name }) => name)).toEqual(["alice", "system:authenticated"]);
});

test("a restart makes a binding to another role anew, and leaves alone who does not want it", () => {
  const api = new ApiWorld();
  const binding = get<Binding>(api, discovery);
  api.call("DELETE", `${rbac}/${discovery}`);
  api.call("POST", `${rbac}/clusterrolebindings`, { ...binding, metadata: { name: "system:discovery" }, roleRef: { ...binding.roleRef, name: "view" } } as unknown as Json);
  patch(api, scheduler, { metadata: { annotations: { "rbac.authorization.kubernetes.io/autoupdate": "false" } }, rules: [] });
  restart(api);
  expect(get<Binding>(api, discovery).roleRef).toEqual(binding.roleRef);
  expect(get<ClusterRole>(api, scheduler).rules ?? []).toEqual([]);
});
