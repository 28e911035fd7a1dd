import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import { NodeCluster } from "../testing/nodeCluster.ts";
import type { ContainerSpec } from "./criMessages.ts";
import { answerDelayUs, beginEvent, burn, cpuUsedUs, memoryBytes, reachesUs, setQuota, spend, usageOf } from "./usage.ts";

const second = 1_000_000;

function specWith(more: Partial<ContainerSpec>): ContainerSpec {
  return { podUid: "u", namespace: "default", podName: "p", name: "c", attempt: 0, image: "nginx:1.29", command: [], args: [], workingDir: "", env: {}, mounts: [], ports: [], behaviour: {}, terminationMessagePath: "", fallbackToLogsOnError: false, ...more };
}

describe("the CPU of a container", () => {
  it("is what its requests cost, and idle time costs nothing", () => {
    const usage = usageOf(specWith({ behaviour: { "cpu-per-request": "50m" } }), 0, 4000, false);
    const atStart = cpuUsedUs(usage, 0);
    for (let at = 1; at <= 10; at++) beginEvent(usage, at * second, true);
    expect(cpuUsedUs(usage, 20 * second) - atStart).toBe(10 * (50_000 + 20));
    expect(cpuUsedUs(usage, 3600 * second)).toBe(cpuUsedUs(usage, 20 * second));
  });

  it("is a counter: it never falls, whatever is asked, burned and allowed in turn", () => {
    const turn = fc.record({ passedUs: fc.integer({ min: 0, max: 300_000 }), act: fc.constantFrom("spend", "burn", "quota"), value: fc.integer({ min: 1, max: 1_000 }) });
    fc.assert(fc.property(fc.array(turn, { maxLength: 60 }), (turns) => {
      const usage = usageOf(specWith({ limits: { cpuMilli: 500 } }), 0, 4000, false);
      let now = 0;
      let before = 0;
      const look = (): void => {
        const used = cpuUsedUs(usage, now);
        expect(used).toBeGreaterThanOrEqual(before);
        before = used;
      };
      for (const { passedUs, act, value } of turns) {
        now += passedUs;
        look();
        if (act === "spend") spend(usage, now, value * 200);
        else if (act === "burn") burn(usage, now, value);
        else setQuota(usage, now, value);
        look();
      }
    }), { seed: 26, numRuns: 500 });
  });

  it("never goes beyond the limit, whatever is asked of it: answers get later instead", () => {
    const usage = usageOf(specWith({ limits: { cpuMilli: 500 } }), 0, 4000, false);
    const from = cpuUsedUs(usage, second);
    let last = 0;
    for (let n = 0; n < 100; n++) {
      const at = second + n * 10_000;
      beginEvent(usage, at, true);
      spend(usage, at, 20_000);
      last = answerDelayUs(usage, at);
    }
    const used = cpuUsedUs(usage, 2 * second) - from;
    expect(used).toBeGreaterThan(500_000);
    expect(used).toBeLessThanOrEqual(500_000 + 50_000);
    // Two seconds of work came in one second, and half a core does a second's worth in two.
    expect(last).toBeGreaterThan(2.8 * second);
    expect(usage.throttledUs).toBeGreaterThan(0);
    expect(cpuUsedUs(usage, 60 * second) - from).toBe(100 * 20_020);
  });

  it("burns as much as it wants, up to the limit", () => {
    const usage = usageOf(specWith({ limits: { cpuMilli: 1000 } }), 0, 4000, false);
    const from = cpuUsedUs(usage, 0);
    burn(usage, 0, 2000);
    expect(cpuUsedUs(usage, 10 * second) - from).toBe(10 * second);
    burn(usage, 10 * second, 0);
    expect(cpuUsedUs(usage, 20 * second) - from).toBe(10 * second);
  });
});

describe("the memory of a container", () => {
  it("grows as its behaviour says, and says when it will be too much", () => {
    const usage = usageOf(specWith({ behaviour: { "memory-growth": "60Mi" } }), 0, 4000, false);
    const atStart = memoryBytes(usage, 0);
    expect(memoryBytes(usage, 60 * second) - atStart).toBe(60 * 1024 * 1024);
    const limit = atStart + 10 * 1024 * 1024;
    const leftUs = reachesUs(usage, limit, 0) ?? 0;
    expect(memoryBytes(usage, leftUs)).toBeGreaterThan(limit);
    expect(memoryBytes(usage, leftUs - 1000)).toBeLessThanOrEqual(limit);
    expect(reachesUs(usageOf(specWith({}), 0, 4000, false), limit, 0)).toBeNull();
  });
});

describe("a container that needs more memory than its limit", () => {
  it("is killed: OOMKilled, exit 137, and starts again", () => {
    const cluster = new NodeCluster().boot();
    cluster.pod("leak", { containers: [{ name: "c", image: "nginx:1.29", resources: { limits: { memory: "16Mi" } } }] }, { annotations: { "sim.orrery.dev/c.memory-growth": "60Mi" } });
    const status = (): JsonObject => (cluster.status("leak")["containerStatuses"] as readonly JsonObject[] | undefined)?.[0] ?? {};
    cluster.until("killed once", () => status()["restartCount"] === 1, 60);
    const { terminated } = status()["lastState"] as { terminated: JsonObject };
    expect(terminated).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
    const ranUs = Date.parse(String(terminated["finishedAt"])) - Date.parse(String(terminated["startedAt"]));
    expect(ranUs).toBeGreaterThanOrEqual(9000);
    expect(ranUs).toBeLessThanOrEqual(11_000);
    cluster.until("crash loop", () => JSON.stringify(status()["state"]).includes("CrashLoopBackOff"), 60);
  });

  it("is killed at once where it holds too much from its start", () => {
    const cluster = new NodeCluster().boot();
    cluster.pod("fat", { restartPolicy: "Never", containers: [{ name: "c", image: "nginx:1.29", resources: { limits: { memory: "4Mi" } } }] });
    cluster.until("failed", () => cluster.status("fat")["phase"] === "Failed", 60);
    expect(JSON.stringify(cluster.status("fat"))).toContain("OOMKilled");
  });
});
