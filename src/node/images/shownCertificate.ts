import { childrenOf, DerError, derTags, pemBlocks, readElement } from "../../kinds/certificates/der.ts";
import { namesOf } from "./ingress-nginx/certificates.ts";

export interface ShownCertificate {
  readonly names: readonly string[];
  /** By which clients tell it from others: "my-nginx, serial 1f3a". */
  readonly text: string;
}

/** The certificate of a PEM file; null: there is none. */
export function shownCertificate(pem: string): ShownCertificate | null {
  const block = pemBlocks(pem).find(({ type }) => type === "CERTIFICATE");
  if (block === undefined) return null;
  const { bytes } = block;
  try {
    const whole = readElement(bytes, 0, bytes.length, derTags.sequence);
    const serial = childrenOf(bytes, readElement(bytes, whole.contentStart, whole.end, derTags.sequence)).find(({ tag }) => tag === derTags.integer);
    const names = namesOf(bytes);
    const digits = serial === undefined ? [] : bytes.slice(serial.contentStart, Math.min(serial.end, serial.contentStart + 32));
    return { names, text: `${names.join(", ")}, serial ${digits.map((byte) => byte.toString(16).padStart(2, "0")).join("")}` };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return null;
  }
}
