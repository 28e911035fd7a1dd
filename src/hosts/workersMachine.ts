import { defineChart, type StateOf } from "../sim/machine.ts";

/** The workers of one cluster, taken together: one that is lost takes all of them back to the nearest keyframe. */
export const workersChart = defineChart({
  id: "workers",
  initial: "starting",
  events: {
    opened: "all have answered",
    lost: "one of them died",
    restored: "it was replaced, and all are where they were",
    passed: "they have come past the window in which it died",
    broken: "the engine itself has failed",
  },
  states: {
    starting: { about: "they are being started", on: { opened: "ready" } },
    ready: { about: "they work", on: { lost: "restarting", broken: "failed" } },
    restarting: { about: "one is being replaced and the state of all restored", on: { restored: "proving", lost: "failed", broken: "failed" } },
    proving: { about: "they go through the window in which one died: to lose one there again is a fault that would come again", on: { passed: "ready", lost: "failed", broken: "failed" } },
    failed: { about: "the run has ended; its recording is kept", on: {} },
  },
});

export type WorkersState = StateOf<typeof workersChart>;
