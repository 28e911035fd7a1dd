/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "endpointslice controller",
  implemented: ["slices of 100 endpoints that change as little as possible", "ready, serving, terminating", "zones and nodes", "both address families", "placeholder slices", "hints by trafficDistribution (PreferSameZone, PreferClose, PreferSameNode)", "hints by the annotation service.kubernetes.io/topology-mode: Auto, by the CPU of the zones' ready nodes, with TopologyAwareHintsEnabled and TopologyAwareHintsDisabled"],
  notImplemented: ["its own metrics"],
} as const;
