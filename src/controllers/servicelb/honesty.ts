/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "service-lb controller",
  implemented: ["an address a Service of type LoadBalancer, with finalizer and events", "loadBalancerIP where it is free"],
  notImplemented: ["loadBalancerSourceRanges", "updates of the load balancer when nodes come and go (the simulated one asks every node)"],
} as const;
