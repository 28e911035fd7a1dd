/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "cloud",
  implemented: ["which instances were given back: the cloud controller manager asks for them"],
  notImplemented: ["instances as shut down (node.cloudprovider.kubernetes.io/shutdown): a machine without power counts as running", "routes, zones and addresses of instances"],
} as const;
