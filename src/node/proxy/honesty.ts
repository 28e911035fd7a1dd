/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "kube-proxy",
  implemented: [
    "iptables mode with upstream's chains, names and probabilities", "only services that changed are programmed again, at most once a second",
    "ClusterIP, NodePort, LoadBalancer, externalIPs, source ranges", "internal and external traffic policies", "session affinity ClientIP", "topology hints",
    "terminating endpoints as a last resort", "healthz on 10256 and healthCheckNodePort",
  ],
  notImplemented: ["ipvs and nftables modes", "IPv6", "SCTP", "conntrack flush of stale UDP entries", "its own metrics"],
} as const;
