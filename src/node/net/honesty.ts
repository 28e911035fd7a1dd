/** What is simulated here, and what is not, as users are told. */
export const internet = {
  component: "internet",
  implemented: [
    "HTTP sources at a rate, with clients and kept connections", "ramps of the rate and bursts; a source that is changed keeps its connections where it goes to the same address", "a GET on a kept connection that turns out to be closed is sent again over a new one, as browsers do; a POST is lost", "load balancer addresses with health checks of nodes (port 10256 or healthCheckNodePort)",
    "node ports by node address", "any host name leads to the ingress controller's load balancer", "public DNS for pods: the hosts that Ingresses name", "time-outs: 5 s to connect, 30 s for the answer", "cookies: the clients of a source send what a server set",
  ],
  notImplemented: ["TLS handshakes: a client of https says which name it asks for and takes every certificate; a server without TLS is told from one with it", "HTTP/2 and websockets", "more than 5,000 requests a second and 1,000 clients of one source: no more are sent", "servers outside of the cluster (calls from pods to the internet are refused)"],
} as const;

export const net = {
  component: "node network",
  implemented: [
    "packets hop by hop between nodes", "kube-proxy's rules (iptables mode), DNAT and masquerading", "conntrack: an open connection keeps its endpoint",
    "refused, reset and silent ends told apart", "hostPort", "the API at 10.96.0.1 through the node's own rules",
    "NetworkPolicy where the cluster's CNI plugin enforces it (calico; flannel does not): judged after translation and before masquerading, in both directions, once a connection; ipBlocks, selectors, named ports and ranges",
    "a pod that the agent has not judged yet is cut off while the cluster has policies; a pod's own node and the pod itself always pass",
  ],
  notImplemented: ["the agent of the CNI plugin as a DaemonSet with its own rights", "AdminNetworkPolicy and Calico's own policies", "TCP segments and windows: a request is one packet, sent again where it was lost", "IPv6", "SCTP", "bandwidth and MTU"],
} as const;
