import { fieldElement } from "./fieldElements.ts";
import { emptySet, type FieldSet, leaf, union, withoutPath } from "./fieldSet.ts";

// What changed between two objects, as a way through a tree of steps: a field came, an item was entered, a value in it differs. The same changes come
// again and again (pods of a template are created, events of a reason, the same status is reported of each pod), and go the same way: the sets of a way are
// built once and shared, and so is all that follows from them.

/** Which fields one object has that another has not, or has differently. */
export class Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
  /** Added and modified: what a write took. */
  readonly taken: FieldSet;
  private owned: FieldSet = emptySet;
  private ownedAfter: FieldSet | null = null;
  private others: FieldSet = emptySet;
  private othersAfter: FieldSet | null = null;
  private less: Map<string, Comparison> | null = null;

  constructor(added: FieldSet, modified: FieldSet, removed: FieldSet) {
    this.added = added;
    this.modified = modified;
    this.removed = removed;
    this.taken = union(added, modified);
  }

  /** Without all that is at or below this path of fields, one of the few that strategies reset. */
  without(path: readonly string[]): Comparison {
    this.less ??= new Map();
    const key = path.join(".");
    let less = this.less.get(key);
    if (less === undefined) this.less.set(key, (less = new Comparison(withoutPath(this.added, path), withoutPath(this.modified, path), withoutPath(this.removed, path))));
    return less;
  }

  /** A pure function of this and of what the writer owned before; the last result is kept. */
  forOwner(before: FieldSet, compute: (before: FieldSet, comparison: Comparison) => FieldSet): FieldSet {
    if (this.ownedAfter === null || this.owned !== before) {
      this.ownedAfter = compute(before, this);
      this.owned = before;
    }
    return this.ownedAfter;
  }

  /** The same of somebody else's fields. */
  forOthers(before: FieldSet, compute: (before: FieldSet, comparison: Comparison) => FieldSet): FieldSet {
    if (this.othersAfter === null || this.others !== before) {
      this.othersAfter = compute(before, this);
      this.others = before;
    }
    return this.othersAfter;
  }
}

export const noDifference = new Comparison(emptySet, emptySet, emptySet);

/** What a step says: a leaf came, differs or went; a container was there, came or went, and its children follow; it ends. */
export type Change = typeof added | typeof modified | typeof removed | typeof within | typeof came | typeof went | typeof end;
export const added = 0;
export const modified = 1;
export const removed = 2;
export const within = 3;
export const came = 4;
export const went = 5;
const end = 6;

/** A step on the way, after its parent's. Most steps are followed by one only. */
export class Step {
  readonly parent: Step | null;
  readonly change: Change;
  /** The name of a field or the key of a map; of an item of a list, its element. */
  readonly key: string;
  private readonly holdsItems: boolean;
  private next: Step | null = null;
  private others: Map<string, Step>[] | null = null;
  private comparison: Comparison | null = null;

  constructor(parent: Step | null, change: Change, key: string, holdsItems: boolean) {
    this.parent = parent;
    this.change = change;
    this.key = key;
    this.holdsItems = holdsItems;
    steps++;
  }

  /** The step after this one. `holdsItems`: a list is entered whose items have keys; the type decides, so that it is the same each time. */
  to(change: Change, key: string, holdsItems = false): Step {
    const { next } = this;
    return next !== null && next.change === change && next.key === key ? next : this.toAnother(change, key, holdsItems);
  }

  /** Out of the container that was entered last. */
  out(): Step {
    return this.to(end, "");
  }

  /** Its key as an element of a path. */
  element(around: Step | null): string {
    return around?.holdsItems === true ? this.key : fieldElement(this.key);
  }

  private toAnother(change: Change, key: string, holdsItems: boolean): Step {
    if (this.next === null) return (this.next = new Step(this, change, key, holdsItems));
    this.others ??= [];
    const ofChange = (this.others[change] ??= new Map<string, Step>());
    let step = ofChange.get(key);
    if (step === undefined) ofChange.set(key, (step = new Step(this, change, key, holdsItems)));
    return step;
  }

  /** What the way from the root to here comes to. */
  result(): Comparison {
    return (this.comparison ??= this.parent === null ? noDifference : comparisonOf(this));
  }
}

/** A cache of pure results: forgotten as a whole when it has grown large. */
const mostSteps = 50_000;
let steps = 0;
let roots = new WeakMap<object, Step>();

/** Where the ways of one type begin. */
export function rootOf(type: object): Step {
  if (steps > mostSteps) {
    steps = 0;
    roots = new WeakMap();
  }
  let root = roots.get(type);
  if (root === undefined) roots.set(type, (root = new Step(null, end, "", false)));
  return root;
}

/** The members of a container by what became of them; null where there are none. */
class Members {
  added: Record<string, FieldSet> | null = null;
  modified: Record<string, FieldSet> | null = null;
  removed: Record<string, FieldSet> | null = null;

  takeLeaf(change: Change, element: string): void {
    if (change === added) (this.added ??= {})[element] = leaf;
    else if (change === modified) (this.modified ??= {})[element] = leaf;
    else (this.removed ??= {})[element] = leaf;
  }

  /** A container that came or went is itself a member of its set. */
  takeContainer(change: Change, element: string, members: Members): void {
    const ofAdded = change === came ? withSelf(members.added) : members.added;
    const ofRemoved = change === went ? withSelf(members.removed) : members.removed;
    if (ofAdded !== null) (this.added ??= {})[element] = ofAdded;
    if (members.modified !== null) (this.modified ??= {})[element] = members.modified;
    if (ofRemoved !== null) (this.removed ??= {})[element] = ofRemoved;
  }
}

function withSelf(members: Record<string, FieldSet> | null): FieldSet {
  return members === null ? leaf : { ".": leaf, ...members };
}

function comparisonOf(last: Step): Comparison {
  const way: Step[] = [];
  for (let step = last; step.parent !== null; step = step.parent) way.push(step);
  const entered: Step[] = [];
  const members: Members[] = [new Members()];
  for (let at = way.length - 1; at >= 0; at--) {
    const step = way[at] as Step;
    if (step.change === end) {
      const container = entered.pop();
      const inside = members.pop();
      if (container === undefined || inside === undefined) throw new Error("a container ends that was not entered");
      members.at(-1)?.takeContainer(container.change, container.element(entered.at(-1) ?? null), inside);
    } else if (step.change <= removed) members.at(-1)?.takeLeaf(step.change, step.element(entered.at(-1) ?? null));
    else {
      entered.push(step);
      members.push(new Members());
    }
  }
  const [all] = members;
  return new Comparison(all?.added ?? emptySet, all?.modified ?? emptySet, all?.removed ?? emptySet);
}
