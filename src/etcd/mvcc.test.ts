import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EtcdLog } from "./log.ts";
import { Mvcc } from "./mvcc.ts";

const value = (text: string) => ({ text });

describe("the store", () => {
  test("gives every change its own revision and remembers what each key was last changed at", () => {
    const mvcc = new Mvcc();
    expect(mvcc.revision).toBe(1);
    expect(mvcc.commit("a", value("1"), "c1")?.revision).toBe(2);
    expect(mvcc.commit("b", value("1"), "c2")?.revision).toBe(3);
    expect(mvcc.commit("a", null, "c3")?.revision).toBe(4);
    expect(mvcc.commit("a", null, "c4")).toBeNull();
    expect([mvcc.revision, mvcc.modRevision("a"), mvcc.modRevision("b")]).toEqual([4, 0, 3]);
  });

  test("tells a watcher what came after a revision, and says when that is compacted", () => {
    const mvcc = new Mvcc();
    for (const text of ["1", "2", "3", "4"]) mvcc.commit("a", value(text), "c");
    expect(mvcc.since(3)?.map((event) => event.revision)).toEqual([4, 5]);
    expect(mvcc.compact(4)).toBe(true);
    expect(mvcc.since(3)).toBeNull();
    expect(mvcc.since(4)?.map((event) => event.revision)).toEqual([5]);
    expect(mvcc.compact(4)).toBe(false);
    expect(mvcc.compact(99)).toBe(false);
  });

  test("a log taken before a write is not changed by it", () => {
    const mvcc = new Mvcc();
    const logs: { readonly log: EtcdLog; readonly text: string }[] = [];
    for (let at = 0; at < 200; at++) {
      mvcc.commit(`k${at % 7}`, value(String(at)), "c");
      logs.push({ log: mvcc.log, text: JSON.stringify(mvcc.log) });
    }
    for (const { log, text } of logs) expect(JSON.stringify(log)).toBe(text);
  });
});

const step = fc.oneof(
  fc.record({ type: fc.constant("put" as const), key: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ type: fc.constant("delete" as const), key: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ type: fc.constant("compact" as const), back: fc.integer({ min: 0, max: 20 }) }),
);

test("a store opened on the log is the same store", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const mvcc = new Mvcc();
      let count = 0;
      for (const each of steps) {
        if (each.type === "compact") mvcc.compact(mvcc.revision - each.back);
        else mvcc.commit(`k${each.key}`, each.type === "put" ? value(String(count++)) : null, `c${count}`);
      }
      const again = new Mvcc(JSON.parse(JSON.stringify(mvcc.log)) as EtcdLog);
      // A store whose last changes were compacted away and deleted nothing else begins at the compacted revision.
      expect(again.revision).toBe(mvcc.revision);
      expect(again.items()).toEqual(mvcc.items());
      expect(again.since(again.compactRevision)).toEqual(mvcc.since(mvcc.compactRevision));
    }),
    { numRuns: 200, seed: 7 },
  );
});
