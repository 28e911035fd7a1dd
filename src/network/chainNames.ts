// Follows pkg/proxy/iptables/proxier.go (servicePortChainName and its sisters).
import { sha256 } from "@noble/hashes/sha2.js";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const memo = new Map<string, string>();
const memoLimit = 50_000;

/** KUBE-SVC-: all endpoints of a service port. `port` is "namespace/name:portname" ("namespace/name" where the port has no name). */
export function serviceChain(port: string, protocol: "TCP" | "UDP" | "SCTP"): string {
  return `KUBE-SVC-${portHash(port + protocol.toLowerCase())}`;
}

/** KUBE-SVL-: only endpoints of the same node. */
export function localChain(port: string, protocol: "TCP" | "UDP" | "SCTP"): string {
  return `KUBE-SVL-${portHash(port + protocol.toLowerCase())}`;
}

/** KUBE-EXT-: traffic from outside, by node port, external address or load balancer. */
export function externalChain(port: string, protocol: "TCP" | "UDP" | "SCTP"): string {
  return `KUBE-EXT-${portHash(port + protocol.toLowerCase())}`;
}

/** KUBE-FW-: loadBalancerSourceRanges. */
export function firewallChain(port: string, protocol: "TCP" | "UDP" | "SCTP"): string {
  return `KUBE-FW-${portHash(port + protocol.toLowerCase())}`;
}

/** KUBE-SEP-: one endpoint. `endpoint` is "ip:port". */
export function endpointChain(port: string, protocol: "TCP" | "UDP" | "SCTP", endpoint: string): string {
  return `KUBE-SEP-${portHash(port + protocol.toLowerCase() + endpoint)}`;
}

/** The first 16 characters of the base32 of the SHA-256. */
function portHash(text: string): string {
  const known = memo.get(text);
  if (known !== undefined) return known;
  // Names are ASCII (DNS labels, addresses): one byte a character.
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const digest = sha256(bytes);
  let hash = "";
  let bits = 0;
  let held = 0;
  for (let i = 0; hash.length < 16; i++) {
    bits = (bits << 8) | (digest[i] ?? 0);
    held += 8;
    while (held >= 5 && hash.length < 16) {
      hash += alphabet[(bits >> (held - 5)) & 31] ?? "";
      held -= 5;
      bits &= (1 << held) - 1;
    }
  }
  if (memo.size >= memoLimit) memo.clear();
  memo.set(text, hash);
  return hash;
}
