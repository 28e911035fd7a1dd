// Follows pkg/apis/networking/validation/validation.go: network policies; pkg/registry/networking/networkpolicy/strategy.go: warnings.
import { forbidden, index, invalid, notSupported, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain, isValidPortName, isValidPortNum } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateLabelSelector } from "../../metadata/labelSelector.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { cidrMessage, parseCidr } from "../../networkAddress.ts";
import { cidrWarnings, isStrictSubset } from "../addressRules.ts";
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from "./types.ts";

const protocols = ["TCP", "UDP", "SCTP"];
const policyTypes = ["Egress", "Ingress"];

export function validateNetworkPolicy(policy: NetworkPolicy): readonly FieldError[] {
  return [...validateObjectMeta(policy.metadata, true, isDns1123Subdomain, "metadata"), ...validateSpec(policy.spec)];
}

export function validateNetworkPolicyUpdate(policy: NetworkPolicy, old: NetworkPolicy): readonly FieldError[] {
  return [...validateObjectMetaUpdate(policy.metadata, old.metadata, "metadata"), ...validateSpec(policy.spec)];
}

interface Rule {
  readonly path: string;
  readonly ports: readonly NetworkPolicyPort[];
  readonly peers: readonly NetworkPolicyPeer[];
  readonly peersPath: string;
}

function rulesOf(spec: NetworkPolicySpec): readonly Rule[] {
  const rule = (path: string, side: "from" | "to", peers: readonly NetworkPolicyPeer[] | undefined, ports: readonly NetworkPolicyPort[] | undefined): Rule => ({
    path, ports: ports ?? [], peers: peers ?? [], peersPath: `${path}.${side}`,
  });
  return [
    ...(spec.ingress ?? []).map((each, at) => rule(index("spec.ingress", at), "from", each.from, each.ports)),
    ...(spec.egress ?? []).map((each, at) => rule(index("spec.egress", at), "to", each.to, each.ports)),
  ];
}

function validateSpec(spec: NetworkPolicySpec): readonly FieldError[] {
  const errors: FieldError[] = [...validateLabelSelector(spec.podSelector, "spec.podSelector")];
  for (const { path, ports, peers, peersPath } of rulesOf(spec)) {
    for (const [at, port] of ports.entries()) errors.push(...validatePort(port, index(`${path}.ports`, at)));
    for (const [at, peer] of peers.entries()) errors.push(...validatePeer(peer, index(peersPath, at)));
  }
  const types = spec.policyTypes ?? [];
  if (types.length > policyTypes.length) return [...errors, invalid("spec.policyTypes", types, "may not specify more than two policyTypes")];
  for (const [at, type] of types.entries()) if (!policyTypes.includes(type)) errors.push(notSupported(index("spec.policyTypes", at), type, policyTypes));
  return errors;
}

function validatePort(rule: NetworkPolicyPort, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { protocol, port, endPort } = rule;
  if (protocol !== undefined && !protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols));
  if (port === undefined) return endPort === undefined ? errors : [...errors, invalid(`${path}.endPort`, endPort, "may not be specified when `port` is not specified")];
  if (typeof port === "number") {
    for (const message of isValidPortNum(port)) errors.push(invalid(`${path}.port`, port, message));
    if (endPort === undefined) return errors;
    if (endPort < port) errors.push(invalid(`${path}.endPort`, port, "must be greater than or equal to `port`"));
    return [...errors, ...isValidPortNum(endPort).map((message) => invalid(`${path}.endPort`, endPort, message))];
  }
  if (endPort !== undefined) errors.push(invalid(`${path}.endPort`, endPort, "may not be specified when `port` is non-numeric"));
  return [...errors, ...isValidPortName(port).map((message) => invalid(`${path}.port`, port, message))];
}

function validatePeer(peer: NetworkPolicyPeer, path: string): readonly FieldError[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  const errors: FieldError[] = [...validateLabelSelector(podSelector, `${path}.podSelector`), ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`)];
  if (ipBlock !== undefined) errors.push(...validateIpBlock(ipBlock, `${path}.ipBlock`));
  const peers = [podSelector, namespaceSelector, ipBlock].filter((each) => each !== undefined).length;
  if (peers === 0) errors.push(required(path, "must specify a peer"));
  else if (peers > 1 && ipBlock !== undefined) errors.push(forbidden(path, "may not specify both ipBlock and another peer"));
  return errors;
}

function validateIpBlock(block: IPBlock, path: string): readonly FieldError[] {
  const text = block.cidr ?? "";
  if (text === "") return [required(`${path}.cidr`)];
  const cidr = parseCidr(text);
  if (cidr === null) return [invalid(`${path}.cidr`, text, cidrMessage)];
  const errors: FieldError[] = [];
  for (const [at, except] of (block.except ?? []).entries()) {
    const own = index(`${path}.except`, at);
    const inner = parseCidr(except);
    if (inner === null) errors.push(invalid(own, except, cidrMessage));
    else if (!isStrictSubset(inner, cidr)) errors.push(invalid(own, except, "must be a strict subset of `cidr`"));
  }
  return errors;
}

export function networkPolicyWarnings(policy: NetworkPolicy): readonly string[] {
  return rulesOf(policy.spec).flatMap(({ peers, peersPath }) =>
    peers.flatMap(({ ipBlock }, at) => {
      if (ipBlock === undefined) return [];
      const path = `${index(peersPath, at)}.ipBlock`;
      return [...cidrWarnings(ipBlock.cidr ?? "", `${path}.cidr`), ...(ipBlock.except ?? []).flatMap((except, i) => cidrWarnings(except, index(`${path}.except`, i)))];
    }),
  );
}
