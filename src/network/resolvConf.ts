// Follows pkg/kubelet/network/dns/dns.go.

/** What a pod's /etc/resolv.conf says. */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
  readonly timeoutSeconds: number;
  readonly attempts: number;
}

export interface PodDns {
  readonly namespace: string;
  readonly hostNetwork: boolean;
  readonly dnsPolicy: string;
  readonly dnsConfig: {
    readonly nameservers?: readonly string[];
    readonly searches?: readonly string[];
    readonly options?: readonly { readonly name?: string; readonly value?: string }[];
  } | null;
}

const maxNameservers = 3;
const maxSearches = 32;

/** The file of a node: upstream resolvers of the machine itself. */
export const nodeResolvConf: ResolvConf = { nameservers: ["172.18.0.1"], search: [], ndots: 1, timeoutSeconds: 5, attempts: 2 };

/** By dnsPolicy (ClusterFirst, ClusterFirstWithHostNet, Default, None), then dnsConfig merged over it. */
export function podResolvConf(pod: PodDns, clusterDns: string, clusterDomain: string): ResolvConf {
  const clusterFirst: ResolvConf = {
    nameservers: [clusterDns],
    search: [`${pod.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain],
    ndots: 5, timeoutSeconds: 5, attempts: 2,
  };
  const usesCluster = pod.dnsPolicy === "ClusterFirstWithHostNet" || (pod.dnsPolicy === "ClusterFirst" && !pod.hostNetwork);
  const base = pod.dnsPolicy === "None" ? { ...nodeResolvConf, nameservers: [], search: [] } : usesCluster ? clusterFirst : nodeResolvConf;
  const config = pod.dnsConfig;
  if (config === null) return base;
  const option = (name: string, fallback: number): number => {
    const value = config.options?.findLast((candidate) => candidate.name === name)?.value;
    return value !== undefined && /^[0-9]{1,4}$/.test(value) ? Number(value) : fallback;
  };
  return {
    nameservers: unique([...base.nameservers, ...(config.nameservers ?? [])]).slice(0, maxNameservers),
    search: unique([...base.search, ...(config.searches ?? [])]).slice(0, maxSearches),
    ndots: option("ndots", base.ndots),
    timeoutSeconds: Math.max(1, option("timeout", base.timeoutSeconds)),
    attempts: Math.max(1, option("attempts", base.attempts)),
  };
}

/** The content of the file, in the order the kubelet writes it. */
export function resolvConfText(conf: ResolvConf): string {
  const lines: string[] = [];
  if (conf.search.length > 0) lines.push(`search ${conf.search.join(" ")}`);
  for (const nameserver of conf.nameservers) lines.push(`nameserver ${nameserver}`);
  const options: string[] = [];
  if (conf.ndots !== 1) options.push(`ndots:${conf.ndots}`);
  if (conf.timeoutSeconds !== 5) options.push(`timeout:${conf.timeoutSeconds}`);
  if (conf.attempts !== 2) options.push(`attempts:${conf.attempts}`);
  if (options.length > 0) lines.push(`options ${options.join(" ")}`);
  return lines.map((line) => `${line}\n`).join("");
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}
