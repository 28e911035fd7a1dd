import type { Json } from "../../base/json.ts";
import { shellProgram, type OwnPrograms } from "./busybox/shellProgram.ts";
import type { Program, ProgramContext } from "./program.ts";

export const usualPath = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

/**
 * The programs of an image that has a shell too. `entrypoints`: scripts that prepare and then run what follows them; they are passed over.
 */
export function programsWithShell(own: OwnPrograms, entrypoints: readonly string[] = []): (command: readonly string[]) => Program | null {
  return (command) => {
    const rest = entrypoints.includes(command[0] ?? "") ? command.slice(1) : command;
    const name = (rest[0] ?? "").split("/").pop() ?? "";
    const make = Object.hasOwn(own, name) ? own[name] : undefined;
    return make === undefined ? shellProgram(rest, own) : make(rest.slice(1));
  };
}

/** A program that does one thing and ends with what that returns. */
export function oneShot(run: (ctx: ProgramContext) => number): Program {
  return {
    handle: (event, ctx) => {
      if (event.type === "start") ctx.exit(run(ctx));
    },
    snapshot: () => null,
    restore: () => undefined,
  };
}

/** A program that asks a server one thing and prints what it says. */
export function asksOnce(options: { host(ctx: ProgramContext): { readonly host: string; readonly port: number }; text(ctx: ProgramContext): string; answered(text: string, ctx: ProgramContext): number; failed(why: string, ctx: ProgramContext): number }): Program {
  return {
    handle: (event, ctx) => {
      if (event.type === "start") ctx.call(options.host(ctx), { type: "bytes", text: options.text(ctx) }, "asked", 30_000_000);
      else if (event.type === "answer") ctx.exit(event.payload?.type === "bytes" ? options.answered(event.payload.text, ctx) : options.failed(event.failure ?? "no answer", ctx));
      else if (event.type === "signal" && (event.name === "SIGTERM" || event.name === "SIGINT")) ctx.exit(143);
    },
    snapshot: () => null,
    restore: () => undefined,
  };
}

/** Runs until it is told to end, with a line or two at its start. */
export function daemon(lines: (ctx: ProgramContext) => readonly string[], exitOnTerm = 0): Program {
  return {
    handle: (event, ctx) => {
      if (event.type === "start") for (const line of lines(ctx)) ctx.log(line);
      else if (event.type === "signal" && (event.name === "SIGTERM" || event.name === "SIGINT")) ctx.exit(exitOnTerm);
    },
    snapshot: () => null,
    restore: () => undefined,
  };
}

export interface LineServerOptions<S extends Json> {
  readonly ports: readonly number[];
  readonly exitOnTerm: number;
  /** The state of a server that begins, from its files where it has some. */
  begin(ctx: ProgramContext): S;
  started?(state: S, ctx: ProgramContext): S;
  /** What a text is answered with and what that leaves; null: answered later. */
  respond(text: string, state: S, ctx: ProgramContext, request: { readonly id: string; readonly from: string; readonly port: number }): { readonly state: S; readonly text: string | null };
  timer?(key: string, state: S, ctx: ProgramContext): S;
  answer?(tag: Json, text: string | null, state: S, ctx: ProgramContext): S;
  ending?(state: S, ctx: ProgramContext): void;
}

/** A server of a protocol of texts: one in, one out. Its state is one value. */
export class LineServer<S extends Json> implements Program {
  readonly #options: LineServerOptions<S>;
  #state: S | null = null;

  constructor(options: LineServerOptions<S>) {
    this.#options = options;
  }

  handle(event: Parameters<Program["handle"]>[0], ctx: ProgramContext): void {
    const options = this.#options;
    if (event.type === "start") {
      this.#state = options.begin(ctx);
      for (const port of options.ports) ctx.listen(port);
      this.#state = options.started?.(this.#state, ctx) ?? this.#state;
      return;
    }
    const state = this.#state;
    if (state === null) return;
    switch (event.type) {
      case "packet": {
        if (event.payload.type !== "bytes") return ctx.answer(event.id, { type: "reset", reason: "it speaks a protocol of its own" });
        ctx.spend(50);
        const answered = options.respond(event.payload.text, state, ctx, event);
        this.#state = answered.state;
        if (answered.text !== null) ctx.answer(event.id, { type: "bytes", text: answered.text });
        return;
      }
      case "http":
        return ctx.answer(event.id, { type: "reset", reason: "it speaks no HTTP" });
      case "timer":
        this.#state = options.timer?.(event.key, state, ctx) ?? state;
        return;
      case "answer":
        this.#state = options.answer?.(event.tag, event.payload?.type === "bytes" ? event.payload.text : null, state, ctx) ?? state;
        return;
      case "signal":
        if (event.name !== "SIGTERM" && event.name !== "SIGINT") return;
        options.ending?.(state, ctx);
        return ctx.exit(options.exitOnTerm);
      default:
        return;
    }
  }

  snapshot(): Json {
    return this.#state;
  }

  restore(state: Json): void {
    this.#state = state as S;
  }
}
