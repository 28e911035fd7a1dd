// Follows pkg/apis/storage: v1/defaults.go, validation/validation.go, util/helpers.go; pkg/api/storage/util.go; pkg/registry/storage/storageclass/strategy.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import { duplicate, forbidden, index, notSupported, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain, validateLabelName } from "../../../apimachinery/names.ts";
import { compareText } from "../../../base/compareText.ts";
import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { oldNodeLabelMessage } from "../../podtemplate/warnings.ts";
import { ageColumn, column, nameColumn } from "../../printing/cells.ts";
import { fillAbsent } from "../../sharing.ts";
import { strategy, without } from "../../strategy.ts";
import { unsimulatedIn, unsimulatedKind } from "../../unsimulated.ts";
import { storedVerbs } from "../../verbs.ts";
import { simulatedProvisioners } from "../../volumes/diskDriver.ts";
import { validateParameters, validateProvisioner } from "../../volumes/parameters.ts";
import type { StorageClass, TopologySelectorTerm } from "./types.ts";

const reclaimPolicies = ["Delete", "Retain"];
const bindingModes = ["Immediate", "WaitForFirstConsumer"];

/** Volumes that are there already are bound; of other provisioners nobody makes new ones. */
const withoutProvisioner = unsimulatedKind<StorageClass>("StorageClass");
const unsimulated: readonly string[] = ["parameters", "mountOptions"];
const setInVain = unsimulatedIn<StorageClass>(unsimulated);

export const storageClassKind: KindDefinition<StorageClass> = {
  gvk: { group: "storage.k8s.io", version: "v1", kind: "StorageClass" },
  versions: ["v1"],
  plural: "storageclasses",
  singular: "storageclass",
  shortNames: ["sc"],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.storage.v1.StorageClass",
  defaults: (storageClass) => fillAbsent(storageClass, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" }),
  strategy: strategy<StorageClass>({ validate, validateUpdate: (storageClass, old) => [...validate(storageClass), ...validateUpdate(storageClass, old)], warnings }),
  statusStrategy: null,
  selectableFields: {},
  returnsDeletedObject: true,
  columns: [
    { ...nameColumn<StorageClass>(), cell: (storageClass) => `${storageClass.metadata.name}${isDefaultStorageClass(storageClass) ? " (default)" : ""}` },
    column("Provisioner", "StorageClass.provisioner", (storageClass) => storageClass.provisioner ?? ""),
    column("ReclaimPolicy", "StorageClass.reclaimPolicy", (storageClass) => storageClass.reclaimPolicy ?? "Delete"),
    column("VolumeBindingMode", "StorageClass.volumeBindingMode", (storageClass) => storageClass.volumeBindingMode ?? "Immediate"),
    column("AllowVolumeExpansion", "StorageClass.allowVolumeExpansion", (storageClass) => storageClass.allowVolumeExpansion === true),
    ageColumn(),
  ],
  unsimulated,
  amongOthers: (storageClass, all) => (isDefaultStorageClass(storageClass) && defaultOf(all)?.metadata.name !== storageClass.metadata.name ? { ...storageClass, metadata: without(storageClass.metadata, "annotations") } : storageClass),
  unsimulatedWarnings: (storageClass) => (storageClass.provisioner === "kubernetes.io/no-provisioner" ? [] : simulatedProvisioners.includes(storageClass.provisioner) ? setInVain(storageClass) : withoutProvisioner(storageClass)),
  scale: null,
  graph: configGraph({
    icon: "storageclass",
    tier: "config",
    sentence: (storageClass) => `Volumes of this class come from ${storageClass.provisioner ?? "nobody"}${isDefaultStorageClass(storageClass) ? "; claims that name no class get it" : ""}.`,
    facts: (storageClass) => ({ provisioner: storageClass.provisioner ?? "", bindingMode: storageClass.volumeBindingMode ?? "", isDefault: isDefaultStorageClass(storageClass) }),
  }),
  template: `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: example.com/disk
volumeBindingMode: WaitForFirstConsumer
`,
};

/** Whether claims that name no class may get it. */
export function isDefaultStorageClass(storageClass: KubeObject): boolean {
  const annotations = storageClass.metadata.annotations;
  return annotations?.["storageclass.kubernetes.io/is-default-class"] === "true" || annotations?.["storageclass.beta.kubernetes.io/is-default-class"] === "true";
}

/** The class for claims that name none: of several the newest, then the first by name. Follows pkg/volume/util/storageclass.go. */
export function defaultOf(all: Iterable<KubeObject>): KubeObject | null {
  let chosen: KubeObject | null = null;
  for (const each of all) if (isDefaultStorageClass(each) && (chosen === null || precedes(each, chosen))) chosen = each;
  return chosen;
}

function precedes(a: KubeObject, b: KubeObject): boolean {
  return (compareText(b.metadata.creationTimestamp, a.metadata.creationTimestamp) || compareText(a.metadata.name, b.metadata.name)) < 0;
}

function validate(storageClass: StorageClass): readonly FieldError[] {
  const { reclaimPolicy = "", volumeBindingMode } = storageClass;
  return [
    ...validateObjectMeta(storageClass.metadata, false, isDns1123Subdomain, "metadata"),
    ...validateProvisioner(storageClass.provisioner ?? "", "provisioner"),
    ...validateParameters(storageClass.parameters, true, "parameters"),
    ...(reclaimPolicy === "" || reclaimPolicies.includes(reclaimPolicy) ? [] : [notSupported("reclaimPolicy", reclaimPolicy, reclaimPolicies)]),
    ...(volumeBindingMode === undefined ? [required("volumeBindingMode")] : bindingModes.includes(volumeBindingMode) ? [] : [notSupported("volumeBindingMode", volumeBindingMode, bindingModes)]),
    ...validateTopologies(storageClass.allowedTopologies ?? []),
  ];
}

function validateUpdate(storageClass: StorageClass, old: StorageClass): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(storageClass.metadata, old.metadata, "metadata")];
  for (const field of ["parameters", "provisioner", "reclaimPolicy"] as const) {
    if (!deepEqual(storageClass[field] ?? null, old[field] ?? null)) errors.push(forbidden(field, `updates to ${field} are forbidden.`));
  }
  return [...errors, ...validateImmutable(storageClass.volumeBindingMode, old.volumeBindingMode, "volumeBindingMode")];
}

/** Upstream compares each term with as many empty ones as there are terms, and with those before it. */
function validateTopologies(terms: readonly TopologySelectorTerm[]): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen: Readonly<Record<string, readonly string[]>>[] = terms.map(() => ({}));
  for (const [at, term] of terms.entries()) {
    const path = `${index("allowedTopologies", at)}.matchLabelExpressions`;
    const own = new Map<string, readonly string[]>();
    for (const [each, { key = "", values = [] }] of (term.matchLabelExpressions ?? []).entries()) {
      const expression = index(path, each);
      if (values.length === 0) errors.push(required(`${expression}.values`));
      for (const [place, value] of values.entries()) if (values.indexOf(value) < place) errors.push(duplicate(index(`${expression}.values`, place), value));
      errors.push(...validateLabelName(key, `${expression}.key`));
      if (own.has(key)) errors.push(duplicate(`${expression}.key`, key));
      own.set(key, [...new Set(values)].sort());
    }
    const set = Object.fromEntries(own);
    for (const other of seen) if (deepEqual(set, other)) errors.push(duplicate(path, ""));
    seen.push(set);
  }
  return errors;
}

function warnings(storageClass: StorageClass): readonly string[] {
  return (storageClass.allowedTopologies ?? []).flatMap((term, at) =>
    (term.matchLabelExpressions ?? []).flatMap(({ key }, each) => {
      const message = oldNodeLabelMessage(key);
      return message === null ? [] : [`${index("allowedTopologies", at)}.${index("matchLabelExpressions", each)}.key: ${message}`];
    }),
  );
}
