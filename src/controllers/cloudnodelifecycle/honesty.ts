/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "cloud-node-lifecycle controller",
  implemented: ["the Node object of a machine that was given back is deleted once it is not Ready"],
  notImplemented: ["the taint node.cloudprovider.kubernetes.io/shutdown", "provider ids"],
} as const;
