import { defineChart, type EventOf, type StateOf } from "../../../sim/machine.ts";

/** The life of a pod on its node, as its worker leads it. */
export const podChart = defineChart({
  id: "pod",
  initial: "accepted",
  events: {
    reject: "the node has no room for it, or does not suit it",
    found: "a kubelet that came back found it running",
    mount: "its volumes are looked at",
    mounted: "all volumes are mounted",
    createSandbox: "the runtime is told to make its sandbox",
    sandboxReady: "its sandbox is up and has an address",
    sandboxFailed: "its sandbox could not be made",
    initialized: "the init containers are through",
    restartAll: "a container ended with a code by which all begin anew",
    lost: "the runtime no longer knows its sandbox",
    terminate: "it is to end: deleted, completed, or past its deadline",
    containersStopped: "its last container has ended",
    sandboxStopped: "its sandbox is gone",
  },
  states: {
    accepted: { about: "the kubelet has taken it up", on: { reject: "rejected", found: "found", mount: "mounting", terminate: "finished" } },
    rejected: { about: "the kubelet has refused it", on: { terminate: "finished" } },
    found: { about: "it was running when the kubelet came back", tags: ["up"], on: { mount: "remounting", terminate: "terminating" } },
    mounting: { about: "waits for its volumes", tags: ["mounting"], on: { mounted: "sandboxDue", terminate: "finished" } },
    remounting: { about: "runs on while its volumes are looked at again", tags: ["mounting", "up"], on: { mounted: "initializing", lost: "mounting", terminate: "terminating" } },
    sandboxDue: { about: "needs a sandbox", on: { createSandbox: "creatingSandbox", terminate: "finished" } },
    creatingSandbox: { about: "its sandbox is being made: the network namespace and the address", on: { sandboxReady: "initializing", sandboxFailed: "sandboxDue", lost: "sandboxDue", terminate: "abandoning" } },
    initializing: { about: "its init containers run, one after the other", tags: ["up"], on: { initialized: "running", lost: "sandboxDue", terminate: "terminating" } },
    running: { about: "its containers are started, and again as its restartPolicy says", tags: ["up"], on: { restartAll: "initializing", lost: "sandboxDue", terminate: "terminating" } },
    abandoning: { about: "is to end as soon as its sandbox is made", tags: ["ending"], on: { sandboxReady: "terminating", sandboxFailed: "finished", lost: "finished" } },
    terminating: { about: "its containers are told to end and have their grace period", tags: ["up", "ending"], on: { containersStopped: "stoppingSandbox", lost: "finished" } },
    stoppingSandbox: { about: "its sandbox is taken down", tags: ["ending"], on: { sandboxStopped: "finished", lost: "finished" } },
    finished: { about: "nothing of it is left on the node; the API has to hear of it", tags: ["ending"], on: {} },
  },
});

export type PodState = StateOf<typeof podChart>;
export type PodEvent = EventOf<typeof podChart>;
