/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "service CIDR controller",
  implemented: ["the finalizer and the Ready condition of ServiceCIDRs", "a deleted ServiceCIDR stays while a Service has an address that no other one contains"],
  notImplemented: [],
} as const;
