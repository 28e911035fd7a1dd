import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { KindDefinition } from "./define.ts";
import { configGraph } from "./graph/edges.ts";
import { strategy } from "./strategy.ts";

/** A question that is posted and answered at once: nothing of it is stored, so most of a kind is empty. */
export function reviewKind(group: string, kind: string, scope: "Namespaced" | "Cluster" = "Cluster"): KindDefinition {
  const singular = kind.toLowerCase();
  return {
    gvk: { group, version: "v1", kind },
    versions: ["v1"],
    plural: `${singular}s`,
    singular,
    shortNames: [],
    categories: [],
    scope,
    verbs: ["create"],
    subresources: [],
    schema: `io.k8s.api.${group.split(".")[0]}.v1.${kind}`,
    virtual: true,
    defaults: (review) => review,
    strategy: strategy<KubeObject>({}),
    statusStrategy: null,
    selectableFields: {},
    columns: [],
    scale: null,
    graph: configGraph({ icon: singular, tier: "none", sentence: () => "A question that is answered at once.", facts: () => ({}) }),
    template: "",
  };
}
