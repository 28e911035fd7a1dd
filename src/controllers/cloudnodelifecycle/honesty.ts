/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "cloud-node-lifecycle controller",
  implemented: ["the Node object of a machine that was given back is deleted once it is not Ready", "the taint node.cloudprovider.kubernetes.io/shutdown on nodes whose machine was powered off"],
  notImplemented: ["reboots: they are over before the cloud is asked"],
} as const;
