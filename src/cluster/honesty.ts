/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "cloud",
  implemented: ["machines: which there are, which were given back or have no power, their zones, types and addresses", "zonal disks with what is on them: created, attached to one machine of the zone, enlarged, deleted, each in its time; a machine that lost a disk writes into nothing"],
  notImplemented: [
    "disks of several zones, snapshots, quotas, performance",
    "routes (the overlay needs none)",
    "a disk as full: writes beyond its size or 4 MiB are dropped, and the program does not hear of it",
  ],
} as const;
