// Follows apimachinery/pkg/util/validation/ip.go and k8s.io/utils/net.
import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

const ipv4Text = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** An address as Kubernetes' lenient parser reads it (leading zeros are decimal); null where it is none. */
export function parseAddress(text: string): Address | null {
  const parts = ipv4Text.exec(text);
  if (parts !== null) {
    const octets = parts.slice(1).map(Number);
    return octets.every((octet) => octet <= 255) ? new ipaddr.IPv4(octets) : null;
  }
  return text.includes(":") && !text.includes("%") && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null;
}

export function isIPv6Text(text: string): boolean {
  return parseAddress(text) !== null && text.includes(":");
}

export const addressMessage = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
export const cidrMessage = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

export interface Cidr {
  readonly address: Address;
  readonly prefixBits: number;
}

export function parseCidr(text: string): Cidr | null {
  const match = /^(.*)\/(\d{1,3})$/.exec(text);
  if (match === null) return null;
  const address = parseAddress(match[1] ?? "");
  const prefixBits = Number(match[2]);
  if (address === null || prefixBits > (address.kind() === "ipv4" ? 32 : 128)) return null;
  return { address, prefixBits };
}

/** Faults of an address that a service or endpoint may not have: unspecified, loopback, link-local, multicast. */
export function specialAddressFaults(text: string): readonly string[] {
  const address = parseAddress(text);
  if (address === null) return ["must be a valid IP address"];
  const range = address.range();
  const faults: string[] = [];
  if (range === "unspecified") faults.push(`may not be unspecified (${text})`);
  if (range === "loopback") faults.push("may not be in the loopback range (127.0.0.0/8, ::1/128)");
  if (range === "linkLocal") faults.push("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  if (isLinkLocalMulticast(address)) faults.push("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
  return faults;
}

function isLinkLocalMulticast(address: Address): boolean {
  const bytes = address.toByteArray();
  return address.kind() === "ipv4" ? bytes[0] === 224 && bytes[1] === 0 && bytes[2] === 0 : bytes[0] === 0xff && ((bytes[1] ?? 0) & 0x0f) === 0x02;
}
