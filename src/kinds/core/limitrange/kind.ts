// Follows pkg/apis/core/v1/defaults.go (SetDefaults_LimitRangeItem) and pkg/registry/core/limitrange/strategy.go.
import type { KindDefinition } from "../../define.ts";
import { configGraph, plural } from "../../graph/edges.ts";
import { roundedUp } from "../../podtemplate/defaults.ts";
import { nameColumn } from "../../printing/cells.ts";
import { changeField, changeItems } from "../../sharing.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { LimitRange, LimitRangeItem, LimitRangeSpec, ResourceList } from "./types.ts";
import { validateLimitRange } from "./validate.ts";

export const limitRangeKind: KindDefinition<LimitRange> = {
  gvk: { group: "", version: "v1", kind: "LimitRange" },
  versions: ["v1"],
  plural: "limitranges",
  singular: "limitrange",
  shortNames: ["limits"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.core.v1.LimitRange",
  defaults(limitRange) {
    const given: LimitRangeSpec = (limitRange.spec as LimitRangeSpec | undefined) ?? { limits: null };
    const spec = changeItems(given, "limits", itemWithDefaults);
    return spec === limitRange.spec ? limitRange : { ...limitRange, spec };
  },
  strategy: strategy<LimitRange>({ validate: validateLimitRange, validateUpdate: validateLimitRange, allowCreateOnUpdate: true }),
  statusStrategy: null,
  selectableFields: {},
  columns: [nameColumn(), { name: "Created At", type: "date", description: "ObjectMeta.creationTimestamp", priority: 0, cell: (limitRange) => limitRange.metadata.creationTimestamp }],
  scale: null,
  graph: configGraph({
    icon: "limitrange",
    tier: "config",
    sentence: (limitRange) => `Bounds what one ${typesOf(limitRange) || "object"} of this namespace may ask for, and fills in what containers leave out.`,
    facts: (limitRange) => ({ limits: plural((limitRange.spec.limits ?? []).length, "rule") }),
  }),
  template: `apiVersion: v1
kind: LimitRange
metadata:
  name: container-limits
spec:
  limits:
    - type: Container
      defaultRequest:
        cpu: 100m
        memory: 64Mi
      default:
        cpu: 500m
        memory: 256Mi
      max:
        cpu: "1"
        memory: 1Gi
`,
};

function typesOf(limitRange: LimitRange): string {
  return (limitRange.spec.limits ?? []).map((item) => item.type ?? "").join(", ");
}

/** A container's default limit is the maximum, its default request the default limit, else the minimum. */
function itemWithDefaults(item: LimitRangeItem): LimitRangeItem {
  let out = item;
  for (const list of ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const) out = changeField(out, list, roundedUp);
  if (item.type !== "Container") return out;
  out = filledFrom(out, "default", out.max);
  out = filledFrom(out, "defaultRequest", out.default);
  return filledFrom(out, "defaultRequest", out.min);
}

function filledFrom(item: LimitRangeItem, list: "default" | "defaultRequest", source: ResourceList | undefined): LimitRangeItem {
  const missing = Object.keys(source ?? {}).filter((name) => item[list]?.[name] === undefined);
  if (missing.length === 0) return item;
  return { ...item, [list]: { ...item[list], ...Object.fromEntries(missing.map((name) => [name, source?.[name] ?? ""])) } };
}
