// Follows pkg/registry/core/serviceaccount/strategy.go.
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { changeItems } from "../../sharing.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { ObjectReference } from "../references.ts";
import type { ServiceAccount } from "./types.ts";

/** Of a reference to a secret only the name counts. */
const withBareSecrets = (account: ServiceAccount): ServiceAccount =>
  changeItems(account, "secrets", (ref: ObjectReference) => (Object.keys(ref).length === 1 && ref.name !== undefined ? ref : { name: ref.name ?? "" }));

export const serviceAccountKind: KindDefinition<ServiceAccount> = {
  gvk: { group: "", version: "v1", kind: "ServiceAccount" },
  versions: ["v1"],
  plural: "serviceaccounts",
  singular: "serviceaccount",
  shortNames: ["sa"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["token"],
  schema: "io.k8s.api.core.v1.ServiceAccount",
  defaults: (account) => account,
  strategy: strategy<ServiceAccount>({
    prepareForCreate: withBareSecrets,
    prepareForUpdate: withBareSecrets,
    validate: (account) => validateObjectMeta(account.metadata, true, isDns1123Subdomain, "metadata"),
    validateUpdate: (account, old) => [...validateObjectMetaUpdate(account.metadata, old.metadata, "metadata"), ...validateObjectMeta(account.metadata, true, isDns1123Subdomain, "metadata")],
    warnings: serviceAccountWarnings,
  }),
  statusStrategy: null,
  selectableFields: {},
  returnsDeletedObject: true,
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({
    icon: "serviceaccount",
    tier: "none",
    sentence: () => "An identity: pods that run as it use its token to speak to the API server.",
    facts: (account) => ({ imagePullSecrets: (account.imagePullSecrets ?? []).map((ref) => ref.name ?? "") }),
  }),
  template: `apiVersion: v1
kind: ServiceAccount
metadata:
  name: shop
`,
};

const enforceAnnotation = "kubernetes.io/enforce-mountable-secrets";

function serviceAccountWarnings(account: ServiceAccount, old: ServiceAccount | null): readonly string[] {
  if (account.metadata.annotations?.[enforceAnnotation] !== "true" || old?.metadata.annotations?.[enforceAnnotation] === "true") return [];
  return [`metadata.annotations[${enforceAnnotation}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`];
}
