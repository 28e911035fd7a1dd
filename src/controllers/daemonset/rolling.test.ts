import { expect, test } from "vitest";
import type { DaemonSet } from "../../kinds/apps/daemonset/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { SimTime } from "../../sim/time.ts";
import { atSecond, podOf } from "../testing/builders.ts";
import { podRevisionLabel } from "../history/revisions.ts";
import { podsByNode, targetNode } from "./daemonPods.ts";
import { FailedPodsBackoff } from "./failedPodsBackoff.ts";
import { planNode } from "./manage.ts";
import type { Placement } from "./placement.ts";
import { rollingMoves } from "./rollingUpdate.ts";

const nowUs = Date.parse(atSecond(4000)) * 1000;
const setOf = (surge: number | string, unavailable: number | string, minReadySeconds = 0): DaemonSet =>
  ({ metadata: { name: "d" }, spec: { selector: {}, minReadySeconds, updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } }, template: { spec: { containers: [] } } } }) as unknown as DaemonSet;

/** "n1-new", "n1-old", "n1-old!" (not ready), "n1-old~" (terminating). */
function podsOf(...names: readonly string[]): readonly Pod[] {
  return names.map((text, at) => {
    const [node = "", kind = ""] = text.split("-");
    const pod = podOf(text, { node, createdAt: at, ...(text.endsWith("!") ? {} : { readyAt: 10 }) });
    return { ...pod, metadata: { ...pod.metadata, labels: { [podRevisionLabel]: kind.startsWith("new") ? "2" : "1" }, ...(text.endsWith("~") ? { deletionTimestamp: atSecond(0) } : {}) } };
  });
}

const placed = (nodes: readonly string[], gone: readonly string[]) => new Map([...nodes, ...gone].map((node): [string, Placement] => [node, { run: nodes.includes(node), stay: true }]));

interface Case {
  readonly surge?: number | string;
  readonly unavailable?: number | string;
  readonly pods: readonly string[];
  readonly outOf?: readonly string[];
  readonly removes?: readonly string[];
  readonly surgesOn?: readonly string[];
}

const rolling: readonly (readonly [string, Case])[] = [
  ["one at a time", { unavailable: 1, pods: ["n1-old", "n2-old", "n3-old"], removes: ["n1-old"] }],
  ["a share of the nodes is rounded up", { unavailable: "34%", pods: ["n1-old", "n2-old", "n3-old"], removes: ["n1-old", "n2-old"] }],
  ["a new pod that is not available counts", { unavailable: 1, pods: ["n1-new!", "n2-old", "n3-old"], removes: [] }],
  ["so does one that is going", { unavailable: 1, pods: ["n1-old~", "n2-old", "n3-old"], removes: [] }],
  ["and a node without one", { unavailable: 2, pods: ["n2-old", "n3-old"], removes: ["n2-old"] }],
  ["old ones that serve nobody go at once, and count", { unavailable: 1, pods: ["n1-old", "n2-old!", "n3-old!"], removes: ["n2-old!", "n3-old!"] }],
  ["several of a kind on a node wait for the clearing", { unavailable: 1, pods: ["n1-old", "n1-old", "n2-old", "n3-old"], removes: [] }],
  ["an old and a new one on a node without surge count as missing", { unavailable: 1, pods: ["n1-old", "n1-new", "n2-old", "n3-old"], removes: [] }],
  ["nothing to do", { unavailable: 1, pods: ["n1-new", "n2-new", "n3-new"], removes: [] }],
  ["none at all is one", { unavailable: 0, pods: ["n1-old", "n2-old", "n3-old"], removes: ["n1-old"] }],
  ["surge: the new one comes first", { surge: 1, unavailable: 0, pods: ["n1-old", "n2-old", "n3-old"], surgesOn: ["n1"] }],
  ["surge: one under way is enough", { surge: 1, unavailable: 0, pods: ["n1-old", "n1-new!", "n2-old", "n3-old"], surgesOn: [] }],
  ["surge: the old one goes when the new one is available", { surge: 1, unavailable: 0, pods: ["n1-old", "n1-new", "n2-old", "n3-old"], removes: ["n1-old"], surgesOn: ["n2"] }],
  ["surge: beside an old one that serves nobody there is always room", { surge: 1, unavailable: 0, pods: ["n1-old!", "n2-old", "n3-old"], surgesOn: ["n1", "n2"] }],
  ["surge: off its nodes, an old one stays as long as it is needed", { surge: 1, unavailable: 0, pods: ["n1-new!", "n2-new", "n3-new", "n9-old"], outOf: ["n9"], removes: [] }],
  ["surge: and goes when it is not", { surge: 1, unavailable: 0, pods: ["n1-new", "n2-new", "n3-new", "n9-old"], outOf: ["n9"], removes: ["n9-old"] }],
  ["surge: or serves nobody", { surge: 1, unavailable: 0, pods: ["n1-new!", "n2-new", "n3-new", "n9-old!"], outOf: ["n9"], removes: ["n9-old!"] }],
];

test.each(rolling)("rolling update: %s", (_name, { surge = 0, unavailable = 1, pods, outOf = [], removes = [], surgesOn = [] }) => {
  const moves = rollingMoves(setOf(surge, unavailable), placed(["n1", "n2", "n3"], outOf), podsByNode(podsOf(...pods)), "2", nowUs);
  expect({ removes: moves.remove.map((pod) => pod.metadata.name), surgesOn: moves.create }).toEqual({ removes, surgesOn });
});

const runs = { run: true, stay: true };
const stays = { run: false, stay: true };
const goes = { run: false, stay: false };
const oneNode: readonly (readonly [string, number, typeof runs, readonly string[] | null, boolean, readonly string[]])[] = [
  ["makes what is missing", 0, runs, null, true, []],
  ["makes none where it may not run", 0, stays, null, false, []],
  ["waits for one that is going", 0, runs, ["n1-old~"], false, []],
  ["does not wait with surge", 1, runs, ["n1-old~"], true, []],
  ["keeps one where it may stay", 0, stays, ["n1-old"], false, []],
  ["removes all where none may stay", 0, goes, ["n1-old", "n1-new"], false, ["n1-old", "n1-new"]],
  ["keeps the oldest", 0, runs, ["n1-new", "n1-old"], false, ["n1-old"]],
  ["keeps an old and a new one in a surge", 1, runs, ["n1-old", "n1-new!"], false, []],
  ["keeps the new one that is available", 1, runs, ["n1-old", "n1-new"], false, ["n1-old"]],
  ["keeps the new one where neither serves", 1, runs, ["n1-old!", "n1-new!"], false, ["n1-old!"]],
  ["keeps the oldest of each kind in a surge", 1, runs, ["n1-old", "n1-old", "n1-new!", "n1-new!"], false, ["n1-old", "n1-new!"]],
];

test.each(oneNode)("a node: %s", (_name, surge, placement, pods, create, removes) => {
  const plan = planNode(setOf(surge, surge === 0 ? 1 : 0), placement, pods === null ? null : podsOf(...pods), "2", nowUs);
  expect([plan.create, plan.remove.map(({ pod }) => pod.metadata.name)]).toEqual([create, removes]);
});

test("a pod is meant for the one node that its affinity names", () => {
  const meant = (...values: readonly string[]): Pod => ({ ...podOf("p"), spec: { containers: [], affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values }] }] } } } } });
  expect([meant("n1"), meant("n1", "n2"), podOf("p"), podOf("p", { node: "n3" })].map(targetNode)).toEqual(["n1", null, null, "n3"]);
});

test("failed pods: at once, then after 1, 2, 4 seconds and at most 15 minutes; forgotten after twice that", () => {
  const backoff = new FailedPodsBackoff();
  const waits: number[] = [];
  let now = 0 as SimTime;
  const after = (delayUs: number): SimTime => (now + delayUs) as SimTime;
  for (let turn = 0; turn < 13; turn++) {
    backoff.next("k", now);
    const waitUs = backoff.waiting("k", now);
    waits.push(waitUs / 1_000_000);
    expect(backoff.waiting("k", after(waitUs))).toBe(0);
    now = after(waitUs);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  const copy = new FailedPodsBackoff();
  copy.restore(backoff.snapshot());
  copy.next("k", after(3_600_000_000));
  expect(copy.waiting("k", after(3_600_000_000))).toBe(1_000_000);
});
