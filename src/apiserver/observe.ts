import type { ApiRequest, ApiResponse, WatchFrame } from "../apimachinery/apiRequest.ts";
import { badRequest, serviceUnavailable } from "../apimachinery/statusErrors.ts";
import type { Json } from "../base/json.ts";
import type { CauseId } from "../sim/process.ts";
import type { Random } from "../sim/random.ts";
import { statusResponse } from "./answers.ts";
import { newContext } from "./newContext.ts";
import { runPipeline } from "./pipeline.ts";
import { bookmarkFrame, RequestRunner } from "./requestRunner.ts";
import type { ServerView } from "./serverView.ts";

interface Look {
  readonly now: number;
  readonly random: Random;
}

function contextOf(server: ServerView, request: ApiRequest, look: Look): ReturnType<typeof newContext> {
  return newContext(server, request, { random: look.random, nowUs: server.options.epochUs + look.now, observed: true, outside: true, fresh: true, stored: null });
}

/** A read from outside, answered from the server's own state. */
export function observeRequest(server: ServerView, ready: boolean, request: ApiRequest, look: Look): ApiResponse {
  if (!ready) return statusResponse(serviceUnavailable("the server is currently unable to handle the request"));
  const outcome = runPipeline(contextOf(server, request, look));
  if (outcome.type === "answer") return outcome.response;
  return statusResponse(badRequest("only reads can be observed"));
}

export type ObservedWatch =
  | { readonly type: "frames"; readonly revision: number; readonly frames: readonly WatchFrame[]; readonly bookmark: WatchFrame; readonly timeoutSeconds: number | null }
  /** The watch cannot begin or go on: an answer, or an ERROR frame that ends it. */
  | { readonly type: "refused"; readonly response: ApiResponse }
  | { readonly type: "ended"; readonly frames: readonly WatchFrame[] };

/**
 * The part of a watch between `sinceRevision` and now. With sinceRevision -1 the watch begins: as its request says, from the
 * state, or from its resourceVersion. The caller asks again with the revision of the last answer; for a Table it says with
 * columnsSent that a frame, and with it the columns, went out before.
 */
export function observeWatch(server: ServerView, ready: boolean, question: { readonly request: ApiRequest; readonly sinceRevision: number; readonly columnsSent?: boolean }, look: Look): ObservedWatch {
  if (!ready) return { type: "refused", response: statusResponse(serviceUnavailable("the server is currently unable to handle the request")) };
  const rc = contextOf(server, question.request, look);
  const outcome = runPipeline(rc);
  if (outcome.type === "answer") return { type: "refused", response: outcome.response };
  if (outcome.type !== "watch") return { type: "refused", response: statusResponse(badRequest("no watch")) };
  const begins = question.sinceRevision < 0;
  const plan = begins ? outcome.watch : { ...outcome.watch, initial: "none" as const, sinceRevision: question.sinceRevision };
  const { frames, ended } = new RequestRunner(server).initialFrames(plan, rc.nowUs, question.columnsSent ?? false, true);
  if (ended) return { type: "ended", frames };
  return { type: "frames", revision: Math.max(server.cache.revision, begins ? plan.sinceRevision : question.sinceRevision), frames, bookmark: bookmarkFrame(plan.resource, server.cache.revision, false), timeoutSeconds: plan.timeoutSeconds };
}

export interface ObservedChange {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** "<plural>.<group>/<namespace>/<name>" */
  readonly key: string;
  readonly value: Json;
  readonly prev: Json;
  readonly revision: number;
  readonly cause: CauseId;
}

/** All changes of all kinds since a revision, for framer and history. `compacted`: read the state again. */
export function observeChanges(server: ServerView, sinceRevision: number): { readonly revision: number; readonly compacted: boolean; readonly events: readonly ObservedChange[] } {
  const { cache } = server;
  const changes = cache.since(sinceRevision);
  if (changes === null) return { revision: cache.revision, compacted: true, events: [] };
  const events = changes.map((change): ObservedChange => ({
    type: change.type, key: `${change.resource.id}/${change.resource.namespaced ? "" : "/"}${change.objectKey}`,
    value: change.object as unknown as Json, prev: change.prev as unknown as Json, revision: change.revision, cause: change.cause,
  }));
  return { revision: cache.revision, compacted: false, events };
}

