/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "statefulset controller",
  implemented: [
    "OrderedReady and Parallel", "RollingUpdate with partition", "OnDelete", "ordinals.start", "minReadySeconds", "revisions with upstream's names, history limit, collisions", "claims of volumeClaimTemplates and their retention policy",
    "identity labels, hostname and subdomain", "adoption after a look at the live owner, and release", "ended pods made again",
  ],
  notImplemented: ["maxUnavailable (the API server drops it: its gate is off in v1.36)"],
} as const;
