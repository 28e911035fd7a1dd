import { createStore } from "zustand/vanilla";
import type { Scenario } from "../../scenarios/define.ts";
import type { EngineClient } from "../engine/engineClient.ts";
import { somebodyAnswers } from "../selectors/trafficModel.ts";
import type { ClusterStore } from "../stores/clusterStore.ts";

/**
 * How long word of a ready endpoint takes to reach everyone who sends requests on: kube-proxy at once, the ingress controller's next
 * reload some seconds later. Whoever lets the traffic in sooner sees what that costs.
 */
const wordGetsAroundUs = 4_000_000;

/**
 * The scenario's traffic waits at the door until somebody can answer it: a service of the person's has its first ready endpoint, and
 * the ingress controller, where there is one, is ready too.
 * The person may open it sooner, and close it. Opening and closing are commands like any other, so they are part of the recording.
 */
export function createDoor(scenario: Scenario, cluster: ClusterStore, client: EngineClient) {
  const store = createStore<{ readonly state: "waiting" | "open" | "closed" }>(() => ({ state: scenario.door.length === 0 ? "closed" : "waiting" }));
  let looked = -1;
  let answersSince: number | null = null;
  const open = () => {
    store.setState({ state: "open" });
    for (const command of scenario.door) void client.submit(command);
  };
  const close = () => {
    store.setState({ state: "closed" });
    for (const { source } of scenario.door) void client.submit({ type: "clearTraffic", id: source.id });
  };
  /** Looks after each frame whether the moment has come. Cheap while nothing changed. */
  const watch = () => {
    const { change, facts, edges, traffic, replaying, lookingAt, now } = cluster.getState();
    // What is shown of another time says nothing of who answers now.
    if (replaying || lookingAt !== null || store.getState().state !== "waiting") return;
    if (answersSince !== null && now - answersSince >= wordGetsAroundUs) return open();
    if (change === looked) return;
    looked = change;
    if (traffic.some(({ id }) => scenario.door.some(({ source }) => source.id === id))) return store.setState({ state: "open" });
    answersSince = somebodyAnswers(facts, edges) ? (answersSince ?? now) : null;
  };
  return { store, open, close, watch, sources: scenario.door.map(({ source }) => source) };
}
