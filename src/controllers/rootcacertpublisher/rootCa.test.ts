import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { rootCaOf } from "./rootCa.ts";

test("is a self-signed certificate authority, the same for the same seed", () => {
  const certificate = new X509Certificate(rootCaOf(1));
  expect(certificate.subject).toBe("CN=kubernetes");
  expect(certificate.ca).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(rootCaOf(1)).toBe(rootCaOf(1));
  expect(rootCaOf(2)).not.toBe(rootCaOf(1));
});
