import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { KubeObject, OwnerReference } from "../../apimachinery/objectMeta.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import type { WriteOp } from "../../client/writes.ts";
import { deleteOp, getOp, patchOp } from "../../client/writes.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import type { GraphNode } from "./graph.ts";
import { foregroundFinalizer, isBeingDeleted, isDeletingDependents, isOrphaning, orphanFinalizer, ownerIndex, ownerIndexOf, OwnerGraph, uidIndex, uidIndexOf } from "./graph.ts";

// Follows pkg/controller/garbagecollector/garbagecollector.go and graph_builder.go. Differs: the graph is read from informer indexes; an owner
// that the informers hold is not read from the server again.

/** Owners known to be absent are remembered up to this many. */
const mostAbsent = 500;
const none: readonly ObjectKey[] = [];
const mergePatch = "application/merge-patch+json";

interface Verdict {
  readonly solid: readonly OwnerReference[];
  readonly dangling: readonly OwnerReference[];
  readonly waiting: readonly OwnerReference[];
  readonly unknown: readonly OwnerReference[];
}

const noOwners: readonly OwnerReference[] = [];
const nobody: readonly ObjectKey[] = [];

/** Deletes what has no owner left. Keys are uids. */
export class GarbageCollector implements ControllerDefinition {
  readonly name = "garbagecollector";
  readonly account = "generic-garbage-collector";
  readonly eventComponent = "garbage-collector-controller";
  readonly for = null;
  readonly owns = [];
  readonly watches: ControllerDefinition["watches"];
  readonly indexes: NonNullable<ControllerDefinition["indexes"]>;
  readonly concurrency = 20;
  readonly rate = { qpsFactor: 2, burstFactor: 2 };
  readonly #graph: OwnerGraph;
  /** Coordinates of owners that the server does not have. */
  readonly #absent = new Set<string>();

  /** `served`: every kind the server has. */
  constructor(served: readonly KindDefinition[]) {
    const kinds = served.filter((kind) => kind.plural !== "events" && ["delete", "list", "watch"].every((verb) => kind.verbs.includes(verb)));
    this.#graph = new OwnerGraph(kinds);
    this.watches = kinds.map((kind) => ({ kind, map: (change, ctx) => this.#concerned(change, ctx) }));
    this.indexes = kinds.map((kind) => indexesOf(kind, { [uidIndex]: uidIndexOf, [ownerIndex]: ownerIndexOf }));
  }

  reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
    const node = this.#graph.byUid(key.name, ctx);
    if (node === null) return {};
    if (isOrphaning(node.object)) return orphan(node, this.#graph, ctx);
    if (isDeletingDependents(node.object)) return waitForDependents(node, this.#graph, ctx);
    if (isBeingDeleted(node.object) || (node.object.metadata.ownerReferences ?? []).length === 0) return {};
    const verdict = this.#classify(node, new Map(), ctx);
    if (verdict.unknown.length === 0) return collect(node, verdict, this.#graph, ctx);
    const unserved = verdict.unknown.find((reference) => this.#graph.kindOf(reference) === null);
    if (unserved !== undefined) return { error: `unable to get REST mapping for ${unserved.apiVersion}/${unserved.kind}` };
    for (const reference of verdict.unknown) if (this.#isElsewhere(node, reference, ctx)) reportInvalidNamespace(node, reference, ctx);
    if (verdict.unknown.some((reference) => this.#isImpossible(node, reference))) return {};
    for (const reference of verdict.unknown) ctx.write({ ...getOp(this.#graph.kindOf(reference) as KindDefinition, this.#ownerKey(node, reference)), tolerates: [404] });
    return { resumeWith: verdict.unknown as unknown as Json };
  }

  /** The server has said which of the owners it has. */
  resume(key: ObjectKey, asked: Json, answers: readonly ApiResponse[], ctx: ReconcileContext): ReconcileResult {
    const node = this.#graph.byUid(key.name, ctx);
    if (node === null || isBeingDeleted(node.object)) return {};
    const live = new Map<string, KubeObject>();
    for (const [index, reference] of (asked as unknown as readonly OwnerReference[]).entries()) {
      const answer = answers[index];
      const object = answer?.code === 200 ? (answer.body as unknown as KubeObject) : null;
      const wanted = this.#coordinates(node, reference);
      if (object !== null && object.metadata.uid === reference.uid) live.set(wanted, object);
      else this.#rememberAbsent(wanted);
    }
    return collect(node, this.#classify(node, live, ctx), this.#graph, ctx);
  }

  snapshot(): Json {
    return [...this.#absent];
  }

  restore(data: Json): void {
    this.reset();
    for (const uid of data as readonly string[]) this.#absent.add(uid);
  }

  reset(): void {
    this.#absent.clear();
  }

  /** The uids of objects that a change may make ripe for collection. */
  #concerned(change: Change, ctx: ControllerContext): readonly ObjectKey[] {
    const { object, old } = change;
    // Most changes: nobody comes or goes.
    if (change.change === "updated" && old !== null && old.metadata.ownerReferences === object.metadata.ownerReferences && !startsToGo(object, old)) return none;
    const uids = new Set<string>();
    if (change.change === "deleted") {
      const dependents = this.#graph.dependents(object.metadata.uid, ctx);
      const { namespace = "", name, uid } = object.metadata;
      if (dependents.length > 0) this.#rememberAbsent(`${namespace}/${name}/${object.kind}/${uid}`);
      for (const dependent of dependents) uids.add(dependent.object.metadata.uid);
    } else if (ownersChanged(object, old) || startsToGo(object, old)) {
      uids.add(object.metadata.uid);
    }
    // An owner that waits for its dependents hears of each that goes or lets it go.
    const owners = object.metadata.ownerReferences ?? noOwners;
    const before = old?.metadata.ownerReferences ?? noOwners;
    this.#addWaiting(owners, object, uids, ctx);
    if (before !== owners) this.#addWaiting(before, object, uids, ctx);
    return uids.size === 0 ? nobody : [...uids].map((name) => ({ namespace: "", name }));
  }

  #addWaiting(references: readonly OwnerReference[], object: KubeObject, uids: Set<string>, ctx: ControllerContext): void {
    for (const reference of references) {
      const kind = uids.has(reference.uid) ? null : this.#graph.kindOf(reference);
      const namespace = kind?.scope === "Namespaced" ? (object.metadata.namespace ?? "") : "";
      const owner = kind === null ? null : ctx.lister(kind).get({ namespace, name: reference.name });
      if (owner !== null && owner.metadata.uid === reference.uid && isDeletingDependents(owner)) uids.add(reference.uid);
    }
  }

  /** `live`: owners that the server was found to have, though the informers do not hold them yet. */
  #classify(node: GraphNode, live: ReadonlyMap<string, KubeObject>, ctx: ReconcileContext): Verdict {
    const verdict = { solid: [] as OwnerReference[], dangling: [] as OwnerReference[], waiting: [] as OwnerReference[], unknown: [] as OwnerReference[] };
    for (const reference of node.object.metadata.ownerReferences ?? []) {
      const kind = this.#graph.kindOf(reference);
      const known = kind === null || this.#isImpossible(node, reference) ? null : ctx.lister(kind).get(this.#ownerKey(node, reference));
      const owner = known !== null && known.metadata.uid === reference.uid ? known : live.get(this.#coordinates(node, reference));
      if (owner !== undefined) (isDeletingDependents(owner) ? verdict.waiting : verdict.solid).push(reference);
      else (this.#absent.has(this.#coordinates(node, reference)) ? verdict.dangling : verdict.unknown).push(reference);
    }
    return verdict;
  }

  #ownerKey(node: GraphNode, reference: OwnerReference): ObjectKey {
    const namespaced = this.#graph.kindOf(reference)?.scope === "Namespaced";
    return { namespace: namespaced ? (node.object.metadata.namespace ?? "") : "", name: reference.name };
  }

  /** Who is looked for: a uid may be named together with a wrong name, kind or namespace. */
  #coordinates(node: GraphNode, reference: OwnerReference): string {
    const { namespace, name } = this.#ownerKey(node, reference);
    return `${namespace}/${name}/${reference.kind}/${reference.uid}`;
  }

  /** A cluster-wide object cannot be owned by one that lives in a namespace: nobody knows in which. */
  #isImpossible(node: GraphNode, reference: OwnerReference): boolean {
    return node.kind.scope === "Cluster" && this.#graph.kindOf(reference)?.scope === "Namespaced";
  }

  /** The owner is there, but in another namespace than its dependent: an owner is looked for in that of the dependent alone. */
  #isElsewhere(node: GraphNode, reference: OwnerReference, ctx: ReconcileContext): boolean {
    const kind = this.#graph.kindOf(reference);
    const owner = kind?.scope === "Namespaced" ? ctx.lister(kind).byIndex(uidIndex, reference.uid)[0] : undefined;
    return owner !== undefined && owner.metadata.namespace !== node.object.metadata.namespace;
  }

  #rememberAbsent(coordinates: string): void {
    this.#absent.delete(coordinates);
    this.#absent.add(coordinates);
    if (this.#absent.size > mostAbsent) this.#absent.delete(this.#absent.values().next().value as string);
  }
}

function ownersChanged(object: KubeObject, old: KubeObject | null): boolean {
  const owners = object.metadata.ownerReferences ?? [];
  return old === null ? owners.length > 0 : !deepEqual(old.metadata.ownerReferences ?? [], owners);
}

function startsToGo(object: KubeObject, old: KubeObject | null): boolean {
  if (!isBeingDeleted(object)) return false;
  return old === null || !isBeingDeleted(old) || !deepEqual(old.metadata.finalizers ?? [], object.metadata.finalizers ?? []);
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

function reportInvalidNamespace(node: GraphNode, { apiVersion, kind, name, uid }: OwnerReference, ctx: ReconcileContext): void {
  const { namespace = "" } = node.object.metadata;
  const about = { kind: node.object.kind, ...(namespace === "" ? {} : { namespace }), name: node.object.metadata.name, uid: node.object.metadata.uid, apiVersion: node.object.apiVersion };
  ctx.event({ about, type: "Warning", reason: "OwnerRefInvalidNamespace", message: `ownerRef [${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}] does not exist in namespace ${JSON.stringify(namespace)}` });
}
