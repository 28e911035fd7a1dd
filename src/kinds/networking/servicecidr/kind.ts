// Follows pkg/apis/networking/validation/validation.go (ValidateServiceCIDR) and pkg/registry/networking/servicecidr/strategy.go.
import { index, invalid, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { parseCidr } from "../../networkAddress.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { fillAbsent } from "../../sharing.ts";
import { strategy, withFieldOf } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import { strictCidrFaults } from "../addressRules.ts";

export interface ServiceCIDR extends KubeObject {
  readonly spec: { readonly cidrs?: readonly string[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string; readonly lastTransitionTime?: string }[] };
}

export const serviceCidrKind: KindDefinition<ServiceCIDR> = {
  gvk: { group: "networking.k8s.io", version: "v1", kind: "ServiceCIDR" },
  versions: ["v1"],
  plural: "servicecidrs",
  singular: "servicecidr",
  shortNames: [],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: ["status"],
  schema: "io.k8s.api.networking.v1.ServiceCIDR",
  defaults: (cidr) => fillAbsent(cidr, { spec: {}, status: {} }),
  strategy: strategy<ServiceCIDR>({
    prepareForCreate: (cidr) => ({ ...cidr, status: {} }),
    prepareForUpdate: (cidr, old) => withFieldOf(cidr, old, "status"),
    validate: (cidr) => [...validateObjectMeta(cidr.metadata, false, isDns1123Subdomain, "metadata"), ...validateCidrs(cidr, "spec.cidrs")],
    validateUpdate: (cidr, old) => [...validateObjectMetaUpdate(cidr.metadata, old.metadata, "metadata"), ...validateImmutable(cidr.spec.cidrs, old.spec.cidrs, "spec.cidrs")],
  }),
  statusStrategy: strategy<ServiceCIDR>({
    prepareForUpdate: (cidr, old) => withFieldOf(cidr, old, "spec"),
    validateUpdate: (cidr, old) => validateObjectMetaUpdate(cidr.metadata, old.metadata, "metadata"),
  }),
  selectableFields: {},
  columns: [nameColumn(), { name: "CIDRs", type: "string", description: "ServiceCIDRSpec.cidrs", priority: 0, cell: (cidr) => (cidr.spec.cidrs ?? []).join(",") }, ageColumn()],
  scale: null,
  graph: configGraph({
    icon: "servicecidr",
    tier: "none",
    sentence: (cidr) => `Services get their addresses from ${(cidr.spec.cidrs ?? []).join(" and ")}.`,
    facts: (cidr) => ({ cidrs: cidr.spec.cidrs ?? [] }),
  }),
  template: `apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata:
  name: more-services
spec:
  cidrs:
    - 10.200.0.0/24
`,
};

function validateCidrs(cidr: ServiceCIDR, path: string): readonly FieldError[] {
  const cidrs = cidr.spec.cidrs ?? [];
  /** The message shows the spec as upstream's own field is called. */
  const shown = { CIDRs: cidrs };
  if (cidrs.length === 0) return [required(path, "at least one CIDR required")];
  if (cidrs.length > 2) return [invalid(path, shown, "may only hold up to 2 values")];
  const families = new Set(cidrs.map((text) => parseCidr(text)?.address.family ?? "none"));
  if (cidrs.length === 2 && (families.size !== 2 || families.has("none"))) return [invalid(path, shown, "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64")];
  return cidrs.flatMap((text, at) => strictCidrFaults(text).map((message) => invalid(index(path, at), text, message)));
}
