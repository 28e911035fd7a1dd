/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "storage protection controllers",
  implemented: ["finalizers pvc-protection, pv-protection and vac-protection: added where they lack, taken away when nothing uses the object", "a list of the namespace's pods before a claim goes"],
  notImplemented: [],
} as const;
