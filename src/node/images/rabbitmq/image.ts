import type { Json } from "../../../base/json.ts";
import { formatRfc3339 } from "../../../base/rfc3339.ts";
import { asksOnce, LineServer, programsWithShell, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program, ProgramContext } from "../program.ts";
import { tagExists } from "../tags.ts";
import { amqpPrograms, amqpWorker } from "./amqp.ts";

interface State {
  readonly [key: string]: Json;
  readonly queues: Readonly<Record<string, readonly string[]>>;
  /** Consumers that wait for a message: request and queue. */
  readonly waiting: readonly (readonly [id: string, queue: string])[];
  readonly ready: boolean;
}

const startUs = 6_000_000;
const longestQueue = 5_000;
const mostWaiting = 256;

/**
 * rabbitmq-server with queues by name on the default exchange. Its clients here say JSON in place of AMQP: declare, publish, consume
 * (answered when there is a message), list. NOT IMPLEMENTED: exchanges, users, acknowledgements, clustering.
 */
function server(): Program {
  const stamp = (ctx: ProgramContext): string => `${formatRfc3339(ctx.epochUs + ctx.clock(), true).slice(0, 26).replace("T", " ")}+00:00`;
  return new LineServer<State>({
    ports: [], exitOnTerm: 0, begin: () => ({ queues: {}, waiting: [], ready: false }),
    started: (state, ctx) => {
      ctx.log(`${stamp(ctx)} [info] <0.230.0>  Starting RabbitMQ 4.2.1 on Erlang 27`);
      ctx.setTimer("ready", startUs);
      return state;
    },
    timer: (_key, state, ctx) => {
      ctx.listen(5672);
      ctx.log(`${stamp(ctx)} [info] <0.600.0> started TCP listener on [::]:5672`);
      ctx.log(`${stamp(ctx)} [info] <0.510.0> Server startup complete; 4 plugins started.`);
      return { ...state, ready: true };
    },
    respond: (text, state, ctx, request) => {
      const asked = read(text);
      const reply = (value: Json): string => JSON.stringify(value);
      const queue = asked?.queue ?? "";
      const messages = Object.hasOwn(state.queues, queue) ? state.queues[queue] : undefined;
      switch (asked?.op) {
        case "declare":
          return { state: { ...state, queues: { ...state.queues, [queue]: messages ?? [] } }, text: reply({ ok: true, queue }) };
        case "publish": {
          // To a queue that nobody declared: dropped, as the default exchange does.
          if (messages === undefined || messages.length >= longestQueue) return { state, text: reply({ ok: true }) };
          const consumer = state.waiting.find(([, name]) => name === queue);
          if (consumer === undefined) return { state: { ...state, queues: { ...state.queues, [queue]: [...messages, asked.body] } }, text: reply({ ok: true }) };
          ctx.answer(consumer[0], { type: "bytes", text: reply({ ok: true, body: asked.body }) });
          return { state: { ...state, waiting: state.waiting.filter((each) => each !== consumer) }, text: reply({ ok: true }) };
        }
        case "consume": {
          if (messages === undefined) return { state, text: reply({ ok: false, error: `NOT_FOUND - no queue '${queue}' in vhost '/'` }) };
          const [first, ...rest] = messages;
          if (first !== undefined) return { state: { ...state, queues: { ...state.queues, [queue]: rest } }, text: reply({ ok: true, body: first }) };
          if (state.waiting.length >= mostWaiting) return { state, text: reply({ ok: false, error: "too many consumers" }) };
          return { state: { ...state, waiting: [...state.waiting, [request.id, queue]] }, text: null };
        }
        case "list":
          return { state, text: reply({ ok: true, queues: Object.entries(state.queues).map(([name, all]) => [name, all.length]) }) };
        default:
          return { state, text: "AMQP\u0000\u0000\u0009\u0001" };
      }
    },
    ending: (_state, ctx) => ctx.log(`${stamp(ctx)} [info] <0.1.0> SIGTERM received - shutting down`),
  });
}

function read(text: string): { readonly op: string; readonly queue: string; readonly body: string } | null {
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
    return value === null || typeof value !== "object" ? null : { op: String(value["op"]), queue: String(value["queue"] ?? ""), body: String(value["body"] ?? "") };
  } catch {
    return null;
  }
}

function ctl(args: readonly string[]): Program {
  return asksOnce({
    host: () => ({ host: "127.0.0.1", port: 5672 }), text: () => JSON.stringify({ op: "list" }),
    answered: (text, ctx) => {
      if (args.includes("list_queues")) {
        const { queues = [] } = JSON.parse(text) as { queues?: readonly (readonly [string, number])[] };
        ctx.log("Timeout: 60.0 seconds ...\nListing queues for vhost / ...\nname\tmessages");
        for (const [name, count] of queues) ctx.log(`${name}\t${count}`);
      } else ctx.log(args.includes("ping") ? "Ping succeeded" : "Status of node rabbit ...\nRuntime\nRabbitMQ version: 4.2.1");
      return 0;
    },
    failed: (_why, ctx) => {
      ctx.log("Error: unable to perform an operation on node 'rabbit'. Please see diagnostics information and suggestions below.", "stderr");
      return 69;
    },
  });
}

const programs = { "rabbitmq-server": server, rabbitmqctl: ctl, "rabbitmq-diagnostics": ctl, ...amqpPrograms };

export const rabbitmqImage: ImageDefinition = {
  names: ["rabbitmq", "gcr.io/google_containers/rabbitmq"], tagExists: (tag) => tagExists({ names: ["latest", "management", "alpine"], minors: { "3": 13, "4": 2 }, flavours: ["management", "alpine", "management-alpine"] }, tag), sizeBytes: 105_000_000,
  entrypoint: ["docker-entrypoint.sh"], command: ["rabbitmq-server"], env: usualPath, exposedPorts: [5672], files: {}, program: programsWithShell(programs, ["docker-entrypoint.sh"]),
};

/** job-wq-1 of "Coarse Parallel Processing Using a Work Queue", which its readers build themselves. */
export const jobQueueImage: ImageDefinition = { names: [], builtAs: "job-wq-1", tagExists: () => true, sizeBytes: 60_000_000, entrypoint: [], command: ["/usr/bin/amqp-consume-worker"], env: usualPath, exposedPorts: [], files: {}, program: programsWithShell({ "amqp-consume-worker": amqpWorker, ...amqpPrograms }) };

