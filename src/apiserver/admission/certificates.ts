// Follows plugin/pkg/admission/certificates: approval, signing, subjectrestriction.
import { deepEqual } from "../../base/deepEqual.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import { forbiddenStatus } from "../../apimachinery/statusErrors.ts";
import type { CertificateSigningRequest, CertificateSigningRequestStatus } from "../../kinds/certificates/certificatesigningrequest/types.ts";
import { parseCertificateRequest } from "../../kinds/certificates/parseRequest.ts";
import { certificateRequestsId } from "../certificates/stampRequest.ts";
import { refuse } from "../requestContext.ts";
import { authorize } from "../authz/authorize.ts";
import type { Admission, AdmissionPlugin } from "./define.ts";

const clientSigner = "kubernetes.io/kube-apiserver-client";
const mastersGroup = "system:masters";

/** Who approves or denies must be allowed to for the signer that the request names. */
export const certificateApproval: AdmissionPlugin = {
  name: "CertificateApproval",
  implemented: true,
  resources: [certificateRequestsId],
  validate(admission) {
    if (concerns(admission, "approval", "UPDATE")) checkSigner(admission, "approve");
  },
};

/** And who issues, or says that a request failed. */
export const certificateSigning: AdmissionPlugin = {
  name: "CertificateSigning",
  implemented: true,
  resources: [certificateRequestsId],
  validate(admission) {
    if (!concerns(admission, "status", "UPDATE")) return;
    const [now, before] = [requestOf(admission.object)?.status ?? {}, requestOf(admission.old)?.status ?? {}];
    const same = (now.certificate ?? "") === (before.certificate ?? "") && deepEqual(conditionsOf(now), conditionsOf(before));
    if (!same) checkSigner(admission, "sign");
  },
};

/** Nobody gets a certificate of the group that may do everything. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: "CertificateSubjectRestriction",
  implemented: true,
  resources: [certificateRequestsId],
  validate(admission) {
    const csr = requestOf(admission.object);
    if (!concerns(admission, "", "CREATE") || csr?.spec.signerName !== clientSigner) return;
    const parsed = parseCertificateRequest(csr.spec.request ?? "");
    if (!parsed.ok) deny(admission, `failed to parse CSR: ${parsed.fault}`);
    else if (parsed.request.organizations.includes(mastersGroup)) deny(admission, `use of ${clientSigner} signer with ${mastersGroup} group is not allowed`);
  },
};

function concerns({ target, operation }: Admission, subresource: string, wanted: Admission["operation"]): boolean {
  return target.resource.id === certificateRequestsId && target.subresource === subresource && operation === wanted;
}

function requestOf(object: Admission["object"]): CertificateSigningRequest | null {
  return object as unknown as CertificateSigningRequest | null;
}

function conditionsOf(status: CertificateSigningRequestStatus): readonly object[] {
  return status.conditions ?? [];
}

function checkSigner(admission: Admission, verb: "approve" | "sign"): void {
  const signerName = requestOf(admission.old)?.spec.signerName ?? "";
  if (!maySign(admission, verb, signerName)) deny(admission, `user not permitted to ${verb} requests with signerName ${goQuote(signerName)}`);
}

/** For this signer, or for all of its domain. Follows pkg/apis/certificates authorization.go. */
function maySign({ rc }: Admission, verb: string, signerName: string): boolean {
  const domain = `${signerName.split("/")[0] ?? ""}/*`;
  return [signerName, domain].some((name) => authorize(rc.server, { user: rc.user, verb, target: { group: "certificates.k8s.io", plural: "signers", subresource: "", namespace: "", name } }).allowed);
}

function deny(admission: Admission, text: string): never {
  const { resource, name } = admission.target;
  return refuse(forbiddenStatus({ group: resource.group, resource: resource.plural }, name === "" ? (admission.object?.metadata.name ?? "") : name, text));
}
