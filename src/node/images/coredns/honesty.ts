/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "coredns",
  implemented: ["Services, headless endpoints, SRV, pod and ExternalName records from watches", "health, ready, log, loadbalance, lameduck, ttl", "starts unsynced after 5 s as the real one", "forward to the machine's resolver"],
  notImplemented: ["the cache plugin", "PTR, AAAA, TXT", "reload of a changed Corefile", "hosts, rewrite, template and other plugins", "zone transfers"],
} as const;
