import { expect, it } from "vitest";
import { minute, second, simTime } from "../../sim/time.ts";
import { CausalLog } from "../causalLog.ts";
import { bootLink } from "../clusterObserver.ts";
import { PackedLinks, type KnownLink } from "./packedLinks.ts";

const renewal = (number: number, holder: string): KnownLink => ({
  id: `cp-1/etcd#${number}`, at: simTime(number * 2_001_005 - (number % 7)), component: "api server", text: `wrote Lease ${holder}, revision ${number + 1}`,
  object: `leases.coordination.k8s.io/kube-system/${holder}`, tone: "ok", cause: `cp-1/${holder}#1`,
});
const others: readonly KnownLink[] = [
  { id: "c7", at: simTime(5), component: "you", text: "create Pod x1", object: "pods/default/x1", tone: "person", cause: null },
  { id: "cp-1/kubelet#0", at: simTime(9), component: "k", text: "007", object: null, tone: null, cause: "boot" },
  { id: "odd", at: simTime(11), component: "k", text: "", object: null, tone: "warn", cause: "c7" },
];

it("gives back each link as it was, and takes a few bytes for one that comes again and again", () => {
  const packed = new PackedLinks();
  const all = Array.from({ length: 10_000 }, (_, at) => renewal(at + 1, ["kube-scheduler", "kube-controller-manager", "node-1"][at % 3]!));
  const taken = all.filter((link) => packed.add(link));
  expect(taken).toHaveLength(all.length - 3);
  for (const link of others) expect(packed.add(link)).toBe(false);
  for (const link of [...taken.slice(0, 20), ...taken.slice(4_080, 4_110), ...taken.slice(-20)]) expect(packed.get(link.id)).toEqual(link);
  expect([packed.get("cp-1/etcd#1"), packed.get("cp-1/etcd#10001"), packed.get("node-1/kubelet#5"), packed.get("boot")]).toEqual([undefined, undefined, undefined, undefined]);
  // Ids that come again after a run went back are what came last.
  const again = { ...renewal(5_000, "node-1"), at: simTime(7) };
  expect([packed.add(again), packed.get(again.id)]).toEqual([true, again]);
  const [one, two] = [taken[0]!, taken[2_000]!];
  expect(packed.trim(6_000, () => new Set([one.id, two.id, again.id]))).toEqual([one, two]);
  expect([packed.get(one.id), packed.get(taken[4_096]!.id)]).toEqual([undefined, taken[4_096]]);
});

it("explains the same with packed links as without", () => {
  const [packing, plain] = [new CausalLog(), new CausalLog()];
  plain.mayPack = false;
  for (let id = 1; id <= 20_000; id++) {
    // Every third is a renewal; the others are links of chains, some of which alike ones interrupt.
    const cause = id % 3 === 0 ? "p#1" : id % 5 === 0 ? `p#${id - 3}` : `p#${Math.max(0, id - 1)}`;
    const text = id % 3 === 0 ? `renewed ${id}` : id % 5 === 0 ? "looked" : `step ${id}`;
    for (const log of [packing, plain]) {
      log.add({ at: simTime(id * second), process: "p", cause: id === 1 ? "boot" : cause, link: `p#${id}`, body: { component: "p", text } });
      log.trim(() => []);
    }
  }
  expect([packing.size, plain.size]).toEqual([20_000, 20_000]);
  for (let id = 1; id <= 20_000; id += 37) {
    expect(packing.chain(`p#${id}`, bootLink)).toEqual(plain.chain(`p#${id}`, bootLink));
    expect(packing.timeOf(`p#${id}`)).toBe(id * second);
  }
  const ids = Array.from({ length: 400 }, (_, at) => `p#${at * 50 + 3}`);
  const byId = (links: unknown): unknown[] => (links as { id: string }[]).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(byId(packing.linksOf(ids))).toEqual(byId(plain.linksOf(ids)));
});

it("keeps what explains the objects that exist when the oldest are dropped", () => {
  const log = new CausalLog();
  for (let id = 1; id <= 260_000; id++) {
    log.add({ at: simTime(id * minute), process: "p", cause: "boot", link: `p#${id}`, body: { component: "p", text: "renewed" } });
    log.trim(() => ["p#2"]);
  }
  expect(log.size).toBeLessThan(252_000);
  expect(log.chain("p#2", bootLink).map(({ at }) => at)).toEqual([0, 2 * minute]);
  expect(log.chain("p#9", bootLink)).toEqual([]);
  expect(log.chain("p#259000", bootLink)).toHaveLength(2);
});
