import type { Json } from "../../../base/json.ts";
import { oneShot } from "../ownPrograms.ts";
import type { Program, ProgramContext, ProgramEvent } from "../program.ts";
import { printReply, quoteWord } from "./protocol.ts";

interface Options {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  readonly raw: boolean;
  readonly command: readonly string[];
}

const longestUs = 120_000_000;

function optionsOf(args: readonly string[], ctx: ProgramContext): Options {
  let [host, port, password, raw] = ["127.0.0.1", 6379, ctx.env["REDISCLI_AUTH"] ?? "", false];
  let at = 0;
  for (; (args[at] ?? "").startsWith("-"); at++) {
    const arg = args[at];
    if (arg === "-h") host = args[++at] ?? host;
    else if (arg === "-p") port = Number(args[++at]);
    else if (arg === "-a" || arg === "--pass") password = args[++at] ?? "";
    else if (arg === "-u") {
      const url = /^redis:\/\/(?:[^@]*@)?([^:/]+)(?::([0-9]+))?/.exec(args[++at] ?? "");
      [host, port] = [url?.[1] ?? host, Number(url?.[2] ?? port)];
    }
    else if (arg === "--raw") raw = true;
    else if (arg === "-n" || arg === "-r" || arg === "-i" || arg === "--user") at += 1;
  }
  return { host, port, password, raw, command: args.slice(at) };
}

interface CliState {
  input: string;
  ended: boolean;
  asking: boolean;
}

/** redis-cli: one command, those of a pipe, or those of a person. */
export class RedisCli implements Program {
  readonly readsInput = true;
  readonly #args: readonly string[];
  #state: CliState = { input: "", ended: false, asking: false };

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    const options = optionsOf(this.#args, ctx);
    switch (event.type) {
      case "start":
        if (this.#args.includes("--version") || this.#args.includes("-v")) {
          ctx.log("redis-cli 7.2.5");
          return ctx.exit(0);
        }
        this.#state.ended = ctx.stdin === "none";
        if (options.command.length > 0) return this.#ask(options.command.map((word) => (/[\s"'\\]/.test(word) || word === "" ? quoteWord(word) : word)).join(" "), options, ctx);
        return this.#next(options, ctx);
      case "input":
        if (event.text === null) this.#state.ended = true;
        else this.#state.input += event.text;
        return options.command.length === 0 ? this.#next(options, ctx) : undefined;
      case "answer":
        return this.#answered(event.payload?.type === "bytes" ? event.payload.text : null, event.failure, options, ctx);
      case "signal":
        return ctx.exit(event.name === "SIGINT" ? 130 : 143);
      default:
        return;
    }
  }

  snapshot(): Json {
    return { ...this.#state };
  }

  restore(state: Json): void {
    this.#state = { ...(state as unknown as CliState) };
  }

  #ask(command: string, options: Options, ctx: ProgramContext): void {
    this.#state.asking = true;
    ctx.call({ host: options.host, port: options.port }, { type: "bytes", text: command }, "cli", longestUs);
  }

  #next(options: Options, ctx: ProgramContext): void {
    if (this.#state.asking) return;
    for (;;) {
      const end = this.#state.input.indexOf("\n");
      if (end < 0 && !(this.#state.ended && this.#state.input.trim() !== "")) {
        if (this.#state.ended) return ctx.exit(0);
        if (ctx.stdin === "terminal") ctx.write(`${options.host}:${options.port}> `, "stdout");
        return;
      }
      const line = (end < 0 ? this.#state.input : this.#state.input.slice(0, end)).trim();
      this.#state.input = end < 0 ? "" : this.#state.input.slice(end + 1);
      if (/^(quit|exit)$/i.test(line)) return ctx.exit(0);
      if (line === "") {
        if (ctx.stdin === "terminal") ctx.write(`${options.host}:${options.port}> `, "stdout");
        continue;
      }
      return this.#ask(line, options, ctx);
    }
  }

  #answered(reply: string | null, failure: string | null, options: Options, ctx: ProgramContext): void {
    this.#state.asking = false;
    if (reply === null) {
      const why = failure?.startsWith("lookup") === true ? "Name or service not known" : failure?.includes("refused") === true ? "Connection refused" : "Connection timed out";
      ctx.log(`Could not connect to Redis at ${options.host}:${options.port}: ${why}`, "stderr");
      return ctx.exit(1);
    }
    const text = `${ctx.stdin === "terminal" && !options.raw ? printFormatted(reply) : printReply(reply)}\n`;
    if (!ctx.write(text, "stdout")) ctx.log(text.replace(/\n$/, ""));
    if (options.command.length > 0) return ctx.exit(0);
    this.#next(options, ctx);
  }
}

/** As a person sees it: quotes, numbers of elements, (nil). */
export function printFormatted(reply: string): string {
  const line = reply.slice(1, reply.indexOf("\r\n"));
  if (reply.startsWith(":")) return `(integer) ${line}`;
  if (reply.startsWith("$")) return line === "-1" ? "(nil)" : quoteWord(reply.slice(reply.indexOf("\r\n") + 2, -2));
  if (!reply.startsWith("*")) return printReply(reply);
  if (line === "0") return "(empty array)";
  let rest = reply.slice(reply.indexOf("\r\n") + 2);
  const items: string[] = [];
  while (rest.startsWith("$")) {
    const end = rest.indexOf("\r\n");
    const length = Number(rest.slice(1, end));
    items.push(length < 0 ? "(nil)" : quoteWord(rest.slice(end + 2, end + 2 + length)));
    rest = length < 0 ? rest.slice(end + 2) : rest.slice(end + 4 + length);
  }
  const width = String(items.length).length;
  return items.map((item, at) => `${String(at + 1).padStart(width)}) ${item}`).join("\n");
}

export const redisBenchmark: Program = oneShot((ctx) => {
  ctx.log("[orrery] redis-benchmark is not simulated: virtual time would measure nothing", "stderr");
  return 126;
});
