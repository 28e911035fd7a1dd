import { describe, expect, it } from "vitest";
import type { Container, Pod } from "../../../kinds/core/pod/types.ts";
import type { ContainerExit, NodeImage } from "../../runtime/criMessages.ts";
import { podStatus } from "../podStatus.ts";
import { initialWorker } from "./initial.ts";
import { goDuration } from "./restartPolicy.ts";
import type { PodEffect, PodWorkerEnv, PodWorkerEvent, PodWorkerState } from "./state.ts";
import { stepPodWorker } from "./step.ts";

const second = 1_000_000;
const image: NodeImage = { reference: "app:1", canonical: "docker.io/library/app:1", id: "docker.io/library/app@sha256:1", sizeBytes: 7 };

/** A pod worker with a world of its own: the image is there, volumes are mounted, the clock is the test's. */
class Bench {
  state: PodWorkerState;
  nowUs = 1_767_225_600_000_000;
  present = true;
  configError: string | null = null;
  effects: PodEffect[] = [];

  constructor(spec: Partial<Pod["spec"]>, container: Partial<Container> = {}) {
    const full = { restartPolicy: "Always", terminationGracePeriodSeconds: 30, containers: [{ name: "c", image: "app:1", imagePullPolicy: "IfNotPresent", ...container }], ...spec };
    this.state = initialWorker({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "default", uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" }, spec: full }, this.nowUs);
  }

  step(event: PodWorkerEvent): readonly string[] {
    const env: PodWorkerEnv = {
      nowUs: this.nowUs,
      instant: false,
      imagePresent: () => (this.present ? image : null),
      volumes: () => ({ ready: true }),
      containerSpec: (_state, name) => (this.configError === null ? { spec: { type: "cri/startContainer", container: { name } as never } } : { error: this.configError }),
      sandboxSpec: () => ({ type: "cri/runSandbox", sandbox: {} as never }),
      resizeRefusal: () => null, missingPullSecrets: () => [],
    };
    const { state, effects } = stepPodWorker(this.state, event, env);
    this.state = state;
    this.effects = [...effects];
    return effects.flatMap((effect) => (effect.type === "runtime" ? [effect.message.type] : effect.type === "event" ? [effect.reason] : effect.type === "probe" ? [`probe ${effect.probe}`] : []));
  }

  wait(us: number, event: PodWorkerEvent = { type: "sync" }): readonly string[] {
    this.nowUs += us;
    return this.step(event);
  }

  started(container = "c"): readonly string[] {
    return this.step({ type: "containerStarted", container, id: "i", imageId: image.id, startedAtUs: this.nowUs, warnings: [] });
  }

  ended(exitCode: number, container = "c"): readonly string[] {
    const exit: ContainerExit = { id: "i", exitCode, signal: 0, reason: exitCode === 0 ? "Completed" : "Error", message: "", startedAtUs: this.nowUs, finishedAtUs: this.nowUs };
    return this.step({ type: "containerEnded", container, exit, neverStarted: false });
  }

  running(): this {
    this.step({ type: "sync" });
    this.step({ type: "sandboxReady", ip: "10.244.0.2" });
    for (const name of Object.keys(this.state.containers)) if (this.state.containers[name]?.value === "starting") this.started(name);
    return this;
  }

  get phase(): string {
    return podStatus(this.state, { nodeIp: "172.18.0.2", nowUs: this.nowUs, runtime: "containerd", instant: false }).phase ?? "";
  }

  deleted(graceSeconds: number): readonly string[] {
    const { pod } = this.state;
    return this.step({ type: "pod", pod: { ...pod, metadata: { ...pod.metadata, deletionTimestamp: "2026-01-01T00:01:00Z", deletionGracePeriodSeconds: graceSeconds } } });
  }
}

describe("pod worker", () => {
  it("goes from nothing to running", () => {
    const bench = new Bench({});
    expect(bench.step({ type: "sync" })).toEqual(["cri/runSandbox"]);
    expect(bench.step({ type: "sync" })).toEqual([]);
    expect(bench.step({ type: "sandboxReady", ip: "10.244.0.2" })).toEqual(["Pulled", "Created", "cri/startContainer"]);
    expect(bench.phase).toBe("Pending");
    expect(bench.started()).toEqual(["Started"]);
    expect(bench.phase).toBe("Running");
  });

  const policies = [
    ["Always", 0, "Running", true], ["Always", 1, "Running", true], ["OnFailure", 0, "Succeeded", false],
    ["OnFailure", 1, "Running", true], ["Never", 0, "Succeeded", false], ["Never", 1, "Failed", false],
  ] as const;
  for (const [policy, code, phase, again] of policies) {
    it(`restartPolicy ${policy}, exit ${code}: ${phase}${again ? ", started again" : ""}`, () => {
      const bench = new Bench({ restartPolicy: policy }).running();
      bench.ended(code);
      const after = bench.wait(second);
      if (bench.state.value === "stoppingSandbox") bench.step({ type: "sandboxStopped" });
      expect(bench.phase).toBe(phase);
      expect(after.includes("cri/startContainer")).toBe(again);
    });
  }

  it("waits 10 s, 20 s, ... 300 s between crashes and starts over after ten quiet minutes", () => {
    const bench = new Bench({}).running();
    const waits: number[] = [];
    for (let crash = 0; crash < 8; crash++) {
      bench.ended(1);
      let waited = second;
      for (let did = bench.wait(second); !did.includes("cri/startContainer"); did = bench.wait(second)) waited += second;
      waits.push(waited / second);
      bench.started();
    }
    expect(waits).toEqual([1, 10, 20, 40, 80, 160, 300, 300]);
    bench.nowUs += 601 * second;
    bench.ended(1);
    expect(bench.wait(second)).toContain("cri/startContainer");
  });

  it("pulls by policy", () => {
    const table = [["IfNotPresent", true, "Pulled"], ["IfNotPresent", false, "Pulling"], ["Always", true, "Pulling"], ["Never", true, "Pulled"], ["Never", false, "ErrImageNeverPull"]] as const;
    for (const [imagePullPolicy, present, first] of table) {
      const bench = new Bench({}, { imagePullPolicy });
      bench.present = present;
      bench.step({ type: "sync" });
      expect(bench.step({ type: "sandboxReady", ip: "10.244.0.2" })[0]).toBe(first);
    }
  });

  it("counts probes by their thresholds", () => {
    const bench = new Bench({}, { readinessProbe: { httpGet: { port: 80 }, successThreshold: 2, failureThreshold: 2, periodSeconds: 5, timeoutSeconds: 1 } }).running();
    const round = (ok: boolean): boolean => {
      bench.step({ type: "probeTimer", container: "c", probe: "readiness" });
      const serial = bench.state.containers["c"]?.probes.readiness?.serial ?? 0;
      bench.step({ type: "probeAnswer", container: "c", probe: "readiness", serial, ok, output: "" });
      bench.nowUs += 5 * second;
      return bench.state.containers["c"]?.ready ?? false;
    };
    expect([true, true, false, true, false, false, true, true].map(round)).toEqual([false, true, true, true, true, false, false, true]);
  });

  it("holds readiness and liveness back until the startup probe has passed, and takes silence for a failure", () => {
    const probe = { httpGet: { port: 80 }, periodSeconds: 2, failureThreshold: 2, timeoutSeconds: 1 };
    const bench = new Bench({}, { startupProbe: probe, livenessProbe: probe }).running();
    expect(Object.keys(bench.state.containers["c"]?.probes ?? {})).toEqual(["startup"]);
    expect(bench.step({ type: "probeTimer", container: "c", probe: "startup" })).toEqual(["probe startup"]);
    expect(bench.wait(second, { type: "probeTimer", container: "c", probe: "startup" })).toEqual(["Unhealthy"]);
    expect(bench.wait(second, { type: "probeTimer", container: "c", probe: "startup" })).toEqual(["probe startup"]);
    bench.step({ type: "probeAnswer", container: "c", probe: "startup", serial: 2, ok: true, output: "" });
    expect(Object.keys(bench.state.containers["c"]?.probes ?? {})).toEqual(["liveness"]);
  });

  it("ends sidecars after the main containers, and the sandbox last", () => {
    const sidecar = { name: "s", image: "app:1", restartPolicy: "Always" };
    const bench = new Bench({ initContainers: [sidecar] });
    bench.running();
    expect(bench.state.initialized).toBe(true);
    bench.started("c");
    expect(bench.deleted(30)).toEqual(["Killing", "cri/stopContainer"]);
    expect(bench.state.containers["s"]?.value).toBe("running");
    expect(bench.ended(0)).toEqual(["Killing", "cri/stopContainer"]);
    expect(bench.ended(0, "s")).toEqual(["cri/stopSandbox"]);
    expect(bench.state.value).toBe("stoppingSandbox");
    bench.step({ type: "sandboxStopped" });
    expect(bench.state.value).toBe("finished");
  });

  it("shortens a grace period that was given", () => {
    const bench = new Bench({}).running();
    bench.deleted(30);
    bench.nowUs += 5 * second;
    expect(bench.deleted(2)).toEqual(["cri/stopContainer"]);
    const stop = bench.effects.find((effect) => effect.type === "runtime");
    expect(stop).toMatchObject({ message: { graceUs: 2 * second } });
    expect(bench.deleted(20)).toEqual([]);
  });

  it("runs preStop inside the grace period, then leaves at least two seconds", () => {
    const bench = new Bench({}, { lifecycle: { preStop: { exec: { command: ["x"] } } } }).running();
    expect(bench.deleted(10)).toEqual(["Killing"]);
    expect(bench.effects.some((effect) => effect.type === "hook")).toBe(true);
    bench.nowUs += 9 * second;
    expect(bench.step({ type: "hookDone", container: "c", hook: "preStop", ok: true, output: "" })).toEqual(["cri/stopContainer"]);
    expect(bench.effects.find((effect) => effect.type === "runtime")).toMatchObject({ message: { graceUs: 2 * second } });
  });

  it("tries a broken configuration again after ten seconds", () => {
    const bench = new Bench({});
    bench.configError = 'configmap "x" not found';
    bench.step({ type: "sync" });
    expect(bench.step({ type: "sandboxReady", ip: "10.244.0.2" })).toEqual(["Pulled", "Failed"]);
    bench.configError = null;
    expect(bench.wait(9 * second)).toEqual([]);
    expect(bench.wait(second)).toEqual(["Pulled", "Created", "cri/startContainer"]);
  });

  it("fails a pod at its active deadline", () => {
    const bench = new Bench({ activeDeadlineSeconds: 3 }).running();
    expect(bench.wait(4 * second)).toEqual(["DeadlineExceeded", "Killing", "cri/stopContainer"]);
    expect(bench.phase).toBe("Failed");
  });

  it("never changes the state it was given", () => {
    const bench = new Bench({});
    const before = JSON.stringify(bench.state);
    const kept = bench.state;
    bench.running();
    expect(JSON.stringify(kept)).toBe(before);
  });
});

describe("goDuration", () => {
  for (const [us, text] of [[10 * second, "10s"], [160 * second, "2m40s"], [1_957_000, "1.957s"], [412_000, "412ms"], [300 * second, "5m0s"], [3_600 * second, "1h0m0s"], [0, "0s"]] as const) {
    it(text, () => expect(goDuration(us)).toBe(text));
  }
});
