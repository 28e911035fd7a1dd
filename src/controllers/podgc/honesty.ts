/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "pod garbage collector",
  implemented: ["pods of nodes that are gone, after the quarantine of 40 s", "terminating pods of nodes with the out-of-service taint"],
  notImplemented: ["the threshold of 12500 ended pods (etcd is full before)", "unscheduled terminating pods (the API server deletes them at once)"],
} as const;
