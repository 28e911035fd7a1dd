import { extended } from "../../base/extended.ts";
import type { ApiRequest, ApiServerMessage, WatchFrame } from "../../apimachinery/apiRequest.ts";
import type { ConnectionId, ProcessContext } from "../../sim/process.ts";
import { encodeFrame } from "../encode/encodeObject.ts";
import type { WatchPlan } from "../requestContext.ts";
import type { RequestRunner } from "../requestRunner.ts";
import type { ServerView } from "../serverView.ts";
import type { CacheEvent } from "./objectCache.ts";
import { WatchHub, type WatcherState } from "./watchHub.ts";

export interface OpenWatchesState {
  readonly watchers: readonly WatcherState[];
  readonly nextSerial: number;
}

const timerPrefix = "watch/";
const secondUs = 1_000_000;
/** A watch without a time limit of its own ends after half an hour to an hour, as upstream's do. */
const leastSeconds = 1800;
const mostSeconds = 3600;

/** The watches on connections: opened, fed, ended. Each ends with its timer, its client's word, or its connection. */
export class OpenWatches {
  private readonly runner: RequestRunner;
  private readonly hub: WatchHub;
  private nextSerial = 1;

  constructor(view: ServerView, runner: RequestRunner) {
    this.runner = runner;
    this.hub = new WatchHub(view.resources);
  }

  open(request: ApiRequest, connection: ConnectionId, plan: WatchPlan, nowUs: number, ctx: ProcessContext): void {
    const send = (message: ApiServerMessage): void => ctx.send(connection, message);
    const { id } = request;
    send({ type: "watchStarted", id });
    const initial = this.runner.initialFrames(plan, nowUs);
    if (initial.frames.length > 0) send({ type: "watchEvents", id, frames: initial.frames });
    if (initial.ended) {
      send({ type: "watchClosed", id });
      return;
    }
    const state: WatcherState = extended(plan.state, { serial: this.nextSerial++, connection, withColumns: initial.frames.length === 0 });
    this.hub.add(state);
    const seconds = plan.timeoutSeconds ?? ctx.random.fork("watchTimeout").int(leastSeconds, mostSeconds);
    ctx.setTimer(`${timerPrefix}${state.serial}`, Math.max(1, seconds * secondUs));
  }

  deliver(change: CacheEvent, nowUs: number, ctx: ProcessContext): void {
    const deliveries = this.hub.deliveries(change, (resource, object, accepted) => encodeFrame(resource, object, accepted, nowUs, null));
    for (const { watcher, frames } of deliveries) ctx.send(watcher.connection, { type: "watchEvents", id: watcher.id, frames } satisfies ApiServerMessage);
  }

  cancel(connection: ConnectionId, id: string, ctx: ProcessContext): void {
    const watcher = this.hub.find(connection, id);
    if (watcher !== null) this.close(watcher, ctx);
  }

  /** The client is gone, and with it everything it would have heard. */
  drop(connection: ConnectionId, ctx: ProcessContext): void {
    for (const { serial } of this.hub.removeConnection(connection)) ctx.cancelTimer(`${timerPrefix}${serial}`);
  }

  /** After a gap in etcd's history no watch can go on. */
  closeAll(ctx: ProcessContext): void {
    for (const watcher of this.hub.states()) this.close(watcher, ctx);
  }

  /** Whether the timer was one of a watch. */
  timer(key: string, ctx: ProcessContext): boolean {
    if (!key.startsWith(timerPrefix)) return false;
    const watcher = this.hub.get(Number(key.slice(timerPrefix.length)));
    if (watcher !== null) this.close(watcher, ctx);
    return true;
  }

  sendBookmarks(ctx: ProcessContext): void {
    const byConnection = new Map<ConnectionId, { readonly id: string; readonly frame: WatchFrame }[]>();
    for (const { connection, id, frame } of this.runner.bookmarks(this.hub.states())) {
      const frames = byConnection.get(connection);
      if (frames === undefined) byConnection.set(connection, [{ id, frame }]);
      else frames.push({ id, frame });
    }
    for (const [connection, frames] of byConnection) ctx.send(connection, { type: "bookmarks", frames } satisfies ApiServerMessage);
  }

  states(): readonly WatcherState[] {
    return this.hub.states();
  }

  snapshot(): OpenWatchesState {
    return { watchers: this.hub.states(), nextSerial: this.nextSerial };
  }

  restore(state: OpenWatchesState): void {
    for (const { serial } of this.hub.states()) this.hub.remove(serial);
    for (const watcher of state.watchers) this.hub.add(watcher);
    this.nextSerial = state.nextSerial;
  }

  private close(watcher: WatcherState, ctx: ProcessContext): void {
    this.hub.remove(watcher.serial);
    ctx.cancelTimer(`${timerPrefix}${watcher.serial}`);
    ctx.send(watcher.connection, { type: "watchClosed", id: watcher.id } satisfies ApiServerMessage);
  }
}
