import { shellProgram } from "../busybox/shellProgram.ts";
import type { ImageDefinition } from "../program.ts";
import { Guestbook } from "./program.ts";

export const guestbookImage: ImageDefinition = {
  names: ["gcr.io/google_samples/gb-frontend", "us-docker.pkg.dev/google-samples/containers/gke/gb-frontend", "gcr.io/google-samples/gb-frontend"],
  tagExists: (tag) => /^v[3-6]$/.test(tag),
  sizeBytes: 167_000_000,
  entrypoint: ["docker-php-entrypoint"],
  command: ["apache2-foreground"],
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  exposedPorts: [80],
  finishesRequests: true,
  files: {},
  program: (command) => {
    const rest = command[0] === "docker-php-entrypoint" ? command.slice(1) : command;
    return rest[0] === "apache2-foreground" ? new Guestbook() : shellProgram(rest, { "apache2-foreground": () => new Guestbook() });
  },
};
