/** What is simulated here, and what is not, as users are told. */
export const honesty = { component: "nodeipam controller", implemented: ["a range of the pod CIDR a node, given back when it goes"], notImplemented: ["IPv6 and dual stack", "several cluster CIDRs"] } as const;
