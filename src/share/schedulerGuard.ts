import * as v from "valibot";
import { extensionPoints } from "../cluster/clusterSpec.ts";

// What a scheduler's configuration may hold: shapes and ranges as pkg/scheduler/apis/config/validation has them. Names of plugins are the
// scheduler's to know.

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(253));
const percentage = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100));
const weight = v.pipe(v.number(), v.integer(), v.minValue(1, "not in valid range (0, 100]"), v.maxValue(100, "not in valid range (0, 100]"));
const few = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.maxLength(64));

const pluginSet = v.strictObject({
  enabled: v.optional(few(v.strictObject({ name, weight: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000))) }))),
  disabled: v.optional(few(v.strictObject({ name }))),
});

const shape = v.pipe(
  few(v.strictObject({ utilization: percentage, score: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10)) })),
  v.minLength(1, "at least one point must be specified"),
  v.check((points) => points.every(({ utilization }, index) => utilization > (points[index - 1]?.utilization ?? -1)), "values must be sorted in increasing order"),
);

const scoringStrategy = v.pipe(
  v.strictObject({
    type: v.optional(v.picklist(["LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"])),
    resources: v.optional(few(v.strictObject({ name, weight: v.optional(weight) }))),
    requestedToCapacityRatio: v.optional(v.strictObject({ shape })),
  }),
  v.check(({ type, requestedToCapacityRatio }) => (type === "RequestedToCapacityRatio") === (requestedToCapacityRatio !== undefined), "requestedToCapacityRatio must be specified when type is RequestedToCapacityRatio, and only then"),
);

const defaultConstraint = v.strictObject({
  maxSkew: v.pipe(v.number(), v.integer(), v.minValue(1)), topologyKey: name, whenUnsatisfiable: v.picklist(["DoNotSchedule", "ScheduleAnyway"]),
  minDomains: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))), nodeAffinityPolicy: v.optional(v.picklist(["Honor", "Ignore"])), nodeTaintsPolicy: v.optional(v.picklist(["Honor", "Ignore"])),
});

const requirement = v.strictObject({ key: name, operator: v.picklist(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]), values: v.optional(few(v.pipe(v.string(), v.maxLength(253)))) });
const term = v.strictObject({ matchExpressions: v.optional(few(requirement)), matchFields: v.optional(few(requirement)) });

const pluginConfig = v.variant("name", [
  v.strictObject({
    name: v.literal("NodeResourcesFit"),
    args: v.strictObject({ ignoredResources: v.optional(few(name)), ignoredResourceGroups: v.optional(few(v.pipe(name, v.excludes("/", "a group has no '/'")))), scoringStrategy: v.optional(scoringStrategy) }),
  }),
  v.strictObject({
    name: v.literal("PodTopologySpread"),
    args: v.pipe(
      v.strictObject({ defaultConstraints: v.optional(few(defaultConstraint)), defaultingType: v.optional(v.picklist(["System", "List"])) }),
      v.check(({ defaultConstraints = [], defaultingType = "System" }) => defaultingType === "List" || defaultConstraints.length === 0, "defaultingType must be List where there are defaultConstraints"),
      v.check(({ defaultConstraints = [] }) => new Set(defaultConstraints.map((each) => `${each.topologyKey} ${each.whenUnsatisfiable}`)).size === defaultConstraints.length, "defaultConstraints: one for each topologyKey and whenUnsatisfiable"),
    ),
  }),
  v.strictObject({ name: v.literal("InterPodAffinity"), args: v.strictObject({ hardPodAffinityWeight: v.optional(percentage), ignorePreferredTermsOfExistingPods: v.optional(v.boolean()) }) }),
  v.strictObject({
    name: v.literal("NodeAffinity"),
    args: v.strictObject({
      addedAffinity: v.optional(v.strictObject({
        requiredDuringSchedulingIgnoredDuringExecution: v.optional(v.strictObject({ nodeSelectorTerms: v.pipe(few(term), v.minLength(1)) })),
        preferredDuringSchedulingIgnoredDuringExecution: v.optional(few(v.strictObject({ weight, preference: term }))),
      })),
    }),
  }),
]);

const plugins = v.strictObject(Object.fromEntries(extensionPoints.map((point) => [point, v.optional(pluginSet)])));

const profile = v.strictObject({
  schedulerName: v.optional(name),
  percentageOfNodesToScore: v.optional(percentage),
  plugins: v.optional(plugins),
  pluginConfig: v.optional(v.pipe(few(pluginConfig), v.check((all) => new Set(all.map((each) => each.name)).size === all.length, "one for each plugin"))),
});

export const schedulerConfiguration = v.strictObject({
  percentageOfNodesToScore: v.optional(percentage),
  profiles: v.optional(v.pipe(v.array(profile), v.minLength(1), v.maxLength(16))),
});
