import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import { simTime } from "../../sim/time.ts";
import { ClusterHistory } from "../clusterHistory.ts";
import { PackedRevisions } from "./packedRevisions.ts";
import type { ObservedRevision } from "./revisionChunk.ts";

const epoch = Date.UTC(2026, 0, 1) * 1000;

/** Renewals as a cluster has them, and among them what is no renewal: other orders of keys, odd numbers, deletions, new objects of old names. */
function revisions(count: number): ObservedRevision[] {
  let seed = 12345;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const found: ObservedRevision[] = [];
  const exists = new Map<string, number>();
  let [at, revision, written] = [0, 1, 0];
  while (found.length < count) {
    at += random(4) === 0 ? 100 : random(3_000_000);
    revision += random(20) === 0 ? 3 : 1;
    written++;
    const which = random(9);
    const key = which < 6 ? `leases.coordination.k8s.io/kube-node-lease/node-${which}` : `configmaps/default/c${which}`;
    const isOther = random(30) === 0;
    const cause = random(50) === 0 ? "boot" : random(50) === 0 ? "cp-1/etcd#007" : `cp-1/etcd#${revision - written % 2}`;
    if (random(25) === 0 && exists.has(key)) {
      exists.delete(key);
      found.push({ at: simTime(at), revision, key, object: null, cause });
      continue;
    }
    const born = exists.get(key) ?? revision;
    exists.set(key, born);
    const metadata = { name: key, uid: `uid-${born}`, creationTimestamp: formatRfc3339(epoch), managedFields: [{ time: formatRfc3339(epoch + at) }], resourceVersion: String(revision) };
    const spec = {
      renewTime: formatRfc3339(epoch + at - random(90), true), n: [random(3) - 1, random(2) === 0 ? 0.5 : 0, 2 ** 52 + random(9), null, random(2) === 0][random(5)],
      text: ["", "a", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000+00:00", "1e3", "0", "007"][random(9)],
    };
    const object = isOther ? { kind: "X", apiVersion: "v1", metadata, spec, extra: [random(3)] } : { apiVersion: "v1", kind: "X", metadata, spec };
    found.push({ at: simTime(at), revision, key, object: object as unknown as KubeObject, cause });
  }
  return found;
}

function objectOf(name: string, revision: number): KubeObject {
  return { apiVersion: "v1", kind: "X", metadata: { name, uid: "u", creationTimestamp: "", resourceVersion: String(revision) } };
}

/** Orders of keys are told apart. */
const text = (value: unknown): string => JSON.stringify(value);

/** The history as it would be without packing. */
function plainState(all: readonly ObservedRevision[], at: number): ObservedRevision[] {
  const state = new Map<string, ObservedRevision>();
  for (const revision of all) {
    if (revision.at > at) break;
    if (revision.object === null) state.delete(revision.key);
    else state.set(revision.key, revision);
  }
  return [...state.values()];
}

describe("packed history", () => {
  const all = revisions(7_000);
  const end = all.at(-1)?.at ?? 0;

  it("shows every moment and every object's revisions as they were", () => {
    const history = new ClusterHistory();
    for (const revision of all) history.add(revision, null);
    for (let step = 0; step <= 30; step++) {
      const at = Math.floor((end * step) / 30) + (step % 3);
      expect(text([...history.stateAt(simTime(at)).values()])).toBe(text(plainState(all, at)));
    }
    for (const key of new Set(all.map((each) => each.key))) expect(text(history.of(key))).toBe(text(all.filter((each) => each.key === key)));
  });

  it("goes back to a time, and on from there", () => {
    const history = new ClusterHistory();
    for (const revision of all.slice(0, 5_000)) history.add(revision, null);
    const back = all[3_321]?.at ?? 0;
    history.forgetAfter(simTime(back));
    const before = all.filter((each) => each.at <= back);
    const after = all.slice(5_000);
    for (const revision of after) history.add(revision, null);
    for (const at of [back - 1, back, back + 1, after[500]?.at ?? 0, end]) expect(text([...history.stateAt(simTime(at)).values()])).toBe(text(plainState([...before, ...after], at)));
  });

  it("takes a few bytes for a renewal", () => {
    const packed = new PackedRevisions();
    const lease = (revision: number): ObservedRevision => ({
      at: simTime(revision * 2_001_005), revision, key: "leases.coordination.k8s.io/kube-system/kube-scheduler", cause: `cp-1/etcd#${revision - 1}`,
      object: { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "kube-scheduler", namespace: "kube-system", uid: "u", creationTimestamp: "", managedFields: [{ time: formatRfc3339(epoch + revision * 2_001_005) }], resourceVersion: String(revision) }, spec: { renewTime: formatRfc3339(epoch + revision * 2_001_005 - 60, true) } } as unknown as KubeObject,
    });
    packed.add(Array.from({ length: 10_000 }, (_, at) => lease(at + 2)));
    expect(packed.weight / packed.count).toBeLessThan(9);
  });

  it("drops what is superseded of Leases alone, the oldest first, and then lets the oldest go into the base", () => {
    const packed = new PackedRevisions();
    const renewals = 5 * 4096;
    packed.add(Array.from({ length: renewals }, (_, at) => ({ at: simTime(at), revision: at + 1, key: at % 100 === 99 ? "configmaps/default/a" : "leases/n", object: objectOf("a", at + 1), cause: "boot" })));
    const newest = new Map<string, number>();
    packed.noteNewest(newest);
    expect(newest.get("configmaps/default/a")).toBe(20_400);
    const isNoise = (key: string, revision: number): boolean => key === "leases/n" && revision < renewals;
    expect(packed.thin(isNoise, false)).toBe(true);
    expect(packed.count).toBe(renewals - 4096 + 40);
    expect(packed.thin(isNoise, true)).toBe(true);
    expect(packed.thin(isNoise, true)).toBe(false);
    expect(packed.of("configmaps/default/a").map(({ object }) => object?.metadata.resourceVersion)).toEqual(Array.from({ length: 204 }, (_, at) => String((at + 1) * 100)));
    const base = new Map<string, ObservedRevision>();
    expect([packed.fold(base), packed.fold(base)]).toEqual([4095, 8191]);
    expect([...base.values()].map(({ key, revision }) => `${key}@${revision}`)).toEqual(["configmaps/default/a@8100"]);
    for (let left = 3; left > 1; left--) packed.fold(base);
    // What is being written stays.
    expect(packed.fold(base)).toBe(null);
  });
});
