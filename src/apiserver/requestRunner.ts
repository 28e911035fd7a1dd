import type { ApiResponse, WatchFrame } from "../apimachinery/apiRequest.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { alreadyExists, conflict, generateNameConflict, internalServerError, badRequest, timeoutStatus, type StatusAnswer } from "../apimachinery/statusErrors.ts";
import type { EtcdItem, EtcdTxn } from "../etcd/messages.ts";
import type { ConnectionId } from "../sim/process.ts";
import { answer, statusResponse } from "./answers.ts";
import { negotiate } from "./encode/accept.ts";
import { encodeFrame, encodeObject, type FrameForm } from "./encode/encodeObject.ts";
import type { ObjectName, Parked } from "./parked.ts";
import { planOneDelete } from "./pipeline.ts";
import { Refusal, type PlannedWrite, type QuotaWrite, type RequestContext, type WatchPlan } from "./requestContext.ts";
import type { Resource } from "./resources.ts";
import type { ServerView } from "./serverView.ts";
import { scaleOf } from "./encode/scale.ts";
import { whileDeleted } from "./outcomes.ts";
import { tooOld } from "./verbs/watch.ts";
import { withRevision } from "./watch/objectCache.ts";
import { selects } from "./watch/selection.ts";
import { frameOf, transitionOf, type FrameEncoder, type WatcherState } from "./watch/watchHub.ts";

const component = "api server";
const maximumAttempts = 5;
/** Upstream gives a generated name eight tries. */
const maximumNames = 8;

type DeleteStep =
  | { readonly type: "write"; readonly write: PlannedWrite }
  | { readonly type: "done" }
  | { readonly type: "refused"; readonly response: ApiResponse };

/** Turns what etcd said, and what the stages planned, into answers. Holds nothing of its own. */
export class RequestRunner {
  private readonly server: ServerView;

  constructor(server: ServerView) {
    this.server = server;
  }

  transaction(id: number, write: PlannedWrite): EtcdTxn {
    const { key, expectRevision, value, noteText, noteObject } = write;
    const note = { component, text: noteText, object: noteObject };
    return write.ttlSeconds === undefined ? { type: "txn", id, key, expectRevision, value, note } : { type: "txn", id, key, expectRevision, value, ttlSeconds: write.ttlSeconds, note };
  }

  /** The write of a quota's status that a request waits for. */
  quotaTransaction(id: number, { key, expectRevision, value }: QuotaWrite): EtcdTxn {
    const [namespace = "", name = ""] = key.split("/").slice(-2);
    return { type: "txn", id, key, expectRevision, value, note: { component, text: `counted a request in ResourceQuota ${name}`, object: `resourcequotas/${namespace}/${name}` } };
  }

  /** Others wrote the quota all the time. */
  quotaConflict({ key }: QuotaWrite, warnings: readonly string[]): ApiResponse {
    return statusResponse(conflict({ group: "", resource: "resourcequotas" }, key.slice(key.lastIndexOf("/") + 1)), warnings);
  }

  /** The answer to a write that etcd has committed. */
  written(parked: Parked, write: PlannedWrite, revision: number, nowUs: number): ApiResponse {
    const { answer: reply } = write;
    if (reply.type === "body") return answer(reply.code, reply.body, parked.warnings);
    const found = this.server.resources.ofKey(write.key);
    if (found === null) throw new Error(`nobody's key ${write.key}`);
    const resource = this.server.resources.get(found.resource.id, write.version) ?? found.resource;
    const object = reply.type === "deleted" ? (reply.keepsVersion ? reply.object : withRevision(reply.object, revision)) : this.committedObject(found, write, revision);
    const accepted = negotiate(parked.request.accept);
    if (reply.type === "scale") return answer(reply.code, scaleOf(resource.kind, object), parked.warnings);
    const body = encodeObject(resource, object, accepted?.form ?? "object", parked.request.query["includeObject"] ?? "", nowUs, parked.origin.type === "outside" ? this.server : null);
    return answer(reply.type === "object" ? reply.code : 200, body, parked.warnings);
  }

  /** The cache has it already: events come before the answer. The same object serves watchers and writer. */
  private committedObject(found: { readonly resource: Resource; readonly objectKey: string }, write: PlannedWrite, revision: number): KubeObject {
    const cached = this.server.cache.get(found.resource, found.objectKey);
    if (cached !== null && cached.metadata.resourceVersion === String(revision)) return cached;
    return withRevision(write.value as object, revision);
  }

  /** The refusal of a write whose comparison failed, or null where it is to be planned again. */
  conflicted(parked: Parked, write: PlannedWrite, attempt: number, current: EtcdItem | null): ApiResponse | null {
    const resource = this.server.resources.ofKey(write.key)?.resource;
    const gr = { group: resource?.group ?? "", resource: resource?.plural ?? "" };
    const name = write.key.slice(write.key.lastIndexOf("/") + 1);
    switch (write.onConflict) {
      case "alreadyExists":
        return statusResponse(current === null || !isBeingDeleted(current) ? alreadyExists(gr, name) : whileDeleted(alreadyExists(gr, name)), parked.warnings);
      case "generateAgain":
        return attempt < maximumNames ? null : statusResponse(generateNameConflict(gr, name), parked.warnings);
      case "planAgain":
        return attempt <= maximumAttempts ? null : statusResponse(timeoutStatus(`couldn't update ${resource?.kind.gvk.kind ?? "object"} ${JSON.stringify(name)} due to conflicts`, 10), parked.warnings);
      case "retry":
        return attempt <= maximumAttempts ? null : statusResponse(conflict(gr, name), parked.warnings);
    }
  }

  unavailable(message: string): ApiResponse {
    return statusResponse(internalServerError(message));
  }

  timedOut(): ApiResponse {
    return statusResponse(timeoutStatus("request did not complete within the allotted timeout", 0));
  }

  watchNeedsConnection(): ApiResponse {
    return statusResponse(badRequest("a watch from outside is observed, not sent"));
  }

  deleteOne(rc: RequestContext, name: ObjectName): DeleteStep {
    try {
      return planOneDelete(rc, name);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Gone in the meantime: as good as deleted by us.
      if (error.answer.code === 404) return { type: "done" };
      return { type: "refused", response: statusResponse(error.answer, rc.warnings) };
    }
  }

  encoder(nowUs: number, outside: boolean): FrameEncoder {
    return (resource, object, accepted) => encodeFrame(resource, object, accepted, nowUs, outside ? this.server : null);
  }

  /** What a new watch is told at once; `ended` where it cannot begin. */
  initialFrames(plan: WatchPlan, nowUs: number, columnsSent = false, outside = false): { readonly frames: readonly WatchFrame[]; readonly ended: boolean } {
    const { cache } = this.server;
    const encode = this.encoder(nowUs, outside);
    const { resource, selection } = plan;
    const next = (): FrameForm => ({ form: plan.state.form, includeObject: plan.state.includeObject, withColumns: !columnsSent && frames.length === 0 });
    const frames: WatchFrame[] = [];
    if (plan.initial === "state") {
      for (const [, object] of cache.range(resource, selection.namespace)) {
        if (selects(resource, selection, object)) frames.push({ type: "ADDED", object: encode(resource, object, next()), cause: "" });
      }
      if (plan.initialEventsEnd) frames.push(bookmarkFrame(resource, cache.revision, true));
      return { frames, ended: false };
    }
    if (plan.sinceRevision > cache.revision) return { frames: [], ended: false };
    const events = cache.since(plan.sinceRevision);
    if (events === null) return { frames: [errorFrame(tooOld(plan.sinceRevision, cache.oldest))], ended: true };
    for (const event of events) {
      if (event.resource.id !== resource.id) continue;
      const type = transitionOf(event, resource, selection);
      if (type !== null) frames.push(frameOf(event, resource, type, next(), encode));
    }
    return { frames, ended: false };
  }

  bookmarks(watchers: readonly WatcherState[]): readonly { readonly connection: ConnectionId; readonly id: string; readonly frame: WatchFrame }[] {
    const frames = new Map<string, WatchFrame>();
    return watchers.flatMap(({ connection, id, resource: resourceId, version, bookmarks }) => {
      const resource = bookmarks ? this.server.resources.get(resourceId, version) : null;
      if (resource === null) return [];
      const name = `${version}/${resourceId}`;
      const frame = frames.get(name) ?? bookmarkFrame(resource, this.server.cache.revision, false);
      frames.set(name, frame);
      return [{ connection, id, frame }];
    });
  }
}

export function bookmarkFrame(resource: Resource, revision: number, initialEventsEnd: boolean): WatchFrame {
  const annotations = initialEventsEnd ? { annotations: { "k8s.io/initial-events-end": "true" } } : {};
  return { type: "BOOKMARK", object: { kind: resource.kind.gvk.kind, apiVersion: resource.apiVersion, metadata: { resourceVersion: String(revision), creationTimestamp: null, ...annotations } }, cause: "" };
}

export function errorFrame(status: StatusAnswer): WatchFrame {
  return { type: "ERROR", object: status.body, cause: "" };
}


function isBeingDeleted(item: EtcdItem): boolean {
  return (item.value as unknown as KubeObject).metadata.deletionTimestamp !== undefined;
}
