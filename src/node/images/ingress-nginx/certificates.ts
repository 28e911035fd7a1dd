// Follows kubernetes/ingress-nginx internal/net/ssl/ssl.go and crypto/x509 (VerifyHostname) of Go.
import { decodeBase64 } from "../../../kinds/base64.ts";
import { childrenOf, DerError, derTags, objectIdText, pemBlocks, readElement } from "../../../kinds/certificates/der.ts";
import type { DerElement } from "../../../kinds/certificates/der.ts";
import type { Secret } from "../../../kinds/core/secret/types.ts";
import type { ServerCertificate } from "./model.ts";

const commonNameId = "2.5.4.3";
const alternativeNamesId = "2.5.29.17";
const dnsName = 0x82;
const extensionsTag = 0xa3;

/** The certificate of a Secret, or why it cannot be used. */
export function certificateOf(secret: Secret): ServerCertificate | string {
  const name = `${secret.metadata.namespace ?? ""}/${secret.metadata.name}`;
  const [crt, key] = [secret.data?.["tls.crt"], secret.data?.["tls.key"]];
  if (crt === undefined || key === undefined) return `secret "${name}" contains no keypair or CA certificate`;
  const block = pemBlocks(decodeBase64(crt))[0];
  if (block?.type !== "CERTIFICATE" || pemBlocks(decodeBase64(key)).length === 0) return `unexpected error creating SSL Cert: no valid PEM formatted block found in secret "${name}"`;
  try {
    return { secret: name, names: namesOf(block.bytes) };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return `unexpected error creating SSL Cert: ${error.message} in secret "${name}"`;
  }
}

/** Whether it may be shown for a host: "*.foo.com" stands for one label. Without alternative names the common name counts. */
export function isFor(certificate: Pick<ServerCertificate, "names">, host: string): boolean {
  const asked = host.toLowerCase();
  return certificate.names.some((name) => {
    const offered = name.toLowerCase();
    return offered === asked || (offered.startsWith("*.") && asked.includes(".") && offered.slice(1) === asked.slice(asked.indexOf(".")));
  });
}

/** The names a certificate is for: its alternative ones, else its common name. */
export function namesOf(bytes: readonly number[]): readonly string[] {
  const text = (element: DerElement): string => String.fromCharCode(...bytes.slice(element.contentStart, Math.min(element.end, element.contentStart + 255)));
  const whole = readElement(bytes, 0, bytes.length, derTags.sequence);
  const body = childrenOf(bytes, readElement(bytes, whole.contentStart, whole.end, derTags.sequence));
  const fields = body[0]?.tag === derTags.context0 ? body.slice(1) : body;
  const extensions = body.find((element) => element.tag === extensionsTag);
  if (extensions !== undefined) {
    for (const list of childrenOf(bytes, extensions)) for (const extension of childrenOf(bytes, list)) {
      const parts = childrenOf(bytes, extension);
      const [id] = parts;
      const value = parts.at(-1);
      if (id === undefined || value === undefined || objectIdText(bytes, id) !== alternativeNamesId) continue;
      const names = childrenOf(bytes, readElement(bytes, value.contentStart, value.end, derTags.sequence)).filter((name) => name.tag === dnsName).map(text);
      if (names.length > 0) return names;
    }
  }
  // serialNumber, signature, issuer, validity, subject
  const subject = fields[4];
  if (subject === undefined) throw new DerError("asn1: syntax error: sequence truncated");
  for (const set of childrenOf(bytes, subject)) for (const attribute of childrenOf(bytes, set)) {
    const [id, value] = childrenOf(bytes, attribute);
    if (id !== undefined && value !== undefined && objectIdText(bytes, id) === commonNameId) return [text(value)];
  }
  return [];
}
