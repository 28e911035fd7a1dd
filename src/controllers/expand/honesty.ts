/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "volume expand controller",
  implemented: ["ExternalExpanding for bound claims that ask for more than they have"],
  notImplemented: ["resizers of drivers: no volume grows", "the resizer's annotation on claims of volumes that were migrated to CSI drivers"],
} as const;
