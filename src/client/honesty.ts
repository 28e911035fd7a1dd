/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "client",
  implemented: ["connection with back-off", "token-bucket rate limit", "requests by tag", "Retry-After", "list and watch with bookmarks", "resume and relist on 410", "indexed listers", "leader election by Lease"],
  notImplemented: ["streaming of the first list (WatchList)", "chunked lists", "informer resync periods", "protobuf", "coordinated leader election (off by default)", "the event \"stopped leading\", which upstream's process rarely lives to send"],
} as const;
