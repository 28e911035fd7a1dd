import { expect, test } from "vitest";
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import { rsaRequest } from "../../kinds/certificates/testing/requests.ts";
import { ApiWorld, type CallOptions } from "../testing/apiWorld.ts";

const path = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const merge = "application/merge-patch+json";
const create = (api: ApiWorld, signerName = "example.com/signer", spec: Record<string, Json> = {}, options: CallOptions = {}): ApiResponse =>
  api.call("POST", path, { apiVersion: "certificates.k8s.io/v1", kind: "CertificateSigningRequest", metadata: { name: "jane" }, spec: { request: rsaRequest, signerName, usages: ["client auth"], ...spec } }, options);
const approve = (api: ApiWorld, options: CallOptions = {}): ApiResponse => api.call("PATCH", `${path}/jane/approval`, { status: { conditions: [{ type: "Approved", status: "True", reason: "Fine" }] } }, { contentType: merge, ...options });

test("a request says who asked, whatever its body says, and cannot be changed", () => {
  const api = new ApiWorld();
  const response = create(api, undefined, { username: "root", groups: ["x"], uid: "7" });
  expect(response).toMatchObject({ code: 201, body: { spec: { username: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] }, status: {} } });
  expect((response.body as { readonly spec: object }).spec).not.toHaveProperty("uid");
  const changed = api.call("PATCH", `${path}/jane`, { spec: { signerName: "example.com/other" }, status: { conditions: [{ type: "Approved", status: "True" }] } }, { contentType: merge });
  expect(changed).toMatchObject({ code: 200, body: { spec: { signerName: "example.com/signer" }, status: {} } });
});

test("approval takes the conditions and says when; the certificate comes by the status", () => {
  const api = new ApiWorld();
  create(api);
  const now = expect.stringMatching(/^2026-01-01T00:00:/);
  expect(approve(api)).toMatchObject({ code: 200, body: { status: { conditions: [{ type: "Approved", status: "True", reason: "Fine", lastUpdateTime: now, lastTransitionTime: now }] } } });
  const certificate = btoa("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
  expect(api.call("PATCH", `${path}/jane/approval`, { status: { certificate } }, { contentType: merge })).toMatchObject({ code: 200, body: { status: { conditions: [{ type: "Approved" }] } } });
  expect(api.call("GET", `${path}/jane/approval`).body).not.toHaveProperty("status.certificate");
  expect(api.call("PATCH", `${path}/jane/status`, { status: { certificate } }, { contentType: merge })).toMatchObject({ code: 200, body: { status: { certificate } } });
  expect(api.call("GET", `${path}?fieldSelector=spec.signerName=example.com/other`).body).toMatchObject({ items: [] });
});

test("who may change requests, but not for this signer, is refused", () => {
  const api = new ApiWorld();
  create(api);
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  const changes = { apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests/approval", "certificatesigningrequests/status"], verbs: ["patch"] };
  const role = (rules: Json): Json => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "approver" }, rules });
  api.call("POST", `${rbac}/clusterroles`, role([changes]));
  api.call("POST", `${rbac}/clusterrolebindings`, { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: "approver" }, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "approver" }, subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "ann" }] });
  const ann = { user: "ann", groups: [] };
  const refused = (response: ApiResponse): unknown => [response.code, (response.body as { readonly message?: string }).message];
  expect(refused(approve(api, ann))).toEqual([403, 'certificatesigningrequests.certificates.k8s.io "jane" is forbidden: user not permitted to approve requests with signerName "example.com/signer"']);
  const failed = api.call("PATCH", `${path}/jane/status`, { status: { conditions: [{ type: "Failed", status: "True" }] } }, { contentType: merge, ...ann });
  expect(refused(failed)).toEqual([403, 'certificatesigningrequests.certificates.k8s.io "jane" is forbidden: user not permitted to sign requests with signerName "example.com/signer"']);
  api.call("PUT", `${rbac}/clusterroles/approver`, role([changes, { apiGroups: ["certificates.k8s.io"], resources: ["signers"], resourceNames: ["example.com/*"], verbs: ["approve"] }]));
  expect(approve(api, ann).code).toBe(200);
});

test("nobody asks the cluster's own signer for the group of administrators", () => {
  const response = create(new ApiWorld(), "kubernetes.io/kube-apiserver-client");
  expect(response).toMatchObject({ code: 403, body: { message: 'certificatesigningrequests.certificates.k8s.io "jane" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed' } });
});
