/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "replicaset controller",
  implemented: ["expectations", "slow start", "victim ranking with deletion cost", "adoption after a look at the live owner, and release", "status with terminatingReplicas", "ReplicaFailure"],
  notImplemented: [],
} as const;
