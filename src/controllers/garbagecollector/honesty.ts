/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "garbage collector",
  implemented: ["background, foreground and orphan deletion", "absent owners, checked against the server", "owners whose uid differs", "dependents with several owners", "circles", "owners in another namespace"],
  notImplemented: ["custom resources (they come with CRDs)"],
} as const;
