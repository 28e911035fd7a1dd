import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import type { AnyKind, Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { collectionPath } from "../../client/paths.ts";
import type { WriteOp } from "../../client/writes.ts";
import { updateStatusOp } from "../../client/writes.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import { namespaceKind } from "../../kinds/core/namespace/kind.ts";
import type { Namespace } from "../../kinds/core/namespace/types.ts";
import { second } from "../../sim/time.ts";
import { statusMessage } from "../statusErrors.ts";
import type { ContentReport } from "./conditions.ts";
import { deletionConditions } from "./conditions.ts";

// Follows pkg/controller/namespace/namespace_controller.go and deletion/namespaced_resources_deleter.go.

/** Content is left alone for this long after the delete, so that caches can see it. */
const graceUs = 5 * second;
/** How long finalizers are given before the next look. */
const finalizerEstimateSeconds = 15;

type Stage = { readonly stage: "pods" } | { readonly stage: "found" } | { readonly stage: "swept"; readonly kinds: readonly number[] } | { readonly stage: "reported"; readonly left: number; readonly seconds: number };

/** Empties namespaces that are being deleted, and lets them go. `served`: every kind the server has. */
export function createNamespaceController(served: readonly KindDefinition[]): ControllerDefinition {
  const swept = served.filter((kind) => kind.scope === "Namespaced" && kind.verbs.includes("deletecollection") && kind.verbs.includes("list") && kind.gvk.group !== "events.k8s.io");
  const pods = swept.find((kind) => kind.plural === "pods" && kind.gvk.group === "") as AnyKind;
  const others = swept.filter((kind) => kind !== pods);

  const reconcile = (key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    const namespace = ctx.lister(namespaceKind).get(key);
    if (namespace === null || namespace.metadata.deletionTimestamp === undefined) return {};
    if (!(namespace.spec.finalizers ?? []).includes("kubernetes")) return {};
    ctx.because(`deleting what is in namespace ${key.name}, pods first`);
    ctx.write(sweepOp(pods, key.name));
    ctx.write(listOp(pods, key.name));
    return { resumeWith: { stage: "pods" } };
  };

  const resume = (key: ObjectKey, step: Json, answers: readonly ApiResponse[], ctx: ReconcileContext): ReconcileResult => {
    const stage = step as unknown as Stage;
    switch (stage.stage) {
      case "pods": {
        const left = itemsOf(answers[1]);
        if (left.length > 0) return report(key, reportOf([[pods, left]], failuresOf(answers)), longestGraceSeconds(left), ctx);
        ctx.together(others.map((kind) => listOp(kind, key.name)));
        return { resumeWith: { stage: "found" } };
      }
      case "found": {
        const filled = others.flatMap((_kind, index) => (itemsOf(answers[index]).length > 0 ? [index] : []));
        if (filled.length === 0) return report(key, reportOf([], []), 0, ctx);
        ctx.because(`deleting ${filled.map((index) => others[index]?.plural ?? "").join(", ")} in namespace ${key.name}`);
        for (const index of filled) ctx.write(sweepOp(others[index] as AnyKind, key.name));
        ctx.together(filled.map((index) => listOp(others[index] as AnyKind, key.name)));
        return { resumeWith: { stage: "swept", kinds: filled } };
      }
      case "swept": {
        const lists = stage.kinds.map((index, position): [AnyKind, readonly KubeObject[]] => [others[index] as AnyKind, itemsOf(answers[stage.kinds.length + position])]);
        return report(key, reportOf(lists.filter(([, items]) => items.length > 0), failuresOf(answers)), finalizerEstimateSeconds, ctx);
      }
      default:
        return finish(key, stage.left, stage.seconds, answers[0], ctx);
    }
  };

  return {
    name: "namespace",
    account: "namespace-controller",
    for: null,
    owns: [],
    watches: [{ kind: namespaceKind, map: queueWhenDeleted }],
    concurrency: 10,
    rate: { qpsFactor: 20, burstFactor: 100 },
    reconcile,
    resume,
    refused: (_key, _op, response) => (response !== null && response.code === 404 ? "ignore" : "fail"),
  };
}

function queueWhenDeleted(change: Change, ctx: ControllerContext): readonly ObjectKey[] {
  if (change.change !== "deleted" && change.object.metadata.deletionTimestamp !== undefined) ctx.enqueueAfter({ namespace: "", name: change.object.metadata.name }, graceUs);
  return [];
}

function sweepOp(kind: AnyKind, namespace: string): WriteOp {
  return { verb: "deletecollection", path: collectionPath(kind, namespace), body: { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Background" }, tolerates: [403, 404, 405, 409, 500] };
}

function listOp(kind: AnyKind, namespace: string): WriteOp {
  return { verb: "list", path: collectionPath(kind, namespace) };
}

function itemsOf(response: ApiResponse | undefined): readonly KubeObject[] {
  const items = response !== undefined && isJsonObject(response.body) ? response.body["items"] : undefined;
  return Array.isArray(items) ? (items as readonly KubeObject[]) : [];
}

function failuresOf(answers: readonly ApiResponse[]): readonly string[] {
  return answers.filter((answer) => answer.code >= 400 && answer.code !== 404).map(statusMessage);
}

function longestGraceSeconds(pods: readonly KubeObject[]): number {
  return pods.reduce((most, pod) => Math.max(most, pod.metadata.deletionGracePeriodSeconds ?? 0, (pod.metadata.finalizers ?? []).length > 0 ? finalizerEstimateSeconds : 0), 0);
}

function reportOf(lists: readonly (readonly [AnyKind, readonly KubeObject[]])[], failures: readonly string[]): ContentReport {
  const remaining = new Map<string, number>();
  const finalizers = new Map<string, number>();
  for (const [kind, items] of lists) {
    remaining.set(`${kind.plural}.${kind.gvk.group}`, items.length);
    for (const item of items) for (const finalizer of item.metadata.finalizers ?? []) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  }
  return { remaining, finalizers, failures };
}

/** Writes the conditions where they changed, and goes on from there. `seconds`: how long what is left is expected to take. */
function report(key: ObjectKey, content: ContentReport, seconds: number, ctx: ReconcileContext): ReconcileResult {
  const namespace = ctx.lister(namespaceKind).get(key);
  if (namespace === null) return {};
  const left = [...content.remaining.values()].reduce((sum, count) => sum + count, 0) + content.failures.length;
  const before = namespace.status?.conditions ?? [];
  const conditions = deletionConditions(content, before, ctx.timestamp);
  if (conditions === before && namespace.status?.phase === "Terminating") return finish(key, left, seconds, undefined, ctx);
  ctx.because(left === 0 ? `namespace ${key.name} is empty` : `noted what is left in namespace ${key.name}: ${[...content.remaining.keys()].join(", ")}`);
  ctx.write(updateStatusOp(namespaceKind, { ...namespace, status: { ...namespace.status, phase: "Terminating", conditions } } as Namespace));
  return { resumeWith: { stage: "reported", left, seconds } };
}

/** An empty namespace loses its finalizer, and with it its life; another is looked at again. */
function finish(key: ObjectKey, left: number, seconds: number, written: ApiResponse | undefined, ctx: ReconcileContext): ReconcileResult {
  if (left > 0) return { requeueAfterUs: (Math.floor(seconds / 2) + 1) * second };
  const namespace = written === undefined ? ctx.lister(namespaceKind).get(key) : (written.body as unknown as Namespace);
  if (namespace === null) return {};
  const finalizers = (namespace.spec.finalizers ?? []).filter((finalizer) => finalizer !== "kubernetes");
  const spec: JsonObject = { ...(namespace.spec as JsonObject), finalizers };
  ctx.because(`let namespace ${key.name} go: nothing is left in it`);
  ctx.write({ verb: "update", path: `${collectionPath(namespaceKind, null)}/${key.name}/finalize`, body: { ...(namespace as unknown as JsonObject), spec }, tolerates: [404] });
  return {};
}
