// Follows pkg/registry/core/configmap/strategy.go and pkg/apis/core/validation/validation.go.
import { forbidden, invalid, key as keyPath, tooLong } from "../../../apimachinery/fieldError.ts";
import { isConfigMapKey, isDns1123Subdomain, utf8Bytes } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { deepEqual } from "../../../base/deepEqual.ts";
import { base64Bytes } from "../../base64.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph, plural, sortedKeys } from "../../graph/edges.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { ConfigMap } from "./types.ts";

const maxSizeBytes = 1024 * 1024;

export const configMapKind: KindDefinition<ConfigMap> = {
  gvk: { group: "", version: "v1", kind: "ConfigMap" },
  versions: ["v1"],
  plural: "configmaps",
  singular: "configmap",
  shortNames: ["cm"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.core.v1.ConfigMap",
  defaults: (configMap) => configMap,
  strategy: strategy<ConfigMap>({ validate, validateUpdate }),
  statusStrategy: null,
  selectableFields: {},
  columns: [nameColumn(), { name: "Data", type: "string", description: "ConfigMap.data", priority: 0, cell: entries }, ageColumn()],
  scale: null,
  graph: configGraph({
    icon: "configmap",
    tier: "config",
    sentence: (configMap) => `Holds ${plural(entries(configMap), "entry", "entries")}${configMap.immutable === true ? ", for good" : ""}.`,
    facts: (configMap) => ({ keys: [...sortedKeys(configMap.data), ...sortedKeys(configMap.binaryData)] }),
  }),
  template: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  greeting: hello
`,
};

function entries(configMap: ConfigMap): number {
  return Object.keys(configMap.data ?? {}).length + Object.keys(configMap.binaryData ?? {}).length;
}

function validate(configMap: ConfigMap): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMeta(configMap.metadata, true, isDns1123Subdomain, "metadata")];
  let sizeBytes = 0;
  for (const name of sortedKeys(configMap.data)) {
    for (const message of isConfigMapKey(name)) errors.push(invalid(keyPath("data", name), name, message));
    if (configMap.binaryData?.[name] !== undefined) errors.push(invalid(keyPath("data", name), name, "duplicate of key present in binaryData"));
    sizeBytes += utf8Bytes(configMap.data?.[name] ?? "");
  }
  for (const name of sortedKeys(configMap.binaryData)) {
    for (const message of isConfigMapKey(name)) errors.push(invalid(keyPath("binaryData", name), name, message));
    sizeBytes += base64Bytes(configMap.binaryData?.[name] ?? "");
  }
  if (sizeBytes > maxSizeBytes) errors.push(tooLong("", maxSizeBytes));
  return errors;
}

function validateUpdate(configMap: ConfigMap, old: ConfigMap): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(configMap.metadata, old.metadata, "metadata")];
  if (old.immutable === true) {
    const message = "field is immutable when `immutable` is set";
    if (configMap.immutable !== true) errors.push(forbidden("immutable", message));
    if (!deepEqual(configMap.data ?? {}, old.data ?? {})) errors.push(forbidden("data", message));
    if (!deepEqual(configMap.binaryData ?? {}, old.binaryData ?? {})) errors.push(forbidden("binaryData", message));
  }
  return [...errors, ...validate(configMap)];
}
