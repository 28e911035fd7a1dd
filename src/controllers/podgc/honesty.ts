/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "pod garbage collector",
  implemented: ["pods of nodes that are gone, after the quarantine of 40 s"],
  notImplemented: ["the threshold of ended pods", "unscheduled terminating pods (the API server deletes them at once)", "the out-of-service taint"],
} as const;
