import { NodeTally, type LabelsOfNode } from "./nodeTally.ts";
import type { PodInfo } from "./podInfo.ts";

/** A question about the pods placed: how many on each node match. Equal keys are the same question. */
export interface PodQuery {
  readonly key: string;
  /** null: all. */
  readonly namespaces: readonly string[] | null;
  /** A label that every match carries, where there is one: it narrows the first count. */
  readonly label: readonly [key: string, value: string] | null;
  matches(pod: PodInfo): boolean;
}

interface Counter {
  readonly query: PodQuery;
  readonly tally: NodeTally;
}

/** One for all buckets that the pod is in. */
interface Placed {
  pod: PodInfo;
  readonly node: string;
}

/** How many questions are kept up to date; a forgotten one is counted anew when it is asked again. */
const mostCounters = 256;
const anyNamespace = "*";

/** Labels and the deletion mark are all that a query may look at. */
function looksAlike(a: PodInfo, b: PodInfo): boolean {
  if ((a.pod.metadata.deletionTimestamp === undefined) !== (b.pod.metadata.deletionTimestamp === undefined)) return false;
  const left = a.pod.metadata.labels ?? {};
  const right = b.pod.metadata.labels ?? {};
  if (left === right) return true;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}

/**
 * Counts of placed pods by node for the selectors that scheduling asks about, kept by increments: asking again costs nothing, however
 * many pods are placed. Derived data: it may be dropped at any time without changing an answer.
 */
export class PodCounts {
  /** By key, the least lately asked first. */
  private readonly counters = new Map<string, Counter>();
  /** Counters by the buckets that all their matches are in; those of all namespaces in one of their own. */
  private readonly byBucket = new Map<string, Set<Counter>>();
  /** "namespace", and "namespace\0key=value" -> pods by their key. */
  private readonly placed = new Map<string, Map<string, Placed>>();
  private readonly labelsOf: LabelsOfNode;

  constructor(labelsOf: LabelsOfNode = () => undefined) {
    this.labelsOf = labelsOf;
  }

  add(pod: PodInfo, node: string): void {
    const placed: Placed = { pod, node };
    const buckets = bucketsOf(pod);
    for (const bucket of buckets) this.enter(bucket, placed);
    this.change(buckets, null, pod, node);
  }

  remove(pod: PodInfo, node: string): void {
    const buckets = bucketsOf(pod);
    for (const bucket of buckets) this.leave(bucket, pod.key);
    this.change(buckets, pod, null, node);
  }

  private enter(bucket: string, placed: Placed): void {
    const members = this.placed.get(bucket);
    if (members === undefined) this.placed.set(bucket, new Map([[placed.pod.key, placed]]));
    else members.set(placed.pod.key, placed);
  }

  private leave(bucket: string, key: string): void {
    const members = this.placed.get(bucket);
    members?.delete(key);
    if (members?.size === 0) this.placed.delete(bucket);
  }

  /** The same pod on the same node, told anew. */
  replace(old: PodInfo, pod: PodInfo, node: string): void {
    const placed = this.placed.get(pod.pod.metadata.namespace ?? "")?.get(pod.key);
    if (placed === undefined) {
      this.remove(old, node);
      this.add(pod, node);
      return;
    }
    placed.pod = pod;
    if (looksAlike(old, pod)) return;
    // A pod that is bound gets the labels of its node: all others stay, and with them its place under each.
    const before = bucketsOf(old);
    const after = bucketsOf(pod);
    for (const bucket of before) if (!after.includes(bucket)) this.leave(bucket, pod.key);
    for (const bucket of after) if (!before.includes(bucket)) this.enter(bucket, placed);
    this.change(new Set([...before, ...after]), old, pod, node);
  }

  /** Matching pods by node; nodes without any are left out. */
  count(query: PodQuery): ReadonlyMap<string, number> {
    return this.tally(query).byNode;
  }

  /** Labels of nodes changed. */
  forgetDomains(): void {
    for (const { tally } of this.counters.values()) tally.forgetDomains();
  }

  tally(query: PodQuery): NodeTally {
    const known = this.counters.get(query.key);
    if (known !== undefined) {
      this.counters.delete(query.key);
      this.counters.set(query.key, known);
      return known.tally;
    }
    const counter: Counter = { query, tally: new NodeTally(this.labelsOf) };
    for (const { pod, node } of this.candidates(query)) if (query.matches(pod)) counter.tally.add(node, 1);
    this.keep(counter);
    return counter.tally;
  }

  private *candidates(query: PodQuery): Iterable<Placed> {
    for (const namespace of query.namespaces ?? [...this.placed.keys()].filter((bucket) => !bucket.includes("\0"))) {
      yield* this.placed.get(bucketOf(namespace, query.label))?.values() ?? [];
    }
  }

  private keep(counter: Counter): void {
    this.counters.set(counter.query.key, counter);
    for (const bucket of bucketsOfQuery(counter.query)) {
      const members = this.byBucket.get(bucket);
      if (members === undefined) this.byBucket.set(bucket, new Set([counter]));
      else members.add(counter);
    }
    if (this.counters.size <= mostCounters) return;
    const oldest = this.counters.values().next().value;
    if (oldest === undefined) return;
    this.counters.delete(oldest.query.key);
    for (const bucket of bucketsOfQuery(oldest.query)) {
      const members = this.byBucket.get(bucket);
      members?.delete(oldest);
      if (members?.size === 0) this.byBucket.delete(bucket);
    }
  }

  /** A pod of the node came (old: null), went (fresh: null), or is told anew. */
  private change(buckets: Iterable<string>, old: PodInfo | null, fresh: PodInfo | null, node: string): void {
    if (this.counters.size === 0) return;
    for (const bucket of buckets) changeCounters(this.byBucket.get(bucket), old, fresh, node);
    changeCounters(this.byBucket.get(anyNamespace), old, fresh, node);
  }
}

function changeCounters(counters: ReadonlySet<Counter> | undefined, old: PodInfo | null, fresh: PodInfo | null, node: string): void {
  if (counters === undefined) return;
  for (const { query, tally } of counters) {
    const by = (fresh !== null && query.matches(fresh) ? 1 : 0) - (old !== null && query.matches(old) ? 1 : 0);
    if (by !== 0) tally.add(node, by);
  }
}

function bucketOf(namespace: string, label: PodQuery["label"]): string {
  return label === null ? namespace : `${namespace}\0${label[0]}=${label[1]}`;
}

function bucketsOfQuery({ namespaces, label }: PodQuery): readonly string[] {
  return namespaces === null ? [anyNamespace] : namespaces.map((namespace) => bucketOf(namespace, label));
}

function bucketsOf(pod: PodInfo): readonly string[] {
  const namespace = pod.pod.metadata.namespace ?? "";
  const labels = pod.pod.metadata.labels ?? {};
  const buckets = [namespace];
  for (const key in labels) if (Object.hasOwn(labels, key)) buckets.push(bucketOf(namespace, [key, labels[key] ?? ""]));
  return buckets;
}
