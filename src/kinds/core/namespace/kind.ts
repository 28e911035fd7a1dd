// Follows pkg/apis/core/v1/defaults.go and pkg/registry/core/namespace/strategy.go.
import type { Health, KindDefinition } from "../../define.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy, withFieldOf } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Namespace } from "./types.ts";
import { validateNamespace, validateNamespaceFinalize, validateNamespaceStatusUpdate, validateNamespaceUpdate } from "./validate.ts";

const nameLabel = "kubernetes.io/metadata.name";

const namespaceStrategy = strategy<Namespace>({
  prepareForCreate(namespace) {
    const finalizers = namespace.spec.finalizers ?? [];
    const spec = finalizers.includes("kubernetes") ? namespace.spec : { ...namespace.spec, finalizers: [...finalizers, "kubernetes"] };
    return withNameLabel({ ...namespace, spec, status: { phase: "Active" } });
  },
  prepareForUpdate: (namespace, old) => withNameLabel({ ...withFieldOf(namespace, old, "status"), spec: withFieldOf(namespace.spec, old.spec, "finalizers") }),
  validate: validateNamespace,
  validateUpdate: validateNamespaceUpdate,
});

export const namespaceKind: KindDefinition<Namespace> = {
  gvk: { group: "", version: "v1", kind: "Namespace" },
  versions: ["v1"],
  plural: "namespaces",
  singular: "namespace",
  shortNames: ["ns"],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs.filter((verb) => verb !== "deletecollection"),
  subresources: ["finalize", "status"],
  schema: "io.k8s.api.core.v1.Namespace",
  defaults(namespace) {
    const labelled = withNameLabel(namespace);
    const status = namespace.status ?? {};
    const phase = status.phase ?? "";
    if (phase !== "" && (namespace.spec as unknown) !== undefined) return labelled;
    return { ...labelled, spec: labelled.spec ?? {}, status: phase === "" ? { ...status, phase: "Active" } : status };
  },
  strategy: namespaceStrategy,
  statusStrategy: strategy<Namespace>({
    prepareForUpdate: (namespace, old) => withFieldOf(namespace, old, "spec"),
    validateUpdate: validateNamespaceStatusUpdate,
  }),
  subresourceStrategies: {
    finalize: strategy<Namespace>({ prepareForUpdate: (namespace, old) => withFieldOf(namespace, old, "status"), validateUpdate: validateNamespaceFinalize }),
  },
  selectableFields: { "status.phase": (namespace) => namespace.status?.phase ?? "", name: (namespace) => namespace.metadata.name },
  columns: [nameColumn(), { name: "Status", type: "string", description: "Namespace Status", priority: 0, cell: (namespace) => namespace.status?.phase ?? "" }, ageColumn()],
  scale: null,
  graph: {
    icon: "namespace",
    tier: "none",
    health: (namespace): Health => (namespace.status?.phase === "Terminating" || namespace.metadata.deletionTimestamp !== undefined ? "terminating" : "ok"),
    node: () => null,
    sentence(namespace) {
      if (namespace.status?.phase !== "Terminating") return "Active: objects can be created in it.";
      const remaining = namespace.status.conditions?.find((each) => each.type === "NamespaceContentRemaining" && each.status === "True");
      return remaining?.message ?? "Being deleted: everything in it goes first, nothing new can be created.";
    },
    summary: (namespace) => ({ tier: "none", facts: { phase: namespace.status?.phase ?? "" } }),
    edges: () => [],
  },
  template: `apiVersion: v1
kind: Namespace
metadata:
  name: shop
`,
};

/** Selectors can find a namespace by name: the label says it, always. */
function withNameLabel(namespace: Namespace): Namespace {
  const { name, labels } = namespace.metadata;
  if ((name ?? "") === "" || labels?.[nameLabel] === name) return namespace;
  return { ...namespace, metadata: { ...namespace.metadata, labels: { ...labels, [nameLabel]: name } } };
}
