import type { ImageDefinition } from "../program.ts";

/** Files and nothing to run: what the page "Use an Image Volume With a Pod" mounts. */
export const artifactImage: ImageDefinition = {
  names: ["quay.io/crio/artifact"],
  tagExists: (tag) => tag === "v1" || tag === "v2",
  sizeBytes: 65_000,
  entrypoint: [],
  command: [],
  env: {},
  exposedPorts: [],
  files: { "/dir/file": "1\n", "/file": "2\n" },
  program: () => null,
};
