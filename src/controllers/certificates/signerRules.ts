// Follows pkg/apis/certificates/helpers.go (ValidateKubeletServingCSR, ValidateKubeletClientCSR) and pkg/controller/certificates/signer/signer.go.
import type { CertificateSigningRequest } from "../../kinds/certificates/certificatesigningrequest/types.ts";
import { parseCertificateRequest, type ParsedRequest } from "../../kinds/certificates/parseRequest.ts";
import { requestParts, type RequestParts } from "../../kinds/certificates/requestParts.ts";

export const kubeletClientSigner = "kubernetes.io/kube-apiserver-client-kubelet";
const kubeletServingSigner = "kubernetes.io/kubelet-serving";
const clientSigner = "kubernetes.io/kube-apiserver-client";

export interface ReadRequest extends ParsedRequest {
  readonly parts: RequestParts;
}

/** A request's content; a text says why it cannot be read. */
export function readRequest(csr: CertificateSigningRequest): ReadRequest | string {
  const parsed = parseCertificateRequest(csr.spec.request ?? "");
  return parsed.ok ? { ...parsed.request, parts: requestParts(csr.spec.request ?? "") } : parsed.fault;
}

export function hasCondition(csr: CertificateSigningRequest, type: string): boolean {
  return csr.status?.conditions?.some((condition) => condition.type === type) === true;
}

/** Whether one of the cluster's signers signs it: what is against it, null for nothing; undefined where it is not for them. */
export function verdictOfSigner(csr: CertificateSigningRequest, request: ReadRequest): string | null | undefined {
  const usages = csr.spec.usages ?? [];
  switch (csr.spec.signerName) {
    case kubeletServingSigner: return servingFault(request, usages);
    case kubeletClientSigner: return kubeletClientFault(request, usages);
    case clientSigner: return clientFault(usages);
    default: return undefined;
  }
}

function isOfNodes({ organizations }: ReadRequest): boolean {
  return organizations.length === 1 && organizations[0] === "system:nodes";
}

function usagesFault(usages: readonly string[], auth: string): string | null {
  const required = ["digital signature", auth];
  const given = [...new Set(usages)].filter((usage) => usage !== "key encipherment");
  return given.length === required.length && required.every((usage) => given.includes(usage)) ? null : `usages did not match [${["digital signature", "key encipherment", auth].sort().join(" ")}]`;
}

const nodePrefix = "system:node:";
const nodeNameFault = `subject common name does not begin with ${nodePrefix}`;

function servingFault(request: ReadRequest, usages: readonly string[]): string | null {
  const { email, dns, uri, ip } = request.parts.names;
  if (!isOfNodes(request)) return "subject organization is not system:nodes";
  if (dns === 0 && ip === 0) return "DNS or IP subjectAltName is required";
  if (email > 0) return "Email subjectAltNames are not allowed";
  if (uri > 0) return "URI subjectAltNames are not allowed";
  return usagesFault(usages, "server auth") ?? (request.commonName.startsWith(nodePrefix) ? null : nodeNameFault);
}

/** What is against a kubelet's certificate as a client; null for nothing. */
export function kubeletClientFault(request: ReadRequest, usages: readonly string[]): string | null {
  const { email, dns, uri, ip } = request.parts.names;
  if (!isOfNodes(request)) return "subject organization is not system:nodes";
  if (dns > 0) return "DNS subjectAltNames are not allowed";
  if (email > 0) return "Email subjectAltNames are not allowed";
  if (ip > 0) return "IP subjectAltNames are not allowed";
  if (uri > 0) return "URI subjectAltNames are not allowed";
  return request.commonName.startsWith(nodePrefix) ? usagesFault(usages, "client auth") : nodeNameFault;
}

function clientFault(usages: readonly string[]): string | null {
  const allowed = ["digital signature", "key encipherment", "client auth"];
  const strange = usages.find((usage) => !allowed.includes(usage));
  if (strange !== undefined) return `invalid usage for client certificate: ${strange}`;
  return usages.includes("client auth") ? null : "missing required usage for client certificate: client auth";
}
