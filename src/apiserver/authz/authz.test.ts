import { describe, expect, test } from "vitest";
import type { Json } from "../../base/json.ts";
import { ApiWorld, type CallOptions } from "../testing/apiWorld.ts";

const rbac = "/apis/rbac.authorization.k8s.io/v1";
const group = "rbac.authorization.k8s.io";
const inDefault = "/api/v1/namespaces/default";
const as = (user: string, ...groups: readonly string[]): CallOptions => ({ impersonate: { user, groups } });

function role(name: string, ...rules: readonly object[]): Json {
  return { apiVersion: `${group}/v1`, kind: "Role", metadata: { name }, rules } as unknown as Json;
}
function binding(kind: string, name: string, roleKind: string, roleName: string, ...subjects: readonly object[]): Json {
  return { apiVersion: `${group}/v1`, kind, metadata: { name }, roleRef: { apiGroup: group, kind: roleKind, name: roleName }, subjects } as unknown as Json;
}
const user = (name: string) => ({ kind: "User", apiGroup: group, name });
const rule = (verbs: string, groups: string, resources: string, more: object = {}) => ({ verbs: verbs.split(" "), apiGroups: groups.split(" "), resources: resources.split(" "), ...more });

function must(api: ApiWorld, method: string, url: string, body: Json = null, options: CallOptions = {}): Json {
  const { code, body: answer } = api.call(method, url, body, options);
  if (code >= 300) throw new Error(`${method} ${url}: ${JSON.stringify(answer)}`);
  return answer;
}
const message = (api: ApiWorld, method: string, url: string, body: Json, options: CallOptions): string => {
  const answer = api.call(method, url, body, options);
  return answer.code < 300 ? String(answer.code) : `${answer.code} ${(answer.body as { readonly message: string }).message}`;
};

/** alice may read configmaps of default and see one secret. */
function withAlice(): ApiWorld {
  const api = new ApiWorld();
  must(api, "POST", `${rbac}/namespaces/default/roles`, role("reader", rule("get list", "", "configmaps pods/log"), rule("get", "", "secrets", { resourceNames: ["a"] })));
  must(api, "POST", `${rbac}/namespaces/default/rolebindings`, binding("RoleBinding", "reads", "Role", "reader", user("alice"), { kind: "ServiceAccount", name: "robot" }));
  return api;
}

describe("rules", () => {
  test("allow what they name, where they are bound, and nothing else", () => {
    const api = withAlice();
    const code = (url: string, options: CallOptions = as("alice")): number => api.call("GET", url, null, options).code;
    expect([code(`${inDefault}/configmaps`), code("/api/v1/configmaps"), code(`${inDefault}/pods`), code(`${inDefault}/configmaps`, as("bob"))]).toEqual([200, 403, 403, 403]);
    expect([code(`${inDefault}/secrets/a`), code(`${inDefault}/secrets/b`), code(`${inDefault}/secrets`)]).toEqual([404, 403, 403]);
    expect([code(`${inDefault}/configmaps`, as("system:serviceaccount:default:robot")), code(`${inDefault}/configmaps`, as("system:serviceaccount:kube-system:robot"))]).toEqual([200, 403]);
    expect(message(api, "GET", `${inDefault}/pods/x/log`, null, as("alice"))).not.toContain("cannot get");
  });

  test("hold from the moment a role or a binding changes, and after a crash", () => {
    const api = withAlice();
    const code = (): number => api.call("GET", `${inDefault}/configmaps`, null, as("alice")).code;
    expect(code()).toBe(200);
    must(api, "PUT", `${rbac}/namespaces/default/roles/reader`, role("reader", rule("get", "", "pods")));
    expect(code()).toBe(403);
    must(api, "PUT", `${rbac}/namespaces/default/roles/reader`, role("reader", rule("*", "*", "*")));
    expect(code()).toBe(200);
    api.world.control({ type: "crash", process: "cp-1/apiserver" });
    api.world.runFor(30_000_000);
    expect(code()).toBe(200);
    must(api, "DELETE", `${rbac}/namespaces/default/rolebindings/reads`);
    expect(code()).toBe(403);
  });

  test("of a role that is not there say so", () => {
    const api = withAlice();
    must(api, "POST", `${rbac}/namespaces/default/rolebindings`, binding("RoleBinding", "lost", "ClusterRole", "nope", user("bob")));
    const refused = 'pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "default": RBAC: clusterrole.rbac.authorization.k8s.io "nope" not found';
    expect(message(api, "GET", `${inDefault}/pods`, null, as("bob"))).toBe(`403 ${refused}`);
  });
});

describe("impersonation", () => {
  test("asks for each part of the identity", () => {
    const api = withAlice();
    const clusterRole = { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: { name: "actor" }, rules: [rule("impersonate", "", "users", { resourceNames: ["alice"] }), rule("impersonate", "", "groups"), rule("impersonate", "authentication.k8s.io", "userextras/scopes")] };
    must(api, "POST", `${rbac}/clusterroles`, clusterRole as unknown as Json);
    must(api, "POST", `${rbac}/clusterrolebindings`, binding("ClusterRoleBinding", "actor", "ClusterRole", "actor", user("carol")));
    const ask = (impersonate: NonNullable<CallOptions["impersonate"]>): string => message(api, "GET", `${inDefault}/configmaps`, null, { user: "carol", groups: [], impersonate });
    expect(ask({ user: "alice" })).toBe("200");
    expect(ask({ user: "alice", groups: ["devs"], extra: { scopes: ["a"] } })).toBe("200");
    // The modes that are more narrow are asked first, and the first refusal is told.
    const on = '403 configmaps is forbidden: User "carol" cannot impersonate-on:user-info:list resource "configmaps" in API group "" in the namespace "default"';
    expect([ask({ user: "bob" }), ask({ user: "alice", uid: "1" }), ask({ user: "alice", extra: { other: ["x"] } })]).toEqual([on, on, on]);
    expect(ask({ user: "system:serviceaccount:default:robot" })).toBe(on.replace("user-info", "serviceaccount"));
    expect(api.call("GET", `${inDefault}/configmaps`, null, { impersonate: { groups: ["devs"] } })).toMatchObject({
      code: 400, body: { reason: "BadRequest", message: 'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"devs"}, Extra:map[string][]string(nil)} without impersonating a user name' },
    });
  });

  test("may be held to single requests, and to one kind of identity", () => {
    const api = withAlice();
    const grant = (name: string, ...rules: readonly object[]): void => {
      must(api, "POST", `${rbac}/clusterroles`, { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: { name }, rules } as unknown as Json);
      must(api, "POST", `${rbac}/clusterrolebindings`, binding("ClusterRoleBinding", name, "ClusterRole", name, user(name)));
    };
    const authn = "authentication.k8s.io";
    grant("dave", rule("impersonate-on:user-info:list", "", "configmaps"), rule("impersonate:user-info", authn, "users", { resourceNames: ["alice"] }), rule("impersonate:user-info", authn, "groups"), rule("impersonate:user-info", authn, "userextras/example.com/scopes"));
    const ask = (by: string, impersonate: NonNullable<CallOptions["impersonate"]>, url = `${inDefault}/configmaps`): string => message(api, "GET", url, null, { user: by, groups: [], impersonate });
    expect(ask("dave", { user: "alice" })).toBe("200");
    expect(ask("dave", { user: "alice", groups: ["devs"], extra: { "example.com/scopes": ["a"] } })).toBe("200");
    expect(ask("dave", { user: "alice" }, `${inDefault}/configmaps/x`)).toBe('403 configmaps "x" is forbidden: User "dave" cannot impersonate-on:user-info:get resource "configmaps" in API group "" in the namespace "default"');
    expect(ask("dave", { user: "bob" })).toBe('403 users.authentication.k8s.io "bob" is forbidden: User "dave" cannot impersonate:user-info resource "users" in API group "authentication.k8s.io" at the cluster scope');
    expect(ask("dave", { user: "alice", uid: "1" })).toContain('cannot impersonate:user-info resource "uids"');
    expect(ask("dave", { user: "alice", groups: ["system:masters"] })).toBe('403 groups.authentication.k8s.io "system:masters" is forbidden: User "dave" cannot impersonate:user-info resource "groups" in API group "authentication.k8s.io" at the cluster scope: impersonating the system:masters group is not allowed');
    expect(ask("dave", { user: "alice", extra: { scopes: ["a"] } })).toContain("impersonating an invalid key in extra is not allowed: extra.key: Invalid value: \"scopes\": must be a domain-prefixed path");
    grant("erin", rule("impersonate-on:arbitrary-node:list impersonate-on:serviceaccount:list", "", "configmaps"), rule("impersonate:arbitrary-node", authn, "nodes"), rule("impersonate:serviceaccount", authn, "serviceaccounts", { resourceNames: ["robot"] }));
    expect(ask("erin", { user: "system:node:n1" })).toContain('configmaps is forbidden: User "system:node:n1" cannot list');
    expect(ask("erin", { user: "system:node:n1", groups: ["devs"] })).toContain('cannot impersonate resource "users" in API group ""');
    expect(ask("erin", { user: "system:serviceaccount:default:robot" })).toBe("200");
    expect(ask("erin", { user: "system:serviceaccount:default:other" })).toBe('403 serviceaccounts.authentication.k8s.io "other" is forbidden: User "erin" cannot impersonate:serviceaccount resource "serviceaccounts" in API group "authentication.k8s.io" in the namespace "default"');
  });

  test("a pod may act as its own node, and as no other", () => {
    const api = withAlice();
    const url = "/api/v1/namespaces/default";
    must(api, "POST", `${url}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "agent" } });
    must(api, "POST", "/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name: "n1" } });
    must(api, "POST", `${url}/pods`, { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { nodeName: "n1", serviceAccountName: "agent", automountServiceAccountToken: false, containers: [{ name: "c", image: "i" }] } });
    const { status } = must(api, "POST", `${url}/serviceaccounts/agent/token`, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "p" } } }) as unknown as { readonly status: { readonly token: string } };
    const rules = [rule("impersonate-on:associated-node:list", "", "configmaps"), rule("impersonate:associated-node", "authentication.k8s.io", "nodes", { resourceNames: ["*"] })];
    must(api, "POST", `${rbac}/clusterroles`, { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: { name: "agent" }, rules } as unknown as Json);
    must(api, "POST", `${rbac}/clusterrolebindings`, binding("ClusterRoleBinding", "agent", "ClusterRole", "agent", { kind: "ServiceAccount", name: "agent", namespace: "default" }));
    const ask = (node: string): string => message(api, "GET", `${inDefault}/configmaps`, null, { token: status.token, impersonate: { user: `system:node:${node}` } });
    expect(ask("n1")).toContain('configmaps is forbidden: User "system:node:n1" cannot list');
    expect(ask("n2")).toContain("cannot impersonate-on:arbitrary-node:list");
  });

  test("gives groups as a login would", () => {
    const api = new ApiWorld();
    const who = (impersonate: NonNullable<CallOptions["impersonate"]>): Json => (must(api, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" }, { impersonate }) as { readonly status: { readonly userInfo: Json } }).status.userInfo;
    expect(who({ user: "alice", uid: "7", extra: { a: ["b"] } })).toEqual({ username: "alice", uid: "7", groups: ["system:authenticated"], extra: { a: ["b"] } });
    expect(who({ user: "system:serviceaccount:ns:robot" })).toMatchObject({ groups: ["system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"] });
  });
});

describe("escalation", () => {
  const writer = (api: ApiWorld, ...more: readonly object[]): void => {
    must(api, "POST", `${rbac}/namespaces/default/roles`, role("writer", rule("create update patch get", group, "roles rolebindings"), ...more));
    must(api, "POST", `${rbac}/namespaces/default/rolebindings`, binding("RoleBinding", "writes", "Role", "writer", user("eve")));
  };
  const make = (api: ApiWorld, ...rules: readonly object[]): string => message(api, "POST", `${rbac}/namespaces/default/roles`, role("x", ...rules), as("eve", "devs"));

  test("names what is missing, compact and sorted", () => {
    const api = new ApiWorld();
    writer(api, rule("get list", "", "pods"));
    expect(make(api, rule("get delete watch", " apps", "pods"), rule("get", "", "secrets", { resourceNames: ["a"] }))).toBe(
      '403 roles.rbac.authorization.k8s.io "x" is forbidden: user "eve" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n' +
      '{APIGroups:[""], Resources:["pods"], Verbs:["delete" "watch"]}\n{APIGroups:[""], Resources:["secrets"], ResourceNames:["a"], Verbs:["get"]}\n{APIGroups:["apps"], Resources:["pods"], Verbs:["get" "delete" "watch"]}');
    expect(make(api, rule("get", "", "pods"))).toBe("201");
    must(api, "PUT", `${rbac}/namespaces/default/roles/writer`, role("writer", rule("create", group, "roles"), rule("get", "", "secrets", { resourceNames: ["a", "b"] })));
    const named = (name: string, ...names: readonly string[]): string => message(api, "POST", `${rbac}/namespaces/default/roles`, role(name, rule("get", "", "secrets", names.length === 0 ? {} : { resourceNames: names })), as("eve"));
    expect([named("n1", "a"), named("n2", "c").slice(0, 3), named("n3").slice(0, 3)]).toEqual(["201", "403", "403"]);
  });

  test("is open to who may escalate, and binding to who may bind", () => {
    const api = new ApiWorld();
    writer(api, rule("escalate", group, "roles"), rule("bind", group, "clusterroles", { resourceNames: ["view"] }));
    expect(make(api, rule("get", "", "secrets"))).toBe("201");
    const bind = (name: string, clusterRole: string): string => message(api, "POST", `${rbac}/namespaces/default/rolebindings`, binding("RoleBinding", name, "ClusterRole", clusterRole, user("mallory")), as("eve"));
    expect(bind("a", "view")).toBe("201");
    expect(bind("b", "cluster-admin")).toContain('{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}');
    expect(bind("c", "nope")).toBe('404 rolebindings.rbac.authorization.k8s.io "nope" not found');
  });

  test("gathering rules needs all rights", () => {
    const api = new ApiWorld();
    const maker = { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: { name: "maker" }, rules: [rule("create update", group, "clusterroles")] };
    must(api, "POST", `${rbac}/clusterroles`, maker as unknown as Json);
    must(api, "POST", `${rbac}/clusterrolebindings`, binding("ClusterRoleBinding", "maker", "ClusterRole", "maker", user("eve")));
    const gatherer = { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: { name: "g" }, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] } };
    expect(message(api, "POST", `${rbac}/clusterroles`, gatherer, as("eve"))).toBe('403 clusterroles.rbac.authorization.k8s.io "g" is forbidden: must have cluster-admin privileges to use the aggregationRule');
  });
});

describe("reviews", () => {
  const review = (api: ApiWorld, plural: string, kind: string, spec: object, options: CallOptions = {}): Json => {
    const [name = "", apiGroup = ""] = plural.split("@");
    const { code, body } = api.call("POST", `/apis/${apiGroup}/v1/${name}`, { apiVersion: `${apiGroup}/v1`, kind, spec } as unknown as Json, options);
    return code === 201 ? (body as { readonly status: Json }).status : `${code} ${(body as { readonly message: string }).message}`;
  };
  const access = (api: ApiWorld, spec: object): Json => review(api, "subjectaccessreviews@authorization.k8s.io", "SubjectAccessReview", spec);

  test("answer with the reason, and are not stored", () => {
    const api = withAlice();
    const revision = (api.call("GET", "/api/v1/namespaces").body as { readonly metadata: Json }).metadata;
    expect(access(api, { user: "alice", resourceAttributes: { namespace: "default", verb: "list", resource: "configmaps" } })).toEqual({ allowed: true, reason: 'RBAC: allowed by RoleBinding "reads/default" of Role "reader" to User "alice"' });
    expect(access(api, { user: "x", groups: ["system:authenticated"], nonResourceAttributes: { path: "/version", verb: "get" } })).toMatchObject({ allowed: true });
    expect(access(api, { user: "alice", resourceAttributes: { verb: "list", resource: "configmaps" } })).toEqual({ allowed: false });
    expect((api.call("GET", "/api/v1/namespaces").body as { readonly metadata: Json }).metadata).toEqual(revision);
    expect(api.call("GET", "/apis/authorization.k8s.io/v1/subjectaccessreviews").code).toBe(405);
  });

  test("say what is wrong with the question", () => {
    const api = new ApiWorld();
    const both = { user: "a", resourceAttributes: { verb: "get" }, nonResourceAttributes: { path: "/x", verb: "get" } };
    expect(access(api, both)).toBe('422 .authorization.k8s.io "" is invalid: spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":"get"}: cannot be specified in combination with resourceAttributes');
    expect(access(api, {})).toBe('422 .authorization.k8s.io "" is invalid: [spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified, spec.user: Invalid value: "": at least one of user or group must be specified]');
    expect(review(api, "selfsubjectrulesreviews@authorization.k8s.io", "SelfSubjectRulesReview", {})).toBe("400 no namespace on request");
    expect(review(api, "tokenreviews@authentication.k8s.io", "TokenReview", { token: "junk" })).toEqual({ user: {}, error: "invalid bearer token" });
    expect(review(api, "tokenreviews@authentication.k8s.io", "TokenReview", { token: "" })).toBe("400 token is required for TokenReview in authentication");
  });

  test("list the rules of a namespace", () => {
    const api = withAlice();
    expect(review(api, "selfsubjectrulesreviews@authorization.k8s.io", "SelfSubjectRulesReview", { namespace: "default" }, as("alice"))).toMatchObject({
      incomplete: false,
      resourceRules: expect.arrayContaining([{ verbs: ["get", "list"], apiGroups: [""], resources: ["configmaps", "pods/log"] }, { verbs: ["get"], apiGroups: [""], resources: ["secrets"], resourceNames: ["a"] }]) as unknown,
      nonResourceRules: expect.arrayContaining([{ verbs: ["get"], nonResourceURLs: ["/healthz", "/livez", "/readyz", "/version", "/version/"] }]) as unknown,
    });
  });
});

describe("the bootstrap policy", () => {
  test("is stored as the same objects would be that are posted", () => {
    const api = new ApiWorld();
    interface Stored {
      readonly metadata: { readonly name: string; readonly labels: Json; readonly annotations: Json; readonly managedFields: readonly { readonly fieldsV1: Json }[] };
    }
    for (const [plural, name] of [["clusterroles", "edit"], ["clusterroles", "system:node"], ["clusterrolebindings", "system:node"], ["clusterrolebindings", "system:kube-dns"], ["namespaces/kube-public/rolebindings", "system:controller:bootstrap-signer"]] as const) {
      const own = must(api, "GET", `${rbac}/${plural}/${name}`) as unknown as Stored;
      const { labels, annotations } = own.metadata;
      const copy = must(api, "POST", `${rbac}/${plural}`, { ...own, metadata: { name: "copy", labels, annotations } } as unknown as Json) as unknown as Stored;
      expect({ ...copy, metadata: copy.metadata.managedFields[0]?.fieldsV1 }).toEqual({ ...own, metadata: own.metadata.managedFields[0]?.fieldsV1 });
      must(api, "DELETE", `${rbac}/${plural}/copy`);
    }
  });

  test("lets edit do what view does, and admin what edit does", () => {
    const api = new ApiWorld();
    const rules = (name: string): readonly object[] => (must(api, "GET", `${rbac}/clusterroles/${name}`) as unknown as { readonly rules: readonly object[] }).rules;
    expect(rules("edit")).toEqual(expect.arrayContaining([...rules("view"), ...rules("system:aggregate-to-edit")]));
    expect(rules("admin")).toEqual(expect.arrayContaining([...rules("edit"), ...rules("system:aggregate-to-admin")]));
  });

  test("is there on a dry run, too", () => {
    const view = { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: { name: "view" } };
    expect(message(new ApiWorld(), "POST", `${rbac}/clusterroles?dryRun=All`, view, {})).toBe('409 clusterroles.rbac.authorization.k8s.io "view" already exists');
  });

  test("does not come back by itself when it is deleted", () => {
    const api = new ApiWorld();
    must(api, "DELETE", `${rbac}/clusterroles/view`);
    api.world.runFor(30_000_000);
    expect(api.call("GET", `${rbac}/clusterroles/view`).code).toBe(404);
  });
});
