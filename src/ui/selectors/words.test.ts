import { describe, expect, it } from "vitest";
import type { TimelineMark } from "../../hosts/protocol.ts";
import { simTime } from "../../sim/time.ts";
import { fact, nodeFact, podFact, type PodShape } from "../engine/testing/demoFacts.ts";
import { eventLines } from "../stores/eventStore.ts";
import { placeMarks, timeAt, timeByKey, trackSpan } from "../timeline/track.ts";
import { clusterHealth, healthText } from "./clusterHealth.ts";
import { ageText, clockText, fineClockText, groupedNumber, shortClock, spanText } from "./clockText.ts";
import { podAccessibleName, podWord, readyWords, shortPodName } from "./stateWords.ts";

const shape: PodShape = { uid: "p", namespace: "default", name: "web-6c9f7d8b54-q2x7k", node: "node-1", status: "Running", ready: false, image: "nginx" };

describe("names that tests and screen readers rely on", () => {
  it.each([
    [{}, "Pod default/web-6c9f7d8b54-q2x7k, running, not ready", "not ready"],
    [{ ready: true }, "Pod default/web-6c9f7d8b54-q2x7k, running, ready", "ready"],
    [{ status: "Pending" }, "Pod default/web-6c9f7d8b54-q2x7k, pending, not ready", "pending"],
    [{ status: "CrashLoopBackOff" }, "Pod default/web-6c9f7d8b54-q2x7k, CrashLoopBackOff, not ready", "CrashLoopBackOff"],
    [{ deleting: true }, "Pod default/web-6c9f7d8b54-q2x7k, terminating, not ready", "terminating"],
  ])("%j", (more, name, word) => {
    const pod = podFact({ ...shape, ...more });
    expect(podAccessibleName(pod)).toBe(name);
    expect(podWord(pod)).toBe(word);
  });

  it("the cluster reads as contracted", () => {
    const ready = Array.from({ length: 14 }, (_, index) => podFact({ ...shape, uid: `p${index}`, ready: true }));
    expect(healthText(clusterHealth([nodeFact(1, true), nodeFact(2, true), nodeFact(3, true), ...ready]))).toBe("3 nodes, 14 of 14 pods ready");
    expect(healthText(clusterHealth([nodeFact(1, true), nodeFact(2, false), podFact({ ...shape, deleting: true })]))).toBe("1 of 2 nodes ready, 0 of 0 pods ready");
    expect(healthText(clusterHealth([nodeFact(1, true), fact("c", "ConfigMap", "configmaps", "default", "c", "ok", "", { tier: "config", facts: {} })]))).toBe("1 node, 0 of 0 pods ready");
  });

  it.each([
    ["web-6c9f7d8b54-q2x7k", "web-q2x7k"],
    ["my-web-shop-6c9f7d8b54-q2x7k", "my-web-shop-q2x7k"],
    ["web-0", "web-0"],
    ["a-plain-name", "a-plain-name"],
  ])("%s is short %s", (name, short) => expect(shortPodName(name)).toBe(short));
});

describe("time in words", () => {
  it.each([
    [clockText(134_350_000), "00:02:14.350"],
    [clockText(3_600_000_000), "01:00:00.000"],
    [fineClockText(134_350_007), "00:02:14.350007"],
    [shortClock(134_350_000), "02:14"],
    [spanText(260), "260 µs"],
    [spanText(9_400), "9 ms"],
    [spanText(1_440_000), "1.4 s"],
    [ageText(119_000_000), "119s"],
    [ageText(185_000_000), "3m5s"],
    [ageText(7_200_000_000), "120m"],
    [groupedNumber(1204), "1\u2009204"],
  ])("%s", (is, should) => expect(is).toBe(should));
});

describe("the timeline", () => {
  const mark = (seconds: number, label: string, tone: TimelineMark["tone"] = "person"): TimelineMark => ({ at: simTime(seconds * 1_000_000), tone, label });
  it("keeps the playhead on the track, and only grows", () => {
    let last = 0;
    for (let seconds = 0; seconds < 5_000; seconds += 7) {
      const span = trackSpan(seconds * 1_000_000);
      expect(span).toBeGreaterThan(seconds * 1_000_000);
      expect(span).toBeGreaterThanOrEqual(last);
      last = span;
    }
  });
  it("joins what was done together, and keeps labels apart", () => {
    const placed = placeMarks([mark(1, "create Deployment web"), mark(1.1, "create Service web"), mark(2, "all ready", "ok"), mark(3, "x", "fail"), mark(6, "node-2 off", "fail")], 100_000_000, 1_000);
    expect(placed.map(({ label, side }) => [label, side])).toEqual([["create Deployment web +1", "above"], ["all ready", "below"], [null, "below"], [null, "below"]]);
    // So long a time that they would lie on one another: one of each sort.
    const crowded = placeMarks([mark(100, "a"), mark(104, "all ready", "ok"), mark(108, "b"), mark(109, "c", "fail"), mark(200, "d")], 10_000_000_000, 1_000);
    expect(crowded.map(({ mark: { label, tone }, label: shown }) => [tone, label, shown])).toEqual([["person", "a", "a +1"], ["ok", "all ready", "all ready"], ["fail", "c", null], ["person", "d", null]]);
  });
});

describe("the slider", () => {
  const marks: TimelineMark[] = [10, 40].map((seconds) => ({ at: simTime(seconds * 1_000_000), tone: "person", label: "" }));
  it("takes the mark where one is near, and stays on the track", () => {
    expect(timeAt(105, 1_000, 100_000_000, marks)).toBe(10_000_000);
    expect(timeAt(120, 1_000, 100_000_000, marks)).toBe(12_000_000);
    expect([timeAt(-5, 1_000, 100_000_000, []), timeAt(2_000, 1_000, 100_000_000, [])]).toEqual([0, 100_000_000]);
  });
  it.each([
    ["ArrowLeft", false, 19_000_000],
    ["ArrowRight", false, 21_000_000],
    ["PageDown", false, 10_000_000],
    ["Home", false, 0],
    ["ArrowLeft", true, 10_000_000],
    ["ArrowRight", true, 40_000_000],
    ["a", false, null],
  ])("%s (with Shift: %s) leads to %s", (key, shift, to) => expect(timeByKey(key, shift, 20_000_000, marks)).toBe(to));
});

describe("events", () => {
  it("are newest first, from either API's way of telling time", () => {
    const lines = eventLines({ items: [{ metadata: { uid: "a" }, lastTimestamp: "2026-01-01T00:00:01Z", reason: "Old", involvedObject: { kind: "Pod", name: "x" } }, { metadata: { uid: "b" }, eventTime: "2026-01-01T00:00:05.5Z", reason: "New", regarding: { kind: "Pod", name: "y" }, series: { count: 4, lastObservedTime: "2026-01-01T00:00:09Z" } }] });
    expect(lines.map(({ reason, count, name }) => [reason, count, name])).toEqual([["New", 4, "y"], ["Old", 1, "x"]]);
    expect(eventLines(null)).toEqual([]);
    // The scheduler stamps microseconds, the kubelet whole seconds.
    const second = [["10", "eventTime", "5.500", "Scheduled"], ["12", "lastTimestamp", "5", "Pulling"], ["14", "lastTimestamp", "5", "Pulled"], ["9", "lastTimestamp", "6", "Started"]].map(([resourceVersion, field = "", at, reason]) => ({ metadata: { uid: reason, resourceVersion }, [field]: `2026-01-01T00:00:0${at}Z`, reason }));
    expect(eventLines({ items: second }).map(({ reason }) => reason)).toEqual(["Started", "Pulled", "Pulling", "Scheduled"]);
  });
});

describe("readyWords", () => {
  const of = (kind: string, desired: number, ready: number) => readyWords(fact("u", kind, `${kind.toLowerCase()}s`, "default", "x", "ok", "", { tier: "workload", desired, current: desired, updated: desired, ready, available: ready, revision: "" }));
  it("counts replicas, and of a CronJob the jobs that run just now", () => {
    expect([of("Deployment", 3, 2), of("Deployment", 0, 0), of("CronJob", 0, 0), of("CronJob", 1, 1), of("CronJob", 2, 2)]).toEqual(["2 of 3 ready", "0 of 0 ready", "no job runs", "1 job runs", "2 jobs run"]);
  });
});
