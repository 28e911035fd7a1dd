import type { SimTime } from "../../sim/time.ts";
import type { EngineClient } from "../engine/engineClient.ts";
import type { ClusterStore } from "../stores/clusterStore.ts";
import type { ViewStore } from "../stores/viewStore.ts";

type Moment = number | "live";

/**
 * Looking at another time than now. One look is under way at a time: a slider that is dragged asks for more than can be shown, and of
 * what it asked meanwhile only the last is asked for next.
 */
export function createLookBack(cluster: ClusterStore, view: ViewStore, client: EngineClient) {
  let underWay: Moment | null = null;
  const ask = (moment: Moment) => {
    underWay = moment;
    client.lookAt(moment === "live" ? moment : (moment as SimTime));
  };
  const want = (moment: Moment) => {
    view.setState({ lookWanted: moment });
    if (underWay === null) ask(moment);
  };
  cluster.subscribe((state, before) => {
    // Each look, and each new run, begins with all facts anew.
    if (state.facts === before.facts) return;
    const { lookWanted } = view.getState();
    if (state.run === before.run && lookWanted !== null && lookWanted !== underWay) return ask(lookWanted);
    underWay = null;
    if (lookWanted !== null) view.setState({ lookWanted: null });
  });
  return {
    /** Shows a time of the run; what is not past yet is now. */
    at(us: number): void {
      const { now, running, replaying } = cluster.getState();
      if (running && !replaying) want(us >= now ? "live" : Math.max(0, Math.round(us)));
    },
    /** Back to now, if one was elsewhere. */
    now(): void {
      if (cluster.getState().lookingAt !== null || underWay !== null) want("live");
    },
  };
}
export type LookBack = ReturnType<typeof createLookBack>;
