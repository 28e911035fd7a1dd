import { everything, matches, matchesMap, selectorFromLabelSelector, selectorFromMap, type Labels, type Requirement, type Selector } from "../../apimachinery/labels.ts";
import { parseApiVersion } from "../../apimachinery/gvk.ts";
import { controllerOf } from "../../apimachinery/objectMeta.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { Pod, TopologySpreadConstraint } from "../../kinds/core/pod/types.ts";
import { selectorText } from "../affinityTerms.ts";
import type { ClusterObjects } from "../clusterView.ts";
import type { PodTopologySpreadArgs } from "../configuration.ts";
import type { PodQuery } from "../podCounts.ts";
import { anyTermMatches, nodeSelectorMatches } from "../../kinds/core/node/nodeSelector.ts";
import { isTolerated } from "./taints.ts";

export const hostnameKey = "kubernetes.io/hostname";

export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly minDomains: number;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

/** What spreads a pod that says nothing of its own. Follows podtopologyspread/plugin.go, systemDefaultConstraints. */
const systemDefaults: readonly TopologySpreadConstraint[] = [
  { topologyKey: hostnameKey, whenUnsatisfiable: "ScheduleAnyway", maxSkew: 3 },
  { topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway", maxSkew: 5 },
];

const none: readonly never[] = [];

type Sort = "DoNotSchedule" | "ScheduleAnyway";

/** What spreads the pods that say nothing of their own. */
export interface DefaultSpread {
  /** The system's constraints do not ask that a node has all their keys. */
  readonly isSystems: boolean;
  readonly constraints: Readonly<Record<Sort, readonly TopologySpreadConstraint[]>>;
  /** A cache: they do not depend on the pod's labels, as they name no matchLabelKeys. */
  readonly made: Readonly<Record<Sort, WeakMap<Selector, readonly SpreadConstraint[]>>>;
}

/** Upstream's args: the system's constraints, or a list of one's own. */
export function defaultSpread({ defaultConstraints = none, defaultingType = "System" }: PodTopologySpreadArgs): DefaultSpread {
  const constraints = defaultingType === "System" ? systemDefaults : defaultConstraints;
  const ofSort = (sort: Sort): readonly TopologySpreadConstraint[] => constraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === sort);
  return { isSystems: defaultingType === "System", constraints: { DoNotSchedule: ofSort("DoNotSchedule"), ScheduleAnyway: ofSort("ScheduleAnyway") }, made: { DoNotSchedule: new WeakMap(), ScheduleAnyway: new WeakMap() } };
}

function parsed(constraint: TopologySpreadConstraint, labels: Labels): SpreadConstraint {
  const selector = selectorFromLabelSelector(constraint.labelSelector);
  const added: Requirement[] = [];
  for (const key of constraint.matchLabelKeys ?? []) {
    const value = labels[key];
    if (value !== undefined) added.push({ key, operator: "in", values: [value] });
  }
  return {
    maxSkew: constraint.maxSkew,
    topologyKey: constraint.topologyKey,
    selector: added.length === 0 || selector.nothing ? selector : { ...selector, requirements: [...selector.requirements, ...added] },
    minDomains: constraint.minDomains ?? 1,
    honorsAffinity: (constraint.nodeAffinityPolicy ?? "Honor") === "Honor",
    honorsTaints: constraint.nodeTaintsPolicy === "Honor",
  };
}

/** All services that select the pod, and its owner's selector. Follows plugins/helper/spread.go, DefaultSelector. */
function selectorOfKin(pod: Pod, objects: ClusterObjects): Selector {
  const namespace = pod.metadata.namespace ?? "";
  let labels: Record<string, string> | null = null;
  for (const service of objects.services(namespace)) {
    const wanted = service.spec.selector;
    if (wanted !== undefined && matchesMap(wanted, pod.metadata.labels)) labels = Object.assign(labels ?? {}, wanted);
  }
  const ofServices = labels === null ? everything : selectorFromMap(labels);
  const ofOwner = selectorOfOwner(pod, objects);
  if (ofOwner === null || ofOwner.nothing) return ofServices;
  // The owner's own selector, where it can be: what is remembered of it serves all its pods.
  return ofServices.requirements.length === 0 ? ofOwner : { nothing: false, requirements: [...ofServices.requirements, ...ofOwner.requirements] };
}

function selectorOfOwner({ metadata }: Pod, objects: ClusterObjects): Selector | null {
  const owner = controllerOf(metadata);
  const namespace = metadata.namespace ?? "";
  const { group } = parseApiVersion(owner?.apiVersion ?? "");
  if (owner?.kind === "ReplicationController" && group === "") {
    const labels = objects.replicationController(namespace, owner.name)?.spec.selector;
    return labels === undefined ? null : selectorFromMap(labels);
  }
  if (group !== "apps" || (owner?.kind !== "ReplicaSet" && owner?.kind !== "StatefulSet")) return null;
  const workload = owner.kind === "ReplicaSet" ? objects.replicaSet(namespace, owner.name) : objects.statefulSet(namespace, owner.name);
  return workload === null ? null : selectorFromLabelSelector(workload.spec.selector);
}

/** The pod's own constraints of one sort; where it has none at all, the default ones. */
export function constraintsOf(pod: Pod, sort: Sort, objects: ClusterObjects, spread: DefaultSpread): readonly SpreadConstraint[] {
  const own = pod.spec.topologySpreadConstraints ?? none;
  const labels = pod.metadata.labels ?? {};
  if (own.length > 0) return own.filter((constraint) => constraint.whenUnsatisfiable === sort).map((constraint) => parsed(constraint, labels));
  if (spread.constraints[sort].length === 0) return none;
  const selector = selectorOfKin(pod, objects);
  return selector.requirements.length === 0 ? none : constraintsOfKin(selector, sort, spread);
}

function constraintsOfKin(selector: Selector, sort: Sort, spread: DefaultSpread): readonly SpreadConstraint[] {
  let constraints = spread.made[sort].get(selector);
  if (constraints === undefined) {
    constraints = spread.constraints[sort].map((constraint) => ({ ...parsed(constraint, {}), selector }));
    spread.made[sort].set(selector, constraints);
  }
  return constraints;
}

/** Whether the node has all topology keys. */
export function hasAllKeys(constraints: readonly SpreadConstraint[], labels: Labels): boolean {
  return constraints.every((constraint) => labels[constraint.topologyKey] !== undefined);
}

/** Whether the pods of this node are counted. Follows podtopologyspread/common.go, matchNodeInclusionPolicies. */
export function counts(constraint: SpreadConstraint, pod: Pod, node: Node): boolean {
  if (constraint.honorsAffinity) {
    const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? null;
    if (!nodeSelectorMatches(pod.spec.nodeSelector ?? {}, node) || (terms !== null && !anyTermMatches(terms, node))) return false;
  }
  if (!constraint.honorsTaints) return true;
  return !(node.spec?.taints ?? []).some((taint) => (taint.effect === "NoSchedule" || taint.effect === "NoExecute") && !isTolerated(pod.spec.tolerations, taint));
}

/** Pods of the namespace that the constraint is about: those that are going do not count, nor does an empty selector find anybody. */
export function isCounted(selector: Selector, namespace: string, other: Pod): boolean {
  return selector.requirements.length > 0
    && other.metadata.deletionTimestamp === undefined && (other.metadata.namespace ?? "") === namespace && matches(selector, other.metadata.labels);
}

/** The query last made of a selector: one selector is asked about in one namespace. */
const queries = new WeakMap<Selector, { readonly namespace: string; readonly query: PodQuery }>();

export function queryOf(selector: Selector, namespace: string): PodQuery {
  const made = queries.get(selector);
  if (made !== undefined && made.namespace === namespace) return made.query;
  const query = newQuery(selector, namespace);
  queries.set(selector, { namespace, query });
  return query;
}

function newQuery(selector: Selector, namespace: string): PodQuery {
  const equal = selector.requirements.find((requirement) => (requirement.operator === "=" || requirement.operator === "in") && requirement.values.length === 1);
  return {
    key: `spread ${namespace} ${selectorText(selector)}`,
    namespaces: [namespace],
    label: equal === undefined ? null : [equal.key, equal.values[0] ?? ""],
    matches: (other) => isCounted(selector, namespace, other.pod),
  };
}
