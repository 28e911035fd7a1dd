import "reflect-metadata";
import { webcrypto, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeBase64 } from "../../kinds/base64.ts";
import type { CertificateSigningRequest } from "../../kinds/certificates/certificatesigningrequest/types.ts";
import { rootCaOf } from "../rootcacertpublisher/rootCa.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

x509.cryptoProvider.set(webcrypto as never);
const csrs = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const merge = "application/merge-patch+json";
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const requests: Record<string, string> = {};

async function requestOf(name: x509.JsonName, names: x509.JsonGeneralNames = []): Promise<string> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ name: new x509.Name(name), keys, signingAlgorithm: algorithm, extensions: names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)] });
  return Buffer.from(request.toString("pem")).toString("base64");
}

beforeAll(async () => {
  const node = [{ O: ["system:nodes"] }, { CN: ["system:node:n"] }];
  requests["jane"] = await requestOf([{ O: ["dev"] }, { CN: ["jane"] }]);
  requests["node"] = await requestOf(node);
  requests["serving"] = await requestOf(node, [{ type: "dns", value: "n.example.com" }, { type: "ip", value: "10.1.2.3" }]);
});

function submit(cluster: ControlPlane, which: string, signer: string, usages: readonly string[], options: { readonly user?: string; readonly groups?: readonly string[]; readonly seconds?: number } = {}): void {
  const { user, groups, seconds } = options;
  const body = { apiVersion: "certificates.k8s.io/v1", kind: "CertificateSigningRequest", metadata: { name: "r" }, spec: { request: requests[which] ?? "", signerName: `kubernetes.io/${signer}`, usages, ...(seconds === undefined ? {} : { expirationSeconds: seconds }) } };
  const answer = cluster.call("POST", csrs, body as never, { ...(user === undefined ? {} : { user }), ...(groups === undefined ? {} : { groups }) });
  expect(answer.code).toBe(201);
  cluster.runFor(1);
}
function approve(cluster: ControlPlane): void {
  cluster.must("PATCH", `${csrs}/r/approval`, { status: { conditions: [{ type: "Approved", status: "True", reason: "Fine" }] } }, merge);
  cluster.runFor(1);
}
const stored = (cluster: ControlPlane) => cluster.must("GET", `${csrs}/r`) as CertificateSigningRequest;
const certificateOf = (cluster: ControlPlane): X509Certificate => new X509Certificate(decodeBase64(stored(cluster).status?.certificate ?? ""));
const clientUsages = ["digital signature", "key encipherment", "client auth"];

describe("a request that is approved", () => {
  test("gets a certificate of the cluster's authority for whom it names, for a year", () => {
    const cluster = new ControlPlane();
    submit(cluster, "jane", "kube-apiserver-client", clientUsages);
    expect(stored(cluster).status?.certificate).toBeUndefined();
    approve(cluster);
    const certificate = certificateOf(cluster);
    const authority = new X509Certificate(rootCaOf(1));
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.subject.split("\n").toSorted()).toEqual(["CN=jane", "O=dev"]);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBe(365 * 86_400_000);
  });

  test("gets it for as long as it asks, and with the names that it asks for", () => {
    const cluster = new ControlPlane();
    submit(cluster, "serving", "kubelet-serving", ["digital signature", "server auth"], { user: "system:node:n", groups: ["system:nodes", "system:authenticated"], seconds: 3600 });
    approve(cluster);
    const certificate = certificateOf(cluster);
    expect(certificate.subjectAltName).toBe("DNS:n.example.com, IP Address:10.1.2.3");
    expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBe(3_900_000);
  });

  test.each([
    ["jane", "kube-apiserver-client", ["server auth"], "invalid usage for client certificate: server auth"],
    ["jane", "kube-apiserver-client", ["digital signature"], "missing required usage for client certificate: client auth"],
    ["jane", "kubelet-serving", ["digital signature", "server auth"], "subject organization is not system:nodes"],
    ["node", "kubelet-serving", ["digital signature", "server auth"], "DNS or IP subjectAltName is required"],
    ["serving", "kube-apiserver-client-kubelet", clientUsages, "DNS subjectAltNames are not allowed"],
    ["node", "kube-apiserver-client-kubelet", ["client auth"], "usages did not match [client auth digital signature key encipherment]"],
  ])("%s for %s with %j fails: %s", (which, signer, usages, message) => {
    const cluster = new ControlPlane();
    submit(cluster, which, signer, usages);
    approve(cluster);
    expect(stored(cluster).status?.certificate).toBeUndefined();
    expect(stored(cluster).status?.conditions?.[1]).toMatchObject({ type: "Failed", status: "True", reason: "SignerValidationFailure", message });
  });

  test("for a signer outside of the cluster waits for that", () => {
    const cluster = new ControlPlane();
    cluster.must("POST", csrs, { apiVersion: "certificates.k8s.io/v1", kind: "CertificateSigningRequest", metadata: { name: "r" }, spec: { request: requests["jane"] ?? "", signerName: "example.com/s", usages: clientUsages } });
    approve(cluster);
    expect(stored(cluster).status).toMatchObject({ conditions: [{ type: "Approved" }] });
    expect(stored(cluster).status?.certificate).toBeUndefined();
  });
});

describe("a kubelet's request for its client certificate", () => {
  test("is approved and signed where RBAC lets it have it", () => {
    const cluster = new ControlPlane();
    cluster.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
      apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: "b" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:certificates.k8s.io:certificatesigningrequests:nodeclient" },
      subjects: [{ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: "bootstrappers" }],
    });
    cluster.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "ask" }, rules: [{ apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"], verbs: ["create"] }] });
    cluster.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: "ask" }, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "ask" }, subjects: [{ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: "bootstrappers" }] });
    submit(cluster, "node", "kube-apiserver-client-kubelet", clientUsages, { user: "boot", groups: ["bootstrappers"] });
    cluster.runFor(1);
    expect(stored(cluster).status?.conditions).toMatchObject([{ type: "Approved", reason: "AutoApproved", message: "Auto approving kubelet client certificate after SubjectAccessReview." }]);
    expect(certificateOf(cluster).subject).toContain("CN=system:node:n");
  });

  test("waits for somebody to approve it where it does not", () => {
    const cluster = new ControlPlane();
    cluster.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "ask" }, rules: [{ apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"], verbs: ["create"] }] });
    cluster.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: "ask" }, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "ask" }, subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "boot" }] });
    submit(cluster, "node", "kube-apiserver-client-kubelet", clientUsages, { user: "boot", groups: [] });
    cluster.runFor(5);
    expect(stored(cluster).status?.conditions).toBeUndefined();
  });
});

test("requests go an hour after they were settled, and others after a day", () => {
  const cluster = new ControlPlane();
  submit(cluster, "jane", "kube-apiserver-client", clientUsages);
  cluster.runFor(86_000);
  approve(cluster);
  cluster.runFor(3_590);
  expect(cluster.call("GET", `${csrs}/r`).code).toBe(200);
  cluster.runFor(20);
  expect(cluster.call("GET", `${csrs}/r`).code).toBe(404);
});
