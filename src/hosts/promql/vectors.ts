import type { Labels } from "../../apimachinery/exposition.ts";
import type { Grouping } from "./syntax.ts";

/** The value of one series at one time. Its labels are the series' own object, so that what follows from them is found once. */
export interface Element {
  readonly labels: Labels;
  readonly value: number;
}

export type Vector = readonly Element[];

export const nameLabel = "__name__";

export function labelOf(labels: Labels, name: string): string {
  for (const [key, value] of labels) if (key === name) return value;
  return "";
}

/** Equal for equal labels, and for no others. */
export function keyOf(labels: Labels): string {
  return labels.map(([name, value]) => `${name.length}:${name}${value.length}:${value}`).join("");
}

export interface Group {
  readonly labels: Labels;
  readonly key: string;
}

/** What a grouping keeps of labels, each looked at once. */
export class Grouper {
  readonly #known = new WeakMap<Labels, Group>();
  readonly #keeps: (name: string) => boolean;

  constructor(keeps: (name: string) => boolean) {
    this.#keeps = keeps;
  }

  /** "by" and "on", or "without" and "ignoring", which never keep the name. */
  static of({ only, labels }: Grouping, also: readonly string[] = []): Grouper {
    const named = new Set(labels);
    return new Grouper(only ? (name) => named.has(name) : (name) => name !== nameLabel && !named.has(name) && !also.includes(name));
  }

  of(labels: Labels): Group {
    let group = this.#known.get(labels);
    if (group === undefined) {
      const kept = labels.filter(([name]) => this.#keeps(name));
      group = { labels: kept, key: keyOf(kept) };
      this.#known.set(labels, group);
    }
    return group;
  }
}
