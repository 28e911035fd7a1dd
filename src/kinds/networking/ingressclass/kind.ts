// Follows pkg/apis/networking: v1/defaults.go, validation/validation.go; pkg/registry/networking/ingressclass/strategy.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import { forbidden, invalid, notSupported, required, tooLong } from "../../../apimachinery/fieldError.ts";
import { isDns1123Label, isDns1123Subdomain, isDomainPrefixedPath, isPathSegmentName } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { changeField, fillAbsent } from "../../sharing.ts";
import { strategy, withGeneration } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { IngressClass, IngressClassParametersReference } from "./types.ts";

const maxControllerLength = 250;
const scopes = ["Cluster", "Namespace"];
const defaultAnnotation = "ingressclass.kubernetes.io/is-default-class";

export const ingressClassKind: KindDefinition<IngressClass> = {
  gvk: { group: "networking.k8s.io", version: "v1", kind: "IngressClass" },
  versions: ["v1"],
  plural: "ingressclasses",
  singular: "ingressclass",
  shortNames: [],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.networking.v1.IngressClass",
  defaults: (ingressClass) => changeField(fillAbsent(ingressClass, { spec: {} }), "spec", (spec) => changeField(spec, "parameters", (parameters) => fillAbsent(parameters, { scope: "Cluster" }))),
  strategy: strategy<IngressClass>({
    prepareForCreate: (ingressClass) => withGeneration(ingressClass, 1),
    prepareForUpdate: (ingressClass, old) => withGeneration(ingressClass, (old.metadata.generation ?? 0) + (deepEqual(ingressClass.spec, old.spec) ? 0 : 1)),
    validate: (ingressClass) => [...validateObjectMeta(ingressClass.metadata, false, isDns1123Subdomain, "metadata"), ...validateSpec(ingressClass)],
    validateUpdate: (ingressClass, old) => [
      ...validateObjectMetaUpdate(ingressClass.metadata, old.metadata, "metadata"),
      ...validateImmutable(ingressClass.spec.controller ?? "", old.spec.controller ?? "", "spec.controller"),
      ...validateSpec(ingressClass),
      ...validateObjectMeta(ingressClass.metadata, false, isDns1123Subdomain, "metadata"),
    ],
  }),
  statusStrategy: null,
  selectableFields: {},
  columns: [
    nameColumn(),
    { name: "Controller", type: "string", description: "IngressClass Controller", priority: 0, cell: (ingressClass) => ingressClass.spec.controller ?? "" },
    { name: "Parameters", type: "string", description: "IngressClass Parameters", priority: 0, cell: (ingressClass) => parametersText(ingressClass.spec.parameters) },
    ageColumn(),
  ],
  scale: null,
  graph: configGraph({
    icon: "ingressclass",
    tier: "none",
    sentence: (ingressClass) => `Ingresses of this class are served by ${ingressClass.spec.controller ?? "nobody"}${isDefault(ingressClass) ? "; those that name no class are, too" : ""}.`,
    facts: (ingressClass) => ({ controller: ingressClass.spec.controller ?? "", isDefault: isDefault(ingressClass) }),
  }),
  template: `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: nginx
spec:
  controller: k8s.io/ingress-nginx
`,
};

function isDefault(ingressClass: IngressClass): boolean {
  return ingressClass.metadata.annotations?.[defaultAnnotation] === "true";
}

function parametersText(parameters: IngressClassParametersReference | undefined): string {
  if (parameters === undefined) return "<none>";
  return `${parameters.kind}${parameters.apiGroup === undefined ? "" : `.${parameters.apiGroup}`}/${parameters.name}`;
}

function validateSpec(ingressClass: IngressClass): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { controller, parameters } = ingressClass.spec;
  if ((controller ?? "").length > maxControllerLength) errors.push(tooLong("spec.controller", maxControllerLength));
  errors.push(...isDomainPrefixedPath("spec.controller", controller ?? ""));
  return parameters === undefined ? errors : [...errors, ...validateParameters(parameters, "spec.parameters")];
}

function validateParameters(parameters: IngressClassParametersReference, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (parameters.apiGroup !== undefined) for (const message of isDns1123Subdomain(parameters.apiGroup)) errors.push(invalid(`${path}.apiGroup`, parameters.apiGroup, message));
  for (const name of ["kind", "name"] as const) {
    const value = parameters[name] ?? "";
    if (value === "") errors.push(required(`${path}.${name}`));
    else for (const message of isPathSegmentName(value)) errors.push(invalid(`${path}.${name}`, value, message));
  }
  const scope = parameters.scope;
  if (scope === undefined) return [...errors, required(`${path}.scope`)];
  if (!scopes.includes(scope)) errors.push(notSupported(`${path}.scope`, scope, scopes));
  const namespace = parameters.namespace;
  if (scope === "Namespace") {
    if (namespace === undefined || namespace === "") errors.push(required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'"));
    else for (const message of isDns1123Label(namespace)) errors.push(invalid(`${path}.namespace`, namespace, message));
  }
  if (scope === "Cluster" && namespace !== undefined) errors.push(forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  return errors;
}
