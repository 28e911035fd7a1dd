import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { matches, SelectorError, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import type { Selector } from "../../apimachinery/labels.ts";
import type { KubeObject, LabelSelector } from "../../apimachinery/objectMeta.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerContext, ControllerDefinition, ControllerView, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import { updateStatusOp } from "../../client/writes.ts";
import { deploymentKind } from "../../kinds/apps/deployment/kind.ts";
import { replicaSetKind } from "../../kinds/apps/replicaset/kind.ts";
import { statefulSetKind } from "../../kinds/apps/statefulset/kind.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { replicationControllerKind } from "../../kinds/core/replicationcontroller/kind.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import { podDisruptionBudgetKind } from "../../kinds/policy/poddisruptionbudget/kind.ts";
import type { PodDisruptionBudget } from "../../kinds/policy/poddisruptionbudget/types.ts";
import { budgetStatus, disruptedPods, failedStatus, needsScale, saysTheSame } from "./budgetStatus.ts";
import { expectedScale, KindsByReference } from "./expectedPods.ts";
import type { Asked } from "./expectedPods.ts";
import { clearStale, watchStale } from "./staleTargets.ts";

// Follows pkg/controller/disruption/disruption.go. One queue serves budgets and pods: no budget's name has a colon.

const podPrefix = "pod:";

/** What a pass remembers while it asks controllers for their scale, one after the other. */
interface Asking {
  readonly known: number;
  readonly ask: readonly Asked[];
}

export function createDisruptionController(kinds: readonly KindDefinition[]): ControllerDefinition<PodDisruptionBudget> {
  const references = new KindsByReference(kinds);
  return {
    name: "disruption",
    account: "disruption-controller",
    eventComponent: "controllermanager",
    for: podDisruptionBudgetKind,
    owns: [],
    watches: [{ kind: podKind, map: podChanged }],
    reads: [deploymentKind, replicaSetKind, statefulSetKind, replicationControllerKind],
    concurrency: 1,
    reconcile(key, ctx) {
      if (key.name.startsWith(podPrefix)) return syncPod({ namespace: key.namespace, name: key.name.slice(podPrefix.length) }, ctx);
      const budget = ctx.lister(podDisruptionBudgetKind).get(key);
      return budget === null ? {} : syncBudget(budget, references, ctx);
    },
    resume(key, step, answers, ctx) {
      const budget = ctx.lister(podDisruptionBudgetKind).get(key);
      return budget === null ? {} : goOn(budget, step as unknown as Asking, answers, references, ctx);
    },
  };
}

/** A selector that cannot be read selects nothing. */
function selectorOf(budget: PodDisruptionBudget): Selector | SelectorError {
  try {
    return selectorFromLabelSelector(budget.spec.selector);
  } catch (error) {
    if (error instanceof SelectorError) return error;
    throw error;
  }
}

function budgetsOf({ metadata }: Pod, view: ControllerView): readonly PodDisruptionBudget[] {
  const lister = view.lister(podDisruptionBudgetKind);
  if (lister.size === 0) return [];
  return lister.list(metadata.namespace ?? "").filter((budget) => {
    const selector = selectorOf(budget);
    return !(selector instanceof SelectorError) && matches(selector, metadata.labels);
  });
}

const keyOf = ({ metadata: { namespace = "", name } }: KubeObject): ObjectKey => ({ namespace, name });

/** Where several budgets select a pod, one of them hears of it, and the pod is told. */
function podChanged({ object, change }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const pod = object as Pod;
  const [first, second] = budgetsOf(pod, ctx);
  const podKey = { namespace: pod.metadata.namespace ?? "", name: podPrefix + pod.metadata.name };
  if (change !== "deleted") watchStale(pod, podKey, ctx);
  if (first === undefined) return [];
  return second === undefined || change === "deleted" ? [keyOf(first)] : [keyOf(first), podKey];
}

function syncPod(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const pod = ctx.lister(podKind).get(key);
  if (pod === null) return {};
  const [first, second] = budgetsOf(pod, ctx);
  if (first !== undefined && second !== undefined) {
    const message = `Pod "${key.namespace}"/"${key.name}" matches multiple PodDisruptionBudgets.  Chose "${first.metadata.name}" arbitrarily.`;
    ctx.event({ about: referenceTo(pod), type: "Warning", reason: "MultiplePodDisruptionBudgets", message });
  }
  return clearStale(pod, ctx);
}

function podsOf(budget: PodDisruptionBudget, selector: Selector, view: ControllerView): readonly Pod[] {
  return view.lister(podKind).list(budget.metadata.namespace ?? "").filter((pod) => matches(selector, pod.metadata.labels));
}

function syncBudget(budget: PodDisruptionBudget, references: KindsByReference, ctx: ReconcileContext): ReconcileResult {
  const selector = selectorOf(budget);
  if (selector instanceof SelectorError) {
    ctx.event({ about: referenceTo(budget), type: "Warning", reason: "NoPods", message: `Failed to get pods: ${selector.message}` });
    return fail(budget, selector.message, ctx);
  }
  const pods = podsOf(budget, selector, ctx);
  if (pods.length === 0) ctx.event({ about: referenceTo(budget), type: "Normal", reason: "NoPods", message: "No matching pods found" });
  if (!needsScale(budget)) return finish(budget, budget.spec.minAvailable === undefined ? 0 : pods.length, ctx);
  const { count, ask } = expectedScale(pods, ctx);
  return askNext(budget, { known: count, ask }, references, ctx);
}

function askNext(budget: PodDisruptionBudget, asking: Asking, references: KindsByReference, ctx: ReconcileContext): ReconcileResult {
  const [next] = asking.ask;
  if (next === undefined) return finish(budget, asking.known, ctx);
  const op = references.scaleOp(next, budget.metadata.namespace ?? "");
  if (typeof op === "string") return cannotCount(budget, op, ctx);
  ctx.write(op);
  return { resumeWith: asking as unknown as Json };
}

function goOn(budget: PodDisruptionBudget, { known, ask }: Asking, answers: readonly ApiResponse[], references: KindsByReference, ctx: ReconcileContext): ReconcileResult {
  const [asked, ...others] = ask;
  if (asked === undefined) return {};
  const scale = references.scaleIn(asked, answers[0]);
  return typeof scale === "string" ? cannotCount(budget, scale, ctx) : askNext(budget, { known: known + scale, ask: others }, references, ctx);
}

function cannotCount(budget: PodDisruptionBudget, why: string, ctx: ReconcileContext): ReconcileResult {
  ctx.event({ about: referenceTo(budget), type: "Warning", reason: "CalculateExpectedPodCountFailed", message: `Failed to calculate the number of expected pods: ${why}` });
  return fail(budget, why, ctx);
}

function fail(budget: PodDisruptionBudget, why: string, ctx: ReconcileContext): ReconcileResult {
  const status = failedStatus(budget, why, ctx.timestamp);
  if (deepEqual(status, budget.status)) return {};
  ctx.because(`allows no disruption: ${why}`);
  ctx.write(updateStatusOp(podDisruptionBudgetKind, { ...budget, status }));
  return {};
}

function finish(budget: PodDisruptionBudget, expected: number, ctx: ReconcileContext): ReconcileResult {
  const selector = selectorOf(budget);
  if (selector instanceof SelectorError) return {};
  const pods = podsOf(budget, selector, ctx);
  if (needsScale(budget) && expectedScale(pods, ctx).unmanaged) ctx.event({ about: referenceTo(budget), type: "Warning", reason: "UnmanagedPods", message: unmanagedText(budget.spec.selector) });
  const nowUs = ctx.unixUs;
  const disrupted = disruptedPods(budget, pods, nowUs);
  const { namespace = "" } = budget.metadata;
  for (const pod of disrupted.stayed) ctx.event({ about: referenceTo(pod), type: "Warning", reason: "NotDeleted", message: `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't` });
  const status = budgetStatus(budget, pods, expected, disrupted, nowUs, ctx.timestamp);
  if (!saysTheSame(budget.status, status)) {
    ctx.because(`wrote the status: ${status.currentHealthy} of ${status.expectedPods} pods are healthy, ${status.desiredHealthy} must be, ${status.disruptionsAllowed} may go`);
    ctx.write(updateStatusOp(podDisruptionBudgetKind, { ...budget, status }));
  }
  return disrupted.recheckAfterUs === null ? {} : { requeueAfterUs: disrupted.recheckAfterUs + 1 };
}

function unmanagedText(selector: LabelSelector | undefined): string {
  return `Pods selected by this PodDisruptionBudget (selector: ${selectorText(selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
}

/** As the generated String() of a metav1.LabelSelector writes it. */
function selectorText(selector: LabelSelector | undefined): string {
  if (selector === undefined) return "nil";
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}: ${value},`);
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(" ")}],},`);
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join("")}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join("")}},}`;
}
