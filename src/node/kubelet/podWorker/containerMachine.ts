import { defineChart, type EventOf, type StateOf } from "../../../sim/machine.ts";

/** From wherever a container waits to be started, the kubelet sees to its image first. */
const seesToImage = { imagePresent: "imageReady", pull: "pulling", imageAbsent: "imageAbsent", pullTooSoon: "imagePullBackOff" } as const;

/** The life of one container of a pod, across its restarts. */
export const containerChart = defineChart({
  id: "container",
  initial: "waiting",
  events: {
    imagePresent: "the image is on the machine",
    pull: "the image has to be pulled",
    imageAbsent: "the image is not there and may not be pulled",
    pullTooSoon: "the last pull failed a moment ago",
    pulled: "the image has arrived",
    volumeReady: "the image of one of its volumes is there",
    pullFailed: "the registry did not give the image",
    pullAbandoned: "the pod is to end",
    configBroken: "something the container refers to is missing",
    create: "the runtime is told to make it",
    started: "its process runs",
    startedWithHook: "its process runs, and its postStart hook has to be through first",
    hookThrough: "its postStart hook is through",
    startFailed: "its process could not be started",
    stop: "it is told to end",
    exited: "its process ended",
    removed: "all containers of the pod begin anew",
    crashedTooSoon: "it has just ended and is to run again",
    lost: "the runtime no longer knows it",
    foundRunning: "a kubelet that came back found it running",
    foundExited: "a kubelet that came back found it ended",
  },
  states: {
    waiting: {
      about: "waits for its turn: the volumes, the sandbox, the containers before it",
      tags: ["startable"],
      on: { ...seesToImage, foundRunning: "running", foundExited: "exited" },
    },
    pulling: { about: "its image, or that of a volume, is being pulled", tags: ["busy"], on: { pulled: "imageReady", volumeReady: "waiting", pullFailed: "pullFailed", pullAbandoned: "waiting", lost: "waiting" } },
    pullFailed: { about: "its image could not be pulled", tags: ["startable"], on: { imagePresent: "imageReady", volumeReady: "waiting", pull: "pulling", pullTooSoon: "imagePullBackOff" } },
    imagePullBackOff: { about: "the kubelet lets time pass before it pulls again", tags: ["startable"], on: { imagePresent: "imageReady", volumeReady: "waiting", pull: "pulling" } },
    imageAbsent: { about: "its image is not on the machine, and its policy forbids to pull it", tags: ["startable"], on: { imagePresent: "imageReady", volumeReady: "waiting", imageAbsent: "imageAbsent" } },
    imageReady: { about: "its image is there; its environment is being put together", tags: ["startable"], on: { create: "starting", configBroken: "configError" } },
    configError: { about: "something that it refers to is missing", tags: ["startable"], on: { imagePresent: "imageReady", pull: "pulling", imageAbsent: "imageAbsent" } },
    starting: { about: "the runtime is making it", tags: ["busy", "alive"], on: { started: "running", startedWithHook: "postStarting", startFailed: "exited", exited: "exited", lost: "waiting" } },
    postStarting: { about: "its postStart hook runs: the API is told that it runs when that is through", tags: ["busy", "alive"], on: { hookThrough: "running", stop: "stopping", exited: "exited", lost: "exited" } },
    running: { about: "its process runs", tags: ["up", "alive"], on: { stop: "stopping", exited: "exited", lost: "exited" } },
    stopping: { about: "it was told to end and has its grace period", tags: ["up", "alive"], on: { stop: "stopping", exited: "exited", lost: "exited" } },
    exited: { about: "its process has ended", on: { ...seesToImage, removed: "waiting", crashedTooSoon: "crashLoopBackOff", foundRunning: "running", foundExited: "exited" } },
    crashLoopBackOff: { about: "it keeps ending: the kubelet lets time pass before it starts it again", tags: ["startable"], on: { ...seesToImage, removed: "waiting" } },
  },
});

export type ContainerState = StateOf<typeof containerChart>;
export type ContainerEvent = EventOf<typeof containerChart>;
