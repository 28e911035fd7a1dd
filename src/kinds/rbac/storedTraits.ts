import { storedVerbs } from "../verbs.ts";
import { rbacGroup } from "./types.ts";

/** What roles and bindings share: kinds that are stored and read, and have neither status nor scale. */
export function storedTraits<K extends string>(kind: K) {
  return {
    gvk: { group: rbacGroup, version: "v1", kind },
    versions: ["v1"],
    shortNames: [],
    categories: [],
    verbs: storedVerbs,
    subresources: [],
    schema: `io.k8s.api.rbac.v1.${kind}`,
    statusStrategy: null,
    selectableFields: {},
    scale: null,
  };
}
