// Follows crypto/x509 of Go (parseCertificateRequest): what of a request a signer copies.
import { decodeBase64 } from "../base64.ts";
import { childrenOf, derTags, objectIdText, pemBlocks, readElement, type DerElement } from "./der.ts";

/** Parts of a certificate request as they stand in it. Only for requests that parseCertificateRequest took. */
export interface RequestParts {
  readonly subject: readonly number[];
  readonly publicKey: readonly number[];
  /** The content of the extension subjectAltName; null where nothing is asked for. */
  readonly alternativeNames: readonly number[] | null;
  /** How many of each sort it has. */
  readonly names: { readonly email: number; readonly dns: number; readonly uri: number; readonly ip: number };
}

const extensionRequestId = "1.2.840.113549.1.9.14";
const alternativeNamesId = "2.5.29.17";
const nameTags = { email: 0x81, dns: 0x82, uri: 0x86, ip: 0x87 } as const;

/** Throws a DerError where the bytes are no request. */
export function requestParts(encoded: string): RequestParts {
  const bytes = pemBlocks(decodeBase64(encoded))[0]?.bytes ?? [];
  const slice = (element: DerElement): readonly number[] => bytes.slice(element.start, element.end);
  const whole = readElement(bytes, 0, bytes.length, derTags.sequence);
  const info = readElement(bytes, whole.contentStart, whole.end, derTags.sequence);
  const version = readElement(bytes, info.contentStart, info.end, derTags.integer);
  const subject = readElement(bytes, version.end, info.end, derTags.sequence);
  const publicKey = readElement(bytes, subject.end, info.end, derTags.sequence);
  const found = publicKey.end < info.end ? alternativeNamesIn(bytes, readElement(bytes, publicKey.end, info.end)) : null;
  const tags = found === null ? [] : childrenOf(bytes, readElement(bytes, found.contentStart, found.end, derTags.sequence)).map((name) => name.tag);
  const count = (tag: number): number => tags.filter((each) => each === tag).length;
  return {
    subject: slice(subject), publicKey: slice(publicKey), alternativeNames: found === null ? null : bytes.slice(found.contentStart, found.end),
    names: { email: count(nameTags.email), dns: count(nameTags.dns), uri: count(nameTags.uri), ip: count(nameTags.ip) },
  };
}

function alternativeNamesIn(bytes: readonly number[], attributes: DerElement): DerElement | null {
  for (const attribute of childrenOf(bytes, attributes)) {
    const [type, values] = childrenOf(bytes, attribute);
    if (type === undefined || values === undefined || objectIdText(bytes, type) !== extensionRequestId) continue;
    for (const list of childrenOf(bytes, values)) {
      for (const extension of childrenOf(bytes, list)) {
        const parts = childrenOf(bytes, extension);
        const [id] = parts;
        const value = parts.at(-1);
        if (id !== undefined && value !== undefined && objectIdText(bytes, id) === alternativeNamesId) return value;
      }
    }
  }
  return null;
}
