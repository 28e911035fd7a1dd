import type { Json } from "../../base/json.ts";
import { shellProgram } from "../images/busybox/shellProgram.ts";
import { genericImage } from "../images/generic/image.ts";
import { definitionFor } from "../images/resolveImage.ts";
import type { Program, ProgramContext, ProgramEvent } from "../images/program.ts";
import type { ContainerRun } from "./container.ts";

interface Exec {
  readonly container: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly tag: Json;
  /** A client follows it: what it writes goes out as it comes. */
  readonly streamed: boolean;
  program: Program;
  output: string;
}

export interface ExecEnd {
  readonly tag: Json;
  readonly exitCode: number;
  readonly output: string;
}

/** A command of an image that is not simulated is taken as done: its probes say nothing, but they do not fail for our sake. */
const takenAsDone: Program = {
  handle(_event, ctx) {
    ctx.exit(0);
  },
  snapshot: () => null,
  restore: () => undefined,
};

/** The same where somebody looks on: it is said, and it is no success. */
function refusedByName(command: string): Program {
  return {
    handle: (event, ctx) => {
      if (event.type !== "start") return;
      ctx.log(`[orrery] ${command} is not simulated in the image ${ctx.image}`, "stderr");
      ctx.exit(126);
    },
    snapshot: () => null,
    restore: () => undefined,
  };
}

function execProgram(image: string, command: readonly string[], streamed: boolean): Program | null {
  const definition = definitionFor(image);
  if (definition.program !== genericImage.program) return (streamed ? definition.exec?.(command) : null) ?? definition.program(command);
  if (streamed) return shellProgram(command) ?? refusedByName(command[0] ?? "");
  return shellProgram(command, { "*": () => takenAsDone }) ?? takenAsDone;
}

const longestOutput = 10_240;

/** Commands that run beside a container's own program, in its files: exec probes, hooks, and those of clients. */
export class Execs {
  readonly #open = new Map<string, Exec>();
  #next = 1;
  #running: string | null = null;
  #exitCode: number | null = null;

  /** The command whose event is in hand; what its program writes, asks and sets is its own, not the container's. */
  get running(): string | null {
    return this.#running;
  }

  /** null: the image has no such command. */
  begin(run: ContainerRun, command: readonly string[], tag: Json, streamed = false): string | null {
    const program = execProgram(run.spec.image, command, streamed);
    if (program === null) return null;
    const id = `e${this.#next++}`;
    this.#open.set(id, { container: run.id, image: run.spec.image, command, tag, streamed, program, output: "" });
    return id;
  }

  commandOf(id: string): readonly string[] {
    return this.#open.get(id)?.command ?? [];
  }

  /** The end, if this event was its last. */
  step(id: string, event: ProgramEvent, ctx: ProgramContext): ExecEnd | null {
    const exec = this.#open.get(id);
    if (exec === undefined) return null;
    this.#running = id;
    this.#exitCode = null;
    exec.program.handle(event, ctx);
    this.#running = null;
    if (this.#exitCode === null) return null;
    this.#open.delete(id);
    return { tag: exec.tag, exitCode: this.#exitCode, output: exec.output };
  }

  /** The command in hand, where a client follows it. */
  get streaming(): string | null {
    return this.#running !== null && this.#open.get(this.#running)?.streamed === true ? this.#running : null;
  }

  forget(id: string): void {
    this.#open.delete(id);
  }

  write(line: string): void {
    const exec = this.#running === null ? undefined : this.#open.get(this.#running);
    if (exec !== undefined && exec.output.length < longestOutput) exec.output += `${line}\n`;
  }

  exit(code: number): void {
    this.#exitCode = code;
  }

  /** Marks what a running command asks for, so that the answer finds it. */
  mark(tag: Json): Json {
    return this.#running === null ? tag : { exec: this.#running, tag };
  }

  /** Tags of the commands that end with their container. */
  drop(container: string): readonly Json[] {
    const ended = [...this.#open].filter(([, exec]) => exec.container === container);
    for (const [id] of ended) this.#open.delete(id);
    return ended.filter(([, exec]) => !exec.streamed).map(([, exec]) => exec.tag);
  }

  snapshot(): Json {
    return { open: [...this.#open].map(([id, exec]) => [id, { ...exec, program: exec.program.snapshot() }]), next: this.#next } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { open: readonly (readonly [string, Omit<Exec, "program"> & { program: Json }])[]; next: number };
    this.#open.clear();
    for (const [id, exec] of saved.open) {
      const program = execProgram(exec.image, exec.command, exec.streamed);
      if (program === null) continue;
      program.restore(exec.program);
      this.#open.set(id, { ...exec, program });
    }
    this.#next = saved.next;
  }
}
