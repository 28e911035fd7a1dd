import type { Json } from "../base/json.ts";
import { compareText } from "../base/compareText.ts";
import { Heap } from "../base/heap.ts";
import type { CauseId } from "../sim/process.ts";
import { addTime, second, type SimTime } from "../sim/time.ts";
import type { ClusterEvent, SchedulerPlugin } from "./framework.ts";

const firstBackoffUs = 1 * second;
const longestBackoffUs = 10 * second;
/** Nobody waits for ever for an event that was missed. */
const longestUnschedulableUs = 5 * 60 * second;

/** A pod that waits to be placed. */
export interface QueuedPod {
  readonly key: string;
  readonly priority: number;
  readonly attempts: number;
  /** When it entered its present queue. */
  readonly since: SimTime;
  readonly cause: CauseId;
  readonly place: "active" | "backoff" | "unschedulable" | "gated";
  readonly backoffUntil: SimTime;
  readonly refusedBy: readonly string[];
}

/** The highest priority first, then the longest waiting. */
function byTurn(a: QueuedPod, b: QueuedPod): number {
  return b.priority - a.priority || a.since - b.since || compareText(a.key, b.key);
}

function byBackoff(a: QueuedPod, b: QueuedPod): number {
  return a.backoffUntil - b.backoffUntil || byTurn(a, b);
}

/** active, back-off and unschedulable pods. Follows pkg/scheduler/backend/queue/scheduling_queue.go. */
export class SchedulingQueue {
  private readonly pods = new Map<string, QueuedPod>();
  /** Those that wait for an event, the longest waiting first. */
  private readonly unschedulable = new Map<string, QueuedPod>();
  /** Heaps may hold entries that moved on: an entry counts only while the map still holds that very object. */
  private active = new Heap<QueuedPod>(byTurn);
  private backoff = new Heap<QueuedPod>(byBackoff);
  private readonly wakers: ReadonlyMap<string, readonly ClusterEvent[]>;

  constructor(plugins: readonly SchedulerPlugin[]) {
    this.wakers = new Map(plugins.map((plugin) => [plugin.name, plugin.wakesOn]));
  }

  private put(entry: QueuedPod): void {
    this.pods.set(entry.key, entry);
    this.unschedulable.delete(entry.key);
    if (entry.place === "unschedulable") this.unschedulable.set(entry.key, entry);
    if (entry.place === "active") this.active.push(entry);
    if (entry.place === "backoff") this.backoff.push(entry);
  }

  private first(heap: Heap<QueuedPod>): QueuedPod | null {
    for (let entry = heap.peek(); entry !== undefined; entry = heap.peek()) {
      if (this.pods.get(entry.key) === entry) return entry;
      heap.pop();
    }
    return null;
  }

  add(key: string, priority: number, now: SimTime, cause: CauseId): void {
    const known = this.pods.get(key);
    if (known !== undefined && known.place !== "gated") return;
    this.put({ key, priority, attempts: 0, since: now, cause, place: "active", backoffUntil: now, refusedBy: [] });
  }

  /** Scheduling gates keep it out until it changes. */
  hold(key: string, priority: number, now: SimTime, cause: CauseId): void {
    this.put({ key, priority, attempts: 0, since: now, cause, place: "gated", backoffUntil: now, refusedBy: ["SchedulingGates"] });
  }

  remove(key: string): void {
    this.pods.delete(key);
    this.unschedulable.delete(key);
  }

  has(key: string): boolean {
    return this.pods.has(key);
  }

  /** Takes the next pod out; while nothing is active, one in back-off may go early, as upstream (SchedulerPopFromBackoffQ). */
  pop(): QueuedPod | null {
    const entry = this.first(this.active) ?? this.first(this.backoff);
    if (entry === null) return null;
    this.pods.delete(entry.key);
    return { ...entry, attempts: entry.attempts + 1 };
  }

  get ready(): boolean {
    return this.first(this.active) !== null || this.first(this.backoff) !== null;
  }

  /** After a failed attempt: it waits for an event that may help. */
  park(entry: QueuedPod, refusedBy: readonly string[], now: SimTime, cause: CauseId): void {
    const waitUs = Math.min(longestBackoffUs, firstBackoffUs * 2 ** Math.min(10, entry.attempts - 1));
    this.put({ ...entry, since: now, cause, place: "unschedulable", backoffUntil: addTime(now, waitUs), refusedBy });
  }

  /** After an error that was not the pod's fault: tried again at once from the active queue. */
  retry(entry: QueuedPod, now: SimTime): void {
    this.put({ ...entry, since: now, place: "active" });
  }

  /** Whether any waits for an event. */
  get awaitsEvents(): boolean {
    return this.unschedulable.size > 0;
  }

  /** Moves those whose refusing plugins this may help; `mayHelp` looks closer at one pod and one of the plugins that refused it. */
  wake(event: ClusterEvent, now: SimTime, cause: CauseId, mayHelp: (key: string, plugin: string) => boolean = () => true): void {
    for (const entry of [...this.unschedulable.values()]) {
      const helps = entry.refusedBy.length === 0 || entry.refusedBy.some((plugin) => this.wakers.get(plugin)?.includes(event) === true && mayHelp(entry.key, plugin));
      if (helps) this.put({ ...entry, since: now, cause, place: entry.backoffUntil > now ? "backoff" : "active" });
    }
  }

  /** The pod itself changed in a way that may help. */
  wakeOne(key: string, now: SimTime, cause: CauseId): void {
    const entry = this.pods.get(key);
    if (entry?.place === "unschedulable") this.put({ ...entry, since: now, cause, place: entry.backoffUntil > now ? "backoff" : "active" });
  }

  /** Moves pods that waited 5 minutes; says when to look again, null if nobody waits. */
  flush(now: SimTime): SimTime | null {
    for (const entry of this.unschedulable.values()) {
      const due = addTime(entry.since, longestUnschedulableUs);
      if (due > now) return due;
      this.put({ ...entry, since: now, place: "active" });
    }
    return null;
  }

  /** How many wait where: what the control plane shows. */
  depths(): { readonly active: number; readonly backoff: number; readonly unschedulable: number; readonly gated: number } {
    const depths = { active: 0, backoff: 0, unschedulable: 0, gated: 0 };
    for (const entry of this.pods.values()) depths[entry.place] += 1;
    return depths;
  }

  /** Those that wait, each in its turn: at most `most`. */
  waiting(most: number): readonly QueuedPod[] {
    return [...this.pods.values()].sort(byTurn).slice(0, most);
  }

  snapshot(): Json {
    return [...this.pods.values()] as unknown as Json;
  }

  restore(data: Json): void {
    this.pods.clear();
    this.unschedulable.clear();
    this.active = new Heap(byTurn);
    this.backoff = new Heap(byBackoff);
    const entries = [...(data as unknown as readonly QueuedPod[])].sort((a, b) => a.since - b.since);
    for (const entry of entries) this.put(entry);
  }
}
