/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "namespace controller",
  implemented: ["pods first, then all other content", "conditions", "finalization"],
  notImplemented: ["custom resources (they come with CRDs)", "finalizers of the namespace other than \"kubernetes\" are left to their owners"],
} as const;
