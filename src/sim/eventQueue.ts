import { compareText } from "../base/compareText.ts";
import { Heap } from "../base/heap.ts";
import type { OrderKey } from "./window.ts";

/** An event that waits. `readyAt` is `at`, or later where its process is busy until then. */
export interface QueueItem extends OrderKey {
  readyAt: number;
}

/** The total order of events. */
export function compareOrder(a: OrderKey, b: OrderKey): number {
  return a.at - b.at || compareText(a.from, b.from) || a.seq - b.seq;
}

/** Virtual times are no small integers: a difference of two would be allocated. */
function compareItems(a: QueueItem, b: QueueItem): number {
  if (a.readyAt !== b.readyAt) return a.readyAt < b.readyAt ? -1 : 1;
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return compareText(a.from, b.from) || a.seq - b.seq;
}

/** Below this many obsolete items a sweep is not worth it. */
const sweepFrom = 1024;

/**
 * Events by the time they can be taken, then by the order key. Items that became obsolete (replaced timers, for one) are
 * skipped when they come up, and swept out when they are many.
 */
export class EventQueue<T extends QueueItem> {
  private readonly isObsolete: (item: T) => boolean;
  private heap = new Heap<T>(compareItems);
  private obsolete = 0;

  constructor(isObsolete: (item: T) => boolean) {
    this.isObsolete = isObsolete;
  }

  push(item: T): void {
    this.heap.push(item);
  }

  /** The next item that still counts; it stays in the queue. */
  peek(): T | undefined {
    for (;;) {
      const item = this.heap.peek();
      if (item === undefined || !this.isObsolete(item)) return item;
      this.heap.pop();
      if (this.obsolete > 0) this.obsolete--;
    }
  }

  /** Takes what `peek` showed. */
  take(): void {
    this.heap.pop();
  }

  /** To be called when an item in the queue became obsolete. */
  noteObsolete(): void {
    this.obsolete++;
    if (this.obsolete < sweepFrom || this.obsolete * 2 < this.heap.size) return;
    this.heap = new Heap<T>(compareItems, this.heap.items().filter((item) => !this.isObsolete(item)));
    this.obsolete = 0;
  }

  /** All that still counts, in no particular order. */
  items(): readonly T[] {
    return this.heap.items().filter((item) => !this.isObsolete(item));
  }

  clear(): void {
    this.heap.clear();
    this.obsolete = 0;
  }
}
