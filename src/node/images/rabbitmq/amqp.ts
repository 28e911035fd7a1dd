import type { Json } from "../../../base/json.ts";
import { asksOnce, oneShot } from "../ownPrograms.ts";
import type { Program, ProgramContext, ProgramEvent } from "../program.ts";

function after(args: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [at, arg] of args.entries()) {
    if (names.includes(arg)) return args[at + 1];
    const equals = arg.indexOf("=");
    if (equals > 0 && names.includes(arg.slice(0, equals))) return arg.slice(equals + 1);
  }
  return undefined;
}

/** amqp://guest:guest@rabbitmq-service:5672 */
function broker(args: readonly string[], ctx: ProgramContext): { readonly host: string; readonly port: number } {
  const url = /^amqps?:\/\/(?:[^@/]*@)?([^:/]+)(?::([0-9]+))?/.exec(after(args, "--url", "-u") ?? ctx.env["BROKER_URL"] ?? "");
  return { host: url?.[1] ?? after(args, "--server", "-s") ?? "localhost", port: Number(url?.[2] ?? "5672") };
}

function failed(why: string, ctx: ProgramContext): number {
  ctx.log(`opening socket to ${why.startsWith("lookup") ? "the broker: hostname lookup failed" : `the broker: ${why}`}`, "stderr");
  return 1;
}

function told(text: string): { readonly ok: boolean; readonly body?: string; readonly error?: string } {
  try {
    return JSON.parse(text) as { ok: boolean };
  } catch {
    return { ok: false, error: "unexpected answer" };
  }
}

function declare(args: readonly string[]): Program {
  const queue = after(args, "-q", "--queue") ?? "";
  return asksOnce({ host: (ctx) => broker(args, ctx), text: () => JSON.stringify({ op: "declare", queue }), answered: (_text, ctx) => { ctx.log(queue); return 0; }, failed });
}

function publish(args: readonly string[]): Program {
  return asksOnce({ host: (ctx) => broker(args, ctx), text: () => JSON.stringify({ op: "publish", queue: after(args, "-r", "--routing-key") ?? "", body: after(args, "-b", "--body") ?? "" }), answered: () => 0, failed });
}

function get(args: readonly string[]): Program {
  return consumer(args, { count: 1, workUs: 0, shown: (body) => body });
}

interface Work {
  readonly count: number;
  /** How long a message is worked on. */
  readonly workUs: number;
  readonly shown: (body: string) => string;
}

/** Takes messages, hands each to its command, and ends after so many. */
function consumer(args: readonly string[], work: Work): Program {
  let state = { left: work.count, body: "" };
  const ask = (ctx: ProgramContext): void => ctx.call(broker(args, ctx), { type: "bytes", text: JSON.stringify({ op: "consume", queue: after(args, "-q", "--queue") ?? ctx.env["QUEUE"] ?? "" }) }, "consume", 3_600_000_000);
  return {
    handle: (event: ProgramEvent, ctx: ProgramContext) => {
      if (event.type === "start") return ask(ctx);
      if (event.type === "signal") return event.name === "SIGKILL" ? undefined : ctx.exit(143);
      if (event.type === "timer") {
        if (state.left <= 0) return ctx.exit(0);
        return ask(ctx);
      }
      if (event.type !== "answer") return;
      const reply = event.payload?.type === "bytes" ? told(event.payload.text) : null;
      if (reply === null || !reply.ok) return ctx.exit(failed(reply?.error ?? event.failure ?? "Connection refused", ctx));
      const text = work.shown(reply.body ?? "");
      if (work.workUs > 0 || !ctx.write(text, "stdout")) ctx.log(text);
      state = { left: state.left - 1, body: reply.body ?? "" };
      ctx.setTimer("worked", Math.max(1_000, work.workUs));
    },
    snapshot: () => ({ ...state }) as Json,
    restore: (saved) => void (state = { ...(saved as unknown as { left: number; body: string }) }),
  };
}

function consume(args: readonly string[]): Program {
  const count = Number(after(args, "-c", "--count") ?? "0");
  const command = args.filter((arg, at) => at > 0 && !arg.startsWith("-") && !/^(-q|-c|--queue|--count|-p|--prefetch-count|--url|-u)$/.test(args[at - 1] ?? ""));
  if (command.length > 0 && !/^(cat|\/bin\/cat|tee)$/.test(command[0] ?? "")) {
    if ((command[0] ?? "").endsWith("worker.py")) return amqpWorker(args, count);
    return oneShot((ctx) => {
      ctx.log(`[orrery] amqp-consume hands its messages to cat only: ${command.join(" ")} is not simulated`, "stderr");
      return 126;
    });
  }
  return consumer(args, { count: count > 0 ? count : Number.MAX_SAFE_INTEGER, workUs: 0, shown: (body) => body });
}

/** The tutorial's worker: one message, ten seconds of work. */
export function amqpWorker(args: readonly string[] = [], count = 1): Program {
  return consumer(args, { count: Math.max(1, count), workUs: 10_000_000, shown: (body) => `Processing ${body}` });
}

export const amqpPrograms: Readonly<Record<string, (args: readonly string[]) => Program>> = { "amqp-declare-queue": declare, "amqp-publish": publish, "amqp-consume": consume, "amqp-get": get };
