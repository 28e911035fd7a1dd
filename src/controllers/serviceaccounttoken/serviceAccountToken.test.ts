import { describe, expect, test } from "vitest";
import { decodeBase64 } from "../../kinds/base64.ts";
import type { Secret } from "../../kinds/core/secret/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const secrets = "/api/v1/namespaces/default/secrets";
const accounts = "/api/v1/namespaces/default/serviceaccounts";
const merge = "application/merge-patch+json";
const body = (account: string, data: Record<string, string> = {}): object => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "t", annotations: { "kubernetes.io/service-account.name": account } }, type: "kubernetes.io/service-account-token", data });

function plane(): ControlPlane {
  const cluster = new ControlPlane();
  cluster.must("POST", accounts, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot" } });
  return cluster;
}
const secretOf = (cluster: ControlPlane): Secret => cluster.must("GET", `${secrets}/t`) as Secret;
const tokenOf = (cluster: ControlPlane): string => decodeBase64(secretOf(cluster).data?.["token"] ?? "");
/** Who the API takes the bearer for; "" where for nobody. */
function userOf(cluster: ControlPlane, token: string): string {
  const review = cluster.must("POST", "/apis/authentication.k8s.io/v1/tokenreviews", { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } });
  return (review.status as { readonly user?: { readonly username?: string } } | undefined)?.user?.username ?? "";
}

describe("a Secret that is to hold a token", () => {
  test("gets one of its account, which the API takes", () => {
    const cluster = plane();
    cluster.must("POST", secrets, body("robot"));
    cluster.runFor(1);
    const { data = {}, metadata } = secretOf(cluster);
    expect(decodeBase64(data["namespace"] ?? "")).toBe("default");
    expect(decodeBase64(data["ca.crt"] ?? "")).toContain("BEGIN CERTIFICATE");
    expect(metadata.annotations?.["kubernetes.io/service-account.uid"]).toBe(cluster.must("GET", `${accounts}/robot`).metadata.uid);
    const claims = JSON.parse(Buffer.from(tokenOf(cluster).split(".")[1] ?? "", "base64url").toString()) as Record<string, string>;
    expect(claims).toMatchObject({ iss: "kubernetes/serviceaccount", sub: "system:serviceaccount:default:robot", "kubernetes.io/serviceaccount/secret.name": "t" });
    expect(userOf(cluster, tokenOf(cluster))).toBe("system:serviceaccount:default:robot");
    expect(cluster.call("GET", secrets, null, { token: tokenOf(cluster) }).code).toBe(403);
  });

  test("gets back what was taken from it", () => {
    const cluster = plane();
    cluster.must("POST", secrets, body("robot"));
    cluster.runFor(1);
    const before = tokenOf(cluster);
    cluster.must("PATCH", `${secrets}/t`, { data: { token: null, "ca.crt": null } }, merge);
    cluster.runFor(1);
    expect(tokenOf(cluster)).toBe(before);
    expect(secretOf(cluster).data?.["ca.crt"]).toBeDefined();
  });

  test("is removed where there is no such account, and goes with its account", () => {
    const cluster = plane();
    cluster.must("POST", secrets, body("nobody"));
    cluster.runFor(1);
    expect(cluster.call("GET", `${secrets}/t`).code).toBe(404);
    cluster.must("POST", secrets, body("robot"));
    cluster.runFor(1);
    const token = tokenOf(cluster);
    cluster.must("DELETE", `${accounts}/robot`);
    cluster.runFor(1);
    expect(cluster.call("GET", `${secrets}/t`).code).toBe(404);
    expect(userOf(cluster, token)).toBe("");
  });
});

test("a token is good no longer once its Secret is gone, nor is one that somebody else wrote", () => {
  const cluster = plane();
  cluster.must("POST", secrets, body("robot"));
  cluster.runFor(1);
  const token = tokenOf(cluster);
  cluster.must("DELETE", `${secrets}/t`);
  expect(userOf(cluster, token)).toBe("");
  cluster.must("POST", secrets, body("robot", { token: Buffer.from("mine").toString("base64") }));
  cluster.runFor(1);
  expect([tokenOf(cluster), userOf(cluster, token), userOf(cluster, "mine")]).toEqual(["mine", "", ""]);
});

test("an account loses its reference to a Secret that is gone", () => {
  const cluster = plane();
  cluster.must("POST", secrets, body("robot"));
  cluster.must("PATCH", `${accounts}/robot`, { secrets: [{ name: "t" }, { name: "other" }] }, merge);
  cluster.runFor(1);
  cluster.must("DELETE", `${secrets}/t`);
  cluster.runFor(1);
  expect((cluster.must("GET", `${accounts}/robot`) as { readonly secrets?: readonly unknown[] }).secrets).toEqual([{ name: "other" }]);
});
