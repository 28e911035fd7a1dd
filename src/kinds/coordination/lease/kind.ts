// Follows pkg/registry/coordination/lease/strategy.go and pkg/apis/coordination/validation/validation.go.
import { invalid, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Lease, LeaseSpec } from "./types.ts";

export const leaseKind: KindDefinition<Lease> = {
  gvk: { group: "coordination.k8s.io", version: "v1", kind: "Lease" },
  versions: ["v1"],
  plural: "leases",
  singular: "lease",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.coordination.v1.Lease",
  defaults: (lease) => ((lease.spec as unknown) === undefined ? { ...lease, spec: {} } : lease),
  strategy: strategy<Lease>({
    validate: (lease) => [...validateObjectMeta(lease.metadata, true, isDns1123Subdomain, "metadata"), ...validateSpec(lease.spec)],
    validateUpdate: (lease, old) => [...validateObjectMetaUpdate(lease.metadata, old.metadata, "metadata"), ...validateSpec(lease.spec)],
    allowCreateOnUpdate: true,
  }),
  statusStrategy: null,
  selectableFields: {},
  updateNeedsVersion: true,
  columns: [nameColumn(), { name: "Holder", type: "string", description: "LeaseSpec.holderIdentity", priority: 0, cell: (lease) => lease.spec.holderIdentity ?? "" }, ageColumn()],
  scale: null,
  graph: configGraph({
    icon: "lease",
    tier: "none",
    sentence: (lease) => ((lease.spec.holderIdentity ?? "") === "" ? "Nobody holds it." : `Held by ${lease.spec.holderIdentity}, who must renew it every few seconds to be taken for alive.`),
    facts: (lease) => ({ holder: lease.spec.holderIdentity ?? "" }),
  }),
  template: `apiVersion: coordination.k8s.io/v1
kind: Lease
metadata:
  name: leader
spec:
  holderIdentity: me
  leaseDurationSeconds: 15
`,
};

function validateSpec(spec: LeaseSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (spec.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0) errors.push(invalid("spec.leaseDurationSeconds", spec.leaseDurationSeconds, "must be greater than 0"));
  if (spec.leaseTransitions !== undefined && spec.leaseTransitions < 0) errors.push(invalid("spec.leaseTransitions", spec.leaseTransitions, "must be greater than or equal to 0"));
  if (spec.strategy === undefined && (spec.preferredHolder ?? "") !== "") errors.push(invalid("spec.preferredHolder", spec.preferredHolder ?? "", "may only be specified when `strategy` is defined"));
  if (spec.strategy === "") errors.push(required("spec.strategy"));
  return errors;
}
