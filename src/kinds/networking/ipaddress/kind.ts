// Follows pkg/apis/networking/validation/validation.go (ValidateIPAddress) and pkg/registry/networking/ipaddress/strategy.go.
import { invalid, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain, isPathSegmentName } from "../../../apimachinery/names.ts";
import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { nameColumn } from "../../printing/cells.ts";
import { fillAbsent } from "../../sharing.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import { strictAddressFaults } from "../addressRules.ts";

export interface ParentReference {
  readonly group?: string;
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

export interface IPAddress extends KubeObject {
  readonly spec: { readonly parentRef?: ParentReference };
}

export const ipAddressKind: KindDefinition<IPAddress> = {
  gvk: { group: "networking.k8s.io", version: "v1", kind: "IPAddress" },
  versions: ["v1"],
  plural: "ipaddresses",
  singular: "ipaddress",
  shortNames: ["ip"],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.networking.v1.IPAddress",
  defaults: (address) => fillAbsent(address, { spec: {} }),
  strategy: strategy<IPAddress>({
    validate: (address) => [...validateObjectMeta(address.metadata, false, strictAddressFaults, "metadata"), ...validateParent(address.spec.parentRef, "spec.parentRef")],
    validateUpdate: (address, old) => [
      ...validateObjectMetaUpdate(address.metadata, old.metadata, "metadata"),
      ...validateImmutable(address.spec.parentRef as JsonObject | undefined, old.spec.parentRef as JsonObject | undefined, "spec.parentRef"),
    ],
  }),
  statusStrategy: null,
  selectableFields: {},
  // Upstream's rows have an age that no column is defined for.
  columns: [nameColumn(), { name: "ParentRef", type: "string", description: "IPAddressSpec.parentRef", priority: 0, cell: (address) => parentText(address.spec.parentRef) }],
  scale: null,
  graph: configGraph({
    icon: "ipaddress",
    tier: "none",
    sentence: (address) => `The address ${address.metadata.name} belongs to ${parentText(address.spec.parentRef)}.`,
    facts: (address) => ({ parent: parentText(address.spec.parentRef) }),
  }),
  template: `apiVersion: networking.k8s.io/v1
kind: IPAddress
metadata:
  name: 10.96.0.200
spec:
  parentRef:
    resource: services
    namespace: default
    name: web
`,
};

function parentText(parent: ParentReference | undefined): string {
  if (parent === undefined) return "<none>";
  const { group = "", resource = "", namespace = "", name = "" } = parent;
  const kind = (group === "" ? resource : `${resource}.${group}`).toLowerCase();
  return [kind, ...(namespace === "" ? [] : [namespace]), name].join("/");
}

function validateParent(parent: ParentReference | undefined, path: string): readonly FieldError[] {
  // The schema fills in an absent one with empty fields.
  if (parent === undefined || Object.values(parent).every((value) => value === "")) return [required(path)];
  const group = parent.group ?? "";
  const errors: FieldError[] = group === "" ? [] : isDns1123Subdomain(group).map((message) => invalid(`${path}.group`, group, message));
  for (const field of ["resource", "name", "namespace"] as const) {
    const value = parent[field] ?? "";
    if (value === "" && field !== "namespace") errors.push(required(`${path}.${field}`));
    else errors.push(...isPathSegmentName(value).map((message) => invalid(`${path}.${field}`, value, message)));
  }
  return errors;
}
