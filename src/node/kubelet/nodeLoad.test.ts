import { expect, it } from "vitest";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { NodeLoad } from "./nodeLoad.ts";
import { initialWorker } from "./podWorker/initial.ts";
import type { PodWorkerState } from "./podWorker/state.ts";

const worker = (uid: string, cpu: string): PodWorkerState =>
  initialWorker({ metadata: { uid, name: uid }, spec: { containers: [{ name: "c", resources: { requests: { cpu, memory: "1Ki" } } }] } } as unknown as Pod, 0);

it("sums up what the pods of a node ask for, as they come, go, end and change", () => {
  const workers = new Map<string, PodWorkerState>();
  const load = new NodeLoad(workers);
  const put = (next: PodWorkerState): void => {
    const before = workers.get(next.pod.metadata.uid) ?? null;
    workers.set(next.pod.metadata.uid, next);
    load.changed(before, next);
  };
  const [a, b] = [worker("a", "100m"), worker("b", "1")];
  put(a);
  expect(load.sums()).toEqual({ pods: 1, cpuMilli: 100, memoryBytes: 1024, ephemeralStorageBytes: 0 });
  put(b);
  put({ ...b, initialized: true });
  expect(load.sums()).toEqual({ pods: 2, cpuMilli: 1100, memoryBytes: 2048, ephemeralStorageBytes: 0 });
  put({ ...a, pod: worker("a", "300m").pod });
  expect(load.sums().cpuMilli).toBe(1300);
  put({ ...b, value: "finished" });
  expect(load.sums()).toMatchObject({ pods: 1, cpuMilli: 300 });
  put({ ...b, value: worker("b", "1").value });
  expect(load.pods().map((pod) => pod.metadata.uid)).toEqual(["a", "b"]);
  put({ ...worker("c", "2"), rejected: { reason: "OutOfcpu", message: "" } });
  expect(load.sums().cpuMilli).toBe(1300);
  workers.delete("b");
  load.changed(b, null);
  expect(load.sums()).toMatchObject({ pods: 1, cpuMilli: 300 });
  workers.clear();
  load.forget();
  expect(load.sums().pods).toBe(0);
});
