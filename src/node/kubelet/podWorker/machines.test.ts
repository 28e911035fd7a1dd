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

type AnyChart = Chart<string, string, string>;

const charts: readonly (readonly [string, AnyChart])[] = [
  ["container", containerChart as unknown as AnyChart],
  ["pod", podChart as unknown as AnyChart],
];

describe.each(charts)("the chart of a %s", (_name, chart) => {
  it("is XState's, for every state and event", () => expect(differencesFromXState(chart)).toEqual([]));
  it("has no state that cannot be reached, no event without a meaning", () => expect([unreachable(chart), unusedEvents(chart)]).toEqual([[], []]));
});

const image: NodeImage = { reference: "app:1", canonical: "docker.io/library/app:1", id: "docker.io/library/app@sha256:1", sizeBytes: 7 };
const names = ["init", "sidecar", "main"] as const;

function podOf(restartPolicy: string, imagePullPolicy: string, volumePolicy?: string, restartsAll = false): Pod {
  const mounts: Partial<Container> = volumePolicy === undefined ? {} : { volumeMounts: [{ name: "v", mountPath: "/v" }] };
  const container = (name: string, more: Partial<Container> = {}): Container => ({ name, image: "app:1", imagePullPolicy, ...mounts, ...more }) as Container;
  const volumes = volumePolicy === undefined ? {} : { volumes: [{ name: "v", image: { reference: "data:1", pullPolicy: volumePolicy } }] };
  return {
    apiVersion: "v1", kind: "Pod",
    metadata: { name: "p", namespace: "default", uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: { ...volumes, restartPolicy, terminationGracePeriodSeconds: 30, initContainers: [container("init"), container("sidecar", { restartPolicy: "Always", lifecycle: { postStart: { exec: { command: ["true"] } } } })], containers: [container("main", restartsAll ? { restartPolicy: "Never", restartPolicyRules: [{ action: "RestartAllContainers", exitCodes: { operator: "In", values: [1] } }] } : {})] },
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
    resizeRefusal: () => null, missingPullSecrets: () => [],
  };
}

type Answer = "good" | "bad";
type Turn = PodWorkerEvent | { readonly type: "delete" } | { readonly type: "answer"; readonly answer: Answer };

const exitOf = (exitCode: number, finishedAtUs: number) => ({ id: "i", exitCode, signal: 0, reason: "", message: "", startedAtUs: 0, finishedAtUs });
const started = (container: string): PodWorkerEvent => ({ type: "containerStarted", container, id: "i", imageId: image.id, startedAtUs: 0, warnings: [] });
const pulled = (container: string): PodWorkerEvent => ({ type: "imagePulled", container, image, tookUs: 1, waitedUs: 0, warning: "" });
const name = fc.constantFrom(...names);

/** What the runtime says next, to whatever it was asked or of its own accord; `sync` where there is nothing to say. */
function answerOf(state: PodWorkerState, answer: Answer, nowUs: number): PodWorkerEvent {
  const good = answer === "good";
  if (state.value === "creatingSandbox" || state.value === "abandoning") return good ? { type: "sandboxReady", ip: "10.244.0.2" } : { type: "sandboxFailed", message: "" };
  if (state.value === "stoppingSandbox") return { type: "sandboxStopped" };
  for (const { name: container, value } of Object.values(state.containers)) {
    if (value === "pulling") return good ? pulled(container) : { type: "imagePullFailed", container, reason: nowUs % 3 === 0 ? "InvalidImageName" : "ErrImagePull", message: "" };
    if (value === "starting") return good ? started(container) : { type: "containerEnded", container, exit: exitOf(127, nowUs), neverStarted: true };
    if (value === "postStarting" && nowUs % 3 !== 0) return { type: "hookDone", container, hook: "postStart", ok: good, output: "" };
    if (value === "running" || value === "postStarting" || value === "stopping") return { type: "containerEnded", container, exit: exitOf(good ? 0 : 1, nowUs), neverStarted: false };
  }
  return { type: "sync" };
}

/** What may come, in any order; from elsewhere also late, twice, or never asked for. */
const anyTurn: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom<Turn>({ type: "answer", answer: "good" }, { type: "answer", answer: "bad" }) },
  { weight: 24, arbitrary: fc.constant<Turn>({ type: "sync" }) },
  { weight: 3, arbitrary: fc.constantFrom<Turn>({ type: "sandboxReady", ip: "10.244.0.2" }, { type: "sandboxFailed", message: "" }, { type: "sandboxStopped" }) },
  { weight: 3, arbitrary: fc.constant<Turn>({ type: "lost" }) },
  { weight: 2, arbitrary: name.map(pulled) },
  { weight: 2, arbitrary: name.map(started) },
  { weight: 2, arbitrary: name.map((container): Turn => ({ type: "imagePullFailed", container, reason: "ErrImagePull", message: "" })) },
  { weight: 2, arbitrary: fc.tuple(name, fc.boolean()).map(([container, neverStarted]): Turn => ({ type: "containerEnded", container, exit: exitOf(1, 1_767_225_600_000_000), neverStarted })) },
  { weight: 2, arbitrary: fc.constantFrom<Turn>({ type: "delete" }, { type: "gone" }) },
);

const anyWeather = fc.record<Weather>({ image: fc.boolean(), volumes: fc.constantFrom("ready", "ready", "waiting", "error"), spec: fc.constantFrom("ready", "ready", "ready", "waiting", "error") });
const anyLife = fc.record({
  restartPolicy: fc.constantFrom("Always", "OnFailure", "Never"),
  imagePullPolicy: fc.constantFrom("Always", "IfNotPresent", "Never"),
  restartsAll: fc.constantFrom(false, false, true),
  volumePolicy: fc.constantFrom(undefined, undefined, "Always", "IfNotPresent", "Never"),
  beginning: fc.constantFrom("new", "new", "new", "found running", "found ended", "known to the API", "rejected"),
  turns: fc.array(fc.tuple(anyTurn, anyWeather, fc.constantFrom<number>(1, 1_000_001, 11_000_000, 400_000_000)), { minLength: 10, maxLength: 60 }),
});
type Life = typeof anyLife extends fc.Arbitrary<infer Value> ? Value : never;

function podAtBeginning(life: Life): Pod {
  const pod = podOf(life.restartPolicy, life.imagePullPolicy, life.volumePolicy, life.restartsAll);
  if (life.beginning !== "known to the API") return pod;
  const running = { name: "main", image: "app:1", imageID: "", ready: true, restartCount: 0, state: { running: { startedAt: "2026-01-01T00:00:00Z" } } };
  return { ...pod, status: { phase: "Running", startTime: "2026-01-01T00:00:00Z", containerStatuses: [running] } };
}

/** Steps a worker through a life; `see` is shown every state it comes to. */
function live(life: Life, see: (state: PodWorkerState) => void): void {
  let nowUs = 1_767_225_600_000_000;
  let state = initialWorker(podAtBeginning(life), nowUs);
  const step = (event: PodWorkerEvent, weather: Weather): void => {
    // The state that is gone on from has been through JSON.
    state = stepPodWorker(JSON.parse(JSON.stringify(state)) as PodWorkerState, event, envOf(nowUs, weather)).state;
    see(state);
  };
  see(state);
  if (life.beginning === "rejected") state = rejectedWorker(state, { reason: "OutOfcpu", message: "" }, nowUs);
  if (life.beginning !== "new" && life.beginning !== "rejected") {
    const exit = life.beginning === "found ended" ? exitOf(1, nowUs) : null;
    step({ type: "adopted", ip: "10.244.0.2", containers: [{ podUid: "u", name: "main", id: "i", attempt: 0, imageId: image.id, startedAtUs: 0, exit }] }, { image: true, volumes: "waiting", spec: "ready" });
  }
  see(state);
  for (const [turn, weather, waitUs] of life.turns) {
    nowUs += waitUs;
    const deleted = { ...state.pod, metadata: { ...state.pod.metadata, deletionTimestamp: "2026-01-01T00:01:00Z", deletionGracePeriodSeconds: 30 } };
    step(turn.type === "delete" ? { type: "pod", pod: deleted } : turn.type === "answer" ? answerOf(state, turn.answer, nowUs) : turn, weather);
  }
}

const sunny: Weather = { image: true, volumes: "ready", spec: "ready" };
const bare: Weather = { ...sunny, image: false };
const say = (answer: Answer): Turn => ({ type: "answer", answer });
const second = 1_000_001;

const ended = (container: string, exitCode: number): PodWorkerEvent => ({ type: "containerEnded", container, exit: exitOf(exitCode, 1_767_225_605_000_000), neverStarted: false });
const hooked: PodWorkerEvent = { type: "hookDone", container: "sidecar", hook: "postStart", ok: true, output: "" };

/** Lives that chance seldom leads: an image that comes and goes while the kubelet lets time pass. */
const rareLives: readonly Life[] = [
  { restartPolicy: "Always", imagePullPolicy: "IfNotPresent", volumePolicy: undefined, restartsAll: false, beginning: "new", turns: [[{ type: "sync" }, sunny, 1], [say("good"), sunny, 1], [say("good"), sunny, 1], [say("good"), sunny, 1], [{ type: "sync" }, sunny, second], [say("good"), sunny, 1], [{ type: "lost" }, sunny, 1]] },
  { restartPolicy: "Always", imagePullPolicy: "IfNotPresent", volumePolicy: undefined, restartsAll: false, beginning: "new", turns: [[{ type: "sync" }, bare, 1], [say("good"), bare, 1], [say("bad"), bare, 2], [{ type: "sync" }, sunny, second], [{ type: "lost" }, bare, 1], [say("good"), bare, 1]] },
  { restartPolicy: "Always", imagePullPolicy: "IfNotPresent", volumePolicy: undefined, restartsAll: false, beginning: "new", turns: [[{ type: "sync" }, bare, 1], [say("good"), bare, 1], [say("bad"), bare, 2], [{ type: "sync" }, sunny, second], [say("bad"), bare, 1], [{ type: "sync" }, bare, second]] },
  {
    restartPolicy: "Always", imagePullPolicy: "IfNotPresent", volumePolicy: undefined, restartsAll: false, beginning: "new",
    turns: [
      [{ type: "sync" }, bare, 1], [say("good"), bare, 1], [say("bad"), bare, 2], [{ type: "sync" }, bare, 11 * second], [say("bad"), bare, 3], [{ type: "sync" }, sunny, second],
      [say("bad"), sunny, 1], [{ type: "sync" }, sunny, second], [say("bad"), sunny, 1], [{ type: "sync" }, sunny, second], [{ type: "sync" }, bare, 11 * second],
    ],
  },
  {
    restartPolicy: "Always", imagePullPolicy: "Never", volumePolicy: undefined, restartsAll: false, beginning: "new",
    turns: [
      [{ type: "sync" }, sunny, 1], [say("good"), sunny, 1], [say("bad"), sunny, 1], [{ type: "sync" }, sunny, second], [say("bad"), sunny, 1], [{ type: "sync" }, sunny, second],
      [{ type: "sync" }, bare, 11 * second],
    ],
  },
  { restartPolicy: "Always", imagePullPolicy: "IfNotPresent", volumePolicy: undefined, restartsAll: false, beginning: "new", turns: [[{ type: "sync" }, bare, 1], [say("good"), bare, 1], [say("bad"), bare, 2], [{ type: "sync" }, bare, second], [{ type: "sync" }, sunny, 11 * second]] },
  {
    restartPolicy: "Always", imagePullPolicy: "IfNotPresent", volumePolicy: undefined, restartsAll: true, beginning: "new",
    turns: [
      [{ type: "sync" }, sunny, 1], [say("good"), sunny, 1], [started("init"), sunny, 1], [ended("init", 0), sunny, 1], [{ type: "sync" }, sunny, second], [started("sidecar"), sunny, 1], [hooked, sunny, 1], [started("main"), sunny, 1],
      [ended("sidecar", 2), sunny, 1], [{ type: "sync" }, sunny, second], [started("sidecar"), sunny, 1], [hooked, sunny, 1], [ended("sidecar", 2), sunny, 1], [{ type: "sync" }, sunny, second], [ended("main", 1), sunny, 1], [{ type: "sync" }, sunny, second],
    ],
  },
  { restartPolicy: "Always", imagePullPolicy: "Never", volumePolicy: "Never", restartsAll: false, beginning: "new", turns: [[{ type: "sync" }, bare, 1], [say("good"), bare, 1], [{ type: "sync" }, sunny, 61 * second]] },
  { restartPolicy: "Always", imagePullPolicy: "Never", volumePolicy: "IfNotPresent", restartsAll: false, beginning: "new", turns: [[{ type: "sync" }, bare, 1], [say("good"), bare, 1], [say("bad"), bare, 2], [{ type: "sync" }, sunny, second]] },
  { restartPolicy: "Always", imagePullPolicy: "Never", volumePolicy: "IfNotPresent", restartsAll: false, beginning: "new", turns: [[{ type: "sync" }, bare, 1], [say("good"), bare, 1], [say("bad"), bare, 2], [{ type: "sync" }, bare, second], [{ type: "sync" }, sunny, 11 * second]] },
];

/** Every step from one state to another that a chart allows: "running > exited". */
function stepsOf(chart: AnyChart): readonly string[] {
  const steps = chart.describe().states.flatMap(({ name: from, exits }) => exits.filter(({ to }) => to !== from).map(({ to }) => `${from} > ${to}`));
  return [...new Set(steps)];
}

function note(steps: Set<string>, passages: readonly (readonly [string, number])[]): void {
  for (let at = 1; at < passages.length; at++) steps.add(`${passages[at - 1]?.[0]} > ${passages[at]?.[0]}`);
}

describe("a pod worker in any weather", () => {
  it("takes every step of both charts and never tries one that they do not have", () => {
    const pods = new Set<string>();
    const containers = new Set<string>();
    const watch = (life: Life): void => {
      live(life, (state) => {
        note(pods, state.passages);
        expect([state.passages.at(-1)?.[0], state.passages.length <= 16]).toEqual([state.value, true]);
        expect(state.termination !== null).toBe(podChart.has(state.value, "ending"));
        for (const machine of Object.values(state.containers)) {
          note(containers, machine.passages);
          expect(machine.passages.at(-1)?.[0]).toBe(machine.value);
          // No container lives where there is no sandbox for it.
          if (containerChart.has(machine.value, "alive")) expect(podChart.has(state.value, "up")).toBe(true);
        }
      });
    };
    fc.assert(fc.property(anyLife, watch), { numRuns: 500, seed: 20_260_101 });
    for (const life of rareLives) watch(life);
    expect(stepsOf(podChart as unknown as AnyChart).filter((step) => !pods.has(step))).toEqual([]);
    expect(stepsOf(containerChart as unknown as AnyChart).filter((step) => !containers.has(step))).toEqual([]);
  });
});
