/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "service-lb controller",
  implemented: [
    "an address a Service of type LoadBalancer, with finalizer and events",
    "loadBalancerIP where it is free",
    "UpdatedLoadBalancer when nodes come and go; loadBalancerSourceRanges (the provider's firewall and kube-proxy's rules)",
  ],
  notImplemented: ["a load balancer that keeps its old nodes while this controller is stopped: the simulated one sees each node itself"],
} as const;
