// Follows pkg/proxy/iptables/proxier.go (syncProxyRules, writeServiceToEndpointRules).
import { compareText } from "../base/compareText.ts";
import type { RuleEndpoint, ServiceRules } from "./serviceRules.ts";

/** The nat and filter rules of a node as `iptables-save` would print them, service by service. */
export function iptablesText(all: readonly ServiceRules[], clusterCidr: string): readonly string[] {
  const rules = [...all].sort((a, b) => compareText(`${a.name}/${a.protocol}`, `${b.name}/${b.protocol}`));
  const filter: string[] = [];
  const services: string[] = [];
  const nodePorts: string[] = [];
  const chains: string[] = [];
  for (const service of rules) {
    if (!service.anyEndpoint) {
      filter.push(...refusals(service, "has no endpoints", "REJECT --reject-with icmp-port-unreachable", true, true));
      continue;
    }
    filter.push(...refusals(service, "has no local endpoints", "DROP", service.internalLocal && service.local.length === 0, service.externalLocal && service.local.length === 0));
    services.push(...entryRules(service));
    if (service.nodePort !== 0) nodePorts.push(`-A KUBE-NODEPORTS -p ${proto(service)} -m comment --comment "${service.name}" -m ${proto(service)} --dport ${service.nodePort} -j ${service.chains.ext}`);
    chains.push(...firewallRules(service), ...externalRules(service, clusterCidr));
    if (service.cluster.length > 0) chains.push(...serviceRules(service, service.chains.svc, service.cluster, clusterCidr));
    if (service.local.length > 0) chains.push(...serviceRules(service, service.chains.svl, service.local, clusterCidr));
    chains.push(...endpointRules(service));
  }
  return [
    "*filter", ...filter, "COMMIT",
    "*nat", ...nodePorts,
    ...services, '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS',
    "-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN",
    "-A KUBE-POSTROUTING -j MARK --xor-mark 0x4000",
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    "-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000",
    ...chains, "COMMIT",
  ];
}

function proto(service: ServiceRules): string {
  return service.protocol.toLowerCase();
}

function refusals(service: ServiceRules, what: string, target: string, internal: boolean, external: boolean): readonly string[] {
  const p = proto(service);
  const comment = `-m comment --comment "${service.name} ${what}"`;
  const lines: string[] = [];
  if (internal) lines.push(`-A KUBE-SERVICES -d ${service.clusterIp}/32 -p ${p} ${comment} -m ${p} --dport ${service.port} -j ${target}`);
  if (!external) return lines;
  for (const ip of [...service.externalIps, ...service.loadBalancerIps]) lines.push(`-A KUBE-EXTERNAL-SERVICES -d ${ip}/32 -p ${p} ${comment} -m ${p} --dport ${service.port} -j ${target}`);
  if (service.nodePort !== 0) lines.push(`-A KUBE-EXTERNAL-SERVICES -p ${p} ${comment} -m addrtype --dst-type LOCAL -m ${p} --dport ${service.nodePort} -j ${target}`);
  return lines;
}

function entryRules(service: ServiceRules): readonly string[] {
  const p = proto(service);
  const chain = service.internalLocal ? service.chains.svl : service.chains.svc;
  const entry = (ip: string, what: string, target: string): string => `-A KUBE-SERVICES -d ${ip}/32 -p ${p} -m comment --comment "${service.name} ${what}" -m ${p} --dport ${service.port} -j ${target}`;
  const inner = service.internalLocal && service.local.length === 0 ? [] : [entry(service.clusterIp, "cluster IP", chain)];
  return [
    ...inner,
    ...service.externalIps.map((ip) => entry(ip, "external IP", service.chains.ext)),
    ...service.loadBalancerIps.map((ip) => entry(ip, "loadbalancer IP", service.sourceRanges.length > 0 ? service.chains.fw : service.chains.ext)),
  ];
}

function firewallRules(service: ServiceRules): readonly string[] {
  if (service.sourceRanges.length === 0 || service.loadBalancerIps.length === 0) return [];
  return service.sourceRanges.map((range) => `-A ${service.chains.fw} -s ${range} -m comment --comment "${service.name} loadbalancer IP" -j ${service.chains.ext}`);
}

function externalRules(service: ServiceRules, clusterCidr: string): readonly string[] {
  if (service.nodePort === 0 && service.externalIps.length === 0 && service.loadBalancerIps.length === 0) return [];
  const { ext, svc, svl } = service.chains;
  const comment = (text: string): string => `-m comment --comment "${text}"`;
  if (!service.externalLocal) {
    return [`-A ${ext} ${comment(`masquerade traffic for ${service.name} external destinations`)} -j KUBE-MARK-MASQ`, `-A ${ext} -j ${svc}`];
  }
  return [
    `-A ${ext} -s ${clusterCidr} ${comment(`pod traffic for ${service.name} external destinations`)} -j ${svc}`,
    `-A ${ext} ${comment(`masquerade LOCAL traffic for ${service.name} external destinations`)} -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ`,
    `-A ${ext} ${comment(`route LOCAL traffic for ${service.name} external destinations`)} -m addrtype --src-type LOCAL -j ${svc}`,
    ...(service.local.length > 0 ? [`-A ${ext} -j ${svl}`] : []),
  ];
}

function serviceRules(service: ServiceRules, chain: string, endpoints: readonly RuleEndpoint[], clusterCidr: string): readonly string[] {
  const p = proto(service);
  const lines: string[] = [];
  const entered = service.internalLocal ? service.chains.svl : service.chains.svc;
  if (chain === entered) lines.push(`-A ${chain} ! -s ${clusterCidr} -d ${service.clusterIp}/32 -p ${p} -m comment --comment "${service.name} cluster IP" -m ${p} --dport ${service.port} -j KUBE-MARK-MASQ`);
  const comment = (endpoint: RuleEndpoint): string => `-m comment --comment "${service.name} -> ${endpoint.ip}:${endpoint.port}"`;
  if (service.affinitySeconds > 0) {
    for (const endpoint of endpoints) lines.push(`-A ${chain} ${comment(endpoint)} -m recent --rcheck --seconds ${service.affinitySeconds} --reap --name ${endpoint.chain} --mask 255.255.255.255 --rsource -j ${endpoint.chain}`);
  }
  endpoints.forEach((endpoint, i) => {
    const left = endpoints.length - i;
    const choice = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(11)}` : "";
    lines.push(`-A ${chain} ${comment(endpoint)}${choice} -j ${endpoint.chain}`);
  });
  return lines;
}

function endpointRules(service: ServiceRules): readonly string[] {
  const p = proto(service);
  const lines: string[] = [];
  const written = new Set<string>();
  for (const endpoint of [...service.cluster, ...service.local]) {
    if (written.has(endpoint.chain)) continue;
    written.add(endpoint.chain);
    const recent = service.affinitySeconds > 0 ? ` -m recent --set --name ${endpoint.chain} --mask 255.255.255.255 --rsource` : "";
    lines.push(`-A ${endpoint.chain} -s ${endpoint.ip}/32 -m comment --comment "${service.name}" -j KUBE-MARK-MASQ`);
    lines.push(`-A ${endpoint.chain} -p ${p} -m comment --comment "${service.name}"${recent} -m ${p} -j DNAT --to-destination ${endpoint.ip}:${endpoint.port}`);
  }
  return lines;
}
