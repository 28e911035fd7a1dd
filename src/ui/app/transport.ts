import type { AppModel } from "./appModel.ts";

/** As fast as the engine goes. */
export const fastest = 1_000;
/** What the Speed box offers. */
export const speeds = [0.1, 0.25, 0.5, 1, 2, 5, 10, 60, fastest] as const;

/** Nothing moves an engine that ended for good. */
function stopped(app: AppModel): boolean {
  return app.cluster.getState().failure !== null;
}

export function togglePause(app: AppModel): void {
  if (stopped(app)) return;
  const paused = app.cluster.getState().speed === 0;
  const speed = paused ? app.view.getState().runSpeed : 0;
  app.cluster.setState({ speed });
  app.client.setSpeed(speed);
}

/** A step is taken now, and seen now. */
export function step(app: AppModel, by: "event" | "reconcile" | "second"): void {
  if (stopped(app)) return;
  app.look.now();
  app.client.step(by);
}

/** On to the next thing that one would want to look at, and a pause there. */
export function skip(app: AppModel): void {
  if (stopped(app)) return;
  app.look.now();
  app.client.skip();
}

/** Sets the speed to run at; a paused cluster stays paused. */
export function setRunSpeed(app: AppModel, speed: number): void {
  app.view.setState({ runSpeed: speed });
  if (app.cluster.getState().speed !== 0) app.client.setSpeed(speed);
}
