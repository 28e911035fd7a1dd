import type { Element, Grouper, Vector } from "./vectors.ts";

const folds: ReadonlyMap<string, (values: readonly number[]) => number> = new Map([
  ["sum", (values) => values.reduce((sum, value) => sum + value, 0)],
  ["avg", (values) => values.reduce((sum, value) => sum + value, 0) / values.length],
  ["min", (values) => values.reduce((least, value) => (value < least || Number.isNaN(least) ? value : least), NaN)],
  ["max", (values) => values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most), NaN)],
  ["count", (values) => values.length],
]);

/** One element a group; of topk and bottomk, up to `parameter` of its own elements. */
export function aggregate(op: string, vector: Vector, grouper: Grouper, parameter: number): Vector {
  const groups = new Map<string, { readonly labels: Element["labels"]; readonly members: Element[] }>();
  for (const element of vector) {
    const { key, labels } = grouper.of(element.labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels, members: [element] });
    else group.members.push(element);
  }
  const fold = folds.get(op);
  if (fold !== undefined) return Array.from(groups.values(), ({ labels, members }) => ({ labels, value: fold(members.map(({ value }) => value)) }));
  const sign = op === "topk" ? -1 : 1;
  const last = (value: number): number => (Number.isNaN(value) ? Infinity : sign * value);
  return [...groups.values()].flatMap(({ members }) => [...members].sort((a, b) => last(a.value) - last(b.value)).slice(0, Math.max(0, Math.floor(parameter))));
}
