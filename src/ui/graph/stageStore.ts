import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { trafficModel, type TrafficModel } from "../selectors/trafficModel.ts";
import type { ClusterStore } from "../stores/clusterStore.ts";
import { podUidsByName } from "./flowRoute.ts";
import { TrafficLayouter, type TrafficLayout } from "./trafficLayout.ts";

export interface Asked {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly pods: number;
  readonly ready: number;
}

/** How a workload's rollout has gone so far. */
export interface Rollout {
  readonly revision: string;
  /** How few pods were ready at its worst moment. */
  readonly least: number;
  readonly rolling: boolean;
}

export interface StageState {
  readonly model: TrafficModel;
  readonly layout: TrafficLayout;
  readonly podUids: ReadonlyMap<string, string>;
  /** What the pods of a node ask for in all, by node name. */
  readonly asked: ReadonlyMap<string, Asked>;
  /** Of each workload at the top of its owners, by uid. */
  readonly rollouts: ReadonlyMap<string, Rollout>;
  readonly podColumns: number;
  /** The one item of the graph that Tab comes to; arrows move it. */
  readonly focusId: string;
}

function askedByNode(model: TrafficModel): Map<string, Asked> {
  const asked = new Map<string, Asked>();
  for (const [node, pods] of model.podsByNode) {
    let cpuMilli = 0;
    let memoryBytes = 0;
    let ready = 0;
    for (const { summary } of pods) {
      if (summary.tier !== "pod" || summary.phase === "Succeeded" || summary.phase === "Failed") continue;
      cpuMilli += summary.cpuMilli;
      memoryBytes += summary.memoryBytes;
      if (summary.ready) ready++;
    }
    asked.set(node, { cpuMilli, memoryBytes, pods: pods.length, ready });
  }
  return asked;
}

function nextRollouts(before: ReadonlyMap<string, Rollout>, { workloads }: TrafficModel): Map<string, Rollout> {
  const next = new Map<string, Rollout>();
  for (const { uid, summary } of workloads) {
    if (summary.tier !== "workload") continue;
    const { desired, updated, ready, revision } = summary;
    const last = before.get(uid);
    const same = last !== undefined && last.revision === revision ? last : null;
    next.set(uid, { revision, least: Math.min(same?.least ?? ready, ready), rolling: updated < desired || (same?.rolling === true && ready < desired) });
  }
  return next;
}

/** With more pods than cards the picture is made anew at most this often, in real milliseconds: nobody reads cells faster. */
const crowdedPauseMs = 140;
/** On a busy machine less often: drawing may take this part of the time. */
const drawingShare = 0.1;

/** How long nothing may come or go before the holes that a rollout left are closed, in real milliseconds. */
const restMs = 3_000;

function atRest({ podsByNode, waiting, owed }: TrafficModel): boolean {
  if (waiting.length > 0 || owed.length > 0) return false;
  for (const pods of podsByNode.values()) if (pods.some(({ deleting, health }) => deleting || health === "progressing")) return false;
  return true;
}

/** The picture's model and places, made anew when the cluster's facts change. */
export function createStageStore(cluster: ClusterStore) {
  const layouter = new TrafficLayouter();
  const make = (podColumns: number, before: ReadonlyMap<string, Rollout>) => {
    const { facts, edges } = cluster.getState();
    const model = trafficModel(facts, edges);
    // A rollout's worst moment is told of the run, not of where one looks.
    const rollouts = cluster.getState().lookingAt === null ? nextRollouts(before, model) : before;
    return { model, layout: layouter.layout(model, podColumns), podUids: podUidsByName(model), asked: askedByNode(model), rollouts };
  };
  const store = createStore<StageState>(() => ({ ...make(2, new Map()), podColumns: 2, focusId: "" }));
  let run = cluster.getState().run;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let drawnAtMs = 0;
  let settling: ReturnType<typeof setTimeout> | undefined;
  let unsettled = false;
  let costMs = 0;
  const draw = () => {
    timer = undefined;
    const began = performance.now();
    store.setState(make(store.getState().podColumns, store.getState().rollouts));
    drawnAtMs = performance.now();
    costMs = drawnAtMs - began;
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
  const unsubscribe = cluster.subscribe((state, before) => {
    if (state.change === before.change) return;
    if (state.run !== run) {
      layouter.forget();
      run = state.run;
    }
    if (timer !== undefined) return;
    const crowded = store.getState().layout.compact && state.facts === before.facts;
    const wait = crowded ? Math.max(0, drawnAtMs + Math.max(crowdedPauseMs, costMs / drawingShare) - performance.now()) : 0;
    if (wait === 0) draw();
    else timer = setTimeout(draw, wait);
  });
  return {
    store,
    setPodColumns(podColumns: number): void {
      if (podColumns !== store.getState().podColumns) store.setState({ ...make(podColumns, store.getState().rollouts), podColumns });
    },
    stop(): void {
      clearTimeout(timer);
      clearTimeout(settling);
      unsubscribe();
    },
  };
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
