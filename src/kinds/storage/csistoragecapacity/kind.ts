// Follows pkg/apis/storage/validation/validation.go, pkg/api/storage/util.go and pkg/registry/storage/csistoragecapacity/{strategy,storage/storage}.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Json } from "../../../base/json.ts";
import { index, invalid } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph, sortedKeys } from "../../graph/edges.ts";
import { validateLabelSelector } from "../../metadata/labelSelector.ts";
import { fieldImmutableMessage, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { validateNonnegativeQuantity } from "../../podtemplate/validateResources.ts";
import { oldNodeLabelMessage } from "../../podtemplate/warnings.ts";
import { column, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { CSIStorageCapacity } from "./types.ts";

export const csiStorageCapacityKind: KindDefinition<CSIStorageCapacity> = {
  gvk: { group: "storage.k8s.io", version: "v1", kind: "CSIStorageCapacity" },
  versions: ["v1"],
  plural: "csistoragecapacities",
  singular: "csistoragecapacity",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.storage.v1.CSIStorageCapacity",
  defaults: (capacity) => capacity,
  strategy: strategy<CSIStorageCapacity>({ validate, validateUpdate: (capacity, old) => [...validate(capacity), ...validateUpdate(capacity, old)], warnings }),
  statusStrategy: null,
  selectableFields: {},
  updateNeedsVersion: true,
  columns: [nameColumn(), column("Created At", "ObjectMeta.creationTimestamp", (capacity) => capacity.metadata.creationTimestamp, "date")],
  scale: null,
  graph: configGraph({
    icon: "csistoragecapacity",
    tier: "none",
    sentence: (capacity) => `Where it applies, ${capacity.capacity ?? "an unknown amount"} is free for volumes of the class ${capacity.storageClassName ?? ""}.`,
    facts: (capacity) => ({ class: capacity.storageClassName ?? "", capacity: capacity.capacity ?? "" }),
  }),
  template: `apiVersion: storage.k8s.io/v1
kind: CSIStorageCapacity
metadata:
  name: fast-zone-a
storageClassName: fast
capacity: 100Gi
nodeTopology:
  matchLabels:
    topology.kubernetes.io/zone: a
`,
};

function validate(capacity: CSIStorageCapacity): readonly FieldError[] {
  const name = capacity.storageClassName ?? "";
  return [
    ...validateObjectMeta(capacity.metadata, true, isDns1123Subdomain, "metadata"),
    ...validateLabelSelector(capacity.nodeTopology, "nodeTopology"),
    ...isDns1123Subdomain(name).map((message) => invalid("storageClassName", name, message)),
    ...(capacity.capacity === undefined ? [] : validateNonnegativeQuantity(capacity.capacity, "capacity")),
    ...(capacity.maximumVolumeSize === undefined ? [] : validateNonnegativeQuantity(capacity.maximumVolumeSize, "maximumVolumeSize")),
  ];
}

function validateUpdate(capacity: CSIStorageCapacity, old: CSIStorageCapacity): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(capacity.metadata, old.metadata, "metadata")];
  for (const field of ["nodeTopology", "storageClassName"] as const) {
    const value = (capacity[field] ?? null) as Json;
    if (!deepEqual(value, (old[field] ?? null) as Json)) errors.push(invalid(field, value, fieldImmutableMessage));
  }
  return errors;
}

function warnings(capacity: CSIStorageCapacity): readonly string[] {
  const { matchLabels, matchExpressions = [] } = capacity.nodeTopology ?? {};
  const said = (label: string, text: string): readonly string[] => {
    const message = oldNodeLabelMessage(label);
    return message === null ? [] : [`${text}${message}`];
  };
  return [
    ...matchExpressions.flatMap(({ key }, at) => said(key, `${index("nodeTopology.matchExpressions", at)}.key: ${key} is `)),
    ...sortedKeys(matchLabels).flatMap((key) => said(key, `nodeTopology.matchLabels.${key}: `)),
  ];
}
