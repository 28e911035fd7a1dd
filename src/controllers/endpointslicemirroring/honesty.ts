/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "endpointslicemirroring controller",
  implemented: ["slices for Endpoints made by hand, of Services without selector", "both address families", "1000 addresses of a subset, with an event where there are more"],
  notImplemented: [],
} as const;
