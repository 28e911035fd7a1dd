// Follows kubernetes-sigs/metrics-server pkg/api/table.go.
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Column, GraphTraits, KindDefinition } from "../define.ts";
import { configGraph } from "../graph/edges.ts";
import { column, nameColumn } from "../printing/cells.ts";
import { strategy } from "../strategy.ts";

export type Usage = Readonly<Record<string, string>>;

/** Names, then the usage as the metrics API prints it. */
export function usageColumns<O extends KubeObject & { readonly window: string }>(usage: (object: O) => Usage): readonly Column<O>[] {
  return [
    nameColumn(), column("cpu", null, (object) => usage(object)["cpu"] ?? ""), column("memory", null, (object) => usage(object)["memory"] ?? ""), column("Window", null, (object) => object.window),
  ];
}

const graph = configGraph({ icon: "node", tier: "none", sentence: () => "What was used between the last two scrapes.", facts: () => ({}) });

/** What the two kinds of metrics.k8s.io share: made when asked for, never stored, only read. */
export function readOnlyTraits<O extends KubeObject>(): Pick<KindDefinition<O>, "versions" | "shortNames" | "categories" | "verbs" | "subresources" | "defaults" | "strategy" | "statusStrategy" | "selectableFields" | "scale" | "graph" | "template"> {
  return {
    versions: ["v1beta1"], shortNames: [], categories: [], verbs: ["get", "list"], subresources: [], defaults: (object) => object, strategy: strategy<O>({}), statusStrategy: null, selectableFields: {}, scale: null,
    graph: graph as unknown as GraphTraits<O>, template: "",
  };
}
