import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Container, Pod } from "../../../kinds/core/pod/types.ts";
import type { Chart } from "../../../sim/machine.ts";
import { differencesFromXState, unreachable, unusedEvents } from "../../../sim/testing/chartChecks.ts";
import type { NodeImage } from "../../runtime/criMessages.ts";
import { containerChart } from "./containerMachine.ts";
import { initialWorker, rejectedWorker } from "./initial.ts";
import { podChart } from "./podMachine.ts";
import type { PodWorkerEnv, PodWorkerEvent, PodWorkerState } from "./state.ts";
import { stepPodWorker } from "./step.ts";

const charts: readonly (readonly [string, Chart<string, string, string>])[] = [
  ["container", containerChart as unknown as Chart<string, string, string>],
  ["pod", podChart as unknown as Chart<string, string, string>],
];

describe.each(charts)("the chart of a %s", (_name, chart) => {
  it("is XState's, for every state and event", () => expect(differencesFromXState(chart)).toEqual([]));
  it("has no state that cannot be reached, no event without a meaning", () => expect([unreachable(chart), unusedEvents(chart)]).toEqual([[], []]));
});

const image: NodeImage = { reference: "app:1", canonical: "docker.io/library/app:1", id: "docker.io/library/app@sha256:1", sizeBytes: 7 };
const names = ["init", "sidecar", "main"] as const;

function podOf(restartPolicy: string, imagePullPolicy: string): Pod {
  const container = (name: string, more: Partial<Container> = {}): Container => ({ name, image: "app:1", imagePullPolicy, ...more }) as Container;
  return {
    apiVersion: "v1", kind: "Pod",
    metadata: { name: "p", namespace: "default", uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: { restartPolicy, terminationGracePeriodSeconds: 30, initContainers: [container("init"), container("sidecar", { restartPolicy: "Always" })], containers: [container("main")] },
  };
}

interface Weather {
  readonly image: boolean;
  readonly volumes: "ready" | "waiting" | "error";
  readonly spec: "ready" | "waiting" | "error";
}

function envOf(nowUs: number, weather: Weather): PodWorkerEnv {
  return {
    nowUs,
    instant: false,
    imagePresent: () => (weather.image ? image : null),
    volumes: () => (weather.volumes === "ready" ? { ready: true } : weather.volumes === "waiting" ? { ready: false, waiting: true } : { ready: false, waiting: false, error: "no volume" }),
    containerSpec: (_state, name) => (weather.spec === "ready" ? { spec: { type: "cri/startContainer", container: { name } as never } } : weather.spec === "waiting" ? { waiting: true } : { error: "no config" }),
    sandboxSpec: () => ({ type: "cri/runSandbox", sandbox: {} as never }),
  };
}

const name = fc.constantFrom(...names);
const exit = fc.constantFrom(0, 1).map((exitCode) => ({ id: "i", exitCode, signal: 0, reason: "", message: "", startedAtUs: 0, finishedAtUs: 0 }));

/** What may come from elsewhere, in any order: late, twice, or never asked for. */
const anyEvent: fc.Arbitrary<PodWorkerEvent | "delete"> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<PodWorkerEvent>({ type: "sync" }) },
  { weight: 3, arbitrary: fc.constant<PodWorkerEvent>({ type: "sandboxReady", ip: "10.244.0.2" }) },
  { weight: 1, arbitrary: fc.constantFrom<PodWorkerEvent>({ type: "sandboxFailed", message: "" }, { type: "sandboxStopped" }, { type: "lost" }) },
  { weight: 3, arbitrary: name.map((container): PodWorkerEvent => ({ type: "imagePulled", container, image, tookUs: 1, waitedUs: 0, warning: "" })) },
  { weight: 2, arbitrary: fc.tuple(name, fc.constantFrom("ErrImagePull", "InvalidImageName")).map(([container, reason]): PodWorkerEvent => ({ type: "imagePullFailed", container, reason, message: "" })) },
  { weight: 5, arbitrary: name.map((container): PodWorkerEvent => ({ type: "containerStarted", container, id: "i", imageId: image.id, startedAtUs: 0, warnings: [] })) },
  { weight: 4, arbitrary: fc.tuple(name, exit, fc.boolean()).map(([container, ended, neverStarted]): PodWorkerEvent => ({ type: "containerEnded", container, exit: ended, neverStarted })) },
  { weight: 1, arbitrary: fc.constantFrom<PodWorkerEvent | "delete">("delete", { type: "gone" }) },
);

const anyWeather = fc.record<Weather>({ image: fc.boolean(), volumes: fc.constantFrom("ready", "ready", "waiting", "error"), spec: fc.constantFrom("ready", "ready", "ready", "waiting", "error") });
const anyTurn = fc.tuple(anyEvent, anyWeather, fc.constantFrom(1, 1_000_000, 11_000_000, 400_000_000));
const anyLife = fc.record({
  restartPolicy: fc.constantFrom("Always", "OnFailure", "Never"),
  imagePullPolicy: fc.constantFrom("Always", "IfNotPresent", "Never"),
  beginning: fc.constantFrom("new", "new", "new", "found", "rejected"),
  turns: fc.array(anyTurn, { minLength: 10, maxLength: 60 }),
});

/** Steps a worker through a life; `see` is shown every state it comes to. */
function live(life: { restartPolicy: string; imagePullPolicy: string; beginning: string; turns: readonly [PodWorkerEvent | "delete", Weather, number][] }, see: (state: PodWorkerState) => void): void {
  let nowUs = 1_767_225_600_000_000;
  let state = initialWorker(podOf(life.restartPolicy, life.imagePullPolicy), nowUs);
  const step = (event: PodWorkerEvent, weather: Weather): void => {
    // The state that is gone on from has been through JSON.
    state = stepPodWorker(JSON.parse(JSON.stringify(state)) as PodWorkerState, event, envOf(nowUs, weather)).state;
    see(state);
  };
  see(state);
  if (life.beginning === "rejected") state = rejectedWorker(state, { reason: "OutOfcpu", message: "" }, nowUs);
  const report = { podUid: "u", name: "main", id: "i", attempt: 0, imageId: image.id, startedAtUs: 0, exit: null };
  if (life.beginning === "found") step({ type: "adopted", ip: "10.244.0.2", containers: [report] }, { image: true, volumes: "waiting", spec: "ready" });
  see(state);
  for (const [event, weather, waitUs] of life.turns) {
    nowUs += waitUs;
    const deleted = { ...state.pod, metadata: { ...state.pod.metadata, deletionTimestamp: "2026-01-01T00:01:00Z", deletionGracePeriodSeconds: 30 } };
    step(event === "delete" ? { type: "pod", pod: deleted } : event.type === "containerEnded" ? { ...event, exit: { ...event.exit, finishedAtUs: nowUs } } : event, weather);
  }
}

describe("a pod worker in any weather", () => {
  it("passes every state of both charts and never tries a transition that they do not have", () => {
    const pods = new Set<string>();
    const containers = new Set<string>();
    fc.assert(fc.property(anyLife, (life) => {
      live(life, (state) => {
        for (const [passage] of state.passages) pods.add(passage);
        for (const machine of Object.values(state.containers)) for (const [passage] of machine.passages) containers.add(passage);
        expect(state.passages.at(-1)?.[0]).toBe(state.value);
        expect(state.passages.length).toBeLessThanOrEqual(16);
        expect(state.termination !== null).toBe(podChart.has(state.value, "ending"));
        for (const machine of Object.values(state.containers)) {
          expect(machine.passages.at(-1)?.[0]).toBe(machine.value);
          // No container lives where there is no sandbox for it.
          if (containerChart.has(machine.value, "alive")) expect(podChart.has(state.value, "up")).toBe(true);
        }
      });
    }), { numRuns: 400, seed: 20_260_101 });
    expect(podChart.states.filter((state) => !pods.has(state))).toEqual([]);
    expect(containerChart.states.filter((state) => !containers.has(state))).toEqual([]);
  });
});
