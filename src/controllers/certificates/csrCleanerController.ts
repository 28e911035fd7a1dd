import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { ControllerDefinition } from "../../client/controller.ts";
import { deleteOp } from "../../client/writes.ts";
import { certificateSigningRequestKind } from "../../kinds/certificates/certificatesigningrequest/kind.ts";
import type { CertificateSigningRequest } from "../../kinds/certificates/certificatesigningrequest/types.ts";
import { second } from "../../sim/time.ts";

// Follows pkg/controller/certificates/cleaner/cleaner.go. Differs: each request is removed when its time is up, where upstream looks at all once an hour.

const settledUs = 3600 * second;
const pendingUs = 24 * 3600 * second;

/** Removes requests that are settled, or that nobody cared for. */
export function createCsrCleanerController(): ControllerDefinition<CertificateSigningRequest> {
  return {
    name: "csrcleaner",
    account: "certificate-controller",
    for: certificateSigningRequestKind,
    owns: [],
    watches: [],
    concurrency: 1,
    reconcile(key, ctx) {
      const csr = ctx.lister(certificateSigningRequestKind).get(key);
      if (csr === null) return {};
      const leftUs = endOf(csr) - ctx.unixUs;
      if (leftUs > 0) return { requeueAfterUs: leftUs };
      ctx.because(`removed the certificate signing request ${key.name}: its time is up`);
      ctx.write({ ...deleteOp(certificateSigningRequestKind, key), tolerates: [404] });
      return {};
    },
  };
}

function endOf(csr: CertificateSigningRequest): number {
  const isIssued = (csr.status?.certificate ?? "") !== "";
  let end = Number.POSITIVE_INFINITY;
  for (const { type, lastUpdateTime } of csr.status?.conditions ?? []) {
    if (type === "Approved" ? isIssued : type === "Denied" || type === "Failed") end = Math.min(end, usOf(lastUpdateTime ?? "") + settledUs);
  }
  const isPending = !isIssued && (csr.status?.conditions ?? []).length === 0;
  return Math.min(end, isPending ? usOf(csr.metadata.creationTimestamp) + pendingUs : end);
}

function usOf(time: string): number {
  return parseRfc3339(time) ?? 0;
}
