import type { Json } from "../../../base/json.ts";
import type { Program, ProgramContext, ProgramEvent } from "../program.ts";
import { printReply, quoteWord } from "../redis/protocol.ts";

const workUs = 10_000_000;
const leaseSeconds = 10;

interface WorkerState {
  session: string;
  step: string;
  item: string;
}

/**
 * The worker of the work-queue tutorial: takes items of the list job2 of the server "redis" with a lease, works ten seconds on each, and
 * ends when both the queue and what is being worked on are empty.
 */
class Worker implements Program {
  #state: WorkerState = { session: "", step: "start", item: "" };

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    if (event.type === "signal") return event.name === "SIGKILL" ? undefined : ctx.exit(143);
    if (event.type === "start") {
      const random = ctx.random.fork("session");
      this.#state.session = [8, 4, 4, 4, 12].map((size) => Array.from({ length: size }, () => random.int(0, 15).toString(16)).join("")).join("-");
      ctx.log(`Worker with sessionID: ${this.#state.session}`);
      return this.#ask("empty", "LLEN job2", ctx);
    }
    if (event.type === "timer") {
      return this.#ask("complete", `LREM job2:processing 0 ${quoteWord(this.#state.item)}`, ctx);
    }
    if (event.type !== "answer") return;
    if (event.payload?.type !== "bytes" || event.payload.text.startsWith("-")) {
      ctx.log(`redis.exceptions.ConnectionError: Error -2 connecting to ${host(ctx)}:6379. ${event.failure ?? "Connection refused"}.`, "stderr");
      return ctx.exit(1);
    }
    this.#answered(printReply(event.payload.text), ctx);
  }

  #ask(step: string, text: string, ctx: ProgramContext): void {
    this.#state.step = step;
    ctx.call({ host: host(ctx), port: 6379 }, { type: "bytes", text }, step, 60_000_000);
  }

  #answered(reply: string, ctx: ProgramContext): void {
    switch (this.#state.step) {
      case "empty":
        ctx.log(`Initial queue state: empty=${reply === "0" ? "True" : "False"}`);
        return this.#ask("lease", `BRPOPLPUSH job2 job2:processing ${leaseSeconds}`, ctx);
      case "lease":
        if (reply === "") {
          ctx.log("Waiting for work");
          return this.#ask("left", "LLEN job2", ctx);
        }
        this.#state.item = reply;
        ctx.log(`Working on ${reply}`);
        ctx.setTimer("work", workUs);
        return;
      case "left":
        if (reply !== "0") return this.#ask("lease", `BRPOPLPUSH job2 job2:processing ${leaseSeconds}`, ctx);
        ctx.log("Queue empty, exiting");
        return ctx.exit(0);
      default:
        return this.#ask("lease", `BRPOPLPUSH job2 job2:processing ${leaseSeconds}`, ctx);
    }
  }

  snapshot(): Json {
    return { ...this.#state };
  }

  restore(state: Json): void {
    this.#state = { ...(state as unknown as WorkerState) };
  }
}

function host(ctx: ProgramContext): string {
  return ctx.env["REDIS_SERVICE_HOST"] ?? "redis";
}

export function workQueueWorker(): Program {
  return new Worker();
}
