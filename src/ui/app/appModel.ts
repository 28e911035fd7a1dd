import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { defaultClusterSpec, type ClusterSpec } from "../../cluster/clusterSpec.ts";
import type { ClusterRecording } from "../../cluster/commands.ts";
import { scenarioById, scenarios } from "../../scenarios/index.ts";
import type { LoadedScenario } from "../../scenarios/define.ts";
import { createBranches, type Branches } from "../branches/branches.ts";
import { createBreakpoints } from "../breakpoints/breakpointStore.ts";
import { EngineClient } from "../engine/engineClient.ts";
import { paceFrames } from "../engine/framePace.ts";
import type { EngineLink } from "../engine/engineLink.ts";
import type { GraphFact } from "../../hosts/protocol.ts";
import { t } from "../language/text.ts";
import { applyFrame, createClusterStore, isCrowd, type ClusterState, type ClusterStore } from "../stores/clusterStore.ts";
import { createEditorStore, type EditorState, type EditorStore } from "../stores/editorStore.ts";
import { addFlows, createFlowStore, type FlowState, type FlowStore } from "../stores/flowStore.ts";
import { addCounts, createRateStore, type RateStore } from "../stores/rateStore.ts";
import { clockText } from "../selectors/clockText.ts";
import { openRun } from "../share/openRun.ts";
import { createViewStore, type ViewState, type ViewStore } from "../stores/viewStore.ts";
import { createLookBack } from "../timeline/lookBack.ts";
import { createMessages, type Messages } from "./messages.ts";
import { createDoor, doorStanding } from "./door.ts";
import { say } from "./say.ts";

/** Everything the page's parts share: the engine's client and the stores its frames feed. */
export interface AppModel {
  readonly client: EngineClient;
  readonly cluster: ClusterStore;
  readonly flows: FlowStore;
  readonly rates: RateStore;
  readonly view: ViewStore;
  readonly editor: EditorStore;
  readonly loaded: LoadedScenario;
  readonly door: ReturnType<typeof createDoor>;
  readonly look: ReturnType<typeof createLookBack>;
  readonly messages: Messages;
  readonly breakpoints: ReturnType<typeof createBreakpoints>;
  readonly branches: Branches;
  /** Nothing can be put into this run: it stands beside another to be compared. */
  readonly lookedAtOnly: boolean;
  /** Name of the engine that answers; checked against a link's. */
  engineName(): string;
  /** Settles with the run that was open last in this browser, once the engine is there. */
  readonly saved: Promise<ClusterRecording | null>;
  open(recording: ClusterRecording, at?: number, paused?: boolean): void;
}

/** A recording that has not begun: the scenario's cluster and an empty journal. */
export function freshRecording({ scenario }: LoadedScenario): ClusterRecording {
  const spec: ClusterSpec = { ...defaultClusterSpec, ...scenario.cluster };
  return { format: 1, engine: "", seed: 1, spec, journal: [], checkpoints: [] };
}

/** Wires an engine to fresh stores. */
export function createAppModel(link: EngineLink, scenarioId: string | null, lookedAtOnly = false): AppModel {
  const loaded = (scenarioId === null ? null : scenarioById(scenarioId)) ?? scenarios[0];
  if (loaded === undefined) throw new Error(t`no scenario is part of this build`);
  const cluster = createClusterStore();
  const flows = createFlowStore();
  const rates = createRateStore();
  const view = createViewStore();
  const editor = createEditorStore(loaded);
  let engineName = "";
  let tellSaved: (saved: ClusterRecording | null) => void = () => undefined;
  const saved = new Promise<ClusterRecording | null>((resolve) => void (tellSaved = resolve));
  const frames = paceFrames((frame) => {
    applyFrame(cluster, frame);
    addFlows(flows, frame.flows, frame.reset === "run");
    addCounts(rates, frame);
    messages.add(frame.trace);
    door.watch();
  }, () => isCrowd(cluster.getState()));
  const client: EngineClient = new EngineClient(link, {
    frame: frames.take,
    notice: (message) => say.notice(message),
    hit(hit) {
      frames.flush();
      breakpoints.store.setState({ hit });
      look.now();
      cluster.setState({ speed: 0 });
      if (hit.select !== null) view.setState({ selection: hit.select });
      say.notice(t`Paused at ${clockText(hit.at)}: ${hit.text}.`);
    },
    failed: (message) => cluster.setState({ failure: message }),
    ready(engine, last) {
      engineName = engine;
      tellSaved(last);
    },
  });
  const messages = createMessages(cluster, () => client);
  const breakpoints = createBreakpoints(loaded.scenario.id, cluster, () => client);
  const look = createLookBack(cluster, view, client);
  const door = createDoor(loaded.scenario, cluster, client);
  const app: AppModel = {
    client,
    cluster,
    flows,
    rates,
    view,
    editor,
    loaded,
    door,
    look,
    messages,
    breakpoints,
    lookedAtOnly,
    branches: createBranches({ cluster, client: () => client, look, tell: say, begun: (past) => door.store.setState(doorStanding(past, loaded.scenario)), open: (recording, atUs) => openRun(app, { recording, atUs, from: "branch", select: null }) }),
    engineName: () => engineName,
    saved,
    open: (recording, at, paused) => client.open(recording, at as Parameters<EngineClient["open"]>[1], paused),
  };
  client.beforeInput = app.branches.beforeInput;
  return app;
}

export const AppContext = createContext<AppModel | null>(null);

export function useApp(): AppModel {
  const app = useContext(AppContext);
  if (app === null) throw new Error("useApp outside of AppContext");
  return app;
}

export function useCluster<T>(select: (state: ClusterState) => T): T {
  return useStore(useApp().cluster, select);
}

/** Whether the engine ended for good: what is shown is the last that it told, and nothing can be done to it. */
export function useStopped(): boolean {
  return useCluster((state) => state.failure !== null);
}

export function useFlows<T>(select: (state: FlowState) => T): T {
  return useStore(useApp().flows, select);
}

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(useApp().view, select);
}

export function useEditor<T>(select: (state: EditorState) => T): T {
  return useStore(useApp().editor, select);
}

/** One object's facts; renders again only when they change. */
export function useFact(uid: string | null): GraphFact | null {
  return useCluster((state) => (uid === null ? null : (state.facts.get(uid) ?? null)));
}
