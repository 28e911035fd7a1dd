/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "pod garbage collector",
  implemented: [
    "pods of nodes that are gone, after the quarantine of 40 s", "terminating pods of nodes with the out-of-service taint", "terminating pods that never had a node and that finalizers hold",
    "the oldest of more than 12500 pods that ended (ClusterSpec.etcdKeys has to leave room for so many)",
  ],
  notImplemented: [],
} as const;
