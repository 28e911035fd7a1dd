import { describe, expect, it } from "vitest";
import type { Json } from "../../base/json.ts";
import { encodeBase64 } from "../base64.ts";
import type { KindDefinition } from "../define.ts";
import { kindByPlural } from "../index.ts";
import { faultsOf, made, updateFaults } from "../testing/faults.ts";
import type { CertificateSigningRequest } from "./certificatesigningrequest/types.ts";
import { pemBlocks } from "./der.ts";
import { parseCertificateRequest } from "./parseRequest.ts";
import { p224Request, p256Request, p384Request, p521Request, rsaRequest } from "./testing/requests.ts";

const kind = kindByPlural("certificates.k8s.io", "certificatesigningrequests") as KindDefinition;
const body = (spec: Record<string, Json> = {}): Json => ({
  apiVersion: "certificates.k8s.io/v1", kind: "CertificateSigningRequest", metadata: { name: "jane" },
  spec: { request: rsaRequest, signerName: "example.com/signer", usages: ["client auth"], ...spec },
});
const stored = (): CertificateSigningRequest => made(kind, body());
const withStatus = (status: object) => (object: object): object => ({ ...object, status });
const approved = { type: "Approved", status: "True" };

describe("a request is refused", () => {
  it.each([
    ["without usages", { usages: [] }, ["spec.usages: Required value"]],
    ["with a usage twice", { usages: ["any", "any"] }, ['spec.usages[1]: Duplicate value: "any"']],
    ["for half an hour at least", { expirationSeconds: 599 }, ["spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)"]],
    ["without a signer", { signerName: "" }, ["spec.signerName: Required value"]],
    ["for the old signer", { signerName: "kubernetes.io/legacy-unknown" }, ['spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version']],
    ["for a signer without a path", { signerName: "example.com" }, ["spec.signerName: Invalid value: \"example.com\": must be a fully qualified domain and path of the form 'example.com/signer-name'"]],
    ["for a signer of no domain", { signerName: "example/a" }, ['spec.signerName: Invalid value: "example": should be a domain with at least two segments separated by dots']],
    ["of another sort of PEM", { request: encodeBase64("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n") }, [expect.stringContaining("PEM block type must be CERTIFICATE REQUEST")]],
    ["that is no DER", { request: encodeBase64("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n") }, [expect.stringContaining("asn1: syntax error: truncated tag or length")]],
  ] as readonly [string, Record<string, Json>, readonly unknown[]][])("%s", (_what, spec, expected) => {
    expect(faultsOf(kind, body(spec))).toEqual(expected);
  });

  it("with a usage that is none, naming all", () => {
    expect(faultsOf(kind, body({ usages: ["toast"] }))[0]).toMatch(/^spec.usages\[0\]: Unsupported value: "toast": supported values: "any", "cert sign", .*"timestamping"$/);
  });
});

it("reads who is asked for, and finds a signature that is not of this request", () => {
  expect(parseCertificateRequest(rsaRequest)).toEqual({ ok: true, request: { commonName: "jane", organizations: ["system:masters"] } });
  const [block] = pemBlocks(atob(rsaRequest));
  const bytes = [...(block?.bytes ?? [])];
  const at = bytes.findIndex((byte, index) => byte === 0x6a && bytes[index + 1] === 0x61);
  bytes[at] = 0x4a;
  const forged = btoa(`-----BEGIN CERTIFICATE REQUEST-----\n${btoa(String.fromCharCode(...bytes))}\n-----END CERTIFICATE REQUEST-----\n`);
  expect(parseCertificateRequest(forged)).toEqual({ ok: false, fault: "crypto/rsa: verification error" });
});

/** The request with the first byte after a text changed. */
function forged(request: string, find: string): string {
  const bytes = [...(pemBlocks(atob(request))[0]?.bytes ?? [])];
  const at = bytes.findIndex((_, index) => [...find].every((letter, i) => bytes[index + i] === letter.charCodeAt(0)));
  bytes[at] = 0x4a;
  return btoa(`-----BEGIN CERTIFICATE REQUEST-----\n${btoa(String.fromCharCode(...bytes))}\n-----END CERTIFICATE REQUEST-----\n`);
}

it.each([["P-224", p224Request], ["P-256", p256Request], ["P-384", p384Request], ["P-521", p521Request]])("checks the signature of a key on %s", (_curve, request) => {
  expect(parseCertificateRequest(request)).toEqual({ ok: true, request: { commonName: "jane", organizations: ["devs"] } });
  expect(parseCertificateRequest(forged(request, "jane"))).toEqual({ ok: false, fault: "x509: ECDSA verification failure" });
});

it("tells a key of another sort than its signature, and a point off its curve", () => {
  const bytes = [...(pemBlocks(atob(p256Request))[0]?.bytes ?? [])];
  const text = (changed: readonly number[]): string => btoa(`-----BEGIN CERTIFICATE REQUEST-----\n${btoa(String.fromCharCode(...changed))}\n-----END CERTIFICATE REQUEST-----\n`);
  const point = bytes.findIndex((byte, at) => byte === 0x03 && bytes[at + 1] === 0x42);
  expect(parseCertificateRequest(text(bytes.map((byte, at) => (at === point + 10 ? byte ^ 1 : byte))))).toEqual({ ok: false, fault: "x509: failed to unmarshal elliptic curve point" });
  // The last two arcs of the algorithm of the signature: from ecdsa-with-SHA256 to ecdsa-with-SHA384.
  const algorithm = bytes.findLastIndex((byte, at) => byte === 0x04 && bytes[at + 1] === 0x03 && bytes[at + 2] === 0x02);
  expect(parseCertificateRequest(text(bytes.map((byte, at) => (at === algorithm + 2 ? 3 : byte))))).toEqual({ ok: false, fault: "x509: ECDSA verification failure" });
});

it("never fails on bytes that were cut or changed", () => {
  const [block] = pemBlocks(atob(rsaRequest));
  const bytes = block?.bytes ?? [];
  for (let length = 0; length < bytes.length; length += 7) {
    const cut = btoa(`-----BEGIN CERTIFICATE REQUEST-----\n${btoa(String.fromCharCode(...bytes.slice(0, length)))}\n-----END CERTIFICATE REQUEST-----\n`);
    expect(parseCertificateRequest(cut).ok).toBe(false);
    const changed = bytes.map((byte, at) => (at === length ? byte ^ 0xff : byte));
    expect(typeof parseCertificateRequest(btoa(`-----BEGIN CERTIFICATE REQUEST-----\n${btoa(String.fromCharCode(...changed))}\n-----END CERTIFICATE REQUEST-----\n`)).ok).toBe("boolean");
  }
});

it("is approved or denied, once, and by its own door", () => {
  expect(updateFaults(kind, stored(), withStatus({ conditions: [approved] }), "approval")).toEqual([]);
  expect(updateFaults(kind, stored(), withStatus({ conditions: [approved, { type: "Denied", status: "True" }] }), "approval")).toEqual(['status.conditions[1].type: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive']);
  expect(updateFaults(kind, stored(), withStatus({ conditions: [{ type: "Approved", status: "False" }] }), "approval")).toEqual(['status.conditions[0].status: Unsupported value: "False": supported values: "True"']);
  expect(updateFaults(kind, stored(), withStatus({ conditions: [approved] }), "status")).toEqual(['status.conditions: Forbidden: updates may not add a condition of type "Approved"']);
  const done = { ...stored(), status: { conditions: [approved] } };
  expect(updateFaults(kind, done, withStatus({ conditions: [] }), "approval")).toEqual(['status.conditions: Forbidden: updates may not remove a condition of type "Approved"']);
  expect(updateFaults(kind, done, withStatus({ conditions: [{ ...approved, reason: "R" }] }), "status")).toEqual(['status.conditions: Forbidden: updates may not modify a condition of type "Approved"']);
});

it("gets its certificate by its status, once", () => {
  const certificate = encodeBase64("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
  expect(updateFaults(kind, stored(), withStatus({ certificate }), "status")).toEqual([]);
  expect(updateFaults(kind, stored(), withStatus({ certificate: encodeBase64("x") }), "status")).toEqual(['status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block']);
  const issued = { ...stored(), status: { conditions: [approved], certificate } };
  expect(updateFaults(kind, issued, withStatus({ ...issued.status, certificate: encodeBase64("-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n") }), "status")).toEqual(["status.certificate: Forbidden: updates may not modify existing certificate content"]);
  expect(kind.columns.slice(2).map((column) => column.cell(issued, 0))).toEqual(["example.com/signer", "", "<none>", "Approved,Issued"]);
});
