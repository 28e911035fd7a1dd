// Follows pkg/apis/storage/validation/validation.go, pkg/registry/storage/csinode/strategy.go and pkg/printers/internalversion/printers.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Json, JsonObject } from "../../../base/json.ts";
import { duplicate, index, invalid, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain, isQualifiedName, utf8Bytes } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph, plural } from "../../graph/edges.ts";
import { internalJson } from "../../goStructs/internalJson.ts";
import { fieldImmutableMessage, validateNonnegative, validateObjectMeta } from "../../metadata/validate.ts";
import { validateDriverName } from "../../podtemplate/validateVolumes.ts";
import { ageColumn, column, nameColumn } from "../../printing/cells.ts";
import { fillAbsent } from "../../sharing.ts";
import { strategy, without } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { CSINode, CSINodeDriver } from "./types.ts";

const longestNodeId = 256;

export const csiNodeKind: KindDefinition<CSINode> = {
  gvk: { group: "storage.k8s.io", version: "v1", kind: "CSINode" },
  versions: ["v1"],
  plural: "csinodes",
  singular: "csinode",
  shortNames: [],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.storage.v1.CSINode",
  defaults: (node) => fillAbsent(node, { spec: { drivers: [] } }),
  strategy: strategy<CSINode>({ validate, validateUpdate }),
  statusStrategy: null,
  selectableFields: {},
  returnsDeletedObject: true,
  updateNeedsVersion: true,
  columns: [nameColumn(), column("Drivers", "CSINode Drivers", (node) => driversOf(node).length, "integer"), ageColumn()],
  scale: null,
  graph: {
    ...configGraph<CSINode>({
      icon: "csinode",
      tier: "none",
      sentence: (node) => `The node ${node.metadata.name} has ${plural(driversOf(node).length, "CSI driver")}.`,
      facts: (node) => ({ drivers: driversOf(node).map((driver) => driver.name) }),
    }),
    node: (node) => node.metadata.name,
  },
  template: `apiVersion: storage.k8s.io/v1
kind: CSINode
metadata:
  name: node-1
spec:
  drivers:
    - name: disk.example.com
      nodeID: node-1
`,
};

function driversOf(node: CSINode): readonly CSINodeDriver[] {
  return node.spec.drivers ?? [];
}

function validate(node: CSINode): readonly FieldError[] {
  const names = driversOf(node).map((driver) => driver.name ?? "");
  return [
    ...validateObjectMeta(node.metadata, false, isDns1123Subdomain, "metadata"),
    ...driversOf(node).flatMap((driver, at) => validateDriver(driver, names.indexOf(names[at] ?? "") < at, index("spec.drivers", at))),
  ];
}

function validateDriver(driver: CSINodeDriver, isKnown: boolean, path: string): readonly FieldError[] {
  const { name = "", nodeID = "", allocatable, topologyKeys = [] } = driver;
  const errors: FieldError[] = [...validateDriverName(name, `${path}.name`)];
  if (nodeID === "") errors.push(required(`${path}.nodeID`));
  if (utf8Bytes(nodeID) > longestNodeId) errors.push(invalid(`${path}.nodeID`, nodeID, `must be ${longestNodeId} characters or less`));
  errors.push(...validateNonnegative(allocatable?.count ?? 0, `${path}.allocatable.count`));
  if (isKnown) errors.push(duplicate(`${path}.name`, name));
  for (const [at, key] of topologyKeys.entries()) {
    if (key === "") errors.push(required(path));
    if (topologyKeys.indexOf(key) < at) errors.push(duplicate(path, key));
    for (const message of isQualifiedName(key)) errors.push(invalid(path, key, message));
  }
  return errors;
}

/** Upstream looks at the new object twice, and says so twice. What a driver can attach may change. */
function validateUpdate(node: CSINode, old: CSINode): readonly FieldError[] {
  const errors: FieldError[] = [...validate(node), ...validate(node)];
  for (const before of driversOf(old)) {
    for (const driver of driversOf(node)) {
      const own = without(driver, "allocatable") as unknown as JsonObject;
      if (driver.name !== before.name || deepEqual(own, without(before, "allocatable") as unknown as Json)) continue;
      errors.push(invalid("spec.drivers", internalJson("CSINodeDriver", own), fieldImmutableMessage));
    }
  }
  return errors;
}
