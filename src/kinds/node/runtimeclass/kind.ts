// Follows pkg/apis/node/validation/validation.go, pkg/registry/node/runtimeclass/strategy.go and pkg/printers/internalversion/printers.go.
import { invalid, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Label, isDns1123Subdomain, validateLabels } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph, sortedKeys } from "../../graph/edges.ts";
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { validateContainerResources } from "../../podtemplate/validateResources.ts";
import { validateTolerations } from "../../podtemplate/validateScheduling.ts";
import { oldNodeLabelMessage } from "../../podtemplate/warnings.ts";
import { ageColumn, column, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { unsimulatedIn } from "../../unsimulated.ts";
import { storedVerbs } from "../../verbs.ts";
import type { RuntimeClass } from "./types.ts";

/** Every handler is the one runtime that nodes have. */
const unsimulated: readonly string[] = ["handler"];

export const runtimeClassKind: KindDefinition<RuntimeClass> = {
  gvk: { group: "node.k8s.io", version: "v1", kind: "RuntimeClass" },
  versions: ["v1"],
  plural: "runtimeclasses",
  singular: "runtimeclass",
  shortNames: [],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.node.v1.RuntimeClass",
  defaults: (runtimeClass) => runtimeClass,
  strategy: strategy<RuntimeClass>({
    validate,
    validateUpdate: (runtimeClass, old) => [
      ...validate(runtimeClass),
      ...validateObjectMetaUpdate(runtimeClass.metadata, old.metadata, "metadata"),
      ...validateImmutable(runtimeClass.handler ?? "", old.handler ?? "", "handler"),
    ],
    warnings: (runtimeClass) => sortedKeys(runtimeClass.scheduling?.nodeSelector).map(oldNodeLabelMessage).flatMap((message) => (message === null ? [] : [`scheduling.nodeSelector: ${message}`])),
    allowCreateOnUpdate: true,
  }),
  statusStrategy: null,
  selectableFields: {},
  updateNeedsVersion: true,
  columns: [nameColumn(), column("Handler", null, (runtimeClass) => runtimeClass.handler ?? ""), ageColumn()],
  unsimulated,
  unsimulatedWarnings: unsimulatedIn(unsimulated),
  scale: null,
  graph: configGraph({
    icon: "runtimeclass",
    tier: "none",
    sentence: (runtimeClass) => `Pods of this class ask for the handler ${runtimeClass.handler ?? ""} of their node's container runtime.`,
    facts: (runtimeClass) => ({ handler: runtimeClass.handler ?? "" }),
  }),
  template: `apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata:
  name: sandboxed
handler: runsc
`,
};

function validate(runtimeClass: RuntimeClass): readonly FieldError[] {
  const { handler = "", overhead, scheduling } = runtimeClass;
  return [
    ...validateObjectMeta(runtimeClass.metadata, false, isDns1123Subdomain, "metadata"),
    ...(handler === "" ? [required("handler")] : isDns1123Label(handler).map((message) => invalid("handler", handler, message))),
    ...(overhead === undefined ? [] : validateContainerResources({ limits: overhead.podFixed ?? {} }, new Set(), "overhead")),
    ...(scheduling?.nodeSelector === undefined ? [] : validateLabels(scheduling.nodeSelector, "scheduling.nodeSelector")),
    ...validateTolerations(scheduling?.tolerations, "scheduling.tolerations"),
  ];
}
