import { expect, it } from "vitest";
import type { JsonObject } from "../../../base/json.ts";
import { defaultNode } from "../../../cluster/clusterSpec.ts";
import type { KubeletConfiguration } from "../../nodeSpec.ts";
import { NodeCluster } from "../../testing/nodeCluster.ts";

const gigabyte = 1024 ** 3;
const minute = 60_000_000;

/** A machine with ten gigabytes, of which the system takes four. */
class Machine extends NodeCluster {
  constructor(kubelet: KubeletConfiguration) {
    super({ spec: { nodes: [{ ...defaultNode(1), ephemeralStorageBytes: 10 * gigabyte, kubelet }] } });
    this.boot();
  }

  run(name: string, image: string): void {
    this.pod(name, { containers: [{ name: "c", image }] });
    this.until(`${name} runs`, () => this.status(name)["phase"] === "Running", 120);
  }

  end(name: string): void {
    this.write("delete", `/api/v1/namespaces/default/pods/${name}`, null, "", { gracePeriodSeconds: "0" });
  }

  /** Until the next look at images is over: they are five minutes apart. */
  looks(times: number): void {
    this.world.runFor(times * 5 * minute);
  }

  fill(freeGigabytes: number): void {
    this.world.send("node-1/runtime", { type: "fault", id: "full", fault: "disk-full", target: "node-1", params: { freeMegabytes: Math.round(freeGigabytes * 1024) } });
  }

  images(): readonly string[] {
    const listed = ((this.get("/api/v1/nodes/node-1") as unknown as { readonly status: { readonly images?: readonly { readonly names: readonly string[] }[] } }).status.images ?? []).map(({ names }) => names.at(-1) ?? "");
    return listed.map((name) => /([a-z]+):[^:]+$/.exec(name)?.[1] ?? name).sort();
  }

  told(): readonly string[] {
    return this.events("node-1").filter((event) => /FreeDiskSpaceFailed|ImageGCFailed|EvictionThresholdMet/.test(event));
  }
}

it("images go where the disk is fuller than the high threshold: those first that were not used for longest, until the low one, and none that is used", () => {
  const machine = new Machine({ imageGCLowThresholdPercent: 84 });
  machine.run("new", "mongo:7");
  machine.run("old", "mysql:8.4");
  machine.run("web", "nginx:1.29");
  machine.looks(1);
  machine.end("old");
  machine.looks(1);
  machine.end("new");
  expect(machine.images()).toEqual(["mongo", "mysql", "nginx"]);
  machine.looks(1);
  expect(machine.images()).toEqual(["mongo", "mysql", "nginx"]);
  // 85 of 100 parts and a little more, of which the eviction manager takes no notice before 15 are left.
  machine.fill(1.58);
  machine.looks(1);
  expect(machine.images()).toEqual(["mongo", "nginx"]);
  expect(machine.told()).toEqual([]);
  expect((machine.status("web")["conditions"] as readonly JsonObject[]).find(({ type }) => type === "Ready")?.["status"]).toBe("True");
});

it("what is too new stays, and what is missing to the low threshold is told: at once, and louder the second time", () => {
  const machine = new Machine({ imageGCHighThresholdPercent: 60, imageGCLowThresholdPercent: 59, imageMinimumGCAge: "10m" });
  machine.run("once", "mongo:7");
  machine.end("once");
  machine.fill(3);
  machine.looks(1);
  expect(machine.images()).toEqual(["mongo"]);
  const short = (freed: string): RegExp => new RegExp(`^Warning FreeDiskSpaceFailed: Insufficient free disk space on the node's image filesystem \\(70% of 10\\.0 GiB used\\)\\. Failed to free sufficient space by deleting unused images \\(freed ${freed} bytes\\)\\. Investigate disk usage, as it could be used by active images, logs, volumes, or other data\\.$`);
  expect(machine.told()).toEqual([expect.stringMatching(short("0"))]);
  machine.looks(1);
  expect(machine.told().at(-1)).toMatch(/^Warning ImageGCFailed: Insufficient free disk space .*\(freed 0 bytes\)/);
  machine.looks(1);
  expect(machine.images()).toEqual([]);
  expect(machine.told().some((event) => short("[1-9]\\d{8}").test(event))).toBe(true);
});

it("imageMaximumGCAge: what nobody has used for so long goes from a disk that has room, and not before the kubelet has run for so long", () => {
  const machine = new Machine({ imageMaximumGCAge: "12m" });
  machine.run("once", "mongo:7");
  machine.run("web", "nginx:1.29");
  machine.end("once");
  machine.looks(2);
  expect(machine.images()).toEqual(["mongo", "nginx"]);
  machine.looks(1);
  expect(machine.images()).toEqual(["nginx"]);
  expect(machine.world.trace.some((entry) => JSON.stringify(entry).includes("removes mongo:7: no container uses it"))).toBe(true);
});

it("a kubelet whose high threshold is 100 leaves images alone", () => {
  const machine = new Machine({ imageGCHighThresholdPercent: 100 });
  machine.run("once", "mongo:7");
  machine.end("once");
  machine.looks(1);
  machine.fill(1.58);
  machine.looks(2);
  expect(machine.images()).toEqual(["mongo"]);
});
