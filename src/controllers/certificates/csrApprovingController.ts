import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Json } from "../../base/json.ts";
import type { ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { objectPath } from "../../client/paths.ts";
import { certificateSigningRequestKind } from "../../kinds/certificates/certificatesigningrequest/kind.ts";
import type { CertificateSigningRequest } from "../../kinds/certificates/certificatesigningrequest/types.ts";
import { hasCondition, kubeletClientFault, kubeletClientSigner, readRequest } from "./signerRules.ts";

// Follows pkg/controller/certificates/approver/sarapprove.go.

interface Way {
  readonly subresource: string;
  readonly message: string;
}
const self: Way = { subresource: "selfnodeclient", message: "Auto approving self kubelet client certificate after SubjectAccessReview." };
const other: Way = { subresource: "nodeclient", message: "Auto approving kubelet client certificate after SubjectAccessReview." };

interface Step {
  readonly csr: CertificateSigningRequest;
  readonly way: Way;
  /** Those that are asked about if this one is refused. */
  readonly more: readonly Way[];
}

/** Approves the certificates that kubelets ask for, where RBAC lets those who ask have them. */
export function createCsrApprovingController(): ControllerDefinition<CertificateSigningRequest> {
  return { name: "csrapproving", account: "certificate-controller", for: certificateSigningRequestKind, owns: [], watches: [], reconcile, resume };
}

function reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const csr = ctx.lister(certificateSigningRequestKind).get(key);
  if (csr === null || csr.spec.signerName !== kubeletClientSigner || (csr.status?.certificate ?? "") !== "" || hasCondition(csr, "Approved") || hasCondition(csr, "Denied")) return {};
  const request = readRequest(csr);
  if (typeof request === "string") return { error: `unable to parse csr ${JSON.stringify(key.name)}: ${request}` };
  if (kubeletClientFault(request, csr.spec.usages ?? []) !== null) return {};
  return ask(csr, csr.spec.username === request.commonName ? [self, other] : [other], ctx);
}

function ask(csr: CertificateSigningRequest, [way, ...more]: readonly Way[], ctx: ReconcileContext): ReconcileResult {
  if (way === undefined) return {};
  const { username = "", uid, groups = [], extra } = csr.spec;
  const spec = {
    user: username, ...(uid === undefined ? {} : { uid }), groups, ...(extra === undefined ? {} : { extra }),
    resourceAttributes: { group: "certificates.k8s.io", resource: "certificatesigningrequests", verb: "create", subresource: way.subresource, version: "*" },
  };
  ctx.write({ verb: "create", path: "/apis/authorization.k8s.io/v1/subjectaccessreviews", body: { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", metadata: {}, spec } as unknown as Json });
  return { resumeWith: { csr, way, more } as unknown as Json };
}

function resume(key: ObjectKey, data: Json, answers: readonly ApiResponse[], ctx: ReconcileContext): ReconcileResult {
  const { csr, way, more } = data as unknown as Step;
  const review = (answers[0] as ApiResponse).body as unknown as { readonly status?: { readonly allowed?: boolean } };
  if (review.status?.allowed !== true) return ask(csr, more, ctx);
  ctx.because(`approved ${key.name}: RBAC lets ${csr.spec.username ?? ""} have it`);
  const condition = { type: "Approved", status: "True", reason: "AutoApproved", message: way.message };
  const body = { ...csr, status: { ...csr.status, conditions: [...(csr.status?.conditions ?? []), condition] } };
  ctx.write({ verb: "update", path: objectPath(certificateSigningRequestKind, key, "approval"), body: body as unknown as Json, tolerates: [404] });
  return {};
}
