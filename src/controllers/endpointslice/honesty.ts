/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "endpointslice controller",
  implemented: ["slices of 100 endpoints that change as little as possible", "ready, serving, terminating", "zones and nodes", "both address families", "placeholder slices"],
  notImplemented: ["topology hints and trafficDistribution"],
} as const;
