// Follows pkg/registry/apps/controllerrevision/strategy.go, pkg/apis/apps/validation/validation.go (controller revisions) and pkg/printers/internalversion/printers.go.
import { isJsonObject } from "../../../base/json.ts";
import { required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { validateImmutable, validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { fillAbsent } from "../../sharing.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { ControllerRevision } from "./types.ts";

export const controllerRevisionKind: KindDefinition<ControllerRevision> = {
  gvk: { group: "apps", version: "v1", kind: "ControllerRevision" },
  versions: ["v1"],
  plural: "controllerrevisions",
  singular: "controllerrevision",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.apps.v1.ControllerRevision",
  defaults: (revision) => fillAbsent(revision, { revision: 0 }),
  strategy: strategy<ControllerRevision>({
    validate,
    validateUpdate: (revision, old) => [...validateObjectMetaUpdate(revision.metadata, old.metadata, "metadata"), ...validate(revision), ...validateImmutable(revision.data, old.data, "data")],
  }),
  statusStrategy: null,
  selectableFields: {},
  columns: [
    nameColumn(),
    { name: "Controller", type: "string", description: "ControllerRevision Controller", priority: 0, cell: controllerText },
    { name: "Revision", type: "string", description: "ControllerRevision.revision", priority: 0, cell: (revision) => revision.revision },
    ageColumn(),
  ],
  scale: null,
  graph: configGraph({
    icon: "controllerrevision",
    tier: "none",
    sentence: (revision) => `Keeps what revision ${revision.revision} of ${controllerText(revision) === "<none>" ? "its owner" : controllerText(revision)} looked like.`,
    facts: (revision) => ({ revision: revision.revision }),
  }),
  template: `apiVersion: apps/v1
kind: ControllerRevision
metadata:
  name: web-1
revision: 1
data:
  spec: {}
`,
};

function validate(revision: ControllerRevision): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMeta(revision.metadata, true, isDns1123Subdomain, "metadata")];
  if (revision.data === undefined || revision.data === null) errors.push(required("data", "data is mandatory"));
  else if (!isJsonObject(revision.data)) errors.push(required("data", "data must be a valid JSON object"));
  return [...errors, ...validateNonnegative(revision.revision, "revision")];
}

/** "statefulset.apps/web", as kubectl names it. */
function controllerText(revision: ControllerRevision): string {
  const owner = revision.metadata.ownerReferences?.find((each) => each.controller === true);
  if (owner === undefined) return "<none>";
  const slash = owner.apiVersion.indexOf("/");
  return `${owner.kind}${slash < 0 ? "" : `.${owner.apiVersion.slice(0, slash)}`}`.toLowerCase() + `/${owner.name}`;
}
