import { extended } from "../../base/extended.ts";
import type { Json } from "../../base/json.ts";
import { definitionFor } from "../images/resolveImage.ts";
import type { Program } from "../images/program.ts";
import { LogRing, type LogRingState } from "./containerLogs.ts";
import type { ContainerExit, ContainerSpec } from "./criMessages.ts";
import type { FileView } from "./fileSystem.ts";
import type { Sandbox } from "./sandboxes.ts";
import type { RunUsage } from "./usage.ts";

/** One run of a container. The program's own state lives in `program`; all else is plain data. */
export interface ContainerRun {
  readonly spec: ContainerSpec;
  readonly id: string;
  readonly imageId: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly ip: string;
  readonly hostname: string;
  readonly mounts: FileView["mounts"];
  value: "creating" | "running" | "exited";
  /** Its program has had its start event. */
  booted: boolean;
  startedAtUs: number;
  exit: ContainerExit | null;
  layer: FileView["layer"];
  listens: { readonly port: number; readonly protocol: "TCP" | "UDP" }[];
  timers: Set<string>;
  /** null: it has not started. */
  usage: RunUsage | null;
  logs: LogRing;
  /** Of a terminal: the line that has no end yet. */
  partial: string;
  /** The output of the run before this one. */
  previousLogs: LogRingState | null;
  program: Program | null;
  /** The number of its first process in a namespace that it shares. */
  pid?: number;
}

export function containerKey(podUid: string, name: string): string {
  return `${podUid}/${name}`;
}

type Environment = Readonly<Record<string, string>>;

/** A container that is being made in its pod's sandbox. */
export function newRun(spec: ContainerSpec, id: string, imageId: string, { ip, spec: { hostname } }: Sandbox, mounts: ContainerRun["mounts"], before: ContainerRun | undefined): ContainerRun {
  return {
    spec, id, imageId, argv: commandLine(spec), env: environmentOf(definitionFor(spec.image).env, hostname, spec.env), ip, hostname, mounts,
    value: "creating", booted: false, startedAtUs: 0, exit: null, layer: {}, listens: [], timers: new Set(), usage: null, logs: new LogRing(), partial: "", previousLogs: before?.logs.snapshot() ?? null, program: null,
  };
}

/** What a shell finds, the image's variables, and the pod's over them. */
function environmentOf(image: Environment, hostname: string, pod: Environment): Environment {
  return extended(extended({ HOME: "/root" }, image), { HOSTNAME: hostname, ...pod });
}

/** The command line: the image's entrypoint and command, each replaced where the pod gives its own. */
function commandLine(spec: ContainerSpec): readonly string[] {
  const { entrypoint, command } = definitionFor(spec.image);
  if (spec.command.length > 0) return [...spec.command, ...spec.args];
  return [...entrypoint, ...(spec.args.length > 0 ? spec.args : command)];
}

export function makeProgram(image: string, argv: readonly string[], instant: boolean): Program | null {
  return instant ? idleProgram : definitionFor(image).program(argv);
}

/** Of instant containers: runs until it is stopped. */
const idleProgram: Program = {
  handle(event, ctx) {
    if (event.type === "signal") ctx.exit(0);
  },
  snapshot: () => null,
  restore: () => undefined,
};

export function snapshotRun(run: ContainerRun): Json {
  const { program, logs, timers, ...plain } = run;
  return { ...plain, usage: run.usage === null ? null : { ...run.usage }, listens: [...run.listens], timers: [...timers], logs: logs.snapshot(), program: program === null || run.value === "exited" ? null : { state: program.snapshot() } } as unknown as Json;
}

export function restoreRun(data: Json, instant: boolean): ContainerRun {
  const saved = data as unknown as Omit<ContainerRun, "program" | "logs" | "timers"> & { timers: readonly string[]; logs: LogRingState; program: { state: Json } | null };
  let program: Program | null = null;
  if (saved.program !== null) {
    program = makeProgram(saved.spec.image, saved.argv, instant);
    program?.restore(saved.program.state);
  }
  return { ...saved, usage: saved.usage === null ? null : { ...saved.usage }, listens: [...saved.listens], timers: new Set(saved.timers), logs: LogRing.of(saved.logs), program };
}
