// Follows pkg/apis/storage/validation/validation.go and pkg/registry/storage/volumeattributesclass/strategy.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import { forbidden } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph, plural, sortedKeys } from "../../graph/edges.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { ageColumn, column, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import { validateParameters, validateProvisioner } from "../../volumes/parameters.ts";
import type { VolumeAttributesClass } from "./types.ts";

export const volumeAttributesClassKind: KindDefinition<VolumeAttributesClass> = {
  gvk: { group: "storage.k8s.io", version: "v1", kind: "VolumeAttributesClass" },
  versions: ["v1"],
  plural: "volumeattributesclasses",
  singular: "volumeattributesclass",
  shortNames: ["vac"],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.storage.v1.VolumeAttributesClass",
  defaults: (attributes) => attributes,
  strategy: strategy<VolumeAttributesClass>({
    validate,
    validateUpdate(attributes, old) {
      const errors: FieldError[] = [...validateObjectMetaUpdate(attributes.metadata, old.metadata, "metadata")];
      for (const field of ["driverName", "parameters"] as const) {
        if (!deepEqual(attributes[field] ?? null, old[field] ?? null)) errors.push(forbidden(field, `updates to ${field} are forbidden.`));
      }
      return [...errors, ...validate(attributes)];
    },
  }),
  statusStrategy: null,
  selectableFields: {},
  returnsDeletedObject: true,
  columns: [nameColumn(), column("DriverName", "VolumeAttributesClass.driverName", (attributes) => attributes.driverName ?? ""), ageColumn()],
  scale: null,
  graph: configGraph({
    icon: "volumeattributesclass",
    tier: "none",
    sentence: (attributes) => `Gives volumes of ${attributes.driverName ?? "no driver"} ${plural(sortedKeys(attributes.parameters).length, "parameter")}.`,
    facts: (attributes) => ({ driver: attributes.driverName ?? "" }),
  }),
  template: `apiVersion: storage.k8s.io/v1
kind: VolumeAttributesClass
metadata:
  name: silver
driverName: disk.example.com
parameters:
  iops: "3000"
`,
};

function validate(attributes: VolumeAttributesClass): readonly FieldError[] {
  return [
    ...validateObjectMeta(attributes.metadata, false, isDns1123Subdomain, "metadata"),
    ...validateProvisioner(attributes.driverName ?? "", "driverName"),
    ...validateParameters(attributes.parameters, false, "parameters"),
  ];
}
