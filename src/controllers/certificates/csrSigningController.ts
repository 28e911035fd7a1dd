import type { ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { updateStatusOp } from "../../client/writes.ts";
import { encodeBase64 } from "../../kinds/base64.ts";
import { certificateSigningRequestKind } from "../../kinds/certificates/certificatesigningrequest/kind.ts";
import type { CertificateSigningRequest, CertificateSigningRequestStatus } from "../../kinds/certificates/certificatesigningrequest/types.ts";
import { issueCertificate } from "./issue.ts";
import { hasCondition, readRequest, verdictOfSigner } from "./signerRules.ts";

// Follows pkg/controller/certificates/signer/signer.go. Differs: one controller for the cluster's signers, where upstream runs one for each.

/** Signs approved requests with the cluster's authority, which follows from the seed. */
export function createCsrSigningController(seed: number): ControllerDefinition<CertificateSigningRequest> {
  return {
    name: "csrsigning",
    account: "certificate-controller",
    for: certificateSigningRequestKind,
    owns: [],
    watches: [],
    reconcile(key, ctx): ReconcileResult {
      const csr = ctx.lister(certificateSigningRequestKind).get(key);
      if (csr === null || (csr.status?.certificate ?? "") !== "" || !hasCondition(csr, "Approved") || hasCondition(csr, "Denied") || hasCondition(csr, "Failed")) return {};
      const request = readRequest(csr);
      if (typeof request === "string") return { error: `unable to parse csr ${JSON.stringify(key.name)}: ${request}` };
      const fault = verdictOfSigner(csr, request);
      if (fault === undefined) return {};
      if (fault === null) {
        ctx.because(`signed the certificate of ${request.commonName}`);
        write(csr, { ...csr.status, certificate: encodeBase64(issueCertificate(csr, request, seed, ctx.unixUs)) }, ctx);
      } else {
        const condition = { type: "Failed", status: "True", reason: "SignerValidationFailure", message: fault, lastUpdateTime: ctx.timestamp };
        write(csr, { ...csr.status, conditions: [...(csr.status?.conditions ?? []), condition] }, ctx);
      }
      return {};
    },
  };
}

function write(csr: CertificateSigningRequest, status: CertificateSigningRequestStatus, ctx: ReconcileContext): void {
  ctx.write({ ...updateStatusOp(certificateSigningRequestKind, { ...csr, status } as CertificateSigningRequest), tolerates: [404] });
}
