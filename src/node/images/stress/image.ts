import type { Json } from "../../../base/json.ts";
import { parseQuantity } from "../../../apimachinery/quantity.ts";
import { programsWithShell, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program, ProgramContext, ProgramEvent } from "../program.ts";

function after(args: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [at, arg] of args.entries()) {
    if (names.includes(arg)) return args[at + 1];
    const equals = arg.indexOf("=");
    if (equals > 0 && names.includes(arg.slice(0, equals))) return arg.slice(equals + 1);
  }
  return undefined;
}

/** "150M" as stress counts: powers of two. */
function bytesOf(text: string | undefined): number {
  const match = /^([0-9]+)([bkmgBKMG]?)$/.exec(text ?? "");
  return match === null ? 0 : Number(match[1]) * 1024 ** Math.max(0, "bkmg".indexOf((match[2] ?? "").toLowerCase()));
}

function secondsOf(text: string | undefined): number {
  const match = /^([0-9]+)([smhdy]?)$/.exec(text ?? "");
  return match === null ? 0 : Number(match[1]) * ({ m: 60, h: 3_600, d: 86_400, y: 31_536_000 }[match[2] ?? ""] ?? 1);
}

function quantity(text: string | undefined): number {
  const parsed = text === undefined ? null : parseQuantity(text);
  return parsed === null ? 0 : Number(parsed.nano / 1_000_000_000n);
}

/** polinux/stress and progrium/stress: hogs of CPU and memory. */
function stress(args: readonly string[]): Program {
  const cpus = Number(after(args, "--cpu", "-c") ?? "0");
  const io = Number(after(args, "--io", "-i") ?? "0");
  const vm = Number(after(args, "--vm", "-m") ?? "0");
  const vmBytes = bytesOf(after(args, "--vm-bytes") ?? "256M");
  const hangs = args.includes("--vm-hang") || args.includes("--vm-keep");
  const seconds = secondsOf(after(args, "--timeout", "-t"));
  return {
    handle: (event, ctx) => {
      if (event.type === "start") {
        if (cpus + io + vm === 0) {
          ctx.log("`stress' imposes certain types of compute stress on your system\n\nUsage: stress [OPTION [ARG]] ...");
          return ctx.exit(0);
        }
        ctx.log(`stress: info: [1] dispatching hogs: ${cpus} cpu, ${io} io, ${vm} vm, 0 hdd`);
        ctx.burn((cpus + (hangs ? 0 : vm)) * 1000 + io * 100);
        ctx.hold(vm * vmBytes);
        if (seconds > 0) ctx.setTimer("end", seconds * 1_000_000);
      } else if (event.type === "timer") {
        ctx.log(`stress: info: [1] successful run completed in ${seconds}s`);
        ctx.exit(0);
      } else if (event.type === "signal" && (event.name === "SIGTERM" || event.name === "SIGINT")) ctx.exit(143);
    },
    snapshot: () => null,
    restore: () => undefined,
  };
}

/** vish/stress: -cpus n, and memory that grows by -mem-alloc-size each -mem-alloc-sleep up to -mem-total. */
class VishStress implements Program {
  readonly #args: readonly string[];
  #held = 0;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    if (event.type === "signal") return event.name === "SIGTERM" || event.name === "SIGINT" ? ctx.exit(2) : undefined;
    if (event.type !== "start" && event.type !== "timer") return;
    const [total, step] = [quantity(after(this.#args, "-mem-total", "--mem-total")), Math.max(1, quantity(after(this.#args, "-mem-alloc-size", "--mem-alloc-size") ?? "4Ki"))];
    const cpus = Number(after(this.#args, "-cpus", "--cpus") ?? "0");
    if (event.type === "start") {
      ctx.log(`I0101 00:00:00.000000       1 main.go:26] Allocating "${after(this.#args, "-mem-total", "--mem-total") ?? "0"}" memory, in "${after(this.#args, "-mem-alloc-size", "--mem-alloc-size") ?? "4Ki"}" chunks, with a ${after(this.#args, "-mem-alloc-sleep", "--mem-alloc-sleep") ?? "1ms"} sleep between allocations`);
      ctx.burn(cpus * 1000);
      if (cpus > 0) ctx.log(`I0101 00:00:00.000000       1 main.go:39] Spawning ${cpus} goroutines`);
    }
    if (this.#held >= total) {
      if (total > 0) ctx.log(`I0101 00:00:00.000000       1 main.go:49] Allocated "${after(this.#args, "-mem-total", "--mem-total") ?? "0"}" memory`);
      return;
    }
    // Many small steps are taken together: none is seen by itself.
    const sleep = /^([0-9]+)(ms|s)?$/.exec(after(this.#args, "-mem-alloc-sleep", "--mem-alloc-sleep") ?? "1ms");
    const sleepUs = Math.max(1, Number(sleep?.[1] ?? "1") * (sleep?.[2] === "s" ? 1_000_000 : 1_000));
    const together = Math.max(1, Math.ceil(100_000 / sleepUs));
    this.#held = Math.min(total, this.#held + step * together);
    ctx.hold(this.#held);
    ctx.setTimer("more", sleepUs * together);
  }

  snapshot(): Json {
    return this.#held;
  }

  restore(state: Json): void {
    this.#held = Number(state);
  }
}

export const stressImage: ImageDefinition = { names: ["polinux/stress", "progrium/stress", "polinux/stress-ng"], tagExists: (tag) => /^(latest|[0-9.]+)$/.test(tag), sizeBytes: 4_000_000, entrypoint: [], command: ["stress"], env: usualPath, exposedPorts: [], files: {}, program: programsWithShell({ stress, "stress-ng": stress }) };
export const vishStressImage: ImageDefinition = { names: ["vish/stress"], tagExists: (tag) => tag === "latest", sizeBytes: 1_600_000, entrypoint: ["/stress"], command: ["-logtostderr"], env: usualPath, exposedPorts: [], files: {}, program: (command) => (command[0] === "/stress" ? new VishStress(command.slice(1)) : null) };
