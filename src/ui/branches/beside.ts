import { createAppModel, type AppModel } from "../app/appModel.ts";
import { togglePause } from "../app/transport.ts";
import { startSecondLink } from "../engine/workerLink.ts";
import { objectName, objectNamed } from "../share/objectName.ts";
import type { KeptBranch } from "./branches.ts";

/** A second engine with a kept branch, which follows the page's run: its clock, its lens, where it looks back to and what is selected. */
export interface Beside {
  readonly model: AppModel;
  /** Runs whichever is behind until both stand within a second. Settles when they do, or when it was closed. */
  meet(): Promise<void>;
  close(): void;
}

/** How the second engine is reached: a worker in the product. */
export type StartLink = typeof startSecondLink;

const second = 1_000_000;

/** At rest at first, both of them. */
export function openBeside(app: AppModel, branch: KeptBranch, startLink: StartLink = startSecondLink): Beside {
  const model = createAppModel(startLink(), app.loaded.scenario.id);
  // What its history did not let in stays out.
  model.door.store.setState({ state: "closed", held: [] });
  if (app.cluster.getState().speed !== 0) togglePause(app);
  model.view.setState({ lens: app.view.getState().lens, tree: app.view.getState().tree });
  model.open(branch.recording, Math.max(branch.endUs, app.cluster.getState().now), true);
  let meeting = false;
  let closed = false;

  const stops = [
    app.cluster.subscribe((state, before) => {
      if (state.speed !== before.speed && !meeting) {
        model.cluster.setState({ speed: state.speed });
        model.client.setSpeed(state.speed);
      }
      if (state.lookingAt === before.lookingAt) return;
      if (state.lookingAt === null) model.look.now();
      else model.look.at(state.lookingAt);
    }),
    ...[[app, model] as const, [model, app] as const].map(([one, other]) =>
      one.view.subscribe((state, before) => {
        if (state.lens !== before.lens || state.tree !== before.tree) other.view.setState({ lens: state.lens, tree: state.tree });
        if (state.selection !== before.selection) follow(one, other);
      }),
    ),
  ];

  const step = (behind: AppModel): Promise<void> =>
    new Promise((resolve) => {
      const stop = behind.cluster.subscribe((state, before) => {
        if (state.now === before.now && !closed) return;
        stop();
        resolve();
      });
      behind.client.step("second");
    });

  return {
    model,
    async meet() {
      if (meeting) return;
      if (app.cluster.getState().speed !== 0) togglePause(app);
      meeting = true;
      const gap = () => app.cluster.getState().now - model.cluster.getState().now;
      while (!closed && Math.abs(gap()) >= second) await step(gap() < 0 ? app : model);
      meeting = false;
    },
    close() {
      closed = true;
      for (const stop of stops) stop();
      model.client.close();
    },
  };
}

/** The object of the same name, where there is one. */
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
