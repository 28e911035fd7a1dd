import { createStore } from "zustand/vanilla";
import type { ClusterRecording } from "../../cluster/commands.ts";
import type { TrafficSource } from "../../network/traffic.ts";
import type { Scenario } from "../../scenarios/define.ts";
import type { EngineClient } from "../engine/engineClient.ts";
import { somebodyAnswers } from "../selectors/trafficModel.ts";
import type { ClusterStore } from "../stores/clusterStore.ts";

/**
 * How long word of a ready endpoint takes to reach everyone who sends requests on: kube-proxy at once, the ingress controller's next
 * reload some seconds later. Whoever lets the traffic in sooner sees what that costs.
 */
const wordGetsAroundUs = 4_000_000;

export interface DoorState {
  /** Waiting: for somebody who answers. Open: traffic runs. Closed: it is held back, or there is none. */
  readonly state: "waiting" | "open" | "closed";
  /** Sources that send nothing at present. */
  readonly held: readonly TrafficSource[];
}

function sourcesOf(scenario: Scenario): readonly TrafficSource[] {
  return scenario.door.map(({ source }) => source);
}

/** How the door of a run stands by its history: the scenario's sources that do not run are held back, as they were set last. */
export function doorStanding(recording: Pick<ClusterRecording, "journal">, scenario: Scenario): DoorState {
  const running = new Map<string, TrafficSource>();
  const held = new Map(sourcesOf(scenario).map((source) => [source.id, source]));
  let touched = false;
  for (const { command } of recording.journal) {
    if (command.type === "setTraffic") {
      running.set(command.source.id, command.source);
      held.delete(command.source.id);
    } else if (command.type === "clearTraffic") {
      const source = running.get(command.id);
      running.delete(command.id);
      if (source !== undefined && scenario.door.some((one) => one.source.id === source.id)) held.set(source.id, source);
    } else continue;
    touched = true;
  }
  return { state: running.size > 0 ? "open" : touched || held.size === 0 ? "closed" : "waiting", held: [...held.values()] };
}

/** What comes through the door: sources in pods are inside. */
export function isOutside(source: TrafficSource): boolean {
  return source.from === "internet";
}

function without(sources: readonly TrafficSource[], id: string): readonly TrafficSource[] {
  return sources.filter((source) => source.id !== id);
}

/**
 * The scenario's traffic waits at the door until somebody can answer it: a service of the person's has its first ready endpoint, and
 * the ingress controller, where there is one, is ready too.
 * The person may open it sooner, close it, and change what comes through. All of it are commands like any other, so they are part of
 * the recording; what is held back is known to the page alone.
 */
export function createDoor(scenario: Scenario, cluster: ClusterStore, client: EngineClient) {
  const fresh = (): DoorState => doorStanding({ journal: [] }, scenario);
  const store = createStore<DoorState>(fresh);
  let looked = -1;
  let answersSince: number | null = null;
  const running = () => cluster.getState().traffic;
  const runs = (id: string) => running().some((source) => source.id === id);
  /** Settles with the reason where it is refused, else with null. */
  const letIn = async (source: TrafficSource): Promise<string | null> => {
    const refusal = await client.submit({ type: "setTraffic", source });
    if (refusal === null) store.setState(({ state, held }) => ({ state: state === "waiting" && without(held, source.id).length > 0 ? "waiting" : "open", held: without(held, source.id) }));
    return refusal;
  };
  const holdBack = (source: TrafficSource): void => {
    const left = without(running(), source.id).length > 0;
    store.setState(({ held }) => ({ state: left ? "open" : "closed", held: [...without(held, source.id), source] }));
    void client.submit({ type: "clearTraffic", id: source.id });
  };
  const open = () => {
    const { held } = store.getState();
    store.setState({ state: "open", held: held.filter((source) => !isOutside(source)) });
    for (const source of held.filter(isOutside)) void client.submit({ type: "setTraffic", source });
  };
  const close = () => {
    const sources = running().filter(isOutside);
    const left = sources.length < running().length;
    store.setState(({ held }) => ({ state: left ? "open" : "closed", held: [...held.filter(({ id }) => !runs(id)), ...sources] }));
    for (const { id } of sources) void client.submit({ type: "clearTraffic", id });
  };
  /** Adds a source or changes one: one that is held back stays so. */
  const put = async (source: TrafficSource): Promise<string | null> => {
    if (!store.getState().held.some(({ id }) => id === source.id)) return letIn(source);
    store.setState(({ held }) => ({ held: held.map((one) => (one.id === source.id ? source : one)) }));
    return null;
  };
  const remove = (id: string): void => {
    if (runs(id)) void client.submit({ type: "clearTraffic", id });
    store.setState(({ state, held }) => {
      const kept = without(held, id);
      const left = without(running(), id).length > 0;
      return { state: left ? "open" : state === "waiting" && kept.length > 0 ? "waiting" : "closed", held: kept };
    });
  };
  /** Looks after each frame whether the moment has come. Cheap while nothing changed. */
  const watch = () => {
    const { change, facts, edges, traffic, replaying, lookingAt, now } = cluster.getState();
    // What is shown of another time says nothing of who answers now.
    if (replaying || lookingAt !== null || store.getState().state !== "waiting") return;
    if (answersSince !== null && now - answersSince >= wordGetsAroundUs) return open();
    if (change === looked) return;
    looked = change;
    if (traffic.some(({ id }) => scenario.door.some(({ source }) => source.id === id))) return store.setState(({ held }) => ({ state: "open", held: held.filter(({ id }) => !runs(id)) }));
    answersSince = somebodyAnswers(facts, edges) ? (answersSince ?? now) : null;
  };
  return { store, open, close, letIn, holdBack, put, remove, watch, again: () => store.setState(fresh()) };
}
