/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "replicaset controller",
  implemented: ["expectations", "slow start", "victim ranking with deletion cost", "adoption and release", "status with terminatingReplicas", "ReplicaFailure"],
  notImplemented: ["a live read of the owner before adoption"],
} as const;
