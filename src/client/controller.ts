import type { ApiResponse } from "../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../apimachinery/gvk.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { Json } from "../base/json.ts";
import type { KindDefinition } from "../kinds/define.ts";
import type { CauseId } from "../sim/process.ts";
import type { Random } from "../sim/random.ts";
import type { DurationUs, SimTime } from "../sim/time.ts";
import type { Lister } from "./clientSet.ts";
import type { EventNote } from "./eventRecorder.ts";
import type { PathKind } from "./paths.ts";
import type { WriteOp } from "./writes.ts";

/** A kind whose objects a controller does not look into. */
export type AnyKind = PathKind;

/** What an informer tells a controller. */
export interface Change {
  readonly kind: AnyKind;
  readonly change: "added" | "updated" | "deleted";
  readonly object: KubeObject;
  readonly old: KubeObject | null;
  readonly cause: CauseId;
}

/** The listers that the controllers of one process share. */
export interface ControllerView {
  lister<O extends KubeObject>(kind: KindDefinition<O>): Lister<O>;
}

/** What a controller may do when it hears of a change or a timer. */
export interface ControllerContext extends ControllerView {
  readonly now: SimTime;
  /** Unix microseconds by this machine's clock: for ages, deadlines and leases. */
  readonly unixUs: number;
  /** The same as RFC 3339. */
  readonly timestamp: string;
  readonly random: Random;
  enqueue(key: ObjectKey): void;
  enqueueAfter(key: ObjectKey, delayUs: DurationUs): void;
  /** A timer of this controller; it comes back as timer(key). */
  setTimer(key: string, delayUs: DurationUs): void;
}

/** Expectations of the key in hand. */
export interface KeyExpectations {
  readonly satisfied: boolean;
  expectCreations(count: number): void;
  /** "<namespace>/<name>" of each; `creations`: how many creations beside them. */
  expectDeletions(keys: readonly string[], creations?: number): void;
  /** So many of the expected creations were never asked for. */
  giveUpCreations(count: number): void;
}

/** What a reconciler is given; it collects the plan of writes. */
export interface ReconcileContext extends ControllerContext {
  readonly expectations: KeyExpectations;
  write(op: WriteOp): void;
  /** Sent at once, and awaited as a whole. */
  together(ops: readonly WriteOp[]): void;
  /** Recorded now. For an event that tells of a write's success, give it to the write. */
  event(note: EventNote): void;
  /** Says what the plan does and why, for the causal chain. Several sentences are joined. */
  because(text: string): void;
}

export type ReconcileResult =
  | {
      /** The key again after this time. */
      readonly requeueAfterUs?: DurationUs;
      /** Once the writes are done: resume(key, resumeWith, answers) goes on. */
      readonly resumeWith?: Json;
    }
  | { readonly error: string };

/**
 * One control loop: which keys a change concerns, and what to do for a key. Level-triggered: reconcile looks at the state, not at what
 * happened. Controllers that remember something give it in snapshot() and take it back in restore().
 */
export interface ControllerDefinition<O extends KubeObject = KubeObject> {
  /** "replicaset": its user is the service account "replicaset-controller", and the flag --controllers knows it as that. */
  readonly name: string;
  /** Service account; "" where it works as the manager itself. */
  readonly account: string;
  /** Component of its events, where it is not the account. */
  readonly eventComponent?: string;
  /** Every change of such an object queues its key. */
  readonly for: KindDefinition<O> | null;
  /** Changes of an object of these kinds queue its controller, where that is of the kind `for`; expectations are kept by them. */
  readonly owns: readonly AnyKind[];
  /** Other changes, mapped to keys. */
  readonly watches: readonly Watch[];
  /** Kinds that are only read. */
  readonly reads?: readonly AnyKind[];
  /** Indexes that its listers must have. */
  readonly indexes?: readonly KindIndexes[];
  /** Keys worked on at once (upstream's concurrent syncs). */
  readonly concurrency?: number;
  /** Times the client's ordinary rate. */
  readonly rate?: { readonly qpsFactor: number; readonly burstFactor: number };
  /** How long the key that a change of `for` or `owns` queues waits for more to come; at once where it is not given. */
  delayUs?(change: Change, unixUs: number): DurationUs;
  reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult;
  resume?(key: ObjectKey, step: Json, answers: readonly ApiResponse[], ctx: ReconcileContext): ReconcileResult;
  /** A write was refused (null: its outcome is unknown). "ignore" lets the plan go on; writes made here are done before the key backs off. */
  refused?(key: ObjectKey, op: WriteOp, response: ApiResponse | null, ctx: ReconcileContext): "fail" | "ignore";
  /** What was refused of writes that were sent at once, when all of them are answered: for events that tell of all together. */
  refusedTogether?(key: ObjectKey, refusals: readonly Refusal[], ctx: ReconcileContext): void;
  /** All informers have their first list. */
  started?(ctx: ControllerContext): void;
  timer?(key: string, ctx: ControllerContext): void;
  snapshot?(): Json;
  restore?(data: Json): void;
  /** Its memory is gone: it was stopped. */
  reset?(): void;
}

export interface Refusal {
  readonly op: WriteOp;
  /** null: its outcome is unknown. */
  readonly response: ApiResponse | null;
}

/** Made by indexesOf(), which knows the type of the objects. */
export interface KindIndexes {
  readonly kind: AnyKind;
  /** Values may depend on what looksTheSame() compares, and on nothing else of an object. */
  readonly indexers: Readonly<Record<string, (object: KubeObject) => readonly string[]>>;
}

export function indexesOf<O extends KubeObject>(kind: KindDefinition<O>, indexers: Readonly<Record<string, (object: O) => readonly string[]>>): KindIndexes {
  return { kind, indexers: indexers as unknown as KindIndexes["indexers"] };
}

/** Whether the indexes of controllers see no difference: most updates are of a status, and share the rest with what they replace. */
export function looksTheSame(old: KubeObject, fresh: KubeObject): boolean {
  const before = old.metadata;
  const after = fresh.metadata;
  return (
    before.labels === after.labels &&
    before.ownerReferences === after.ownerReferences &&
    before.uid === after.uid &&
    (old as { readonly spec?: unknown }).spec === (fresh as { readonly spec?: unknown }).spec
  );
}

/** A controller whose kind is forgotten, so that controllers of different kinds stand in one list. */
export function eraseKind<O extends KubeObject>(definition: ControllerDefinition<O>): ControllerDefinition {
  return definition as unknown as ControllerDefinition;
}

export interface Watch {
  readonly kind: AnyKind;
  map(change: Change, ctx: ControllerContext): readonly ObjectKey[];
}
