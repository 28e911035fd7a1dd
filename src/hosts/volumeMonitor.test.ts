import { expect, it } from "vitest";
import type { Json } from "../base/json.ts";
import { cloud } from "../cluster/cloudName.ts";
import { defaultClusterSpec } from "../cluster/clusterSpec.ts";
import type { Process, ProcessContext } from "../sim/process.ts";
import { clusterComposition } from "./clusterComposition.ts";
import { VolumeMonitor } from "./testing/volumeMonitor.ts";

const runtime = "node-1/runtime";
const folder = "/var/local-path-provisioner/pvc-1_default_data-a-0";

/** Processes that write to their disks what they are told to, seen by a monitor. */
function watched(): { readonly monitor: VolumeMonitor; readonly write: (process: string, name: string, data: Json) => void; readonly second: (twice?: boolean) => void } {
  const monitor = new VolumeMonitor(defaultClusterSpec);
  const scribe = (id: string): Process => ({
    id, cost: () => 0, snapshot: () => null, restore: () => undefined,
    handle: (event, ctx) => {
      if (event.type !== "datagram") return;
      const { name, data } = event.body as { readonly name: string; readonly data: Json };
      ctx.disk.write(name, data);
    },
  });
  const build = () => ({ groups: [{ id: "all", factories: [cloud, runtime].map((id) => ({ id, create: () => scribe(id) })) }], epochUs: 0 });
  const { groups } = monitor.watched({ ...clusterComposition, build }).build(defaultClusterSpec, 1);
  const running = new Map(groups.flatMap(({ factories }) => factories.map((factory) => [factory.id, { process: factory.create(), ctx: { disk: { read: () => null, write: () => undefined } } as unknown as ProcessContext }])));
  return {
    monitor,
    write: (id, name, data) => {
      const { process, ctx } = running.get(id) ?? { process: scribe(""), ctx: null as never };
      process.handle({ type: "datagram", from: "", body: { name, data } }, ctx);
    },
    second: (twice = false) => monitor.look(new Map(), (process) => ({ containers: process === "node-3/runtime" ? [] : [{ namespace: "default", pod: twice ? "a-0" : process }] })),
  };
}

it("tells of lines that a disk lost, of a disk that two machines have, and of an identity that runs twice", () => {
  const { monitor, write, second } = watched();
  write(cloud, "disk/d", { log: "0\n1\n" });
  write(cloud, "disk/d", { log: "0\n1\n2\n" });
  expect(monitor.broken).toEqual([]);
  write(cloud, "disk/d", { log: "0\n1\n" });
  write(cloud, "disks", { d: { nodes: ["node-1", "node-2"] } });
  second(true);
  expect(monitor.broken).toEqual([expect.stringContaining("S35: disk d: it had 3 lines"), "S35: disk d is attached to node-1 and node-2", "S22: default/a-0 runs on node-1 and node-2"]);
});

it("lets a folder go with its volume, and not while a claim has it", () => {
  const volume = { metadata: { name: "pvc-1" }, status: { phase: "Bound" } };
  const bound = { type: "MODIFIED", key: "persistentvolumes//pvc-1", revision: 1, value: volume, prev: volume } as const;
  for (const [isReleased, told] of [[true, []], [false, [`S35: ${runtime} ${folder}/log: 1 lines are gone`]]] as const) {
    const { monitor, write, second } = watched();
    monitor.take(bound);
    write(runtime, "files", [[`${folder}/log`, "0\n"]]);
    write(runtime, "files", []);
    if (isReleased) monitor.take({ ...bound, type: "DELETED" });
    second();
    expect(monitor.broken).toEqual(told);
  }
});
