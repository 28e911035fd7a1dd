import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { deepEqual } from "../../base/deepEqual.ts";
import { trafficModel, type TrafficModel } from "../selectors/trafficModel.ts";
import type { ClusterState, ClusterStore } from "../stores/clusterStore.ts";
import type { Lens, ViewStore } from "../stores/viewStore.ts";
import { findInPicture } from "./find.ts";
import { podUidsByName } from "./flowRoute.ts";
import type { LensDefinition, LensPicture } from "./lens.ts";
import type { Room } from "./podColumns.ts";
import { roomShown, StageLayouter, type StageLayout } from "./stageLayout.ts";

export interface Asked {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  /** Sums of the limits, and how many pods have none. */
  readonly cpuLimitMilli: number;
  readonly memoryLimitBytes: number;
  readonly withoutLimit: number;
  readonly pods: number;
  readonly ready: number;
}

/** How a workload's rollout has gone so far. */
export interface Rollout {
  readonly revision: string;
  /** How few pods were ready at its worst moment. */
  readonly least: number;
  readonly rolling: boolean;
  /** Requests answered and failed before it began. */
  readonly before: Pick<ClusterState["flowTotals"], "answered" | "failed">;
  /** Virtual time; null until then. */
  readonly endedAt: number | null;
}

export interface StageState {
  readonly model: TrafficModel;
  /** The lens in force, and what it draws. Machines and pods stay where they are when it changes. */
  readonly lens: LensDefinition;
  readonly picture: LensPicture;
  /** What the lens' source has read. */
  readonly extra: unknown;
  readonly layout: StageLayout;
  readonly podUids: ReadonlyMap<string, string>;
  /** What the pods of a node ask for in all, by node name. */
  readonly asked: ReadonlyMap<string, Asked>;
  /** Of each workload at the top of its owners, by uid. */
  readonly rollouts: ReadonlyMap<string, Rollout>;
  /** What the stage has for the picture. */
  readonly room: Room;
  /** The one item of the graph that Tab comes to; arrows move it. "": the first machine. */
  readonly focusId: string;
  /** What is looked for, and the ids that match; null while nothing is looked for. */
  readonly find: string;
  readonly found: ReadonlySet<string> | null;
  /** A box to be brought into view; a new object each time. */
  readonly goTo: { readonly id: string } | null;
  /** Takes what a lens' source has read: drawn at once. */
  readonly takeExtra: (lens: Lens, extra: unknown) => void;
}

/** `before`: what a machine was told then, and is told again where it still holds. */
function askedByNode(model: TrafficModel, before: ReadonlyMap<string, Asked>): Map<string, Asked> {
  const asked = new Map<string, Asked>();
  for (const [node, pods] of model.podsByNode) {
    let cpuMilli = 0;
    let memoryBytes = 0;
    let cpuLimitMilli = 0;
    let memoryLimitBytes = 0;
    let withoutLimit = 0;
    let ready = 0;
    for (const { summary, deleting } of pods) {
      if (summary.tier !== "pod" || summary.phase === "Succeeded" || summary.phase === "Failed") continue;
      cpuMilli += summary.cpuMilli;
      memoryBytes += summary.memoryBytes;
      cpuLimitMilli += summary.cpuLimitMilli;
      memoryLimitBytes += summary.memoryLimitBytes;
      if (summary.memoryLimitBytes === 0) withoutLimit++;
      // As the header counts.
      if (summary.ready && !deleting) ready++;
    }
    const fresh: Asked = { cpuMilli, memoryBytes, cpuLimitMilli, memoryLimitBytes, withoutLimit, pods: pods.length, ready };
    const old = before.get(node);
    asked.set(node, old !== undefined && deepEqual(old, fresh) ? old : fresh);
  }
  return asked;
}

export function nextRollouts(before: ReadonlyMap<string, Rollout>, { workloads }: Pick<TrafficModel, "workloads">, { now, flowTotals: { answered, failed } }: Pick<ClusterState, "now" | "flowTotals">): Map<string, Rollout> {
  const next = new Map<string, Rollout>();
  for (const { uid, summary } of workloads) {
    if (summary.tier !== "workload") continue;
    const { desired, updated, ready, revision } = summary;
    const last = before.get(uid);
    const same = last !== undefined && last.revision === revision ? last : null;
    const begins = last !== undefined && last.revision !== "" && same === null;
    const rolling = begins || updated < desired || (same?.rolling === true && ready < desired);
    next.set(uid, { revision, least: Math.min(same?.least ?? ready, ready), rolling, before: same?.before ?? { answered, failed }, endedAt: rolling ? null : same === null ? -Infinity : (same.endedAt ?? now) });
  }
  return next;
}

/** Until the stage has been measured. */
const firstRoom: Room = { width: 714, height: 380 };

/** How long nothing may come or go before the holes that a rollout left are closed, in real milliseconds. */
const restMs = 3_000;

function atRest({ podsByNode, waiting, owed }: TrafficModel): boolean {
  if (waiting.length > 0 || owed.length > 0) return false;
  for (const pods of podsByNode.values()) if (pods.some(({ deleting, health }) => deleting || health === "progressing")) return false;
  return true;
}

/** Whether an item of that id can have the focus in this picture. */
function hasItem({ left, nodes, pods }: StageLayout, id: string): boolean {
  return left.some(({ item }) => item.id === id) || pods.some(({ fact }) => fact.uid === id) || nodes.some(({ fact, room }) => fact.uid === id || id.startsWith(`${fact.ref.name}/`) || room.slice(0, roomShown).some(({ uid }) => uid === id));
}

/** The picture's model and places, made anew with each frame that tells of objects (ui/engine/framePace.ts paces those) or when another lens is taken. */
export function createStageStore(cluster: ClusterStore, view: ViewStore, first: LensDefinition, load: (lens: Lens) => Promise<LensDefinition>) {
  const layouter = new StageLayouter();
  const make = (room: Room, before: Pick<StageState, "rollouts" | "asked">, lens: LensDefinition, extra: unknown) => {
    const { facts, edges } = cluster.getState();
    const model = trafficModel(facts, edges);
    // A rollout's worst moment is told of the run, not of where one looks.
    const rollouts = cluster.getState().lookingAt === null ? nextRollouts(before.rollouts, model, cluster.getState()) : before.rollouts;
    const { layout, picture } = layouter.layout(model, room, (machines) => lens.picture({ model, facts, edges, machines, extra }), lens.elementCards);
    return { model, layout, picture, podUids: podUidsByName(model), asked: askedByNode(model, before.asked), rollouts };
  };
  const store = createStore<StageState>(() => ({ ...make(firstRoom, { rollouts: new Map(), asked: new Map() }, first, null), lens: first, extra: null, room: firstRoom, focusId: "", find: "", found: null, goTo: null, takeExtra }));
  const remake = (change: Partial<Pick<StageState, "lens" | "extra" | "room" | "find">>) => {
    const now = { ...store.getState(), ...change };
    const made = make(now.room, now, now.lens, now.extra);
    store.setState({ ...made, ...change, focusId: hasItem(made.layout, now.focusId) ? now.focusId : "", found: findInPicture(now.find, made.layout) });
  };
  const setLens = (lens: LensDefinition) => remake({ lens, extra: null });
  const lensWanted = async () => {
    const wanted = view.getState().lens;
    const lens = await load(wanted);
    if (view.getState().lens === wanted && store.getState().lens !== lens) setLens(lens);
  };
  if (view.getState().lens !== first.id) void lensWanted();
  const unwatch = view.subscribe((state, before) => {
    if (state.lens !== before.lens) void lensWanted();
  });
  let run = cluster.getState().run;
  let settling: ReturnType<typeof setTimeout> | undefined;
  let unsettled = false;
  const draw = () => {
    remake({});
    if (!atRest(store.getState().model)) {
      unsettled = true;
      clearTimeout(settling);
      settling = undefined;
    } else if (unsettled) settling ??= setTimeout(settle, restMs);
  };
  const settle = () => {
    settling = undefined;
    unsettled = false;
    layouter.settle();
    draw();
  };
  function takeExtra(lens: Lens, extra: unknown): void {
    if (store.getState().lens.id !== lens) return;
    store.setState({ extra });
    draw();
  }
  const unsubscribe = cluster.subscribe((state, before) => {
    if (state.change === before.change) return;
    if (state.run !== run) {
      layouter.forget();
      run = state.run;
    }
    draw();
  });
  return {
    store,
    setRoom(room: Room): void {
      if (layouter.takeRoom(room, store.getState().model)) remake({ room });
      else store.setState({ room });
    },
    stop(): void {
      clearTimeout(settling);
      unsubscribe();
      unwatch();
    },
  };
}
export function setFind(stage: StageStore, find: string): void {
  stage.setState({ find, found: findInPicture(find, stage.getState().layout) });
}

export type StageStore = ReturnType<typeof createStageStore>["store"];

export const StageContext = createContext<StageStore | null>(null);

export function useStageStore(): StageStore {
  const store = useContext(StageContext);
  if (store === null) throw new Error("useStage outside of the stage");
  return store;
}

export function useStage<T>(select: (state: StageState) => T): T {
  return useStore(useStageStore(), select);
}
