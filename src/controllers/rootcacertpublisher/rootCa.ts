import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

// A self-signed X.509 certificate (RFC 5280) with an Ed25519 key (RFC 8410), the same for the same seed.

const ed25519Oid = [0x06, 0x03, 0x2b, 0x65, 0x70];
const commonNameOid = [0x06, 0x03, 0x55, 0x04, 0x03];
const basicConstraintsOid = [0x06, 0x03, 0x55, 0x1d, 0x13];
const keyUsageOid = [0x06, 0x03, 0x55, 0x1d, 0x0f];
const validFrom = "20250101000000Z";
const validUntil = "20550101000000Z";
const commonName = "kubernetes";

/** PEM of the certificate authority of the cluster with this seed. */
export function rootCaOf(seed: number): string {
  const secret = sha256(ascii(`orrery root ca ${seed}`));
  const signed = certificateBody(ed25519.getPublicKey(secret));
  const certificate = sequence(signed, sequence(ed25519Oid), bitString(ed25519.sign(Uint8Array.from(signed), secret)));
  return `-----BEGIN CERTIFICATE-----\n${lines(base64(certificate))}\n-----END CERTIFICATE-----\n`;
}

function certificateBody(publicKey: Uint8Array): readonly number[] {
  const name = sequence(element(0x31, sequence(commonNameOid, element(0x0c, ascii(commonName)))));
  return sequence(
    element(0xa0, [0x02, 0x01, 0x02]),
    [0x02, 0x01, 0x00],
    sequence(ed25519Oid),
    name,
    sequence(element(0x18, ascii(validFrom)), element(0x18, ascii(validUntil))),
    name,
    sequence(sequence(ed25519Oid), bitString(publicKey)),
    element(
      0xa3,
      sequence(
        sequence(basicConstraintsOid, [0x01, 0x01, 0xff], element(0x04, sequence([0x01, 0x01, 0xff]))),
        sequence(keyUsageOid, [0x01, 0x01, 0xff], element(0x04, [0x03, 0x02, 0x02, 0xa4])),
      ),
    ),
  );
}

type Bytes = Uint8Array | readonly number[];

/** One DER element: tag, length, content. */
function element(tag: number, content: Bytes): readonly number[] {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return [tag, ...size, ...content];
}

function sequence(...parts: readonly Bytes[]): readonly number[] {
  return element(0x30, parts.flatMap((part) => [...part]));
}

function bitString(content: Bytes): readonly number[] {
  return element(0x03, [0, ...content]);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64(bytes: Bytes): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const [a = 0, b, c] = [bytes[index], bytes[index + 1], bytes[index + 2]];
    const group = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const digit = (shift: number): string => alphabet[(group >> shift) & 63] ?? "";
    text += digit(18) + digit(12) + (b === undefined ? "=" : digit(6)) + (c === undefined ? "=" : digit(0));
  }
  return text;
}

function lines(text: string): string {
  const rows: string[] = [];
  for (let index = 0; index < text.length; index += 64) rows.push(text.slice(index, index + 64));
  return rows.join("\n");
}
