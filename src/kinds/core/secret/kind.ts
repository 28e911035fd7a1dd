// Follows pkg/registry/core/secret/strategy.go, pkg/apis/core/v1/{defaults,conversion}.go.
import { encodeBase64 } from "../../base64.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph, plural, sortedKeys } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { fill } from "../../sharing.ts";
import { strategy, without } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Secret } from "./types.ts";
import { secretWarnings, validateSecret, validateSecretUpdate } from "./validate.ts";

export const secretKind: KindDefinition<Secret> = {
  gvk: { group: "", version: "v1", kind: "Secret" },
  versions: ["v1"],
  plural: "secrets",
  singular: "secret",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.core.v1.Secret",
  defaults: (secret) => fill(withStringData(secret), { type: "Opaque" }),
  strategy: strategy<Secret>({
    // An update that leaves the type out keeps it.
    prepareForUpdate: (secret, old) => ((secret.type ?? "") === "" && old.type !== undefined ? { ...secret, type: old.type } : secret),
    validate: validateSecret,
    validateUpdate: validateSecretUpdate,
    warnings: secretWarnings,
  }),
  statusStrategy: null,
  selectableFields: { type: (secret) => secret.type ?? "" },
  columns: [
    nameColumn(),
    { name: "Type", type: "string", description: "Secret.type", priority: 0, cell: (secret) => secret.type ?? "" },
    { name: "Data", type: "string", description: "Secret.data", priority: 0, cell: entries },
    ageColumn(),
  ],
  scale: null,
  graph: configGraph({
    icon: "secret",
    tier: "config",
    sentence: (secret) => `Holds ${plural(entries(secret), "secret entry", "secret entries")} of type ${secret.type ?? "Opaque"}.`,
    facts: (secret) => ({ type: secret.type ?? "", keys: sortedKeys(secret.data) }),
  }),
  template: `apiVersion: v1
kind: Secret
metadata:
  name: credentials
type: Opaque
stringData:
  password: correct-horse
`,
};

function entries(secret: Secret): number {
  return Object.keys(secret.data ?? {}).length;
}

/** stringData is write-only: its texts replace entries of data. */
function withStringData(secret: Secret): Secret {
  if (secret.stringData === undefined) return secret;
  const keys = sortedKeys(secret.stringData);
  const rest = without(secret, "stringData");
  if (keys.length === 0) return rest;
  const data: Record<string, string> = { ...secret.data };
  for (const key of keys) data[key] = encodeBase64(secret.stringData[key] ?? "");
  return { ...rest, data };
}
