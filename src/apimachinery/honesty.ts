/** What is simulated here, and what is not, as users are told. */
export const jsonpath = {
  component: "apimachinery/jsonpath",
  implemented: ["fields, wildcards, slices, unions, filters (== != < <= > >= and presence), recursive descent, range/end, quoted text"],
  notImplemented: ["regular expressions in filters (upstream has none either)", "&& and || in filters (upstream has none either)"],
} as const;

export const managedFields = {
  component: "apimachinery/managedFields",
  implemented: [
    "tracking of create, update and patch by manager, operation, apiVersion and subresource", "fields lost to a later writer", "fields that are gone",
    "owners in other versions of a kind: each looks at the change in his own", "reset by [{}]", "the cap of ten updaters (ancient-changes)", "metadata that nobody owns",
  ],
  notImplemented: [],
} as const;

export const serverSideApply = {
  component: "apimachinery/serverSideApply",
  implemented: [
    "merge by list type", "ownership, conflicts and force", "pruning of what an applier no longer names", "before-first-apply", "applies that change nothing keep their time",
    "what owners in other versions of a kind hold is kept from pruning", "from kubectl's client-side apply to its server-side one: no conflicts with oneself, the last-applied annotation kept in step",
  ],
  notImplemented: [],
} as const;
