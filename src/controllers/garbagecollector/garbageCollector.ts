import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { KubeObject, OwnerReference } from "../../apimachinery/objectMeta.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { WriteOp } from "../../client/writes.ts";
import { deleteOp, getOp, patchOp } from "../../client/writes.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import type { GraphNode } from "./graph.ts";
import { foregroundFinalizer, isBeingDeleted, isDeletingDependents, isOrphaning, orphanFinalizer, ownerIndex, ownerIndexOf, OwnerGraph, uidIndex, uidIndexOf } from "./graph.ts";

// Follows pkg/controller/garbagecollector/garbagecollector.go and graph_builder.go. Differs: the graph is read from informer indexes; an owner
// that the informers hold is not read from the server again.

export const honesty = {
  component: "garbage collector",
  implemented: ["background, foreground and orphan deletion", "absent owners, checked against the server", "owners whose uid differs", "dependents with several owners", "circles"],
  notImplemented: ["custom resources (they come with CRDs)"],
} as const;

/** Owners known to be absent are remembered up to this many. */
const mostAbsent = 500;
const mergePatch = "application/merge-patch+json";

interface Verdict {
  readonly solid: readonly OwnerReference[];
  readonly dangling: readonly OwnerReference[];
  readonly waiting: readonly OwnerReference[];
  readonly unknown: readonly OwnerReference[];
}

/** Deletes what has no owner left. Keys are uids. `served`: every kind the server has. */
export function createGarbageCollector(served: readonly KindDefinition[]): ControllerDefinition {
  const kinds = served.filter((kind) => kind.plural !== "events" && ["delete", "list", "watch"].every((verb) => kind.verbs.includes(verb)));
  const graph = new OwnerGraph(kinds);
  /** Uids of owners that the server does not have. */
  const absent = new Set<string>();
  /** Owners that the server had when it was asked, though the informers did not: uid -> whether it waits for its dependents. */
  const remember = (uid: string): void => {
    absent.delete(uid);
    absent.add(uid);
    if (absent.size > mostAbsent) absent.delete(absent.values().next().value as string);
  };

  const changed = (change: Change, ctx: ControllerContext): readonly ObjectKey[] => {
    const { object, old } = change;
    const keys = new Set<string>();
    if (change.change === "deleted") {
      const dependents = graph.dependents(object.metadata.uid, ctx);
      if (dependents.length > 0) remember(object.metadata.uid);
      for (const dependent of dependents) keys.add(dependent.object.metadata.uid);
    } else {
      const owned = (object.metadata.ownerReferences ?? []).length > 0;
      const refsChanged = old === null ? owned : !deepEqual(old.metadata.ownerReferences ?? [], object.metadata.ownerReferences ?? []);
      const startsToGo = isBeingDeleted(object) && (old === null || !isBeingDeleted(old) || !deepEqual(old.metadata.finalizers ?? [], object.metadata.finalizers ?? []));
      if (refsChanged || startsToGo) keys.add(object.metadata.uid);
    }
    // An owner that waits for its dependents hears of each that goes or lets it go.
    for (const reference of [...(object.metadata.ownerReferences ?? []), ...(old?.metadata.ownerReferences ?? [])]) {
      const owner = keys.has(reference.uid) ? null : graph.byUid(reference.uid, ctx);
      if (owner !== null && isDeletingDependents(owner.object)) keys.add(reference.uid);
    }
    return [...keys].map((name) => ({ namespace: "", name }));
  };

  const reconcile = (key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    const node = graph.byUid(key.name, ctx);
    if (node === null) return {};
    if (isOrphaning(node.object)) return orphan(node, graph, ctx);
    if (isDeletingDependents(node.object)) return waitForDependents(node, graph, ctx);
    if (isBeingDeleted(node.object) || (node.object.metadata.ownerReferences ?? []).length === 0) return {};
    const verdict = classify(node, new Map(), ctx);
    if (verdict.unknown.length === 0) return collect(node, verdict, graph, ctx);
    const unserved = verdict.unknown.find((reference) => graph.kindOf(reference) === null);
    if (unserved !== undefined) return { error: `unable to get REST mapping for ${unserved.apiVersion}/${unserved.kind}` };
    if (verdict.unknown.some((reference) => isImpossible(node, reference))) return reportInvalidOwner(node, verdict.unknown, ctx);
    for (const reference of verdict.unknown) ctx.write({ ...getOp(graph.kindOf(reference) as KindDefinition, ownerKey(node, reference)), tolerates: [404] });
    return { resumeWith: verdict.unknown as unknown as Json };
  };

  /** The server has said which of the owners it has. */
  const resume = (key: ObjectKey, step: Json, answers: readonly ApiResponse[], ctx: ReconcileContext): ReconcileResult => {
    const node = graph.byUid(key.name, ctx);
    if (node === null || isBeingDeleted(node.object)) return {};
    const live = new Map<string, KubeObject>();
    for (const [index, reference] of (step as unknown as readonly OwnerReference[]).entries()) {
      const answer = answers[index];
      const object = answer?.code === 200 ? (answer.body as unknown as KubeObject) : null;
      if (object !== null && object.metadata.uid === reference.uid) live.set(reference.uid, object);
      else remember(reference.uid);
    }
    return collect(node, classify(node, live, ctx), graph, ctx);
  };

  const classify = (node: GraphNode, live: ReadonlyMap<string, KubeObject>, ctx: ReconcileContext): Verdict => {
    const verdict = { solid: [] as OwnerReference[], dangling: [] as OwnerReference[], waiting: [] as OwnerReference[], unknown: [] as OwnerReference[] };
    for (const reference of node.object.metadata.ownerReferences ?? []) {
      const kind = graph.kindOf(reference);
      const known = kind === null || isImpossible(node, reference) ? null : ctx.lister(kind).get(ownerKey(node, reference));
      const owner = known !== null && known.metadata.uid === reference.uid ? known : live.get(reference.uid);
      if (owner !== undefined) (isDeletingDependents(owner) ? verdict.waiting : verdict.solid).push(reference);
      else (absent.has(reference.uid) ? verdict.dangling : verdict.unknown).push(reference);
    }
    return verdict;
  };

  const ownerKey = (node: GraphNode, reference: OwnerReference): ObjectKey => ({
    namespace: graph.kindOf(reference)?.scope === "Namespaced" ? (node.object.metadata.namespace ?? "") : "",
    name: reference.name,
  });

  /** A cluster-wide object cannot be owned by one that lives in a namespace: nobody knows in which. */
  const isImpossible = (node: GraphNode, reference: OwnerReference): boolean => node.kind.scope === "Cluster" && graph.kindOf(reference)?.scope === "Namespaced";

  return {
    name: "garbagecollector",
    account: "generic-garbage-collector",
    eventComponent: "garbage-collector-controller",
    for: null,
    owns: [],
    watches: kinds.map((kind) => ({ kind, map: changed })),
    indexes: kinds.map((kind) => indexesOf(kind, { [uidIndex]: uidIndexOf, [ownerIndex]: ownerIndexOf })),
    concurrency: 20,
    rate: { qpsFactor: 2, burstFactor: 2 },
    reconcile,
    resume,
    snapshot: () => [...absent],
    restore: (data) => {
      absent.clear();
      for (const uid of data as readonly string[]) absent.add(uid);
    },
    reset: () => absent.clear(),
  };
}

const keyOf = ({ object }: GraphNode): ObjectKey => ({ namespace: object.metadata.namespace ?? "", name: object.metadata.name });
const titleOf = ({ object }: GraphNode): string => `${object.kind} ${object.metadata.name}`;

/** Owners are classified: the object stays, loses references, or goes. */
function collect(node: GraphNode, verdict: Verdict, graph: OwnerGraph, ctx: ReconcileContext): ReconcileResult {
  const { solid, dangling, waiting } = verdict;
  const gone = [...dangling, ...waiting];
  if (solid.length > 0 || verdict.unknown.length > 0) {
    if (gone.length === 0) return {};
    ctx.because(`took ${gone.length} owners off ${titleOf(node)}: they are gone, ${solid.length} others remain`);
    ctx.write({ ...dropOwners(node, gone.map((reference) => reference.uid)), tolerates: [404] });
    return {};
  }
  if (gone.length === 0) return {};
  if (waiting.length > 0) {
    const dependents = graph.dependents(node.object.metadata.uid, ctx);
    if (dependents.length > 0) {
      // A circle of objects that wait for each other: this one stops blocking.
      if (dependents.some((dependent) => isDeletingDependents(dependent.object))) ctx.write(unblockOwners(node));
      ctx.because(`deleted ${titleOf(node)} in the foreground: its owner ${waiting[0]?.name ?? ""} waits for it`);
      ctx.write(collectOp(node, "Foreground"));
      return {};
    }
  }
  const policy = node.object.metadata.finalizers?.includes(orphanFinalizer) === true ? "Orphan" : node.object.metadata.finalizers?.includes(foregroundFinalizer) === true ? "Foreground" : "Background";
  ctx.because(`deleted ${titleOf(node)}: its owner ${gone[0]?.kind ?? ""} ${gone[0]?.name ?? ""} ${dangling.length > 0 ? "is gone" : "waits for it to go"}`);
  ctx.write(collectOp(node, policy));
  return {};
}

function collectOp(node: GraphNode, propagationPolicy: "Background" | "Foreground" | "Orphan"): WriteOp {
  return { ...deleteOp(node.kind, keyOf(node), { uid: node.object.metadata.uid, propagationPolicy }), tolerates: [404, 409] };
}

/** A foreground deletion goes on when no blocking dependent is left; until then each of them is looked at. */
function waitForDependents(node: GraphNode, graph: OwnerGraph, ctx: ReconcileContext): ReconcileResult {
  const blocking = graph.blockingDependents(node.object.metadata.uid, ctx);
  if (blocking.length === 0) {
    ctx.because(`let ${titleOf(node)} go: no dependent holds it back any more`);
    ctx.write(removeFinalizer(node, foregroundFinalizer));
    return {};
  }
  for (const dependent of blocking) if (!isDeletingDependents(dependent.object)) ctx.enqueue({ namespace: "", name: dependent.object.metadata.uid });
  return {};
}

function orphan(node: GraphNode, graph: OwnerGraph, ctx: ReconcileContext): ReconcileResult {
  const dependents = graph.dependents(node.object.metadata.uid, ctx);
  ctx.because(`orphaned ${dependents.length} dependents of ${titleOf(node)}, as the delete asked`);
  ctx.together(dependents.map((dependent) => ({ ...dropOwners(dependent, [node.object.metadata.uid]), tolerates: [404] })));
  ctx.write(removeFinalizer(node, orphanFinalizer));
  return {};
}

function dropOwners(node: GraphNode, uids: readonly string[]): WriteOp {
  const ownerReferences = (node.object.metadata.ownerReferences ?? []).filter((owner) => !uids.includes(owner.uid));
  return patchOwners(node, ownerReferences);
}

function unblockOwners(node: GraphNode): WriteOp {
  return patchOwners(node, (node.object.metadata.ownerReferences ?? []).map((owner) => (owner.blockOwnerDeletion === true ? { ...owner, blockOwnerDeletion: false } : owner)));
}

/** With the resourceVersion, so that references somebody added meanwhile are not lost. */
function patchOwners(node: GraphNode, ownerReferences: readonly OwnerReference[]): WriteOp {
  const { uid, resourceVersion } = node.object.metadata;
  return patchOp(node.kind, keyOf(node), { metadata: { uid, resourceVersion, ownerReferences: ownerReferences.length === 0 ? null : (ownerReferences as unknown as Json) } }, mergePatch);
}

function removeFinalizer(node: GraphNode, finalizer: string): WriteOp {
  const { resourceVersion, finalizers } = node.object.metadata;
  const kept = (finalizers ?? []).filter((name) => name !== finalizer);
  return { ...patchOp(node.kind, keyOf(node), { metadata: { resourceVersion, finalizers: kept } }, mergePatch), tolerates: [404] };
}

function reportInvalidOwner(node: GraphNode, references: readonly OwnerReference[], ctx: ReconcileContext): ReconcileResult {
  const reference = references[0];
  if (reference !== undefined) {
    const { apiVersion, kind, name, uid } = reference;
    ctx.event({
      about: referenceTo(node.object),
      type: "Warning",
      reason: "OwnerRefInvalidNamespace",
      message: `ownerRef [${apiVersion}/${kind}, namespace: , name: ${name}, uid: ${uid}] does not exist in namespace ""`,
    });
  }
  return {};
}
