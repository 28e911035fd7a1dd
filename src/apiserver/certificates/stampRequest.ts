// Follows pkg/registry/certificates/certificates/strategy.go: what of a certificate request only the server knows.
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { CertificateCondition, CertificateSigningRequest } from "../../kinds/certificates/certificatesigningrequest/types.ts";
import { targetOf, workOf, type RequestContext } from "../requestContext.ts";

export const certificateRequestsId = "certificatesigningrequests.certificates.k8s.io";

/** A new request says who asked, whatever its body says; conditions say when they came. */
export function stampCertificateRequest(rc: RequestContext): void {
  const { resource, subresource } = targetOf(rc);
  const work = workOf(rc);
  if (resource.id !== certificateRequestsId || work.object === null || work.operation === "DELETE") return;
  const csr = work.object as unknown as CertificateSigningRequest;
  if (work.operation === "CREATE") work.object = requestedBy(csr, rc) as unknown as KubeObject;
  else if (subresource !== "") work.object = { ...csr, status: { ...csr.status, conditions: stamped(csr, work.old as unknown as CertificateSigningRequest, formatRfc3339(rc.nowUs)) } } as unknown as KubeObject;
}

function requestedBy(csr: CertificateSigningRequest, { user }: RequestContext): CertificateSigningRequest {
  const { username: _username, uid: _uid, groups: _groups, extra: _extra, ...spec } = csr.spec;
  const who = {
    ...(user.name === "" ? {} : { username: user.name }), ...(user.uid === "" ? {} : { uid: user.uid }),
    ...(user.groups.length === 0 ? {} : { groups: user.groups }), ...(Object.keys(user.extra).length === 0 ? {} : { extra: user.extra }),
  };
  return { ...csr, spec: { ...spec, ...who } };
}

function stamped(csr: CertificateSigningRequest, old: CertificateSigningRequest, now: string): readonly CertificateCondition[] {
  return (csr.status?.conditions ?? []).map((condition) => {
    const before = (old.status?.conditions ?? []).find((each) => each.type === condition.type && each.status === condition.status);
    return { ...condition, lastUpdateTime: condition.lastUpdateTime ?? now, lastTransitionTime: condition.lastTransitionTime ?? before?.lastTransitionTime ?? now };
  });
}
