/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "replicationcontroller controller",
  implemented: ["everything that the replicaset controller does: it is the same one"],
  notImplemented: [],
} as const;
