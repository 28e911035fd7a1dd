/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "cloud-node-lifecycle controller",
  implemented: ["the Node object of a machine that was given back is deleted once it is not Ready"],
  notImplemented: ["the taint node.cloudprovider.kubernetes.io/shutdown", "provider ids", "the cloud's node controller (kubelets initialize their nodes themselves)", "the route controller (the overlay needs no routes)"],
} as const;
