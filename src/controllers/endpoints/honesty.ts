/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "endpoints controller",
  implemented: ["ready and not ready addresses by port", "named ports", "headless Services", "over-capacity truncation"],
  notImplemented: ["dual stack"],
} as const;
