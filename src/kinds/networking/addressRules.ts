// Follows apimachinery/pkg/util/validation/ip.go: what newer fields demand of addresses and CIDRs, and what older fields only warn of.
import { goQuote } from "../../apimachinery/goFormat.ts";
import { addressText, isMapped, isSameAddress, masked, parseAddress, type Address } from "../address.ts";
import { addressMessage, cidrMessage, parseCidr, type Cidr } from "../networkAddress.ts";

const leadingZero = /(^|\.)0\d/;

function network(cidr: Cidr): Address {
  return masked(cidr.address, cidr.prefixBits);
}

/** Whether all of `inner` lies in `outer`, which is larger. */
export function isStrictSubset(inner: Cidr, outer: Cidr): boolean {
  if (inner.address.family !== outer.address.family || inner.prefixBits <= outer.prefixBits) return false;
  return isSameAddress(network({ address: inner.address, prefixBits: outer.prefixBits }), network(outer));
}

/** Faults of an address in a field that takes the one canonical form only. */
export function strictAddressFaults(text: string): readonly string[] {
  const address = parseAddress(text);
  if (address === null) return [addressMessage];
  if (leadingZero.test(text) && !text.includes(":")) return ["must not have leading 0s"];
  if (isMapped(address)) return ["must not be an IPv4-mapped IPv6 address"];
  return addressText(address) === text ? [] : [`must be in canonical form (${goQuote(addressText(address))})`];
}

/** The same for a CIDR. */
export function strictCidrFaults(text: string): readonly string[] {
  const cidr = parseCidr(text);
  if (cidr === null) return [cidrMessage];
  if (hasLeadingZeros(text)) return ["must not have leading 0s in IP or prefix length"];
  if (isMapped(cidr.address)) return ["must not have an IPv4-mapped IPv6 address"];
  if (!isSameAddress(network(cidr), cidr.address)) return ["must not have bits set beyond the prefix length"];
  const canonical = `${addressText(cidr.address)}/${cidr.prefixBits}`;
  return canonical === text ? [] : [`must be in canonical form (${goQuote(canonical)})`];
}

function hasLeadingZeros(text: string): boolean {
  const [address = "", bits = ""] = text.split("/");
  return /^0\d/.test(bits) || (leadingZero.test(address) && !address.includes(":"));
}

/** Warnings about a CIDR in a field that still takes any form. */
export function cidrWarnings(text: string, path: string): readonly string[] {
  const cidr = parseCidr(text);
  if (cidr === null) return [];
  const warnings: string[] = [];
  const first = network(cidr);
  const whole = `${addressText(first)}/${cidr.prefixBits}`;
  if (!isSameAddress(first, cidr.address)) {
    const single = `${addressText(cidr.address)}/${cidr.address.family === "ipv4" ? 32 : 128}`;
    warnings.push(`${path}: CIDR value ${goQuote(text)} is ambiguous in this context (should be ${goQuote(whole)} or ${goQuote(single)}?)`);
  }
  if (hasLeadingZeros(text) || isMapped(cidr.address)) warnings.push(`${path}: non-standard CIDR value ${goQuote(text)} will be considered invalid in a future Kubernetes release: use ${goQuote(whole)}`);
  const canonical = `${addressText(cidr.address)}/${cidr.prefixBits}`;
  if (warnings.length === 0 && cidr.address.family === "ipv6" && canonical !== text) warnings.push(`${path}: IPv6 CIDR value ${goQuote(text)} should be in RFC 5952 canonical format (${goQuote(canonical)})`);
  return warnings;
}
