import type { FromEngine, ToEngine } from "../../hosts/protocol.ts";
import { createAppModel, type AppModel } from "../app/appModel.ts";
import type { EngineLink } from "../engine/engineLink.ts";
import { startSecondLink } from "../engine/workerLink.ts";
import { objectName, objectNamed } from "../share/objectName.ts";
import { shownTime } from "../stores/clusterStore.ts";
import type { KeptBranch } from "./branches.ts";
import { pursuit } from "./pursuit.ts";

const refusal = "The branch beside the run is only looked at: go to it to change it.";

/** Nothing can be put in through it: what was would be lost with the comparison. */
export function readOnly(link: EngineLink): EngineLink {
  const listeners = new Set<(message: FromEngine) => void>();
  return {
    post(message: ToEngine) {
      if (message.type !== "command" && message.type !== "branch") return link.post(message);
      const answer: FromEngine =
        message.type === "command" && message.command.type === "api"
          ? { type: "reply", id: message.id, response: { code: 403, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: refusal, reason: "Forbidden", code: 403 }, warnings: [] } }
          : { type: "answer", id: message.id, answer: refusal };
      for (const listener of listeners) listener(answer);
    },
    listen(listener) {
      listeners.add(listener);
      const stop = link.listen(listener);
      return () => {
        listeners.delete(listener);
        stop();
      };
    },
    close: () => link.close(),
  };
}

/** A second engine with a kept branch. It shows whatever moment the page's run shows, through the same lens, with the same object selected. */
export interface Beside {
  readonly model: AppModel;
  close(): void;
}

/** How often it is told what to do, in real time. */
const everyMs = 200;

export function openBeside(app: AppModel, branch: KeptBranch): Beside {
  const model = createAppModel(readOnly(startSecondLink()), app.loaded.scenario.id, true);
  // It shows the past most of the time, and what is put in there is refused, not made a branch.
  model.client.beforeInput = null;
  // What its history did not let in stays out.
  model.door.store.setState({ state: "closed", held: [] });
  model.view.setState({ lens: app.view.getState().lens, tree: app.view.getState().tree });
  model.open(branch.recording, branch.endUs, true);
  let speed = 0;
  const pursue = () => {
    const { now, running, replaying, lookingAt } = model.cluster.getState();
    if (!running || replaying) return;
    const run = app.cluster.getState();
    const next = pursuit(now, { wantedUs: shownTime(run), speed: run.lookingAt === null ? run.speed : 0 });
    if (next.speed !== speed) model.client.setSpeed((speed = next.speed));
    if (next.look === "live" || next.look >= now) model.look.now();
    else if (next.look !== lookingAt) model.look.at(next.look);
  };
  const timer = setInterval(pursue, everyMs);
  const stops = [[app, model] as const, [model, app] as const].map(([one, other]) =>
    one.view.subscribe((state, before) => {
      if (state.lens !== before.lens || state.tree !== before.tree) other.view.setState({ lens: state.lens, tree: state.tree });
      if (state.selection !== before.selection) follow(one, other);
    }),
  );
  return {
    model,
    close() {
      clearInterval(timer);
      for (const stop of stops) stop();
      model.client.close();
    },
  };
}

/** Selects the object of the same name, where there is one. */
function follow(one: AppModel, other: AppModel): void {
  const { selection } = one.view.getState();
  if (selection?.type !== "object") {
    if (selection === null) other.view.setState({ selection: null });
    return;
  }
  const fact = one.cluster.getState().facts.get(selection.uid);
  if (fact === undefined) return;
  const same = objectNamed(other.cluster.getState().facts.values(), objectName(fact));
  const now = other.view.getState().selection;
  if (same !== null && !(now?.type === "object" && now.uid === same.uid)) other.view.setState({ selection: { type: "object", uid: same.uid } });
}
