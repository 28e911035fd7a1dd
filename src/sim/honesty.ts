/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "simulation core",
  implemented: [
    "one total order of events (time, sender, number), the same on any number of hosts",
    "datagrams and connections over links with delay, jitter (datagrams overtake each other), loss and cuts; broken connections end after 30 s + 15 s",
    "crashes with back-off, stop and start, power, slowness, clock skew; the disk stays",
    "cost of every event, causes, randoms by purpose, keyframes, digests by group",
  ],
  notImplemented: ["duplicated datagrams", "bandwidth of links", "torn or failing disks"],
} as const;
