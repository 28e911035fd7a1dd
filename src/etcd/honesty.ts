/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "etcd",
  implemented: ["revisions, compare and swap on the mod revision", "watch with resumption", "compaction", "leases that end a key", "the log survives a crash", "a quota, counted in keys: beyond it new keys are refused, updates and deletes pass, and no alarm has to be disarmed"],
  notImplemented: ["several members (Raft)", "defragmentation and a quota in bytes (quota-backend-bytes)", "authentication between API server and etcd"],
} as const;
