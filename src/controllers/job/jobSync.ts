// Follows pkg/controller/job/job_controller.go (syncJob, flushUncountedAndRemoveFinalizers): one pass over one Job, as steps between which
// answers of the server come in.
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { keyText } from "../../apimachinery/gvk.ts";
import { selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { WriteOp } from "../../client/writes.ts";
import { createOp, deleteOp, updateStatusOp } from "../../client/writes.ts";
import { jobKind } from "../../kinds/batch/job/kind.ts";
import type { Job, JobCondition, JobStatus } from "../../kinds/batch/job/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { isPodReady } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { claim, confirmed, controllerIndex, orphansOf } from "../ownership.ts";
import { hasCause, statusMessage } from "../statusErrors.ts";
import type { BackoffRecord } from "./backoff.ts";
import { ensured, newCondition } from "./conditions.ts";
import type { Facts } from "./facts.ts";
import { deadlineUs, endOf, factsOf } from "./facts.ts";
import type { JobMemory } from "./jobMemory.ts";
import { isSuspended, isTracked, newPod, releaseOp, trackingFinalizer } from "./jobPods.ts";
import { decide } from "./manage.ts";
import { batchUs } from "./orphans.ts";
import type { Tracking } from "./track.ts";
import { track, withEnd, withoutCounted } from "./track.ts";

/** What a pass keeps while its requests are under way. */
interface Pass {
  readonly step: "create" | "release" | "finish";
  readonly tracking: Tracking;
  readonly flush: boolean;
  readonly backoff: BackoffRecord;
  /** Creates that are not sent yet, and how many are sent next. */
  readonly creates: readonly WriteOp[];
  readonly batch: number;
  readonly error: string;
}

/** What was decided about the pods, as the status is to say it. */
interface Managed {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  readonly creates: readonly WriteOp[];
  /** Nothing was decided, for what the informers show is known to be old. */
  readonly blind: boolean;
}

export function beginPass(memory: JobMemory, stored: Job, key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const name = keyText(key);
  const blind = !ctx.expectations.satisfied;
  const pods = claimed(stored, ctx);
  const job = stored.status?.startTime === undefined && !isSuspended(stored) ? { ...stored, status: { ...stored.status, startTime: ctx.timestamp } } : stored;
  const facts = factsOf(job, pods, memory.removing(name), memory.backoff(name), ctx.unixUs);
  let end = endOf(facts, ctx.unixUs, ctx.timestamp);
  let managed: Managed;
  let status = job.status ?? {};
  if (end !== null) {
    managed = { ...removeAll(facts, end, ctx), blind };
    if (blind) end = null;
  } else {
    const left = deadlineUs(job, ctx.unixUs);
    if (left !== null) ctx.enqueueAfter(key, left);
    managed = manage(facts, key, blind || job.metadata.deletionTimestamp !== undefined, ctx);
    if (isComplete(facts, managed.active)) end = newCondition("SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods", ctx.timestamp);
    else if (!managed.blind) status = withSuspension(job, ctx);
  }
  const tracking = track(facts, { ...job, status: withCounts(status, managed) }, end, ctx.timestamp);
  const flush = tracking.changed || status !== (job.status ?? status) || !sameCounts(stored.status, managed);
  const pass: Pass = { step: "create", tracking, flush, backoff: facts.backoff, creates: managed.creates, batch: 1, error: "" };
  return managed.creates.length > 0 ? create(pass, ctx) : flushed(memory, pass, key, ctx);
}

export function resumePass(memory: JobMemory, key: ObjectKey, step: Json, answers: readonly (ApiResponse | null)[], ctx: ReconcileContext): ReconcileResult {
  const pass = step as unknown as Pass;
  if (pass.step === "create") return created(memory, pass, key, answers, ctx);
  if (pass.step === "finish") {
    const gone = new Set(pass.tracking.release.map(([, uid]) => uid));
    return finish({ ...pass, tracking: { ...pass.tracking, held: pass.tracking.held.filter((uid) => !gone.has(uid)) } }, ctx);
  }
  memory.setBackoff(keyText(key), pass.backoff);
  const job = answers[answers.length - 1]?.body as unknown as Job;
  return release(memory, { ...pass, tracking: { ...pass.tracking, job } }, key, ctx);
}

/** Its pods, after adoption and release, which give the finalizer and take it away. */
function claimed(job: Job, ctx: ReconcileContext): readonly Pod[] {
  const lister = ctx.lister(podKind);
  const candidates = [...lister.byIndex(controllerIndex, job.metadata.uid), ...lister.byIndex(controllerIndex, orphansOf(job.metadata.namespace ?? ""))];
  const { mine, adopted, adoptions, releases } = claim(job, jobKind, podKind, selectorFromLabelSelector(job.spec.selector ?? {}), candidates);
  const write = (op: WriteOp, finalizers: JsonObject): void => {
    const { metadata } = op.body as JsonObject & { readonly metadata: JsonObject };
    ctx.write({ ...op, body: { metadata: { ...metadata, ...finalizers } } });
  };
  for (const op of releases) write(op, { "$deleteFromPrimitiveList/finalizers": [trackingFinalizer] });
  for (const op of confirmed(job, jobKind, podKind, adopted[0])) ctx.write(op);
  for (const op of adoptions) write(op, { finalizers: [trackingFinalizer] });
  if (adopted.length === 0) return mine;
  return mine.map((pod) => (adopted.includes(pod) && !isTracked(pod) ? { ...pod, metadata: { ...pod.metadata, finalizers: [...(pod.metadata.finalizers ?? []), trackingFinalizer] } } : pod));
}

/** A Job that comes to its end has no running pods. Their finalizers stay, for they are still to be counted. */
function removeAll({ job, active, terminating }: Facts, { reason = "" }: JobCondition, ctx: ReconcileContext): Omit<Managed, "blind"> {
  if (active.length > 0) ctx.because(`deleted ${active.length} running pods: the Job ends (${reason})`);
  ctx.together(active.map((pod) => removeOp(job, pod)));
  return { active: 0, ready: 0, terminating: terminating + active.length, creates: [] };
}

function manage(facts: Facts, key: ObjectKey, blind: boolean, ctx: ReconcileContext): Managed {
  const { job, active, ready, terminating, replaced } = facts;
  const as = { active: active.length, ready, terminating, creates: [], blind };
  if (blind) return as;
  const decision = decide(facts, ctx.unixUs);
  if (decision.type === "wait") {
    // As v1.36.2 has it: while it waits it counts no pod as active, even where some run.
    ctx.enqueueAfter(key, Math.max(batchUs, decision.delayUs));
    return { ...as, active: 0 };
  }
  if (decision.type === "create") {
    const creates = decision.indexes.map((index) => makeOp(job, index, index === null ? undefined : replaced.get(index)));
    if (creates.length > 0) ctx.because(`made ${creates.length === 1 ? "a pod" : `${creates.length} pods`}: ${decision.why}`);
    ctx.expectations.expectCreations(creates.length);
    return { ...as, active: active.length + creates.length, creates };
  }
  if (decision.type === "nothing" || decision.pods.length === 0) return as;
  const { pods, why } = decision;
  const namespace = job.metadata.namespace ?? "";
  ctx.because(`deleted ${pods.length === 1 ? "a pod" : `${pods.length} pods`}: ${why}`);
  ctx.expectations.expectDeletions(pods.map(({ metadata }) => `${namespace}/${metadata.name}`));
  ctx.together(pods.filter(isTracked).map(({ metadata }) => releaseOp(namespace, metadata.name)));
  ctx.together(pods.map((pod) => ({ ...removeOp(job, pod), expects: { deletion: `${namespace}/${pod.metadata.name}` } })));
  return { ...as, active: active.length - pods.length, ready: ready - pods.filter(isPodReady).length, terminating: terminating + pods.length };
}

function isComplete({ job, succeeded }: Facts, active: number): boolean {
  return active === 0 && (job.spec.completions === undefined ? succeeded > 0 : succeeded >= job.spec.completions);
}

/** Suspended or resumed: said in a condition and an event; the time of a suspended Job does not run. */
function withSuspension(job: Job, ctx: ReconcileContext): JobStatus {
  const status = job.status ?? {};
  const before = status.conditions ?? [];
  const suspended = isSuspended(job);
  const wanted = suspended ? newCondition("Suspended", "JobSuspended", "Job suspended", ctx.timestamp) : newCondition("Suspended", "JobResumed", "Job resumed", ctx.timestamp, "False");
  const conditions = ensured(before, wanted);
  const isNew = conditions !== before;
  if (isNew) ctx.event({ about: referenceTo(job), type: "Normal", reason: suspended ? "Suspended" : "Resumed", message: wanted.message ?? "" });
  const { startTime, ...rest } = status;
  if (suspended) return isNew || startTime !== undefined ? { ...rest, conditions } : status;
  return isNew ? { ...status, conditions, startTime: ctx.timestamp } : status;
}

/** Zeroes are left out, but for ready and terminating. */
function withCounts(status: JobStatus, { active, ready, terminating }: Managed): JobStatus {
  const { active: _, ...rest } = status;
  return { ...rest, ...(active === 0 ? {} : { active }), ready, terminating };
}

function sameCounts(status: JobStatus | undefined, { active, ready, terminating }: Managed): boolean {
  return (status?.active ?? 0) === active && status?.ready === ready && status.terminating === terminating;
}

/** Batches of 1, 2, 4, ...: where all fail for one reason, few requests are wasted. */
function create(pass: Pass, ctx: ReconcileContext): ReconcileResult {
  ctx.together(pass.creates.slice(0, pass.batch));
  return { resumeWith: { ...pass, creates: pass.creates.slice(pass.batch), batch: pass.batch * 2 } as unknown as Json };
}

function created(memory: JobMemory, pass: Pass, key: ObjectKey, answers: readonly (ApiResponse | null)[], ctx: ReconcileContext): ReconcileResult {
  const refused = answers.filter((answer) => answer === null || (answer.code >= 300 && !hasCause(answer, "NamespaceTerminating")));
  if (refused.length === 0) return pass.creates.length > 0 ? create(pass, ctx) : flushed(memory, pass, key, ctx);
  const lost = refused.length + pass.creates.length;
  ctx.expectations.giveUpCreations(pass.creates.length);
  const { job } = pass.tracking;
  const active = (job.status?.active ?? 0) - lost;
  const before = ctx.lister(jobKind).get(key)?.status?.active ?? 0;
  const tracking = { ...pass.tracking, job: { ...job, status: withCounts(job.status ?? {}, { active, ready: job.status?.ready ?? 0, terminating: job.status?.terminating ?? 0, creates: [], blind: false }) } };
  return flushed(memory, { ...pass, tracking, flush: pass.tracking.changed || pass.flush || active !== before, error: statusMessage(refused[0] ?? null) }, key, ctx);
}

/** The status names the pods that have ended before their finalizers go, so that none is counted twice or never. */
function flushed(memory: JobMemory, pass: Pass, key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  if (!pass.flush) return release(memory, pass, key, ctx);
  writeStatus(pass.tracking.job, ctx);
  return { resumeWith: { ...pass, step: "release" } as unknown as Json };
}

function release(memory: JobMemory, pass: Pass, key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const pods = pass.tracking.release;
  if (pods.length === 0) return finish(pass, ctx);
  memory.expectRemovals(keyText(key), pods.map(([, uid]) => uid));
  ctx.together(pods.map(([name]) => releaseOp(key.namespace, name)));
  return { resumeWith: { ...pass, step: "finish" } as unknown as Json };
}

function finish({ tracking: { job, held, end }, error }: Pass, ctx: ReconcileContext): ReconcileResult {
  const before = job.status ?? {};
  const counted = withoutCounted(before, new Set(held));
  const ended = withEnd(counted ?? before, end);
  const status = ended ?? counted;
  if (status !== null) writeStatus({ ...job, status }, ctx, ended === null ? null : end);
  return error === "" ? {} : { error };
}

function writeStatus(job: Job, ctx: ReconcileContext, end: JobCondition | null = null): void {
  const { active = 0, succeeded = 0, failed = 0 } = job.status ?? {};
  ctx.because(`wrote the status: ${active} pods active, ${succeeded} succeeded, ${failed} failed${end === null ? "" : `; the Job is ${end.type.toLowerCase()}`}`);
  const op = updateStatusOp(jobKind, job);
  if (end === null) {
    ctx.write(op);
    return;
  }
  const about = referenceTo(job);
  const done = end.type === "Complete";
  if (done && succeeded > (job.spec.completions ?? succeeded)) ctx.event({ about, type: "Warning", reason: "TooManySucceededPods", message: "Too many succeeded pods running after completion count reached" });
  ctx.write({ ...op, event: done ? { about, type: "Normal", reason: "Completed", message: "Job completed" } : { about, type: "Warning", reason: end.reason ?? "", message: end.message ?? "" } });
}

function makeOp(job: Job, index: number | null, replaced: Pod | undefined): WriteOp {
  return { ...createOp(podKind, newPod(job, index, replaced)), expects: "creation", event: { about: referenceTo(job), type: "Normal", reason: "SuccessfulCreate", message: "Created pod: {name}" } };
}

function removeOp(job: Job, { metadata: { name } }: Pod): WriteOp {
  const event = { about: referenceTo(job), type: "Normal" as const, reason: "SuccessfulDelete", message: `Deleted pod: ${name}` };
  return { ...deleteOp(podKind, { namespace: job.metadata.namespace ?? "", name }), tolerates: [404], event };
}
