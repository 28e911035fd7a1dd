/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "nodelifecycle controller",
  implemented: ["leases and heartbeats, 50 s of grace", "Unknown conditions", "NoSchedule and NoExecute taints by condition", "zones and their limits", "pods of a lost node marked not ready", "beta labels of nodes"],
  notImplemented: ["a new period of grace for all nodes after a disruption of all zones"],
} as const;
