// Follows apimachinery/pkg/util/validation/ip.go and k8s.io/utils/net.
import { goQuote } from "../apimachinery/goFormat.ts";
import { addressText, isMapped, isSameAddress, masked, parseAddress, plainBytes, type Address } from "./address.ts";

export function isIPv6Text(text: string): boolean {
  return parseAddress(text) !== null && text.includes(":");
}

export const addressMessage = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
export const cidrMessage = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

/** What is wrong with an address. Since v1.36 what other programs read differently is refused. */
export function addressFaults(text: string): readonly string[] {
  if (isPlainIpv4(text)) return none;
  const address = parseAddress(text);
  if (address === null) return [addressMessage];
  if (hasLeadingZero(text)) return ["must not have leading 0s"];
  return isMapped(address) ? ["must not be an IPv4-mapped IPv6 address"] : [];
}

/** What is wrong with a range: as of an address, and bits that its length does not cover. */
export function cidrFaults(text: string): readonly string[] {
  const cidr = parseCidr(text);
  if (cidr === null) return [cidrMessage];
  const slash = text.indexOf("/");
  if (hasLeadingZero(text.slice(0, slash)) || text.slice(slash + 1) !== String(cidr.prefixBits)) return ["must not have leading 0s in IP or prefix length"];
  if (isMapped(cidr.address)) return ["must not have an IPv4-mapped IPv6 address"];
  return isSameAddress(masked(cidr.address, cidr.prefixBits), cidr.address) ? [] : ["must not have bits set beyond the prefix length"];
}

const none: readonly string[] = [];

/** Four decimal octets without leading zeros: what most addresses are, told without taking them apart. */
function isPlainIpv4(text: string): boolean {
  let octets = 1;
  let digits = 0;
  let octet = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === dot) {
      if (digits === 0) return false;
      octets++;
      digits = 0;
      octet = 0;
    } else {
      if (code < zero || code > zero + 9 || (digits > 0 && octet === 0)) return false;
      digits++;
      octet = octet * 10 + code - zero;
      if (octet > 255) return false;
    }
  }
  return octets === 4 && digits > 0;
}
const dot = ".".charCodeAt(0);
const zero = "0".charCodeAt(0);

/** Octets of IPv4 alone: groups of IPv6 may begin with zeros. */
function hasLeadingZero(text: string): boolean {
  return text.includes(".") && /(^|[.:])0\d+(?=\.|$)/.test(text.slice(text.lastIndexOf(":") + 1));
}

/** What reads right and is written in an unusual way. Follows GetWarningsForIP; what is refused needs no warning. */
export function addressWarnings(path: string, text: string): readonly string[] {
  const address = parseAddress(text);
  const canonical = address?.family === "ipv6" && !isMapped(address) ? addressText(address) : text;
  return canonical === text ? [] : [`${path}: IPv6 address ${goQuote(text)} should be in RFC 5952 canonical format (${goQuote(canonical)})`];
}

export function cidrWarnings(path: string, text: string): readonly string[] {
  const cidr = cidrFaults(text).length === 0 ? parseCidr(text) : null;
  const canonical = cidr?.address.family === "ipv6" ? `${addressText(cidr.address)}/${cidr.prefixBits}` : text;
  return canonical === text ? [] : [`${path}: IPv6 CIDR value ${goQuote(text)} should be in RFC 5952 canonical format (${goQuote(canonical)})`];
}

export interface Cidr {
  readonly address: Address;
  readonly prefixBits: number;
}

export function parseCidr(text: string): Cidr | null {
  const match = /^(.*)\/(\d{1,3})$/.exec(text);
  if (match === null) return null;
  const address = parseAddress(match[1] ?? "");
  const prefixBits = Number(match[2]);
  if (address === null || prefixBits > (address.family === "ipv4" ? 32 : 128)) return null;
  return { address, prefixBits };
}

/** Faults of an address that a service or endpoint may not have: unspecified, loopback, link-local, multicast. */
export function specialAddressFaults(text: string): readonly string[] {
  const address = parseAddress(text);
  if (address === null) return ["must be a valid IP address"];
  const bytes = plainBytes(address);
  const [first = 0, second = 0, third = 0] = bytes;
  const isIPv4 = bytes.length === 4;
  /** The address as a number, where it is below 256. */
  const small = bytes.slice(0, -1).every((byte) => byte === 0) ? (bytes.at(-1) ?? 0) : -1;
  const faults: string[] = [];
  if (small === 0) faults.push(`may not be unspecified (${text})`);
  if (isIPv4 ? first === 127 : small === 1) faults.push("may not be in the loopback range (127.0.0.0/8, ::1/128)");
  if (isIPv4 ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80) faults.push("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  if (isIPv4 ? first === 224 && second === 0 && third === 0 : first === 0xff && (second & 0x0f) === 0x02) faults.push("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
  return faults;
}
