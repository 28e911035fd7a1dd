import { expect, test } from "vitest";
import { matchesMap } from "../apimachinery/labels.ts";
import { PodCounts, type PodQuery } from "./podCounts.ts";
import { podInfoOf, type PodInfo } from "./podInfo.ts";
import { podNamed } from "./testing/builders.ts";

function drawsOf(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

const namespaces = ["a", "b"];

/** More questions than are kept, so that some are forgotten and asked anew. */
const queries: readonly PodQuery[] = Array.from({ length: 300 }, (_unused, at): PodQuery => {
  const wanted = { app: `app${at % 3}` };
  const within = at % 2 === 0 ? null : [namespaces[at % 4 === 1 ? 0 : 1] ?? ""];
  return {
    key: `q${at}`, namespaces: within, label: at % 5 === 0 ? null : ["app", wanted.app],
    matches: ({ pod }: PodInfo) => (within === null || within.includes(pod.metadata.namespace ?? "")) && pod.metadata.deletionTimestamp === undefined && matchesMap(wanted, pod.metadata.labels),
  };
});

test.each([1, 2, 3, 4, 5])("counts kept by increments are those of a fresh count, seed %i", (seed) => {
  const draw = drawsOf(seed);
  const counts = new PodCounts();
  const placed = new Map<string, { pod: PodInfo; node: string }>();
  for (let step = 0; step < 600; step++) {
    const namespace = namespaces[draw(2)] ?? "";
    const plain = podNamed(`p${draw(30)}`, { app: `app${draw(3)}` }, {}, namespace);
    const pod = podInfoOf(draw(4) === 0 ? { ...plain, metadata: { ...plain.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } } : plain);
    const there = placed.get(pod.key);
    if (there === undefined) {
      const node = `n${draw(4)}`;
      counts.add(pod, node);
      placed.set(pod.key, { pod, node });
    } else if (draw(2) === 0) {
      counts.remove(there.pod, there.node);
      placed.delete(pod.key);
    } else {
      counts.replace(there.pod, pod, there.node);
      placed.set(pod.key, { pod, node: there.node });
    }
    const query = queries[draw(queries.length)];
    if (query === undefined) continue;
    const fresh: Record<string, number> = {};
    for (const each of placed.values()) if (query.matches(each.pod)) fresh[each.node] = (fresh[each.node] ?? 0) + 1;
    expect(Object.fromEntries(counts.count(query))).toEqual(fresh);
  }
});
