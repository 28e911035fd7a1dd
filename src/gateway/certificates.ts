import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

/** PEM texts of a fresh certificate authority and of a server certificate for the loopback addresses. */
export interface GatewayCertificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  /** A client's certificate: the API knows its holder by this name and these groups, as CN and O say. */
  issueClient(name: string, groups: readonly string[]): Promise<ClientCertificate>;
}

/** PEM texts. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const dayMs = 24 * 3_600_000;

function pem(label: string, der: ArrayBuffer): string {
  const lines = Buffer.from(der).toString("base64").replaceAll(/(.{64})/g, "$1\n").trimEnd();
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** Valid from yesterday (clocks differ) for a year. Keys are new on every start and never written down. */
export async function makeCertificates(): Promise<GatewayCertificates> {
  const notBefore = new Date(Date.now() - dayMs);
  const notAfter = new Date(Date.now() + 365 * dayMs);
  const authorityKeys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as webcrypto.CryptoKeyPair;
  const serverKeys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as webcrypto.CryptoKeyPair;
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01", name: "CN=orrery-ca", notBefore, notAfter, signingAlgorithm: algorithm, keys: authorityKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const server = await x509.X509CertificateGenerator.create({
    serialNumber: "02", subject: "CN=kube-apiserver", issuer: authority.subject, notBefore, notAfter, signingAlgorithm: algorithm,
    publicKey: serverKeys.publicKey, signingKey: authorityKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" }, { type: "dns", value: "kubernetes" }, { type: "dns", value: "kubernetes.default.svc" },
        { type: "ip", value: "127.0.0.1" }, { type: "ip", value: "::1" },
      ]),
    ],
  });
  let issued = 2;
  const issueClient = async (name: string, groups: readonly string[]): Promise<ClientCertificate> => {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as webcrypto.CryptoKeyPair;
    const client = await x509.X509CertificateGenerator.create({
      serialNumber: (++issued).toString(16).padStart(4, "0"), subject: new x509.Name([...groups.map((group) => ({ O: [group] })), { CN: [name] }]), issuer: authority.subject, notBefore, notAfter,
      signingAlgorithm: algorithm, publicKey: keys.publicKey, signingKey: authorityKeys.privateKey,
      extensions: [new x509.BasicConstraintsExtension(false, undefined, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true), new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
    });
    return { certificate: client.toString("pem"), key: pem("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)) };
  };
  return {
    issueClient,
    authority: authority.toString("pem"),
    certificate: server.toString("pem"),
    key: pem("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", serverKeys.privateKey)),
  };
}
