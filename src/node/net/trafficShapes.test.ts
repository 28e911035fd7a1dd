import { describe, expect, it } from "vitest";
import { NetworkWorld } from "./testing/networkWorld.ts";

const second = 1_000_000;
const url = "http://172.18.0.2:30080/";

function world(): NetworkWorld {
  const made = new NetworkWorld(2);
  made.service("web", { type: "NodePort", clusterIP: "10.96.5.5", selector: { app: "web" }, ports: [{ port: 80, targetPort: 80, nodePort: 30080 }] });
  made.endpoints("web", [{ port: 80 }], [{ ip: "10.244.1.2", node: "node-1", pod: "web-a" }]);
  made.order("node-1", { type: "run", pod: "default/web-a", ip: "10.244.1.2", program: "echo", ports: [80] });
  made.order("node-2", { type: "run", pod: "default/client", ip: "10.244.2.9", program: "silent", ports: [81] });
  made.runFor(3 * second);
  return made;
}

/** Requests by the second in which they set out, counted from the first. */
function perSecond(made: NetworkWorld): readonly number[] {
  const starts = made.flows().map((flow) => flow.startedAtUs);
  const counts: number[] = [];
  for (const at of starts) counts[Math.floor((at - Math.min(...starts)) / second)] = (counts[Math.floor((at - Math.min(...starts)) / second)] ?? 0) + 1;
  return Array.from(counts, (count) => count ?? 0);
}

describe("a traffic source", () => {
  it("climbs along its ramp", () => {
    const made = world();
    made.traffic({ url, perSecond: 0, ramp: { toPerSecond: 40, seconds: 4 } });
    made.runFor(6 * second);
    expect(perSecond(made).slice(0, 5).every((count, at) => Math.abs(count - [5, 15, 25, 35, 40][at]!) <= 2)).toBe(true);
  });

  it("sends the requests of a burst at once, a client each", () => {
    const made = world();
    made.traffic({ url, perSecond: 10, burst: 30, clients: 30 });
    made.runFor(3.5 * second);
    const starts = made.flows().map((flow) => flow.startedAtUs).sort((a, b) => a - b);
    expect(starts).toHaveLength(60);
    expect(starts[29]! - starts[0]!).toBeLessThan(1_000);
    expect(Math.abs(starts[30]! - starts[0]! - 3 * second)).toBeLessThan(1_000);
  });

  it("keeps its connections when only its rate is changed, and closes them when it goes elsewhere", () => {
    const made = world();
    const opened = (): number => made.flows().filter(({ hops }) => hops[0]?.rule !== "connection kept open").length;
    made.traffic({ url, perSecond: 20, clients: 4, keepAlive: true });
    made.runFor(2 * second);
    expect(opened()).toBe(4);
    made.traffic({ url, perSecond: 50, clients: 4, keepAlive: true });
    made.runFor(2 * second);
    expect(opened()).toBe(4);
    made.traffic({ url: `${url}other`, perSecond: 50, clients: 4, keepAlive: true });
    made.runFor(2 * second);
    expect(opened()).toBe(8);
    expect(made.api.world.observe("world/internet", { type: "traffic" })).toEqual([{ id: "t", started: made.flows().length, answered: made.flows().length, failed: 0, inFlight: 0 }]);
  });

  it("moves from the internet into a pod and back, and is in one place only", () => {
    const made = world();
    const hosts = (): readonly string[] => {
      const before = made.flows().length;
      made.runFor(second);
      return [...new Set(made.flows().slice(before).map(({ hops }) => hops[0]?.at ?? ""))];
    };
    made.traffic({ url });
    expect(hosts()).toEqual(["internet"]);
    made.traffic({ url, from: { namespace: "default", name: "client" } });
    made.runFor(second / 10);
    expect(hosts()).toEqual(["pod default/client"]);
    made.traffic({ url });
    made.runFor(second / 10);
    expect(hosts()).toEqual(["internet"]);
  });
});
