// Follows pkg/controller/podautoscaler/horizontal.go.
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { keyText, parseApiVersion } from "../../apimachinery/gvk.ts";
import { matches, parseSelector, SelectorError } from "../../apimachinery/labels.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { parseQuantity } from "../../apimachinery/quantity.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import { objectPath } from "../../client/paths.ts";
import type { WriteOp } from "../../client/writes.ts";
import { getOp, updateStatusOp } from "../../client/writes.ts";
import { horizontalPodAutoscalerKind } from "../../kinds/autoscaling/horizontalpodautoscaler/kind.ts";
import type { HorizontalPodAutoscaler, MetricStatus } from "../../kinds/autoscaling/horizontalpodautoscaler/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import { second } from "../../sim/time.ts";
import { statusMessage } from "../statusErrors.ts";
import { StatusDraft } from "./hpaStatus.ts";
import type { MetricFailure, MetricProposal } from "./metricProposal.ts";
import { proposalOf } from "./metricProposal.ts";
import { errorText, metricRequest } from "./metricsApi.ts";
import type { Memory } from "./normalize.ts";
import { normalize, nothingYet, withScaling } from "./normalize.ts";

const resyncUs = 15 * second;
const mostTries = 5;
const again: ReconcileResult = { requeueAfterUs: resyncUs };

interface Scale extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
}

/** A change of size under way. */
interface Rescale {
  readonly stage: "rescaled" | "refreshed";
  readonly scale: Scale;
  readonly to: number;
  readonly why: string;
  readonly metrics: readonly MetricStatus[] | null;
  /** Conditions that were found before the change. */
  readonly notes: readonly Note[];
  readonly tries: number;
}

type Stage = { readonly stage: "scale" } | { readonly stage: "metrics"; readonly scale: Scale } | Rescale;
type Note = Parameters<StatusDraft["condition"]>;

/** Keeps targets at the size that their metrics ask for. Every autoscaler is looked at once in 15 seconds and never sooner. */
export class HpaController implements ControllerDefinition<HorizontalPodAutoscaler> {
  readonly name = "horizontalpodautoscaler";
  readonly account = "horizontal-pod-autoscaler";
  readonly for = null;
  readonly owns = [];
  readonly watches = [{ kind: horizontalPodAutoscalerKind, map: (change: Change, ctx: ControllerContext) => this.#heard(change, ctx) }];
  readonly reads = [podKind];
  readonly #kinds: readonly KindDefinition[];
  readonly #memories = new Map<string, Memory>();

  constructor(kinds: readonly KindDefinition[]) {
    this.#kinds = kinds;
  }

  #heard(change: Change, ctx: ControllerContext): readonly ObjectKey[] {
    const { namespace = "", name } = change.object.metadata;
    if (change.change === "deleted") this.#memories.delete(keyText({ namespace, name }));
    else ctx.enqueueAfter({ namespace, name }, resyncUs);
    return [];
  }

  reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
    const hpa = ctx.lister(horizontalPodAutoscalerKind).get(key);
    if (hpa === null) return {};
    const kind = this.#target(hpa);
    if (typeof kind === "string") return noScale(hpa, kind, ctx);
    ctx.write(scaleOp(hpa, kind));
    return { resumeWith: { stage: "scale" } };
  }

  resume(key: ObjectKey, step: Json, answers: readonly ApiResponse[], ctx: ReconcileContext): ReconcileResult {
    const stage = step as unknown as Stage;
    const hpa = ctx.lister(horizontalPodAutoscalerKind).get(key);
    if (hpa === null || answers.some((answer) => answer === null)) return again;
    const kind = this.#target(hpa);
    const answer = answers[0];
    if (typeof kind === "string") return again;
    if (stage.stage === "metrics") return this.#weigh(hpa, kind, stage.scale, answers, ctx);
    if (answer === undefined) return again;
    if (stage.stage === "scale") return answer.code < 300 ? this.#begin(hpa, kind, answer.body as unknown as Scale, ctx) : noScale(hpa, errorText(answer, `${kind.plural} ${hpa.spec.scaleTargetRef?.name ?? ""}`), ctx);
    if (stage.stage === "refreshed") return rescale(kind, { ...stage, scale: answer.code < 300 ? (answer.body as unknown as Scale) : stage.scale }, ctx);
    return this.#rescaled(hpa, kind, stage, answer, ctx);
  }

  /** What was refused is judged by the step that follows. */
  refused(key: ObjectKey, op: WriteOp, response: ApiResponse | null, ctx: ReconcileContext): "ignore" {
    const hpa = ctx.lister(horizontalPodAutoscalerKind).get(key);
    if (hpa !== null && op.path.endsWith("/status")) warn(hpa, "FailedUpdateStatus", statusMessage(response), ctx);
    return "ignore";
  }

  snapshot(): Json {
    return [...this.#memories] as unknown as Json;
  }

  restore(data: Json): void {
    this.reset();
    for (const [key, memory] of data as unknown as readonly (readonly [string, Memory])[]) this.#memories.set(key, memory);
  }

  reset(): void {
    this.#memories.clear();
  }

  #memory(hpa: HorizontalPodAutoscaler): Memory {
    return this.#memories.get(keyOf(hpa)) ?? nothingYet;
  }

  /** The kind that is to be scaled, or why there is none. */
  #target(hpa: HorizontalPodAutoscaler): KindDefinition | string {
    const { apiVersion = "", kind = "" } = hpa.spec.scaleTargetRef ?? {};
    if (apiVersion.split("/").length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
    const { group } = parseApiVersion(apiVersion);
    return this.#kinds.find(({ gvk }) => gvk.group === group && gvk.kind === kind) ?? `no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`;
  }

  /** The size of the target is known: it is out of bounds, or metrics are to tell. */
  #begin(hpa: HorizontalPodAutoscaler, kind: KindDefinition, scale: Scale, ctx: ReconcileContext): ReconcileResult {
    const current = scale.spec?.replicas ?? 0;
    const memory = this.#memory(hpa);
    if (memory.recommendations.length === 0) this.#memories.set(keyOf(hpa), { ...memory, recommendations: [{ count: current, at: ctx.now }] });
    const { minReplicas = 1, maxReplicas = 0 } = hpa.spec;
    const draft = draftOf(hpa, ctx);
    if (current === 0 && minReplicas !== 0) {
      draft.condition("ScalingActive", false, "ScalingDisabled", "scaling is disabled since the replica count of the target is zero");
      draft.counts(0, 0, null, false);
      return writeStatus(draft, ctx);
    }
    const bound = current > maxReplicas ? { to: maxReplicas, why: "Current number of replicas above Spec.MaxReplicas" } : current < minReplicas ? { to: minReplicas, why: "Current number of replicas below Spec.MinReplicas" } : null;
    if (bound !== null) return rescale(kind, { stage: "rescaled", scale, ...bound, metrics: null, notes: [], tries: 1 }, ctx);
    const refusal = this.#selectorFault(hpa, scale.status?.selector ?? "", ctx);
    if (refusal !== null) {
      warn(hpa, refusal.event, refusal.text, ctx);
      draft.condition("ScalingActive", false, refusal.reason, refusal.message);
      return failedMetrics(hpa, draft, current, null, refusal.text, ctx);
    }
    const namespace = hpa.metadata.namespace ?? "";
    for (const spec of hpa.spec.metrics ?? []) {
      const op = metricRequest(spec, namespace, scale.status?.selector ?? "", this.#kinds);
      if (op !== null) ctx.write(op);
    }
    return { resumeWith: { stage: "metrics", scale } as unknown as Json };
  }

  /** Pods must be selected, and by no other autoscaler's target. */
  #selectorFault(hpa: HorizontalPodAutoscaler, text: string, ctx: ReconcileContext): { readonly event: string; readonly text: string; readonly reason: string; readonly message: string } | null {
    if (text === "") return { event: "SelectorRequired", text: "selector is required", reason: "InvalidSelector", message: "the HPA target's scale is missing a selector" };
    const fault = (event: string, message: string) => ({ event, text: message, reason: event, message });
    const key = keyOf(hpa);
    try {
      parseSelector(text);
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      return fault("InvalidSelector", `couldn't convert selector into a corresponding internal selector object: ${error.message}`);
    }
    this.#memories.set(key, { ...this.#memory(hpa), selector: text });
    const pods = podsOf(hpa, text, ctx);
    const rivals = [...this.#memories].filter(([other, { selector }]) => other !== key && selector !== "" && other.startsWith(`${hpa.metadata.namespace ?? ""}/`) && pods.some((pod) => matches(parseSelector(selector), pod.metadata.labels)));
    return rivals.length === 0 ? null : fault("AmbiguousSelector", `pods by selector ${text} are controlled by multiple HPAs: [${[key, ...rivals.map(([other]) => other)].sort().join(" ")}]`);
  }

  /** The metrics have answered. */
  #weigh(hpa: HorizontalPodAutoscaler, kind: KindDefinition, scale: Scale, answers: readonly ApiResponse[], ctx: ReconcileContext): ReconcileResult {
    const specs = hpa.spec.metrics ?? [];
    const current = scale.spec?.replicas ?? 0;
    const draft = draftOf(hpa, ctx);
    const tolerance = (text: string | undefined): number => (text === undefined ? 0.1 : Number(parseQuantity(text)?.nano ?? 0n) / 1e9);
    const { behavior, minReplicas = 1, maxReplicas = 0 } = hpa.spec;
    const scene = {
      replicas: current, statusReplicas: scale.status?.replicas ?? 0, namespace: hpa.metadata.namespace ?? "", nowUs: ctx.unixUs,
      pods: podsOf(hpa, scale.status?.selector ?? "", ctx), tolerances: { down: tolerance(behavior?.scaleDown?.tolerance), up: tolerance(behavior?.scaleUp?.tolerance) },
    };
    let asked = 0;
    const found = specs.map((spec) => proposalOf(spec, scene, metricRequest(spec, "", "", this.#kinds) === null ? noAnswer : (answers[asked++] ?? noAnswer)));
    const metrics = found.map((each): MetricStatus => ("error" in each ? { type: "" } : each.status));
    const faults = found.filter((each): each is MetricFailure => "error" in each);
    for (const { reason, text } of faults) warn(hpa, reason, text, ctx);
    const largest = found.reduce<MetricProposal | null>((most, each) => ("error" in each || (most !== null && most.replicas !== 0 && each.replicas <= most.replicas) ? most : each), null);
    const [fault] = faults;
    if (largest === null || (fault !== undefined && largest.replicas < current)) {
      draft.condition("ScalingActive", false, fault?.reason ?? "", `the HPA was unable to compute the replica count: ${fault?.text ?? ""}`);
      return failedMetrics(hpa, draft, current, metrics, `invalid metrics (${faults.length} invalid out of ${specs.length}), first error is: ${fault?.error ?? ""}`, ctx);
    }
    const memory = this.#memory(hpa);
    const { replicas, recommendations, able, limited } = normalize({ current, desired: largest.replicas, min: minReplicas, max: maxReplicas, behavior }, memory, ctx.now);
    this.#memories.set(keyOf(hpa), { ...memory, recommendations });
    const notes: readonly Note[] = [
      ["ScalingActive", true, "ValidMetricFound", `the HPA was able to successfully calculate a replica count from ${largest.name}`],
      ["AbleToScale", true, able.reason, able.message],
      ["ScalingLimited", limited.isLimited, limited.reason, limited.message],
    ];
    if (replicas !== current) {
      const why = largest.replicas > current ? `${largest.name} above target` : largest.replicas < current ? "All metrics below target" : "";
      return rescale(kind, { stage: "rescaled", scale, to: replicas, why, metrics, notes, tries: 1 }, ctx);
    }
    for (const note of notes) draft.condition(...note);
    draft.counts(current, current, metrics, false);
    return writeStatus(draft, ctx);
  }

  #rescaled(hpa: HorizontalPodAutoscaler, kind: KindDefinition, change: Rescale, answer: ApiResponse, ctx: ReconcileContext): ReconcileResult {
    const { scale, to, why, metrics, notes, tries } = change;
    const current = scale.spec?.replicas ?? 0;
    if (answer.code === 409 && tries < mostTries) {
      ctx.write(scaleOp(hpa, kind));
      return { resumeWith: { ...change, stage: "refreshed", tries: tries + 1 } as unknown as Json };
    }
    const draft = draftOf(hpa, ctx);
    for (const note of notes) draft.condition(...note);
    if (answer.code >= 300) {
      const error = statusMessage(answer);
      warn(hpa, "FailedRescale", `New size: ${to}; reason: ${why}; error: ${error}`, ctx);
      draft.condition("AbleToScale", false, "FailedUpdateScale", `the HPA controller was unable to update the target scale: ${error}`);
      draft.counts(current, undefined, metrics, false);
      return writeStatus(draft, ctx);
    }
    draft.condition("AbleToScale", true, "SucceededRescale", `the HPA controller was able to update the target scale to ${to}`);
    ctx.event({ about: referenceTo(hpa), type: "Normal", reason: "SuccessfulRescale", message: `New size: ${to}; reason: ${why}` });
    this.#memories.set(keyOf(hpa), withScaling(this.#memory(hpa), hpa.spec.behavior, current, to, ctx.now));
    draft.counts(current, to, metrics, true);
    return writeStatus(draft, ctx);
  }
}

const noAnswer: ApiResponse = { code: 500, body: null, warnings: [] };

function keyOf({ metadata: { namespace = "", name } }: KubeObject): string {
  return keyText({ namespace, name });
}

function scaleOp(hpa: HorizontalPodAutoscaler, kind: KindDefinition): WriteOp {
  const key = { namespace: hpa.metadata.namespace ?? "", name: hpa.spec.scaleTargetRef?.name ?? "" };
  return { ...getOp(kind, key), path: objectPath(kind, key, "scale") };
}

function draftOf(hpa: HorizontalPodAutoscaler, ctx: ReconcileContext): StatusDraft {
  const draft = new StatusDraft(hpa, ctx.timestamp);
  draft.condition("AbleToScale", true, "SucceededGetScale", "the HPA controller was able to get the target's current scale");
  return draft;
}

function podsOf(hpa: HorizontalPodAutoscaler, selector: string, ctx: ReconcileContext): readonly Pod[] {
  const parsed = parseSelector(selector);
  return ctx.lister(podKind).list(hpa.metadata.namespace ?? "").filter((pod) => matches(parsed, pod.metadata.labels));
}

function warn(hpa: HorizontalPodAutoscaler, reason: string, message: string, ctx: ReconcileContext): void {
  ctx.event({ about: referenceTo(hpa), type: "Warning", reason, message });
}

function noScale(hpa: HorizontalPodAutoscaler, error: string, ctx: ReconcileContext): ReconcileResult {
  warn(hpa, "FailedGetScale", error, ctx);
  const draft = new StatusDraft(hpa, ctx.timestamp);
  draft.condition("AbleToScale", false, "FailedGetScale", `the HPA controller was unable to get the target's current scale: ${error}`);
  return writeStatus(draft, ctx);
}

function failedMetrics(hpa: HorizontalPodAutoscaler, draft: StatusDraft, current: number, metrics: readonly MetricStatus[] | null, error: string, ctx: ReconcileContext): ReconcileResult {
  warn(hpa, "FailedComputeMetricsReplicas", error, ctx);
  draft.counts(current, undefined, metrics, false);
  return writeStatus(draft, ctx);
}

function rescale(kind: KindDefinition, change: Rescale, ctx: ReconcileContext): ReconcileResult {
  const { scale, to, why } = change;
  const { namespace = "", name } = scale.metadata;
  ctx.because(`scaled ${kind.singular} ${name} from ${scale.spec?.replicas ?? 0} to ${to}: ${why}`);
  ctx.write({ verb: "update", path: objectPath(kind, { namespace, name }, "scale"), body: { ...scale, spec: { replicas: to } } as unknown as Json });
  return { resumeWith: { ...change, stage: "rescaled" } as unknown as Json };
}

function writeStatus(draft: StatusDraft, ctx: ReconcileContext): ReconcileResult {
  const changed = draft.changed();
  if (changed === null) return again;
  ctx.because(`wrote the status of ${changed.metadata.name}`);
  ctx.write(updateStatusOp(horizontalPodAutoscalerKind, changed));
  return again;
}
