import type { Json } from "../../../base/json.ts";
import type { Program, ProgramContext, ProgramEvent } from "../program.ts";
import { printReply, quoteWord } from "../redis/protocol.ts";

const workUs = 10_000_000;
const patienceSeconds = 2;
const server = { host: "redis", port: 6379 };

type Step = "first queue" | "first processing" | "queue" | "processing" | "lease" | "complete";

interface WorkerState {
  session: string;
  step: Step;
  item: string;
}

/**
 * The worker of the work-queue tutorial (worker.py, rediswq.py): takes items of the list job2 of the server "redis", works ten seconds on
 * each, and ends when both the queue and what is being worked on are empty. NOT IMPLEMENTED: the keys of its leases, which nobody reads.
 */
class Worker implements Program {
  #state: WorkerState = { session: "", step: "first queue", item: "" };

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    if (event.type === "signal") return event.name === "SIGKILL" ? undefined : ctx.exit(143);
    if (event.type === "start") {
      const random = ctx.random.fork("session");
      this.#state.session = [8, 4, 4, 4, 12].map((size) => Array.from({ length: size }, () => random.int(0, 15).toString(16)).join("")).join("-");
      ctx.log(`Worker with sessionID: ${this.#state.session}`);
      return this.#ask("first queue", "LLEN job2", ctx);
    }
    if (event.type === "timer") {
      return this.#ask("complete", `LREM job2:processing 0 ${quoteWord(this.#state.item)}`, ctx);
    }
    if (event.type !== "answer") return;
    if (event.payload?.type !== "bytes" || event.payload.text.startsWith("-")) {
      ctx.log(`redis.exceptions.ConnectionError: Error -2 connecting to ${server.host}:${server.port}. ${event.failure ?? "Connection refused"}.`, "stderr");
      return ctx.exit(1);
    }
    this.#answered(printReply(event.payload.text), ctx);
  }

  #ask(step: Step, text: string, ctx: ProgramContext): void {
    this.#state.step = step;
    ctx.call(server, { type: "bytes", text }, step, 60_000_000);
  }

  #answered(reply: string, ctx: ProgramContext): void {
    const { step } = this.#state;
    switch (step) {
      case "first queue": case "queue":
        // What others work on is asked for only where the queue itself is empty.
        return reply === "0" ? this.#ask(step === "queue" ? "processing" : "first processing", "LLEN job2:processing", ctx) : this.#found(step !== "queue", false, ctx);
      case "first processing": case "processing":
        return this.#found(step !== "processing", reply === "0", ctx);
      case "lease":
        if (reply === "") {
          ctx.log("Waiting for work");
          return this.#ask("queue", "LLEN job2", ctx);
        }
        this.#state.item = reply;
        ctx.log(`Working on ${reply}`);
        return ctx.setTimer("work", workUs);
      case "complete":
        return this.#ask("queue", "LLEN job2", ctx);
    }
  }

  /** Whether there is anything to do; said aloud the first time. */
  #found(first: boolean, empty: boolean, ctx: ProgramContext): void {
    if (first) ctx.log(`Initial queue state: empty=${empty ? "True" : "False"}`);
    if (first) return this.#ask("queue", "LLEN job2", ctx);
    if (!empty) return this.#ask("lease", `BRPOPLPUSH job2 job2:processing ${patienceSeconds}`, ctx);
    ctx.log("Queue empty, exiting");
    ctx.exit(0);
  }

  snapshot(): Json {
    return { ...this.#state };
  }

  restore(state: Json): void {
    this.#state = { ...(state as unknown as WorkerState) };
  }
}

export function workQueueWorker(): Program {
  return new Worker();
}
