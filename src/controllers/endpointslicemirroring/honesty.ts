/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "endpointslicemirroring controller",
  implemented: ["slices for Endpoints made by hand, of Services without selector", "both address families"],
  notImplemented: ["events about addresses that cannot be mirrored"],
} as const;
