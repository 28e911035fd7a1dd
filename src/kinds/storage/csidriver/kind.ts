// Follows pkg/apis/storage: v1/defaults.go, validation/validation.go; pkg/registry/storage/csidriver/strategy.go; pkg/printers/internalversion/printers.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Json } from "../../../base/json.ts";
import { duplicate, index, invalid, notSupported, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { ageColumn, column, nameColumn } from "../../printing/cells.ts";
import { fillAbsent } from "../../sharing.ts";
import { strategy, withGeneration, without } from "../../strategy.ts";
import { unsimulatedKind } from "../../unsimulated.ts";
import { diskDriverName } from "../../volumes/diskDriver.ts";
import { storedVerbs } from "../../verbs.ts";
import type { CSIDriver, CSIDriverSpec } from "./types.ts";

const groupPolicies = ["File", "None", "ReadWriteOnceWithFSType"];
const lifecycleModes = ["Persistent", "Ephemeral"];
const shortestTokenSeconds = 600;
const longestTokenSeconds = 2 ** 32;
const shortestPeriodSeconds = 10;
const absent: Partial<CSIDriverSpec> = {
  attachRequired: true, podInfoOnMount: false, storageCapacity: false, fsGroupPolicy: "ReadWriteOnceWithFSType", requiresRepublish: false, seLinuxMount: false,
};

const withoutDriver = unsimulatedKind<CSIDriver>("CSIDriver");

export const csiDriverKind: KindDefinition<CSIDriver> = {
  gvk: { group: "storage.k8s.io", version: "v1", kind: "CSIDriver" },
  versions: ["v1"],
  plural: "csidrivers",
  singular: "csidriver",
  shortNames: [],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.storage.v1.CSIDriver",
  defaults(driver) {
    const spec = fillAbsent((driver.spec as CSIDriverSpec | undefined) ?? {}, absent);
    const withModes = (spec.volumeLifecycleModes ?? []).length === 0 ? { ...spec, volumeLifecycleModes: ["Persistent"] } : spec;
    return withModes === driver.spec ? driver : { ...driver, spec: withModes };
  },
  strategy: strategy<CSIDriver>({
    prepareForCreate: (driver) => withoutGated(driver, null),
    prepareForUpdate(given, old) {
      const driver = withoutGated(given, old);
      return deepEqual(driver.spec as unknown as Json, old.spec as unknown as Json) ? driver : withGeneration(driver, (old.metadata.generation ?? 0) + 1);
    },
    validate: (driver) => [...validateObjectMeta(driver.metadata, false, isDns1123Subdomain, "metadata"), ...validateSpec(driver.spec, "spec")],
    validateUpdate,
  }),
  statusStrategy: null,
  selectableFields: {},
  returnsDeletedObject: true,
  updateNeedsVersion: true,
  columns: [
    nameColumn(),
    column("AttachRequired", "CSIDriverSpec.attachRequired", (driver) => driver.spec.attachRequired !== false, "boolean"),
    column("PodInfoOnMount", "CSIDriverSpec.podInfoOnMount", (driver) => driver.spec.podInfoOnMount === true, "boolean"),
    column("StorageCapacity", "CSIDriverSpec.storageCapacity", (driver) => driver.spec.storageCapacity === true, "boolean"),
    column("TokenRequests", "CSIDriverSpec.tokenRequests", (driver) => driver.spec.tokenRequests?.map((request) => request.audience).join(",") ?? "<unset>"),
    column("RequiresRepublish", "CSIDriverSpec.requiresRepublish", (driver) => driver.spec.requiresRepublish === true, "boolean"),
    column("Modes", "CSIDriverSpec.volumeLifecycleModes", (driver) => (driver.spec.volumeLifecycleModes ?? []).join(",") || "<none>"),
    ageColumn(),
  ],
  unsimulatedWarnings: (driver) => (driver.metadata.name === diskDriverName ? [] : withoutDriver(driver)),
  scale: null,
  graph: configGraph({
    icon: "csidriver",
    tier: "none",
    sentence: (driver) => `Tells the cluster how volumes of ${driver.metadata.name} are used${driver.spec.attachRequired === false ? "; they need not be attached" : ""}.`,
    facts: (driver) => ({ attachRequired: driver.spec.attachRequired !== false }),
  }),
  template: `apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata:
  name: disk.example.com
spec:
  attachRequired: false
`,
};

/** A field behind a gate that is off is kept only where it was already. */
function withoutGated(driver: CSIDriver, old: CSIDriver | null): CSIDriver {
  if (driver.spec.preventPodSchedulingIfMissing === undefined || old?.spec.preventPodSchedulingIfMissing !== undefined) return driver;
  return { ...driver, spec: without(driver.spec, "preventPodSchedulingIfMissing") };
}

function validateSpec(spec: CSIDriverSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  // Upstream's path has another name than the field.
  for (const [field, name] of [["attachRequired", "attachedRequired"], ["podInfoOnMount", "podInfoOnMount"], ["storageCapacity", "storageCapacity"]] as const) {
    if (spec[field] === undefined) errors.push(required(`${path}.${name}`));
  }
  const policy = spec.fsGroupPolicy;
  if (policy !== undefined && !groupPolicies.includes(policy)) errors.push(notSupported(`${path}.fsGroupPolicy`, policy, groupPolicies));
  errors.push(...validateTokenRequests(spec.tokenRequests ?? [], `${path}.tokenRequests`));
  for (const mode of spec.volumeLifecycleModes ?? []) if (!lifecycleModes.includes(mode)) errors.push(notSupported(`${path}.volumeLifecycleModes`, mode, lifecycleModes));
  if (spec.seLinuxMount === undefined) errors.push(required(`${path}.seLinuxMount`));
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < shortestPeriodSeconds) errors.push(invalid(`${path}.nodeAllocatableUpdatePeriodSeconds`, period, "must be greater than or equal to 10 seconds"));
  if (spec.serviceAccountTokenInSecrets !== undefined && (spec.tokenRequests ?? []).length === 0) {
    errors.push(invalid(`${path}.serviceAccountTokenInSecrets`, spec.serviceAccountTokenInSecrets, "serviceAccountTokenInSecrets is set but no tokenRequests are specified"));
  }
  return errors;
}

function validateTokenRequests(requests: NonNullable<CSIDriverSpec["tokenRequests"]>, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const audiences = new Set<string>();
  for (const [at, { audience = "", expirationSeconds: seconds }] of requests.entries()) {
    const own = index(path, at);
    if (audiences.has(audience)) {
      errors.push(duplicate(`${own}.audience`, audience));
      continue;
    }
    audiences.add(audience);
    if (seconds === undefined) continue;
    if (seconds < shortestTokenSeconds) errors.push(invalid(`${own}.expirationSeconds`, seconds, "may not specify a duration less than 10 minutes"));
    if (seconds > longestTokenSeconds) errors.push(invalid(`${own}.expirationSeconds`, seconds, "may not specify a duration larger than 2^32 seconds"));
  }
  return errors;
}

/** Upstream looks at the new spec twice, and says so twice. */
function validateUpdate(driver: CSIDriver, old: CSIDriver): readonly FieldError[] {
  const { spec } = driver;
  return [
    ...validateObjectMeta(driver.metadata, false, isDns1123Subdomain, "metadata"),
    ...validateSpec(spec, "spec"),
    ...validateObjectMetaUpdate(driver.metadata, old.metadata, "metadata"),
    ...validateSpec(spec, "spec"),
    ...validateImmutable(spec.attachRequired ?? null, old.spec.attachRequired ?? null, "spec.attachedRequired"),
    ...validateImmutable(spec.volumeLifecycleModes as Json, old.spec.volumeLifecycleModes as Json, "spec.volumeLifecycleModes"),
  ];
}
