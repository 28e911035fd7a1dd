export const honesty = {
  component: "hosts",
  implemented: [
    "one history on any number of threads, recovery of a lost one, keyframes, checkpoints",
    "speed, pause, steps, unpaced boot, a paused cluster answers writes",
    "looking back, branches, why, frames of what changed",
    "a run is kept over a reload, with its latest keyframes",
  ],
  notImplemented: ["checks of lessons", "exec, attach and port-forward from the page"],
} as const;
