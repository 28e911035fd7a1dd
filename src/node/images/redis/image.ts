import { programsWithShell } from "../ownPrograms.ts";
import type { ImageDefinition } from "../program.ts";
import { debianFlavours, tagExists } from "../tags.ts";
import { redisBenchmark, RedisCli } from "./cli.ts";
import { RedisServer } from "./server.ts";

const programs = { "redis-server": (args: readonly string[]) => new RedisServer(args), "redis-cli": (args: readonly string[]) => new RedisCli(args), "redis-benchmark": () => redisBenchmark };
const redisProgram = programsWithShell(programs, ["docker-entrypoint.sh", "/usr/local/bin/docker-entrypoint.sh"]);

export const redisImage: ImageDefinition = {
  names: ["redis"],
  tagExists: (tag) => tagExists({ names: ["latest", "alpine", "bookworm", "3", "4", "5", "6", "7", "8"], minors: { "2": 8, "3": 2, "4": 0, "5": 0, "6": 2, "7": 4, "8": 4 }, flavours: [...debianFlavours, "stretch", "jessie"] }, tag),
  sizeBytes: 37_780_000,
  entrypoint: ["docker-entrypoint.sh"],
  command: ["redis-server"],
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  exposedPorts: [6379],
  files: {},
  program: redisProgram,
};

/** The guestbook's follower: copies from the service redis-leader. */
export const redisFollowerImage: ImageDefinition = {
  ...redisImage,
  names: ["gcr.io/google_samples/gb-redis-follower", "us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower", "gcr.io/google_samples/gb-redisslave"],
  tagExists: (tag) => /^v[1-3]$/.test(tag),
  command: ["redis-server", "--slaveof", "redis-leader", "6379"],
};
