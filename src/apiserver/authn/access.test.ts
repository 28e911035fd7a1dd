import { webcrypto } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Json } from "../../base/json.ts";
import { ApiWorld } from "../testing/apiWorld.ts";
import { TokenKeys } from "../../kinds/authentication/tokenKeys.ts";

const base = "/api/v1/namespaces/default";
const second = 1_000_000;

function withAccount(): ApiWorld {
  const api = new ApiWorld();
  api.call("POST", `${base}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" };
  const subjects = [{ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: "system:serviceaccounts:default" }];
  api.call("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", metadata: { name: "view" }, roleRef, subjects });
  return api;
}
function tokenOf(api: ApiWorld, spec: Record<string, Json> = {}): string {
  const answer = api.call("POST", `${base}/serviceaccounts/default/token`, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec });
  expect(answer.code).toBe(201);
  return (answer.body as unknown as { readonly status: { readonly token: string } }).status.token;
}
const read = (api: ApiWorld, token: string): number => api.call("GET", `${base}/configmaps`, null, { token }).code;

describe("a service account token", () => {
  test("is a signed JWT that opens the API until it ends", () => {
    const api = withAccount();
    const token = tokenOf(api, { expirationSeconds: 600 });
    const [head = "", body = ""] = token.split(".").map((part) => Buffer.from(part, "base64url").toString());
    expect(JSON.parse(head)).toMatchObject({ alg: "ES256" });
    expect(JSON.parse(body)).toMatchObject({ sub: "system:serviceaccount:default:default", "kubernetes.io": { namespace: "default", serviceaccount: { name: "default" } } });
    expect(read(api, token)).toBe(200);
    api.world.runFor(601 * second);
    expect(read(api, token)).toBe(401);
  });

  test("is refused when it was changed, is for another audience, or its account is gone", () => {
    const api = withAccount();
    const token = tokenOf(api);
    const [head, body = "", signature] = token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: "system:serviceaccount:kube-system:admin" })).toString("base64url");
    expect(read(api, `${head}.${forged}.${signature}`)).toBe(401);
    expect(read(api, "nonsense")).toBe(401);
    expect(read(api, `${head}.${body}.`)).toBe(401);
    expect(read(api, tokenOf(api, { audiences: ["vault"] }))).toBe(401);
    api.call("DELETE", `${base}/serviceaccounts/default`);
    expect(read(api, token)).toBe(401);
    api.call("POST", `${base}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
    expect(read(api, token)).toBe(401);
  });

  test("bound to a pod ends with the pod", () => {
    const api = withAccount();
    const pod = api.call("POST", `${base}/pods`, { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "nginx" }] } });
    const { uid } = (pod.body as unknown as { readonly metadata: { readonly uid: string } }).metadata;
    const token = tokenOf(api, { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "p", uid } });
    expect(read(api, token)).toBe(200);
    api.call("DELETE", `${base}/pods/p`);
    expect(read(api, token)).toBe(401);
  });
});

test.each([
  ["GET", "/healthz", 200],
  ["GET", "/version", 200],
  ["GET", "/api", 403],
  ["GET", `${base}/pods`, 403],
  ["POST", `${base}/configmaps`, 403],
] as const)("anonymous %s %s -> %i", (method, path, code) => {
  const api = new ApiWorld();
  expect(api.call(method, path, {}, { user: "system:anonymous", groups: ["system:unauthenticated"] }).code).toBe(code);
});

test("a user without rights is told what he may not do", () => {
  const answer = new ApiWorld().call("GET", `${base}/pods/x`, null, { user: "jane", groups: ["system:authenticated"] });
  expect(answer.body).toMatchObject({ code: 403, message: 'pods "x" is forbidden: User "jane" cannot get resource "pods" in API group "" in the namespace "default"' });
});

test("the signature is one that anybody's ES256 accepts", async () => {
  const keys = new TokenKeys(5);
  for (const text of ["a", "b.c", "x".repeat(900)]) {
    const signature = keys.sign(text);
    expect(keys.verify(text, signature)).toBe(true);
    expect(keys.verify(`${text}!`, signature)).toBe(false);
    const key = await webcrypto.subtle.importKey("raw", keys.publicKey(), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    expect(await webcrypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, new TextEncoder().encode(text))).toBe(true);
  }
});
