/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "coredns",
  implemented: ["Services, headless endpoints, SRV, pod and ExternalName records from watches", "health, ready, log, loadbalance, lameduck, ttl", "starts unsynced after 5 s as the real one", "forward to the machine's resolver", "cache with its zones and times, reload, hosts, rewrite of whole names", "PTR, TXT of dns-version, empty AAAA"],
  notImplemented: ["template and other plugins (its log names them)", "server blocks after the first (stub domains)", "prefetch and serve_stale", "zone transfers"],
} as const;
