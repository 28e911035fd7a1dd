import type { Json } from "../../../base/json.ts";
import { shellProgram } from "../busybox/shellProgram.ts";
import type { ImageDefinition, Program, ProgramContext, ProgramEvent } from "../program.ts";
import { debianFlavours, tagExists } from "../tags.ts";
import { printReply } from "./protocol.ts";
import { RedisServer } from "./server.ts";

/** redis-cli with one command: asks, prints, ends. */
class RedisCli implements Program {
  readonly #args: readonly string[];

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    if (event.type === "start") {
      let host = "127.0.0.1";
      let port = 6379;
      let at = 0;
      for (; at < this.#args.length && (this.#args[at] ?? "").startsWith("-"); at += 2) {
        if (this.#args[at] === "-h") host = this.#args[at + 1] ?? host;
        else if (this.#args[at] === "-p") port = Number(this.#args[at + 1]);
      }
      ctx.call({ host, port }, { type: "bytes", text: this.#args.slice(at).map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(" ") }, "cli", 5_000_000);
    } else if (event.type === "answer") {
      if (event.payload?.type === "bytes") {
        ctx.log(printReply(event.payload.text));
        ctx.exit(0);
      } else {
        ctx.log(`Could not connect to Redis: ${event.failure ?? "Connection refused"}`, "stderr");
        ctx.exit(1);
      }
    } else if (event.type === "signal") {
      ctx.exit(143);
    }
  }

  snapshot(): Json {
    return null;
  }

  restore(): void {
    // One question, one answer: nothing to keep.
  }
}

function redisProgram(command: readonly string[]): Program | null {
  const rest = command[0] === "docker-entrypoint.sh" || command[0] === "/usr/local/bin/docker-entrypoint.sh" ? command.slice(1) : command;
  const name = (rest[0] ?? "").split("/").pop() ?? "";
  if (name === "redis-server") return new RedisServer(rest.slice(1));
  if (name === "redis-cli") return new RedisCli(rest.slice(1));
  return shellProgram(rest, { "redis-server": (args) => new RedisServer(args), "redis-cli": (args) => new RedisCli(args) });
}

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
