import type { ImageDefinition, Program } from "../program.ts";

/** Sleeps until it is told to stop. */
export const pauseProgram: Program = {
  handle(event, ctx) {
    if (event.type !== "signal" || (event.name !== "SIGTERM" && event.name !== "SIGINT")) return;
    ctx.log("Shutting down, got signal: Terminated", "stderr");
    ctx.exit(0);
  },
  snapshot: () => null,
  restore: () => undefined,
};

export const pauseImage: ImageDefinition = {
  names: ["registry.k8s.io/pause", "k8s.gcr.io/pause", "gcr.io/google_containers/pause", "registry.k8s.io/pause-amd64"],
  tagExists: (tag) => /^(latest|[123]\.[0-9]{1,2}|go|[123]\.[0-9]{1,2}\.[0-9])$/.test(tag),
  sizeBytes: 320_000,
  entrypoint: ["/pause"],
  command: [],
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  exposedPorts: [],
  files: {},
  program: (command) => (command[0] === "/pause" ? pauseProgram : null),
};
